import { getCACertificates } from 'node:tls';
import { fetchUnknown } from './faults.ts';

export interface WireOptions {
  /** Certificates of an own authority, PEM; trusted beside the known ones. */
  readonly ca?: string;
  /** How long connecting may take, in milliseconds. */
  readonly connectMs: number;
  /** The longest head of an answer that is read. */
  readonly headBytesMax: number;
}

/** The built-in `fetch` with connections of its own. */
export interface Wire extends AsyncDisposable {
  send(url: string, init: RequestInit): Promise<Response>;
}

/** What the built-in fetch gets its connections from; its class is only reached through the one in use. */
interface Dispatcher {
  close(): Promise<void>;
  destroy(): Promise<void>;
}
type DispatcherClass = new (options: object) => Dispatcher;

/**
 * Opens connections that verify certificates whatever the environment says: `NODE_TLS_REJECT_UNAUTHORIZED` is only a default,
 * and here the answer is given. An own authority is added here alone, not for the whole process. Throws `http.runtime-unfit`.
 */
export async function openWire({ ca, connectMs, headBytesMax }: WireOptions): Promise<Wire> {
  const Agent = await dispatcherClass();
  const trusted = ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] };
  const dispatcher = new Agent({
    connect: { rejectUnauthorized: true, timeout: connectMs, ...trusted },
    // The limits of time are our own, see `send-once.ts`.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: headBytesMax,
    pipelining: 1,
  });
  return {
    send: async (url, init) => await fetch(url, { ...init, dispatcher } as unknown as RequestInit),
    [Symbol.asyncDispose]: async () => {
      await dispatcher.destroy();
    },
  };
}

async function dispatcherClass(): Promise<DispatcherClass> {
  // The first use of fetch, without a network, makes the dispatcher.
  await fetch('data:,');
  const used = (globalThis as Record<symbol, unknown>)[Symbol.for('undici.globalDispatcher.1')];
  const made = (used as { readonly constructor?: { readonly name: string } } | undefined)?.constructor;
  if (made?.name !== 'Agent') throw fetchUnknown();
  return made as unknown as DispatcherClass;
}
