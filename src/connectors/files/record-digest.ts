import { hash } from 'node:crypto';

export const digestBytes = 16;

/** What recognises a record of ours in a file: the beginning of the SHA-256 of its bytes without line end. */
export function recordDigest(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer').subarray(0, digestBytes);
}
