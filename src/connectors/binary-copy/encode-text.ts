import { digit, type EncodeValue, isWord, minus } from './encode-value.ts';

/**
 * Text as it is. The server checks that it is UTF-8 and holds no zero byte, and a label of an enum or a document that it is
 * one; of the length alone it says nothing when only spaces are beyond it, so that is counted here.
 */
export function encodeText(charactersMax: number | null): EncodeValue {
  if (charactersMax === null) return asItIs;
  return (out, bytes, from, to) => {
    if (to - from > charactersMax && charactersIn(bytes, from, to) > charactersMax) return false;
    out.value(bytes, from, to);
    return true;
  };
}

/** The same, of texts that do not end with a space. */
export function encodeTextBeforeSpaces(charactersMax: number | null): EncodeValue {
  const encode = encodeText(charactersMax);
  return (out, bytes, from, to) =>
    to > from && bytes[to - 1] === space ? false : encode(out, bytes, from, to);
}

const space = 32;

const asItIs: EncodeValue = (out, bytes, from, to) => {
  out.value(bytes, from, to);
  return true;
};

/** Every byte of UTF-8 that does not go on with a character begins one. */
function charactersIn(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at += 1) if (((bytes[at] as number) & 0xc0) !== 0x80) count += 1;
  return count;
}

export const encodeBoolean: EncodeValue = (out, bytes, from, to) => {
  const value = to - from === 1 ? truthOf(bytes[from] as number) : truthIn(bytes, from, to);
  if (value < 0) return false;
  out.begin(1);
  out.bytes[out.at] = value;
  out.at += 1;
  return true;
};

/** Of `t`, `1`, `f`, `0`: 1 or 0; else -1. */
function truthOf(byte: number): number {
  if (byte === 116 || byte === 49) return 1;
  return byte === 102 || byte === 48 ? 0 : -1;
}

function truthIn(bytes: Uint8Array, from: number, to: number): number {
  if (truths.some((word) => isWord(bytes, from, to, word))) return 1;
  return untruths.some((word) => isWord(bytes, from, to, word)) ? 0 : -1;
}

const truths = ['true', 'yes', 'on'];
const untruths = ['false', 'no', 'off'];

/** 32 hexadecimal digits, with hyphens in their four places or without any. */
export const encodeUuid: EncodeValue = (out, bytes, from, to) => {
  const hyphened = to - from === 36;
  if (!hyphened && to - from !== 32) return false;
  out.room(20);
  const start = out.at;
  out.int32(16);
  for (let at = from, place = 0; at < to; place += 1) {
    if (hyphened && (place === 4 || place === 6 || place === 8 || place === 10)) {
      if (bytes[at] !== minus) return fail(out, start);
      at += 1;
    }
    const byte = hexByte(bytes, at);
    if (byte < 0) return fail(out, start);
    out.bytes[out.at] = byte;
    out.at += 1;
    at += 2;
  }
  return true;
};

/** The text `\x` and hexadecimal digits, two for each byte. */
export const encodeHexBytes: EncodeValue = (out, bytes, from, to) => {
  if (to - from < 2 || (to - from) % 2 !== 0 || bytes[from] !== 92 || bytes[from + 1] !== 120) return false;
  const length = (to - from - 2) / 2;
  out.room(length + 4);
  const start = out.at;
  out.int32(length);
  for (let at = from + 2; at < to; at += 2) {
    const byte = hexByte(bytes, at);
    if (byte < 0) return fail(out, start);
    out.bytes[out.at] = byte;
    out.at += 1;
  }
  return true;
};

function fail(out: Parameters<EncodeValue>[0], start: number): false {
  out.at = start;
  return false;
}

/** -1 when it is none. */
function hexByte(bytes: Uint8Array, at: number): number {
  const [high, low] = [hexDigit(bytes[at] as number), hexDigit(bytes[at + 1] as number)];
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(byte: number): number {
  const value = digit(byte);
  if (value >= 0 && value <= 9) return value;
  const letter = (byte | 32) - 97;
  return letter >= 0 && letter <= 5 ? letter + 10 : -1;
}
