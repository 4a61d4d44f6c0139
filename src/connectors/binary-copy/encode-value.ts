import type { CopyChunk } from './copy-chunk.ts';

/**
 * Writes the value whose text stands in `bytes` from `from` to `to`, behind its length. False: the text is none that this
 * encoder is certain of; then nothing usable was written, and the record has to be read by somebody who knows more.
 *
 * Invariant: what is written is stored as what the server would have stored of the same text.
 */
export type EncodeValue = (out: CopyChunk, bytes: Uint8Array, from: number, to: number) => boolean;

const zero = 48;
export const minus = 45;
export const point = 46;

/** The digit that a byte stands for; anything else gives a number that is none of 0 to 9. */
export function digit(byte: number | undefined): number {
  return (byte as number) - zero;
}

/** The whole number in `count` digits; -1 when one of them is none. */
export function digits(bytes: Uint8Array, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at += 1) {
    const next = digit(bytes[at]);
    if (!(next >= 0 && next <= 9)) return -1;
    value = value * 10 + next;
  }
  return value;
}

/** The whole number in two digits; -1 when one of them is none. */
export function pair(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - zero;
  const ones = (bytes[at + 1] as number) - zero;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

/** Whether a text is this word, written exactly so. */
export function isWord(bytes: Uint8Array, from: number, to: number, word: string): boolean {
  if (to - from !== word.length) return false;
  for (let at = 0; at < word.length; at += 1) if (bytes[from + at] !== word.charCodeAt(at)) return false;
  return true;
}

export function asciiOf(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at += 1) text += String.fromCharCode(bytes[at] as number);
  return text;
}
