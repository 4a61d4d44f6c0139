import { hash } from 'node:crypto';

/** Lower-case hexadecimal SHA-256 of bytes, or of a text's UTF-8. */
export function sha256(content: Uint8Array | string): string {
  return hash('sha256', content, 'hex');
}

/** Writes the first bytes of the SHA-256 of some content to where they are kept: of very many short contents. */
export function sha256Into(content: Uint8Array | string, kept: Buffer, at: number, bytes: number): void {
  // In hexadecimal digits it would take 1.0 microseconds in place of 0.65.
  kept.write(hash('sha256', content, 'binary'), at, bytes, 'latin1');
}

/** SHA-256 of some bytes one after the other, as bytes: for trees of hashes. */
export function sha256Bytes(...parts: readonly Uint8Array[]): Uint8Array {
  return hash('sha256', Buffer.concat(parts), 'buffer');
}

/** `sha256:` and the digest: how digests are written wherever people or files see them. */
export function digestOf(content: Uint8Array | string): string {
  return `sha256:${sha256(content)}`;
}

/** The 64 bytes of SHA-512: for signatures of other formats that ask for it. */
export function sha512Bytes(content: Uint8Array): Uint8Array {
  return hash('sha512', content, 'buffer');
}
