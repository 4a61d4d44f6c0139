import type { Value } from '../../model/index.ts';
import type { DescribedProperty } from './described.ts';

/** What stands in a record is not what the description promises. The text names no value. */
export class Unexpected extends Error {}

/** A value of a record in its canonical form; all values of the API are texts. Throws `Unexpected`. */
export function decodeValue({ type, references }: DescribedProperty, text: string): Value {
  if (text === '') return null;
  switch (type) {
    case 'bool':
      if (text === 'true' || text === 'false') return text === 'true';
      throw new Unexpected('a bool is none');
    case 'number':
      return decimalText(text);
    case 'date':
      if (/^\d{4}-\d\d-\d\d$/.test(text)) return text;
      throw new Unexpected('a date is none');
    case 'datetime':
      return instantText(text);
    case 'enumeration':
      if (references === 'OWNER' && !/^\d+$/.test(text)) throw new Unexpected('the id of an owner is none');
      return text;
    default:
      return text;
  }
}

const numberShape = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

/** `3.5E8` is `350000000`. */
function decimalText(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = numberShape.exec(text.trim()) ?? [];
  if (whole === '') throw new Unexpected('a number is none');
  const point = whole.length + Number(exponent);
  const digits = (whole + fraction).padEnd(point, '0');
  const left = point <= 0 ? '0' : digits.slice(0, point).replace(/^0+(?=\d)/, '');
  const right = point <= 0 ? '0'.repeat(-point) + digits : digits.slice(point);
  const number = right === '' ? left : `${left}.${right}`;
  return /[1-9]/.test(number) ? sign + number : number;
}

/** `2026-11-20T12:45:00.500Z` is `2026-11-20 12:45:00.5+00`; milliseconds since 1970 are an instant too. */
function instantText(text: string): string {
  const given = /^-?\d{1,15}$/.test(text) ? new Date(Number(text)).toISOString() : text;
  const [, day, time, fraction = ''] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/.exec(given) ?? [];
  if (day === undefined || time === undefined) throw new Unexpected('a moment is none in UTC');
  const digits = fraction.replace(/0+$/, '');
  return `${day} ${time}${digits === '' ? '' : `.${digits}`}+00`;
}
