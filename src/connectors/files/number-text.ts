const number = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
const exponentMax = 1_000;
const int64Min = -(2n ** 63n);
const int64Max = 2n ** 63n - 1n;

/**
 * A JSON number as exact decimal text without exponent: `1.5e3` is `1500`, `25e-3` is `0.025`; the scale it was written
 * with is kept. Null when its exponent is past 1,000: such a number stays JSON.
 */
export function decimalText(text: string): string | null {
  const parts = number.exec(text);
  if (parts === null) return null;
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = parts;
  if (exponentText.length > 6) return null;
  const exponent = Number.parseInt(exponentText, 10);
  if (Math.abs(exponent) > exponentMax) return null;
  if (exponent === 0) return withoutNegativeZero(sign, fraction === '' ? whole : `${whole}.${fraction}`);
  return withoutNegativeZero(sign, shifted(whole, fraction, exponent));
}

function shifted(whole: string, fraction: string, exponent: number): string {
  const point = whole.length + exponent;
  const digits = whole + fraction;
  const padded = point > digits.length ? digits.padEnd(point, '0') : digits;
  if (point <= 0) return `0.${'0'.repeat(-point)}${padded}`;
  const left = padded.slice(0, point).replace(/^0+(?=\d)/, '');
  const right = padded.slice(point);
  return right === '' ? left : `${left}.${right}`;
}

/** Zero has one spelling; the sign of `-0` means nothing in an exact number. */
function withoutNegativeZero(sign: string, digits: string): string {
  return /[1-9]/.test(digits) ? sign + digits : digits;
}

/** A whole number written without fraction or exponent that fits 64 bits. */
export function isInteger64(text: string): boolean {
  if (!/^-?\d+$/.test(text)) return false;
  if (text.length < 18) return true;
  const value = BigInt(text);
  return value >= int64Min && value <= int64Max;
}
