import type { CopyChunk } from './copy-chunk.ts';
import { digit, type EncodeValue, isWord, minus, point } from './encode-value.ts';

/** More digits than people write; longer ones are left to others. */
const digitsMax = 1_000;

/**
 * `numeric`: digits to the base of 10,000, four decimal digits each, cut at the point. Plain decimals only: what would be
 * rounded, and what is written with an exponent, is refused.
 *
 * @param wholeMax decimal digits before the point, @param scaleMax behind it
 */
export function encodeDecimal(wholeMax: number, scaleMax: number): EncodeValue {
  return (out, bytes, from, to) => {
    if (bytes[from] === 78) return isWord(bytes, from, to, 'NaN') && encodeNotANumber(out);
    const negative = bytes[from] === minus;
    let first = negative ? from + 1 : from;
    const dot = pointIn(bytes, first, to);
    if (dot < 0) return false;
    const scale = dot === to ? 0 : to - dot - 1;
    // The point stands before the digits of an empty text with a sign behind it, which is the next one's.
    if (dot <= first || (dot < to && scale === 0)) return false;
    while (first < dot && digit(bytes[first]) === 0) first += 1;
    const whole = dot - first;
    if (whole > wholeMax || scale > scaleMax || whole + scale > digitsMax) return false;
    encodeDigits(out, bytes, first, dot, to, negative, scale);
    return true;
  };
}

/** Where the point is, or the end; -1 when anything but digits and one point is there. */
function pointIn(bytes: Uint8Array, from: number, to: number): number {
  let dot = to;
  for (let at = from; at < to; at += 1) {
    const next = digit(bytes[at]);
    if (next >= 0 && next <= 9) continue;
    if (bytes[at] !== point || dot !== to) return -1;
    dot = at;
  }
  return dot;
}

function encodeDigits(
  out: CopyChunk,
  bytes: Uint8Array,
  first: number,
  dot: number,
  to: number,
  negative: boolean,
  scale: number,
): void {
  const groups = Math.ceil((dot - first) / 4) + Math.ceil(scale / 4);
  out.room(4 + 8 + 2 * groups);
  const start = out.at;
  out.at = start + 12;
  let weight = Math.ceil((dot - first) / 4) - 1;
  // The position behind the last digit group that is not zero; zeros in front of the first one are not written.
  let end = out.at;
  for (let at = first; at < to; ) {
    if (at === dot) at += 1;
    const behind = at > dot;
    const next = behind ? at + 4 : at + ((dot - at) % 4 || 4);
    const group = groupOf(bytes, at, next, behind ? to : next);
    at = next;
    if (group !== 0) {
      out.int16(group);
      end = out.at;
    } else if (out.at > start + 12) out.int16(0);
    else weight -= 1;
  }
  const count = (end - start - 12) / 2;
  out.at = start;
  out.int32(8 + 2 * count);
  out.int16(count);
  out.int16(count === 0 ? 0 : weight);
  out.int16(negative && count > 0 ? 0x4000 : 0);
  out.int16(scale);
  out.at = end;
}

/** Four digits; behind the end of the text stand zeros. */
function groupOf(bytes: Uint8Array, from: number, to: number, textEnd: number): number {
  let group = 0;
  for (let at = from; at < to; at += 1) group = group * 10 + (at < textEnd ? digit(bytes[at]) : 0);
  return group;
}

function encodeNotANumber(out: CopyChunk): true {
  out.begin(8);
  out.int16(0);
  out.int16(0);
  out.int16(0xc000);
  out.int16(0);
  return true;
}

/** Beyond it a double may not hold a whole number and three digits more. */
const scaledMax = 1e12;

/**
 * A binary number whose shortest decimal has at most `scale` digits behind the point, as that decimal: of decimals with no
 * more than 15 digits only one reads back as the same number, so none is shorter. False where that is not certain.
 *
 * @param wholeMax decimal digits before the point, @param scale at most 6; the value is stored with as many
 */
export function numberAsDecimal(wholeMax: number, scale: number): (out: CopyChunk, value: number) => boolean {
  const power = 10 ** scale;
  const sizeMax = Math.min(scaledMax, 10 ** (wholeMax + scale));
  const behind = Math.ceil(scale / 4);
  const filling = 10 ** (behind * 4 - scale);
  return (out, value) => {
    const scaled = Math.round(value * power);
    const size = Math.abs(scaled);
    if (!(size < sizeMax) || scaled / power !== value) return false;
    putGroups(out, size * filling, behind, scaled < 0, scale);
    return true;
  };
}

/** @param whole a whole number below 1e15, of which the last `behind` groups of four digits stand behind the point */
function putGroups(out: CopyChunk, whole: number, behind: number, negative: boolean, scale: number): void {
  let rest = whole;
  let count = 0;
  let trailing = 0;
  while (rest > 0) {
    // Exact below 2 ** 53. The remainder of two doubles made a record of ten fields a fifth slower.
    const next = Math.floor(rest / 10_000);
    const group = rest - next * 10_000;
    rest = next;
    if (count === 0 && group === 0) trailing += 1;
    else {
      groups[count] = group;
      count += 1;
    }
  }
  out.begin(8 + 2 * count);
  out.int16(count);
  out.int16(count === 0 ? 0 : count + trailing - behind - 1);
  out.int16(negative ? 0x4000 : 0);
  out.int16(scale);
  for (let at = count - 1; at >= 0; at -= 1) out.int16(groups[at] as number);
}

/** The least significant first. */
const groups = new Int16Array(8);
