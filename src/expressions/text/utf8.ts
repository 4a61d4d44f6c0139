import { valueFault } from '../faults.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Throws 22021 for bytes that are no UTF-8, or hold NUL, which no text of PostgreSQL may. */
export function decodeUtf8(bytes: Uint8Array): string {
  if (bytes.includes(0)) throw valueFault('22021', 'a byte 0 cannot be part of a text');
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    if (cause instanceof TypeError) throw valueFault('22021', 'the bytes are not valid UTF-8');
    throw cause;
  }
}
