import type { EncodeValue } from './encode-value.ts';

/** `jsonb` travels as its text, behind the number of this form. */
export const encodeJsonb: EncodeValue = (out, bytes, from, to) => {
  out.begin(1 + to - from);
  out.bytes[out.at] = 1;
  out.at += 1;
  out.copy(bytes, from, to);
  return true;
};

/** The same of a document that may hold a key twice, of which `jsonb` would keep one without a word: that one is refused. */
export const encodeJsonAsJsonb: EncodeValue = (out, bytes, from, to) =>
  holdsKeysOnce(bytes, from, to) && encodeJsonb(out, bytes, from, to);

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openObject, closeObject, openArray, closeArray] = [0x7b, 0x7d, 0x5b, 0x5d];

const levelsMax = 60;
const keysMax = 200;
/** Of each level, whether it is an object; and where the keys of each level begin in the list of keys. */
const isObject = new Uint8Array(levelsMax + 1);
const firstKey = new Int32Array(levelsMax + 1);
const keyFrom = new Int32Array(keysMax);
const keyTo = new Int32Array(keysMax);

/**
 * Whether no object of a document holds a key twice; whether it is a document at all the server says. False also where that is
 * not certain: of keys that are written with escapes, and of very many or very deep ones.
 */
export function holdsKeysOnce(bytes: Uint8Array, from: number, to: number): boolean {
  let level = 0;
  let keys = 0;
  let awaitsKey = false;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] as number;
    if (byte === quote) {
      const end = endOfString(bytes, at + 1, to);
      if (awaitsKey) {
        if (end < 0 || keys === keysMax || isKnown(bytes, firstKey[level] as number, keys, at + 1, end))
          return false;
        keyFrom[keys] = at + 1;
        keyTo[keys] = end;
        keys += 1;
        awaitsKey = false;
      }
      at = end < 0 ? -end : end;
    } else if (byte === openObject || byte === openArray) {
      level += 1;
      if (level > levelsMax) return false;
      isObject[level] = byte === openObject ? 1 : 0;
      firstKey[level] = keys;
      awaitsKey = byte === openObject;
    } else if (byte === closeObject || byte === closeArray) {
      if (level === 0) return false;
      keys = firstKey[level] as number;
      level -= 1;
      awaitsKey = false;
    } else if (byte === comma) awaitsKey = level > 0 && isObject[level] === 1;
  }
  return true;
}

/** The place of the closing quote, as a negative number where an escape stands before it; the end where none closes. */
function endOfString(bytes: Uint8Array, from: number, to: number): number {
  let escaped = false;
  let at = from;
  for (; at < to && bytes[at] !== quote; at += 1)
    if (bytes[at] === backslash) {
      escaped = true;
      at += 1;
    }
  return escaped ? -at : at;
}

function isKnown(bytes: Uint8Array, first: number, end: number, from: number, to: number): boolean {
  for (let key = first; key < end; key += 1) {
    const start = keyFrom[key] as number;
    if ((keyTo[key] as number) - start !== to - from) continue;
    let same = true;
    for (let at = from; same && at < to; at += 1) same = bytes[at] === bytes[start + at - from];
    if (same) return true;
  }
  return false;
}
