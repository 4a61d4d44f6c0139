import { foreignHost, notEncrypted } from './faults.ts';

/**
 * The hosts a token may travel to: the system's own address, and those named beside it (`https://files.example.com`, or
 * `https://*.api.frontapp.com` for all directly or further below).
 */
export class OwnHosts {
  readonly base: URL;
  readonly #also: readonly string[];

  /** Throws `http.not-encrypted` for an address that is neither https nor of this machine. */
  constructor(base: string, also: readonly string[]) {
    this.base = new URL(base);
    this.#also = also;
    refuseOpen(this.base);
  }

  /** A whole address for a path below the base, or for an address that an answer gave. */
  resolve(path: string): URL {
    if (/^[a-z][a-z0-9+.-]*:/i.test(path)) return new URL(path);
    const before = this.base.pathname.replace(/\/$/, '');
    return new URL(`${this.base.origin}${before}${path.startsWith('/') ? '' : '/'}${path}`);
  }

  owns({ protocol, origin, host }: URL): boolean {
    if (origin === this.base.origin) return true;
    return this.#also.some((pattern) => {
      const [scheme, name = ''] = pattern.split('://');
      if (`${scheme}:` !== protocol) return false;
      return name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name;
    });
  }

  /** Throws `http.foreign-host`, `http.not-encrypted`. */
  requireOwn(url: URL): void {
    if (!this.owns(url)) throw foreignHost(url.host, [this.base.host, ...this.#also]);
    refuseOpen(url);
  }
}

/** Throws `http.not-encrypted`. */
export function refuseOpen(url: URL): void {
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isOwnMachine(url)))
    throw notEncrypted(url.host);
}

export const isOwnMachine = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
