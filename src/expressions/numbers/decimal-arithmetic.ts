import { valueFault } from '../faults.ts';
import { aligned, type Decimal, decimalOf, decimalText, isSpecial, powerOfTen, rounded } from './decimal.ts';
import { isSmall, smallDigits, smallProduct, smallSum } from './small-decimals.ts';
import {
  addSpecial,
  divideSpecial,
  multiplySpecial,
  negatedSpecial,
  remainderSpecial,
} from './special-numbers.ts';

/**
 * Arithmetic of `numeric` on canonical texts, with PostgreSQL's result scales. The scale rules are those of
 * `numeric.c`: sum and difference take the larger scale, products add scales, quotients follow `select_div_scale`.
 */
export function addDecimals(a: string, b: string): string {
  if (isSmall(a) && isSmall(b)) return smallSum(a, b, 1);
  if (isSpecial(a) || isSpecial(b)) return addSpecial(a, b);
  const [x, y, scale] = aligned(decimalOf(a), decimalOf(b));
  return decimalText({ unscaled: x + y, scale });
}

export function subtractDecimals(a: string, b: string): string {
  if (isSmall(a) && isSmall(b)) return smallSum(a, b, -1);
  if (isSpecial(a) || isSpecial(b)) return addSpecial(a, negatedSpecial(b));
  const [x, y, scale] = aligned(decimalOf(a), decimalOf(b));
  return decimalText({ unscaled: x - y, scale });
}

export function multiplyDecimals(a: string, b: string): string {
  if (a.length + b.length <= smallDigits && isSmall(a) && isSmall(b)) return smallProduct(a, b);
  if (isSpecial(a) || isSpecial(b)) return multiplySpecial(a, b);
  const x = decimalOf(a);
  const y = decimalOf(b);
  return decimalText({ unscaled: x.unscaled * y.unscaled, scale: x.scale + y.scale });
}

export function divideDecimals(a: string, b: string): string {
  if (isSpecial(a) || isSpecial(b)) return divideSpecial(a, b);
  const x = decimalOf(a);
  const y = nonZero(decimalOf(b));
  const scale = quotientScale(x, y);
  // One digit more is not enough to round exactly: the remainder decides, so divide the exact fraction.
  const numerator = x.unscaled * powerOfTen(scale + y.scale);
  return decimalText({ unscaled: dividedHalfAway(numerator, y.unscaled * powerOfTen(x.scale)), scale });
}

/** `div(a, b)`: the whole quotient, towards zero. */
export function divideWhole(a: string, b: string): string {
  if (isSpecial(a) || isSpecial(b)) return divideSpecial(a, b);
  const [x, y] = aligned(decimalOf(a), nonZero(decimalOf(b)));
  return decimalText({ unscaled: x / y, scale: 0 });
}

/** `a % b`, with the sign of `a`. */
export function remainderOfDecimals(a: string, b: string): string {
  if (isSpecial(a) || isSpecial(b)) return remainderSpecial(a, b);
  const [x, y, scale] = aligned(decimalOf(a), nonZero(decimalOf(b)));
  return decimalText({ unscaled: x % y, scale });
}

export function negateDecimal(a: string): string {
  if (isSpecial(a)) return negatedSpecial(a);
  const { unscaled, scale } = decimalOf(a);
  return decimalText({ unscaled: -unscaled, scale });
}

/** Order of two decimals: NaN is above everything and equal to itself. */
export function compareDecimals(a: string, b: string): number {
  if (a === b) return 0;
  if (isSmall(a) && isSmall(b)) return Number(a) - Number(b);
  if (isSpecial(a) || isSpecial(b)) return Math.sign(rank(a) - rank(b));
  const [x, y] = aligned(decimalOf(a), decimalOf(b));
  return x < y ? -1 : Number(x > y);
}

function rank(text: string): number {
  if (text === 'NaN') return 2;
  if (text === 'Infinity') return 1;
  return text === '-Infinity' ? -1 : 0;
}

function nonZero(divisor: Decimal): Decimal {
  if (divisor.unscaled === 0n) throw valueFault('22012', 'a number is divided by zero');
  return divisor;
}

function dividedHalfAway(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const quotient = (2n * n + d) / (2n * d);
  return negative ? -quotient : quotient;
}

/** `select_div_scale`: at least 16 significant digits, counted in groups of four, and no fewer than the arguments have. */
function quotientScale(a: Decimal, b: Decimal): number {
  const [weightA, firstA] = leadingGroup(a);
  const [weightB, firstB] = leadingGroup(b);
  const weight = weightA - weightB - (firstA <= firstB ? 1 : 0);
  return Math.min(Math.max(16 - weight * 4, a.scale, b.scale, 0), 1_000);
}

/** Place (in groups of four digits from the point) and value of the first group that is not zero. */
function leadingGroup({ unscaled, scale }: Decimal): readonly [weight: number, group: number] {
  if (unscaled === 0n) return [0, 0];
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString();
  const exponent = digits.length - 1 - scale;
  const weight = Math.floor(exponent / 4);
  return [weight, Number(digits.slice(0, exponent - weight * 4 + 1).padEnd(exponent - weight * 4 + 1, '0'))];
}

/** Rounds to the nearest whole number, halves away from zero. */
export function roundedWhole(text: string): bigint {
  return rounded(decimalOf(text), 0).unscaled;
}
