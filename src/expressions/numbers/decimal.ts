import { valueFault } from '../faults.ts';

/**
 * An exact decimal number: `unscaled / 10^scale`. Only finite ones; `NaN` and the infinities stay text (`isSpecial`).
 *
 * Invariants: 1. scale is 0 or more, at most 16,383. 2. at most 131,072 digits before the point: PostgreSQL's own limits.
 */
export interface Decimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

export const scaleMax = 16_383;
const integerDigitsMax = 131_072;

/** True for the three texts of decimal and float that are no finite number. */
export function isSpecial(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last === 78 /* NaN */ || last === 121; /* Infinity */
}

/** Reads the canonical text of an integer or a finite decimal. */
export function decimalOf(text: string): Decimal {
  const point = text.indexOf('.');
  if (point === -1) return { unscaled: BigInt(text), scale: 0 };
  return {
    unscaled: BigInt(text.slice(0, point) + text.slice(point + 1)),
    scale: text.length - point - 1,
  };
}

/** The canonical text; throws 22003 when there are too many digits for PostgreSQL. */
export function decimalText(decimal: Decimal): string {
  const { scale } = decimal.scale > scaleMax ? rounded(decimal, scaleMax) : decimal;
  const unscaled = decimal.scale > scaleMax ? rounded(decimal, scaleMax).unscaled : decimal.unscaled;
  if (scale === 0) return withinLimits(unscaled.toString());
  const negative = unscaled < 0n;
  const digits = (negative ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  return withinLimits(`${negative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`);
}

function withinLimits(text: string): string {
  if (text.length > integerDigitsMax) {
    const point = text.indexOf('.');
    const digits = (point === -1 ? text.length : point) - (text.startsWith('-') ? 1 : 0);
    if (digits > integerDigitsMax) throw valueFault('22003', 'the value overflows the numeric format');
  }
  return text;
}

const powers: bigint[] = [1n];

export function powerOfTen(exponent: number): bigint {
  if (exponent > 1_000) return 10n ** BigInt(exponent);
  for (let at = powers.length; at <= exponent; at += 1) powers.push((powers[at - 1] ?? 1n) * 10n);
  return powers[exponent] ?? 1n;
}

/** The same number with another scale, rounded half away from zero; a negative scale rounds before the point. */
export function rounded(decimal: Decimal, scale: number): Decimal {
  const { unscaled, scale: from } = decimal;
  const kept = Math.max(scale, 0);
  if (scale >= from) return { unscaled: unscaled * powerOfTen(scale - from), scale };
  const divisor = powerOfTen(from - scale);
  const half = divisor / 2n;
  const quotient = unscaled < 0n ? -((-unscaled + half) / divisor) : (unscaled + half) / divisor;
  return { unscaled: scale < 0 ? quotient * powerOfTen(-scale) : quotient, scale: kept };
}

/** The same number with another scale, digits behind it dropped. */
export function truncated(decimal: Decimal, scale: number): Decimal {
  const { unscaled, scale: from } = decimal;
  if (scale >= from) return { unscaled: unscaled * powerOfTen(scale - from), scale };
  const quotient = unscaled / powerOfTen(from - scale);
  return { unscaled: scale < 0 ? quotient * powerOfTen(-scale) : quotient, scale: Math.max(scale, 0) };
}

/** Both with the larger scale. */
export function aligned(a: Decimal, b: Decimal): readonly [bigint, bigint, number] {
  if (a.scale === b.scale) return [a.unscaled, b.unscaled, a.scale];
  if (a.scale > b.scale) return [a.unscaled, b.unscaled * powerOfTen(a.scale - b.scale), a.scale];
  return [a.unscaled * powerOfTen(b.scale - a.scale), b.unscaled, b.scale];
}
