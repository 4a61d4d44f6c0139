import type { Value } from '../../model/index.ts';
import type { DescribedField } from './described.ts';
import { ExactNumber, type Json, writeExactly } from './exact-json.ts';

/** What stands in a record is not what the description promises. The text names no value. */
export class Unexpected extends Error {}

/** A value of an answer in its canonical form. Throws `Unexpected`. The bytes of a file are not in answers: see `read.ts`. */
export function decodeValue(field: DescribedField, value: Json): Value {
  if (value === null) return null;
  switch (field.type) {
    case 'boolean':
      if (typeof value === 'boolean') return value;
      break;
    case 'int':
    case 'long':
      if (value instanceof ExactNumber) return wholeText(value.text);
      break;
    case 'double':
    case 'currency':
    case 'percent':
      if (value instanceof ExactNumber) return decimalText(value.text, field.scale);
      break;
    case 'date':
      if (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)) return value;
      break;
    case 'datetime':
      if (typeof value === 'string') return instantText(value);
      break;
    case 'time':
      if (typeof value === 'string') return timeText(value);
      break;
    default:
      return typeof value === 'string' ? value : writeExactly(value);
  }
  throw new Unexpected(`a ${field.type} is none`);
}

const numberShape = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

/** `3.5E8` with scale 2 is `350000000.00`. Digits beyond the scale stay: the API keeps what was written through it. */
export function decimalText(text: string, scale: number): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = numberShape.exec(text) ?? [];
  if (whole === '') throw new Unexpected('a number is none');
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const left =
    point <= 0
      ? '0'
      : digits
          .slice(0, point)
          .padEnd(point, '0')
          .replace(/^0+(?=\d)/, '');
  const right = (point <= 0 ? '0'.repeat(-point) + digits : digits.slice(point)).replace(/0+$/, '');
  const shown = right.padEnd(scale, '0');
  const number = shown === '' ? left : `${left}.${shown}`;
  return /[1-9]/.test(number) ? sign + number : number;
}

function wholeText(text: string): string {
  const number = decimalText(text, 0);
  if (number.includes('.')) throw new Unexpected('a whole number is none');
  return number;
}

/** `2026-11-20T12:45:00.500+0000` is `2026-11-20 12:45:00.5+00`. */
function instantText(text: string): string {
  const [, day, time, fraction = ''] =
    /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|\+00:?00)$/.exec(text) ?? [];
  if (day === undefined || time === undefined) throw new Unexpected('a moment is none in UTC');
  return `${day} ${time}${fractionText(fraction)}+00`;
}

function timeText(text: string): string {
  const [, time, fraction = ''] = /^(\d\d:\d\d:\d\d)(?:\.(\d+))?Z?$/.exec(text) ?? [];
  if (time === undefined) throw new Unexpected('a time is none');
  return time + fractionText(fraction);
}

function fractionText(fraction: string): string {
  const digits = fraction.replace(/0+$/, '');
  return digits === '' ? '' : `.${digits}`;
}
