import type { FieldType } from '../../model/index.ts';
import { encodeDecimal } from './encode-decimal.ts';
import { encodeFloat } from './encode-float.ts';
import { encodeInteger } from './encode-integer.ts';
import { encodeJsonAsJsonb, encodeJsonb } from './encode-json.ts';
import {
  encodeBoolean,
  encodeHexBytes,
  encodeText,
  encodeTextBeforeSpaces,
  encodeUuid,
} from './encode-text.ts';
import { encodeDate, encodeTime, encodeTimestamp } from './encode-time.ts';
import type { EncodeValue } from './encode-value.ts';

/**
 * How the text of a value gets into a field of PostgreSQL by binary COPY, unaltered; null where there is no encoder: then the
 * value has to be written as text.
 *
 * @param kept whether the value also has to keep the limits of `from`: of `x::varchar(10)`, which would cut it. What a
 * system only says of a field of its own binds nobody
 */
export function valueEncoder(from: FieldType, to: FieldType, kept: boolean): EncodeValue | null {
  if (!goesInto(from, to) && !(isOwnText(from, to) && !kept)) return null;
  const limits = kept ? [from, to] : [to];
  switch (to.kind) {
    case 'boolean':
      return encodeBoolean;
    case 'integer':
      return integerEncoder(to, limits);
    case 'decimal':
      return decimalEncoder(limits);
    case 'float':
      return encodeFloat(to.bits);
    case 'text':
      return textEncoder(from, to, limits);
    case 'bytes':
      return encodeHexBytes;
    case 'date':
      return encodeDate;
    case 'time':
      return to.zoned ? null : encodeTime(fractionOf(limits));
    case 'timestamp':
    case 'instant':
      return encodeTimestamp(fractionOf(limits), to.kind === 'instant');
    case 'uuid':
      return encodeUuid;
    case 'json':
      if (!to.binary) return encodeText(null);
      return from.kind === 'json' && !from.binary ? encodeJsonAsJsonb : encodeJsonb;
    case 'enum':
      return encodeText(null);
    case 'interval':
    case 'list':
    case 'native':
    case 'any':
      return null;
  }
}

/** Only values of one kind, and whole numbers as decimals: what is converted otherwise, the records lane converts. */
function goesInto(from: FieldType, to: FieldType): boolean {
  // Spaces that only fill a field up are no part of a text that goes elsewhere.
  if (from.kind === 'text' && from.padded && !(to.kind === 'text' && to.padded)) return false;
  if (from.kind === 'integer' && to.kind === 'decimal') return true;
  if (from.kind === 'text' && to.kind === 'enum') return true;
  if (from.kind === 'float' && to.kind === 'float') return from.bits === to.bits;
  if (from.kind === 'enum' && to.kind === 'enum')
    return from.labels.every((label) => to.labels.includes(label));
  return from.kind === to.kind;
}

/** What its own system spells in one way alone is a text as it is. */
function isOwnText(from: FieldType, to: FieldType): boolean {
  if (to.kind !== 'text' || to.padded) return false;
  return from.kind === 'enum' || (from.kind === 'native' && from.engine === 'mysql');
}

/** A field that fills up gives no spaces back, so a text that ends with one of its own is not for it. */
function textEncoder(
  from: FieldType,
  to: Extract<FieldType, { kind: 'text' }>,
  limits: readonly FieldType[],
): EncodeValue {
  const most = least(limits.map((type) => (type.kind === 'text' ? type.charactersMax : null)));
  const fills = from.kind === 'text' && from.padded;
  return to.padded && !fills ? encodeTextBeforeSpaces(most) : encodeText(most);
}

type Integer = Extract<FieldType, { kind: 'integer' }>;

function integerEncoder(to: Integer, limits: readonly FieldType[]): EncodeValue | null {
  const ranges = limits.flatMap((type) => (type.kind === 'integer' ? [rangeOf(type)] : []));
  const low = ranges.reduce((a, [b]) => (a > b ? a : b), -(2n ** 63n));
  const high = ranges.reduce((a, [, b]) => (a < b ? a : b), 2n ** 63n - 1n);
  if (to.bits === 16 && to.signed) return encodeInteger(2, low, high);
  if (to.bits === 32) return encodeInteger(4, low, high);
  return to.bits === 64 && to.signed ? encodeInteger(8, low, high) : null;
}

function rangeOf({ bits, signed }: Integer): readonly [least: bigint, most: bigint] {
  const size = BigInt(bits);
  return signed ? [-(2n ** (size - 1n)), 2n ** (size - 1n) - 1n] : [0n, 2n ** size - 1n];
}

function decimalEncoder(limits: readonly FieldType[]): EncodeValue | null {
  let [wholeMax, scaleMax] = [Infinity, Infinity];
  for (const type of limits) {
    if (type.kind !== 'decimal' || type.precision === null) {
      // A whole number that passes an integer type on its way has its range, which no digits can say.
      if (type.kind === 'integer') return null;
      continue;
    }
    const scale = type.scale ?? 0;
    if (scale < 0 || scale > type.precision) return null;
    wholeMax = Math.min(wholeMax, type.precision - scale);
    scaleMax = Math.min(scaleMax, scale);
  }
  return encodeDecimal(wholeMax, scaleMax);
}

function fractionOf(limits: readonly FieldType[]): number {
  return Math.min(6, ...limits.map((type) => ('fractionDigits' in type ? type.fractionDigits : 6)));
}

function least(numbers: readonly (number | null)[]): number | null {
  const known = numbers.filter((number) => number !== null);
  return known.length === 0 ? null : Math.min(...known);
}
