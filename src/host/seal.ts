import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  type ScryptOptions,
  scrypt,
  scryptSync,
} from 'node:crypto';
import { promisify } from 'node:util';
import { GodwitError, type Secret } from '../model/index.ts';

/**
 * Encryption of everything personal that is kept (quarantine originals, before-images, samples): AES-256-GCM with a key the
 * user holds. A sealed value is `version(1) || iv(12) || tag(16) || ciphertext`; `context` is authenticated with it, so a
 * sealed value cannot be moved to another place unnoticed.
 */
export interface Seal {
  seal(plain: Uint8Array, context: string): Uint8Array;
  /** Throws `host.unsealable` when the key is another one or a byte was changed. */
  open(sealed: Uint8Array, context: string): Uint8Array;
  /** A keyed digest (HMAC-SHA-256, hex): says "the same value" without saying which. */
  blind(text: string): string;
}

const version = 1;
const headerBytes = 1 + 12 + 16;

/** @param salt at least 16 bytes, stored beside the project, not secret */
export function sealFromPassphrase(passphrase: Secret, salt: Uint8Array): Seal {
  return sealFromKey(scryptSync(passphrase.reveal(), salt, 32, cost));
}

/** The same, with the key derived in a thread while other work goes on. */
export async function sealBeside(passphrase: Secret, salt: Uint8Array): Promise<Seal> {
  return sealFromKey(await derive(passphrase.reveal(), salt, 32, cost));
}

// N = 2^15, r = 8: about 80 ms and 32 MiB, paid once for each command.
const cost: ScryptOptions = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const derive = promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scrypt);

/** @param master 32 bytes */
export function sealFromKey(master: Uint8Array): Seal {
  // Key objects: with bare bytes Node makes one for each call, which costs more than the sealing of a record itself.
  const keyFor = (use: string): KeyObject =>
    createSecretKey(new Uint8Array(hkdfSync('sha256', master, '', use, 32)));
  const [key, blindKey] = [keyFor('godwit seal'), keyFor('godwit blind')];
  return {
    seal: (plain, context) => {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([Uint8Array.of(version), iv, cipher.getAuthTag(), body]);
    },
    open: (sealed, context) => openSealed(key, sealed, context),
    blind: (text) => createHmac('sha256', blindKey).update(text).digest('hex'),
  };
}

function openSealed(key: KeyObject, sealed: Uint8Array, context: string): Uint8Array {
  try {
    if (sealed[0] !== version || sealed.length < headerBytes)
      throw new RangeError(`sealed format ${sealed[0] ?? 'empty'}`);
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 13)).setAAD(
      Buffer.from(context),
    );
    decipher.setAuthTag(sealed.subarray(13, headerBytes));
    return Buffer.concat([decipher.update(sealed.subarray(headerBytes)), decipher.final()]);
  } catch (cause) {
    throw new GodwitError({
      code: 'host.unsealable',
      title: 'Kept data cannot be decrypted',
      detail: `in ${context}`,
      nextStep:
        'Give the passphrase this project was created with (GODWIT_PASSPHRASE); if it is right, the data was changed.',
      fate: 'never',
      cause,
    });
  }
}
