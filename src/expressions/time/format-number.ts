import { valueFault } from '../faults.ts';
import { fixedText, roundDecimal, scientific, scientificText } from './exact-digits.ts';
import { type NumberPattern, numberPattern } from './number-pattern.ts';
import { romanNumber, roundToInteger } from './roman-number.ts';
import { writeNumber } from './write-number.ts';

/** to_char(numeric, format). */
export function formatDecimal(value: string, format: string): string {
  const pattern = numberPattern(format);
  if (pattern.flags.has('roman'))
    return writeNumber(pattern, pattern.pre, romanNumber(roundToInteger(value)), '+', 0);
  if (pattern.flags.has('scientific'))
    return writeScientific(pattern, decimalScientific(value, pattern.post));
  const finite = /\d/.test(value);
  const scaled = finite ? roundDecimal(shiftPoint(value, pattern.multi), pattern.post) : value;
  return writeFitted(pattern, scaled, pattern.post);
}

/** to_char(int4 or int8, format). V multiplies in the type itself: int4 wraps, int8 overflows with 22003. */
export function formatInteger(value: string, format: string, bits: 32 | 64): string {
  const pattern = numberPattern(format);
  if (pattern.flags.has('roman'))
    return writeNumber(pattern, pattern.pre, romanNumber(Number(value)), '+', 0);
  if (pattern.flags.has('scientific')) {
    const text =
      bits === 32
        ? signed(Number(value), scientificText(Number(value), pattern.post))
        : decimalScientific(value, pattern.post);
    return writeScientific(pattern, text);
  }
  const product = pattern.flags.has('multi') ? multiplied(BigInt(value), pattern.multi, bits) : value;
  const decimals = pattern.post === 0 ? '' : `.${'0'.repeat(pattern.post)}`;
  return writeFitted(pattern, product + decimals, pattern.post);
}

function multiplied(value: bigint, multi: number, bits: 32 | 64): string {
  if (bits === 32) {
    const factor = multi > 9 ? -2_147_483_648n : 10n ** BigInt(multi);
    return BigInt.asIntN(32, value * factor).toString();
  }
  const product = value * 10n ** BigInt(multi);
  if (multi > 18 || BigInt.asIntN(64, product) !== product) throw valueFault('22003', 'bigint out of range');
  return product.toString();
}

/** to_char(float4 or float8, format): never more digits than the type is sure of (6 or 15). */
export function formatFloat(text: string, format: string, bits: 32 | 64): string {
  const pattern = numberPattern(format);
  const value = bits === 32 ? Math.fround(Number(text)) : Number(text);
  if (pattern.flags.has('roman'))
    return writeNumber(pattern, pattern.pre, romanNumber(evenInteger(value)), '+', 0);
  if (pattern.flags.has('scientific'))
    return writeScientific(
      pattern,
      Number.isFinite(value) ? signed(value, scientificText(value, pattern.post)) : 'NaN',
    );
  const factor = 10 ** pattern.multi;
  const scaled = bits === 32 ? Math.fround(value * Math.fround(factor)) : value * factor;
  const room = (bits === 32 ? 6 : 15) - fixedText(scaled, 0).length;
  const post = Math.max(0, Math.min(pattern.post, room));
  return writeFitted(pattern, signed(scaled, fixedText(scaled, post)), post);
}

function signed(value: number, text: string): string {
  return value < 0 || Object.is(value, -0) ? `-${text}` : text;
}

function evenInteger(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** Puts a finished number into the pattern; `#` where it has more digits than the pattern. */
function writeFitted(pattern: NumberPattern, text: string, post: number): string {
  const sign = text.startsWith('-') ? '-' : '+';
  const digits = sign === '-' ? text.slice(1) : text;
  const pre = pattern.pre + pattern.multi;
  const point = digits.indexOf('.');
  const width = point < 0 ? digits.length : point;
  const fitted = width <= pre ? digits : `${'#'.repeat(pre)}.${'#'.repeat(post)}`;
  return writeNumber({ ...pattern, post }, pre, fitted, sign, Math.max(0, pre - width));
}

function writeScientific(pattern: NumberPattern, text: string): string {
  if (/\d/.test(text)) return text.startsWith('-') ? text : ` ${text}`;
  const fill = Array.from(' #'.padEnd(pattern.pre + pattern.post + 6, '#'));
  fill[pattern.pre + 1] = '.';
  return fill.join('');
}

/** Moves the decimal point of a decimal text to the right. */
function shiftPoint(value: string, places: number): string {
  if (places === 0) return value;
  const negative = value.startsWith('-');
  const [whole = '0', fraction = ''] = (negative ? value.slice(1) : value).split('.');
  const moved = fraction.padEnd(places, '0');
  const text = `${BigInt(whole + moved.slice(0, places))}.${moved.slice(places)}`.replace(/\.$/, '');
  return negative ? `-${text}` : text;
}

/** As PostgreSQL: the exponent is that of the unrounded number, so 9.99 with no places is `10e+00`. */
function decimalScientific(value: string, places: number): string {
  if (!/\d/.test(value)) return value;
  const negative = value.startsWith('-');
  const [whole = '0', fraction = ''] = (negative ? value.slice(1) : value).split('.');
  const all = (whole + fraction).replace(/^0+/, '');
  if (all === '') return scientific('0', places, 0);
  const exponent = all.length - 1 - fraction.length;
  const mantissa = roundDecimal(`${all.charAt(0)}.${all.slice(1)}`, places).replace('.', '');
  return `${negative ? '-' : ''}${scientific(mantissa, places, exponent)}`;
}
