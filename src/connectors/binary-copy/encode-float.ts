import type { CopyChunk } from './copy-chunk.ts';
import { asciiOf, type EncodeValue } from './encode-value.ts';

const plain = /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;
const special: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** The binary number nearest to a decimal; one that is too large, or too small to be more than zero, is refused. */
export function encodeFloat(bits: 32 | 64): EncodeValue {
  const put = bits === 64 ? putDouble : putSingle;
  return (out, bytes, from, to) => {
    const text = asciiOf(bytes, from, to);
    if (!plain.test(text)) {
      const value = special[text];
      return value !== undefined && put(out, value);
    }
    const value = Number(text);
    if (!Number.isFinite(value) || (value === 0 && /[1-9]/.test(text.split(/e/i)[0] ?? ''))) return false;
    return put(out, value);
  };
}

/** A double as it is. */
export function putDouble(out: CopyChunk, value: number): true {
  out.begin(8);
  out.bytes.writeDoubleBE(value, out.at);
  out.at += 8;
  return true;
}

/** Where rounding to a double first could have decided to which side a single is rounded, nothing is certain. */
function putSingle(out: CopyChunk, value: number): boolean {
  const single = Math.fround(value);
  if (Number.isFinite(value) && !isCertain(value, single)) return false;
  out.begin(4);
  out.bytes.writeFloatBE(single, out.at);
  out.at += 4;
  return true;
}

const leastNormal = 2 ** -126;
const words = new DataView(new ArrayBuffer(8));

function isCertain(value: number, single: number): boolean {
  if (value === single) return value === 0 || Math.abs(value) >= leastNormal;
  if (!Number.isFinite(single) || Math.abs(value) < leastNormal) return false;
  words.setFloat64(0, value);
  return (words.getUint32(4) & 0x1fff_ffff) !== 0x1000_0000;
}
