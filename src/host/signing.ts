import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { hex } from '../model/index.ts';
import { publicKeyInvalid } from './faults.ts';

/**
 * Ed25519 (RFC 8032). A public key travels as one line of text: `ed25519:` and the base64 of its 32 bytes.
 *
 * Invariants: 1. one key has one text: other spellings of the same bytes are refused, so that two keys are the same key
 * only when their texts are equal. 2. keys of small order, under which anybody can sign anything, are refused.
 * 3. the private part never leaves the object.
 */
export interface SigningKey {
  readonly publicKey: string;
  sign(message: Uint8Array): Uint8Array;
}

/** True only when the signature of exactly these bytes was made by this key. Throws `host.public-key-invalid`. */
export type VerifySignature = (publicKey: string, message: Uint8Array, signature: Uint8Array) => boolean;

const prefix = 'ed25519:';
// The fixed part of an Ed25519 key in DER (RFC 8410): the raw bytes follow.
const publicDer = Buffer.from('302a300506032b6570032100', 'hex');
const privateDer = Buffer.from('302e020100300506032b657004220420', 'hex');

/** @param seed 32 random bytes: the private key */
export function signingKeyFromSeed(seed: Uint8Array): SigningKey {
  const key = createPrivateKey({ key: Buffer.concat([privateDer, seed]), format: 'der', type: 'pkcs8' });
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    publicKey: publicKeyText(der.subarray(publicDer.length)),
    sign: (message) => new Uint8Array(sign(null, message, key)),
  };
}

export const verifySignature: VerifySignature = (publicKey, message, signature) => {
  const key = keyObject(publicKey);
  return signature.length === 64 && verify(null, message, key, signature);
};

export function publicKeyText(raw: Uint8Array): string {
  return `${prefix}${Buffer.from(raw).toString('base64')}`;
}

/** The 32 bytes of a public key's text. Throws `host.public-key-invalid`. */
export function publicKeyBytes(text: string): Uint8Array {
  if (!text.startsWith(prefix)) throw publicKeyInvalid(text, `does not start with ${prefix}`);
  const raw = new Uint8Array(Buffer.from(text.slice(prefix.length), 'base64'));
  if (raw.length !== 32) throw publicKeyInvalid(text, 'does not hold 32 bytes');
  if (publicKeyText(raw) !== text) throw publicKeyInvalid(text, 'is not spelled as plain base64');
  if (isSmallOrder(raw)) throw publicKeyInvalid(text, 'is a point under which anybody can sign');
  return raw;
}

function keyObject(text: string): KeyObject {
  const key = Buffer.concat([publicDer, publicKeyBytes(text)]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

/** The y coordinates of all points of small order, little endian, the encodings past the field's prime included. */
const smallOrder: ReadonlySet<string> = new Set([
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
]);

function isSmallOrder(raw: Uint8Array): boolean {
  const y = Uint8Array.from(raw);
  // The top bit is the sign of x and says nothing about the order.
  y[31] = (y[31] ?? 0) & 0x7f;
  return smallOrder.has(hex(y));
}
