import { digestOf } from './hashing.ts';
import { type VerifySignature, verifySignature } from './signing.ts';

/** Hashes and checks signatures for rooms that know no machine. */
export interface Notary {
  /** `sha256:` and the digest of bytes, or of a text's UTF-8. */
  readonly digest: (content: Uint8Array | string) => string;
  readonly verify: VerifySignature;
}

export const systemNotary: Notary = { digest: digestOf, verify: verifySignature };
