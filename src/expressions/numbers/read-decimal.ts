import { shapeOf, valueFault } from '../faults.ts';
import { decimalText, rounded, scaleMax } from './decimal.ts';

const finite = /^([+-]?)(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d+))?$/;
const special = /^([+-]?)(?:(nan)|inf(?:inity)?)$/i;

/**
 * PostgreSQL's `numeric_in`: any text to the canonical text of a decimal. Hexadecimal and underscores (version 16 and later)
 * are refused, as version 15 does.
 */
export function readDecimal(text: string): string {
  const trimmed = trimSpace(text);
  const found = finite.exec(trimmed);
  if (found === null) return readSpecial(text, trimmed);
  const [, sign = '', digits = '', exponentText] = found;
  if (exponentText === undefined && trimmed.length < 1_000) return plainText(sign, digits);
  return scientificText(sign, digits, exponentText === undefined ? 0 : Number(exponentText));
}

/** The white space PostgreSQL's `isspace` knows. */
export function trimSpace(text: string): string {
  return text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '');
}

function readSpecial(text: string, trimmed: string): string {
  const found = special.exec(trimmed);
  if (found === null) {
    const [, exponent] = /^[+-]?(?:\d+\.?\d*|\.\d+)[eE]([+-]?\d+)/.exec(trimmed) ?? [];
    if (exponent !== undefined) checkExponent(Number(exponent));
    throw valueFault('22P02', `${shapeOf(text)} is not a number`);
  }
  if (found[2] !== undefined) {
    if (found[1] !== '') throw valueFault('22P02', `${shapeOf(text)} is not a number`);
    return 'NaN';
  }
  return found[1] === '-' ? '-Infinity' : 'Infinity';
}

function plainText(sign: string, digits: string): string {
  const point = digits.indexOf('.');
  const whole = (point === -1 ? digits : digits.slice(0, point)).replace(/^0+(?=\d)/, '') || '0';
  const fraction = point === -1 ? '' : digits.slice(point + 1);
  const zero = whole === '0' && !/[1-9]/.test(fraction);
  return `${sign === '-' && !zero ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** PostgreSQL reads the exponent as an int and gives up on half its range, before it looks at what stands behind it. */
function checkExponent(exponent: number): void {
  if (Math.abs(exponent) >= 1_073_741_823)
    throw valueFault('22003', 'the value overflows the numeric format');
}

function scientificText(sign: string, digits: string, exponent: number): string {
  checkExponent(exponent);
  const point = digits.indexOf('.');
  const fraction = point === -1 ? '' : digits.slice(point + 1);
  const unscaled = BigInt(`${point === -1 ? digits : digits.slice(0, point)}${fraction}`);
  const signed = sign === '-' ? -unscaled : unscaled;
  const scale = fraction.length - exponent;
  if (scale > scaleMax || (unscaled !== 0n && -scale > 200_000))
    throw valueFault('22003', 'the value overflows the numeric format');
  return decimalText(rounded({ unscaled: signed, scale }, Math.max(scale, 0)));
}
