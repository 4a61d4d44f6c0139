import type { FieldType, Value } from '../../model/index.ts';
import { decimalOf, decimalText, isSpecial, rounded } from '../numbers/decimal.ts';
import { compareDecimals } from '../numbers/decimal-arithmetic.ts';
import { float4Text, float8Text } from '../numbers/float-text.ts';
import { readDecimal } from '../numbers/read-decimal.ts';
import type { Assignment } from '../program.ts';
import { checked, exact } from './assignments.ts';
import { fitFault } from './fit-fault.ts';

type Integer = Extract<FieldType, { kind: 'integer' }>;
type Decimal = Extract<FieldType, { kind: 'decimal' }>;
type Float = Extract<FieldType, { kind: 'float' }>;
export type NumberType = Integer | Decimal | Float;

export function isNumberType(type: FieldType): type is NumberType {
  return type.kind === 'integer' || type.kind === 'decimal' || type.kind === 'float';
}

/** A number into a field for numbers: the same number, in the spelling the field gives back. */
export function assignNumber(from: NumberType, to: NumberType): Assignment {
  switch (to.kind) {
    case 'integer':
      return intoInteger(from, to);
    case 'decimal':
      return intoDecimal(from, to);
    case 'float':
      return intoFloat(from, to);
  }
}

function limitsOf({ bits, signed }: Integer): readonly [least: bigint, most: bigint] {
  return signed ? [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n] : [0n, 2n ** BigInt(bits) - 1n];
}

function intoInteger(from: NumberType, to: Integer): Assignment {
  const [least, most] = limitsOf(to);
  const fit = (text: string): Value => {
    const whole = wholeNumber(text, from);
    if (whole < least || whole > most)
      throw fitFault('value.out-of-range', `it is outside ${least} to ${most}`);
    return whole.toString();
  };
  if (from.kind !== 'integer') return checked(`whole numbers from ${least} to ${most}`, fit);
  const [fromLeast, fromMost] = limitsOf(from);
  return fromLeast >= least && fromMost <= most ? exact() : checked(`from ${least} to ${most}`, fit);
}

function wholeNumber(text: string, from: NumberType): bigint {
  if (isSpecial(text)) throw fitFault('value.out-of-range', `${text} is no whole number`);
  if (from.kind === 'float') {
    // Of a large one the shortest digits need not be its value: 4.2511238e+08 names 425112384.
    const value = from.bits === 32 ? Math.fround(Number(text)) : Number(text);
    if (Number.isInteger(value)) return BigInt(value);
  }
  const decimal = decimalOf(readDecimal(text));
  const whole = rounded(decimal, 0);
  if (compareDecimals(decimalText(decimal), decimalText(whole)) !== 0)
    throw fitFault('value.would-round', 'it has a fraction and the field holds whole numbers');
  return whole.unscaled;
}

function intoDecimal(from: NumberType, to: Decimal): Assignment {
  const { precision } = to;
  const scale = to.scale ?? 0;
  // A float's shortest text is the number people see; it is kept digit for digit.
  const exactText = (text: string): string => (isSpecial(text) ? text : readDecimal(text));
  if (precision === null) return exact(exactText);
  const fit = (text: string): Value => fittedDecimal(exactText(text), precision, scale);
  const condition = `at most ${precision - scale} digits before the point and ${Math.max(scale, 0)} behind it`;
  return fitsAlways(from, precision, scale) ? exact(fit) : checked(condition, fit);
}

function fitsAlways(from: NumberType, precision: number, scale: number): boolean {
  if (from.kind === 'integer') return scale >= 0 && limitsOf(from)[1].toString().length <= precision - scale;
  if (from.kind === 'float' || from.precision === null) return false;
  const fromScale = from.scale ?? 0;
  return fromScale <= scale && from.precision - fromScale <= precision - scale;
}

function fittedDecimal(text: string, precision: number, scale: number): Value {
  if (text === 'NaN' || isOfScale(text, precision, scale)) return text;
  if (isSpecial(text))
    throw fitFault('value.out-of-range', 'an infinity does not fit a decimal with a precision');
  const fitted = decimalText(rounded(decimalOf(text), scale));
  if (compareDecimals(fitted, text) !== 0)
    throw fitFault('value.would-round', `it has more than ${scale} digits behind the point`);
  const whole = fitted.replace('-', '').split('.')[0]?.replace(/^0+/, '') ?? '';
  if (whole.length > precision - scale)
    throw fitFault('value.out-of-range', `it has more than ${precision - scale} digits before the point`);
  return fitted;
}

/** Most amounts are written with the field's own scale already: nothing is computed for those. */
function isOfScale(text: string, precision: number, scale: number): boolean {
  if (scale <= 0 || text.charCodeAt(text.length - scale - 1) !== 46 /* . */) return false;
  const first = text.charCodeAt(0);
  return first >= 48 && first <= 57 && text.length - scale - 1 <= precision - scale;
}

function intoFloat(from: NumberType, to: Float): Assignment {
  const narrow = to.bits === 32;
  const print = narrow ? float4Text : float8Text;
  const fit = (text: string): Value => {
    if (isSpecial(text)) return text;
    const read = from.kind === 'float' && from.bits === 32 ? Math.fround(Number(text)) : Number(text);
    const value = narrow ? Math.fround(read) : read;
    const stored = print(value);
    if (!Number.isFinite(value))
      throw fitFault('value.out-of-range', 'it is too large for the floating point field');
    if (from.kind === 'float' ? value !== read : !isHeld(text, value, stored))
      throw fitFault('value.would-round', 'the floating point field does not hold all its digits');
    return stored;
  };
  if (from.kind === 'float' && from.bits <= to.bits) return exact(from.bits === to.bits ? undefined : fit);
  if (from.kind === 'integer' && from.bits <= (narrow ? 24 : 32)) return exact(fit);
  return checked(`numbers that ${to.bits} bits of floating point hold exactly`, fit);
}

/**
 * A whole number has to be the very value of the binary one: -167741410 is told apart from -167741408, although the shortest
 * digits of the latter read -1.6774141e+08. A fraction has to be the number those digits name: 0.1 is in no binary number.
 */
function isHeld(text: string, value: number, stored: string): boolean {
  const decimal = readDecimal(text);
  if (/^-?\d+(?:\.0*)?$/.test(decimal))
    return Number.isInteger(value) && BigInt(value) === BigInt(decimal.replace(/\.0*$/, ''));
  return compareDecimals(readDecimal(stored), text) === 0;
}
