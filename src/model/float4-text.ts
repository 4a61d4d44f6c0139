import { floatText } from './float-text.ts';

/**
 * The text of a binary32 number (given as the binary64 of the same value) as PostgreSQL prints it: the shortest digits
 * strictly between the midpoints to its neighbours, of those the nearest; exponent form below 1e-4 and from 1e6 on.
 */
export function float4Text(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return floatText(value);
  return arranged(shortestFloat4(value));
}

function arranged(exponential: string): string {
  const [mantissa = '', exponentText = '0'] = exponential.split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return fixedText(mantissa, exponent);
  const size = Math.abs(exponent);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${size < 10 ? '0' : ''}${size}`;
}

function fixedText(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, '0');
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

const bits = new DataView(new ArrayBuffer(4));

function shortestFloat4(value: number): string {
  const low = (value + neighbour4(value, -1)) / 2;
  const high = (value + neighbour4(value, 1)) / 2;
  for (let digits = 0; digits < 9; digits += 1) {
    const inside = around(value, digits).filter((text) => isBetween(text, low, high));
    // The nearest comes first; next to a power of two it may lie outside where the one beside it does not.
    if (inside[0] !== undefined) return inside[0];
  }
  return value.toExponential(9);
}

/**
 * The nearest text with that many digits behind the point; of two equally near ones the even one, as C's `printf` and
 * PostgreSQL's shortest digits choose (JavaScript takes the larger).
 */
export function nearestExponential(value: number, digits: number): string {
  const nearest = value.toExponential(digits);
  const [mantissa = '', exponent = '0'] = nearest.split('e');
  if (!/[13579]$/.test(mantissa)) return nearest;
  const finer = value.toExponential(Math.min(digits + 1, 100));
  if (!/5e/.test(finer) || compareExactly(finer, value) !== 0) return nearest;
  const whole = BigInt(mantissa.replace('.', ''));
  const even = whole < 0n ? whole + 1n : whole - 1n;
  const text = even.toString().replace(/^(-?\d)(\d+)$/, '$1.$2');
  return `${text}e${exponent}`;
}

/** The nearest text with that many digits behind the point, and the two beside it. */
function around(value: number, digits: number): readonly string[] {
  const nearest = nearestExponential(value, digits);
  const [mantissa = '', exponent = '0'] = nearest.split('e');
  const whole = Number(mantissa.replace('.', ''));
  const beside = [whole - 1, whole + 1].map((digitsText) =>
    Number(`${digitsText}e${Number(exponent) - digits}`).toExponential(digits),
  );
  return [nearest, ...beside];
}

/** The midpoints are exact in binary64; a text that rounds to one is compared digit by digit. */
function isBetween(text: string, low: number, high: number): boolean {
  const read = Number(text);
  const [least, most] = low < high ? [low, high] : [high, low];
  if (read !== least && read !== most) return read > least && read < most;
  const order = compareExactly(text, read);
  return read === least ? order > 0 : order < 0;
}

/** Order of a decimal text and a binary64 number, without rounding. */
function compareExactly(text: string, value: number): number {
  const [mantissa = '', exponent = '0'] = text.split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const scale = Number(exponent) - fraction.length;
  const [digits, power] = binaryParts(value);
  // Both sides times 10^shift * 2^shift, so that no exponent is below zero, however small the number.
  const shift = Math.max(0, -scale, -power);
  const left = BigInt(`${whole}${fraction}`) * 10n ** BigInt(scale + shift) * 2n ** BigInt(shift);
  const right = digits * 2n ** BigInt(power + shift) * 10n ** BigInt(shift);
  return left < right ? -1 : Number(left > right);
}

/** value = digits * 2^power */
function binaryParts(value: number): readonly [digits: bigint, power: number] {
  let power = 0;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    power -= 1;
  }
  return [BigInt(scaled), power];
}

/** The next binary32 away from zero (1) or towards it (-1). */
function neighbour4(value: number, step: 1 | -1): number {
  bits.setFloat32(0, value);
  bits.setInt32(0, bits.getInt32(0) + step);
  const next = bits.getFloat32(0);
  // Above the largest one counts the number that would come next.
  return Number.isFinite(next) ? next : Math.sign(value) * 2 ** 128;
}
