import {
  createCipheriv,
  createDecipheriv,
  randomBytes,
  type ScryptOptions,
  scrypt,
  scryptSync,
} from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { isGodwitError, type Secret } from '../model/index.ts';
import { keyFileExists, keyFileMissing, keyFileUnreadable } from './faults.ts';
import { type SigningKey, signingKeyFromSeed } from './signing.ts';

/**
 * A signing key on disk: `<path>` holds the seed under the passphrase (scrypt, AES-256-GCM), `<path>.pub` the public key's
 * line. Own format rather than encrypted PKCS#8, whose writer here is fixed to PBKDF2 with 2,048 rounds.
 *
 * Invariants: 1. an existing key is never overwritten. 2. everything in the file is authenticated, the cost of scrypt
 * included, so that a changed file does not open. 3. the private file is readable by its owner only.
 */
export function createKeyFile(path: string, passphrase: Secret, options: KeyFileOptions = {}): SigningKey {
  if (existsSync(path) || existsSync(`${path}.pub`)) throw keyFileExists(path);
  const seed = new Uint8Array(randomBytes(32));
  const key = signingKeyFromSeed(seed);
  const text = sealedKeyText(seed, key.publicKey, passphrase, options.scryptN ?? 2 ** 17);
  writeFileSync(path, text, { flag: 'wx', mode: 0o600, flush: true });
  writeFileSync(`${path}.pub`, `${key.publicKey}\n`, { flag: 'wx', mode: 0o644, flush: true });
  return key;
}

export interface KeyFileOptions {
  /** Cost of scrypt, a power of two from 2^14 to 2^20; 2^17 (128 MiB, about half a second) unless told. */
  readonly scryptN?: number;
}

/** Throws `host.key-file-missing`, `host.key-file-unreadable` when the passphrase is another one or the file was changed. */
export function openKeyFile(path: string, passphrase: Secret): SigningKey {
  const text = keyFileText(path);
  try {
    const file = parseKeyText(text);
    return unsealKey(file, derive(passphrase, file.scrypt.n, file.scrypt.salt));
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** The same, with the secret derived in a thread while other work goes on. */
export async function openKeyFileBeside(path: string, passphrase: Secret): Promise<SigningKey> {
  const text = keyFileText(path);
  try {
    const file = parseKeyText(text);
    return unsealKey(file, await deriveBeside(passphrase, file.scrypt.n, file.scrypt.salt));
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function keyFileText(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== false) throw keyFileMissing(path);
  return readFileSync(path, 'utf8');
}

function unreadable(path: string, cause: unknown): unknown {
  return isGodwitError(cause) ? cause : keyFileUnreadable(path, cause);
}

interface KeyFile {
  readonly format: 'godwit-signing-key/1';
  readonly publicKey: string;
  readonly scrypt: { readonly n: number; readonly salt: string };
  readonly aes256gcm: { readonly iv: string; readonly tag: string; readonly sealed: string };
}

function sealedKeyText(seed: Uint8Array, publicKey: string, passphrase: Secret, n: number): string {
  const salt = randomBytes(16).toString('base64');
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', derive(passphrase, n, salt), iv);
  cipher.setAAD(authenticated(publicKey, n, salt));
  const sealed = Buffer.concat([cipher.update(seed), cipher.final()]).toString('base64');
  const tag = cipher.getAuthTag().toString('base64');
  const file: KeyFile = {
    format: 'godwit-signing-key/1',
    publicKey,
    scrypt: { n, salt },
    aes256gcm: { iv: iv.toString('base64'), tag, sealed },
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

function parseKeyText(text: string): KeyFile {
  const file = JSON.parse(text) as KeyFile;
  if (file.format === 'godwit-signing-key/1') return file;
  throw keyFileUnreadable(
    `its format is ${JSON.stringify(file.format)}, this godwit reads godwit-signing-key/1`,
  );
}

function unsealKey({ publicKey, scrypt: { n, salt }, aes256gcm }: KeyFile, secret: Uint8Array): SigningKey {
  const decipher = createDecipheriv('aes-256-gcm', secret, Buffer.from(aes256gcm.iv, 'base64'), {
    authTagLength: 16,
  });
  decipher.setAAD(authenticated(publicKey, n, salt));
  decipher.setAuthTag(Buffer.from(aes256gcm.tag, 'base64'));
  const seed = Buffer.concat([decipher.update(aes256gcm.sealed, 'base64'), decipher.final()]);
  return signingKeyFromSeed(seed);
}

function derive(passphrase: Secret, n: number, salt: string): Buffer {
  return scryptSync(passphrase.reveal(), Buffer.from(salt, 'base64'), 32, costOf(n));
}

async function deriveBeside(passphrase: Secret, n: number, salt: string): Promise<Buffer> {
  const inThread = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);
  return inThread(passphrase.reveal(), Buffer.from(salt, 'base64'), 32, costOf(n));
}

function costOf(n: number): ScryptOptions {
  if (!Number.isInteger(Math.log2(n)) || n < 2 ** 14 || n > 2 ** 20)
    throw keyFileUnreadable(`scrypt cost ${n} is not a power of two from 2^14 to 2^20`);
  return { N: n, r: 8, p: 1, maxmem: 256 * n * 8 };
}

function authenticated(publicKey: string, n: number, salt: string): Buffer {
  return Buffer.from(`godwit-signing-key/1\n${publicKey}\n${n}\n${salt}\n`);
}
