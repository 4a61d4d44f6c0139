import { asciiOf, digit, digits, type EncodeValue, minus } from './encode-value.ts';

/** A double holds every whole number of so many digits. */
const exactDigits = 15;

/**
 * @param bytesWide of the field: 2, 4 or 8
 * @param least inclusive, @param most inclusive: what may go in, which can be less than the field holds
 */
export function encodeInteger(bytesWide: 2 | 4 | 8, least: bigint, most: bigint): EncodeValue {
  const [low, high] = [Number(least), Number(most)];
  return (out, bytes, from, to) => {
    const negative = bytes[from] === minus;
    const first = negative ? from + 1 : from;
    const count = to - first;
    // Below zero of an empty text with a sign behind it, which is the next one's.
    if (count <= 0) return false;
    if (count > exactDigits)
      return bytesWide === 8 && encodeLarge(out, bytes, [from, first, to], [least, most]);
    const size = digits(bytes, first, count);
    if (size < 0) return false;
    const value = negative ? -size : size;
    if (value < low || value > high) return false;
    out.begin(bytesWide);
    if (bytesWide === 8) out.int64(value);
    else if (bytesWide === 4) out.int32(value);
    else out.int16(value);
    return true;
  };
}

function encodeLarge(
  out: Parameters<EncodeValue>[0],
  bytes: Uint8Array,
  [from, first, to]: readonly [number, number, number],
  [least, most]: readonly [bigint, bigint],
): boolean {
  if (to - first > 19) return false;
  for (let at = first; at < to; at += 1) {
    const next = digit(bytes[at]);
    if (!(next >= 0 && next <= 9)) return false;
  }
  const value = BigInt(asciiOf(bytes, from, to));
  if (value < least || value > most) return false;
  out.begin(8);
  out.bytes.writeBigInt64BE(value, out.at);
  out.at += 8;
  return true;
}
