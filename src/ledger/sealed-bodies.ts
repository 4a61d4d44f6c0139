import { createHmac } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Random, Seal } from '../host/index.ts';
import { canonicalJson } from './canonical-json.ts';
import { keepWhole, syncFolder } from './ledger-folder.ts';

/**
 * Bodies of entries that speak of people: the ledger holds a digest under a salt of each body's own, and body and salt lie here,
 * sealed. Without the salt nobody can find out from the digest what the body was, not even by trying, and not even who holds the
 * project's key: so erasing the file erases it.
 */
export class SealedBodies {
  readonly #folder: string;
  readonly #seal: () => Seal;
  readonly #random: Random;

  /** @param folder that of the ledger */
  constructor(folder: string, seal: () => Seal, random: Random) {
    this.#folder = join(folder, 'bodies');
    this.#seal = seal;
    this.#random = random;
  }

  /** Keeps it, durably, and answers with the `bodyDigest` of its entry. */
  keep(body: unknown): string {
    const salt = this.#random.bytes(32);
    const text = canonicalJson(body);
    const digest = saltedDigest(salt, text);
    const content = JSON.stringify({ salt: Buffer.from(salt).toString('base64'), text });
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    keepWhole(this.#folder, fileOf(digest), this.#seal().seal(Buffer.from(content), context(digest)));
    return digest;
  }

  /** The body of a digest; undefined when it is not here: erased, or kept on another machine. Throws `host.unsealable`. */
  read(digest: string): unknown {
    const sealed = readIfThere(join(this.#folder, fileOf(digest)));
    if (sealed === null) return undefined;
    const content = Buffer.from(this.#seal().open(sealed, context(digest))).toString('utf8');
    const { text } = JSON.parse(content) as { readonly text: string };
    return JSON.parse(text);
  }

  /** Takes body and salt away; false when they were not here. */
  erase(digest: string): boolean {
    const path = join(this.#folder, fileOf(digest));
    if (readIfThere(path) === null) return false;
    rmSync(path);
    syncFolder(this.#folder);
    return true;
  }
}

function saltedDigest(salt: Uint8Array, text: string): string {
  return `hmac-sha256:${createHmac('sha256', salt).update(text).digest('hex')}`;
}

const context = (digest: string): string => `ledger body ${digest}`;
const fileOf = (digest: string): string => `${digest.replace('hmac-sha256:', '')}.sealed`;

function readIfThere(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
