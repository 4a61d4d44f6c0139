import type { Value } from '../../model/index.ts';
import { decodeValue } from './decode-value.ts';
import type { DescribedField, DescribedObject } from './described.ts';
import { ExactNumber, type Json } from './exact-json.ts';
import { fieldOf } from './field-types.ts';
import { holdsOf } from './holds.ts';

/** A value has no place in its field. The text is for people and names no value. */
export class Unstorable extends Error {}

/** A canonical value as the API takes it. Throws `Unstorable`. */
export type Encode = (value: Value) => Json;

export function encoderFor(object: DescribedObject, field: DescribedField): Encode {
  const holds = holdsOf(fieldOf(object, field));
  return (value) => {
    if (value === null && field.type === 'boolean')
      throw new Unstorable('a checkbox is true or false, never without a value');
    if (value === null) return null;
    const refusal = holds?.refusal(value) ?? null;
    if (refusal !== null) throw new Unstorable(refusal);
    const encoded = encode(field, value);
    if (encoded === undefined) throw new Unstorable(`it is no ${field.type}`);
    return encoded;
  };
}

/** Undefined where the field cannot take it. */
function encode(field: DescribedField, value: Value): Json | undefined {
  if (field.type === 'boolean') return typeof value === 'boolean' ? value : undefined;
  if (typeof value !== 'string') return undefined;
  switch (field.type) {
    case 'int':
    case 'long':
      return /^-?\d+$/.test(value) ? new ExactNumber(value) : undefined;
    case 'double':
    case 'currency':
    case 'percent':
      return /^-?\d+(?:\.\d+)?$/.test(value) ? new ExactNumber(value) : undefined;
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(value) ? value : undefined;
    case 'datetime':
      return instant(value);
    case 'time':
      return clock(value);
    default:
      return value;
  }
}

/** Moments have milliseconds: finer ones are not cut off without a word. */
function instant(value: string): string | undefined {
  const [, day, time, fraction = ''] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?\+00$/.exec(value) ?? [];
  return day === undefined || time === undefined ? undefined : `${day}T${time}.${fraction.padEnd(3, '0')}Z`;
}

function clock(value: string): string | undefined {
  const [, time, fraction = ''] = /^(\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?$/.exec(value) ?? [];
  return time === undefined ? undefined : `${time}.${fraction.padEnd(3, '0')}Z`;
}

/**
 * A key as the org compares it: what is written differently and names the same record is the same. Null where no record can
 * have it.
 */
export function comparable(object: DescribedObject, field: DescribedField, value: Value): string | null {
  if (value === null) return null;
  try {
    const kept = decodeValue(field, encoderFor(object, field)(value));
    return typeof kept === 'string' && !field.caseSensitive ? kept.toLowerCase() : String(kept);
  } catch (error) {
    if (error instanceof Unstorable) return null;
    throw error;
  }
}
