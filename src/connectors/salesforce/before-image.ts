import type { Value } from '../../model/index.ts';
import type { NotPutBack } from '../port.ts';
import type { Intent } from '../write-journal/index.ts';
import { decodeValue, Unexpected } from './decode-value.ts';
import type { DescribedField, DescribedObject } from './described.ts';
import { type Json, writeExactly } from './exact-json.ts';
import { memberOf } from './org-api.ts';
import { wayBackOf } from './way-back.ts';

/** The fields of which is kept what changed records held before, as far as the org still shows them. */
export function imagedFields(
  { fields }: DescribedObject,
  intents: readonly Intent[],
): readonly DescribedField[] {
  const changed = intents.filter(({ kind }) => kind === 'changed');
  const names = new Set(changed.flatMap((intent) => Object.keys(wayBackOf(intent).values)));
  return fields.filter(({ name }) => names.has(name));
}

/** What a record does not hold of its earlier values; a field that the org shows no more is seen to hold nothing. */
export function notAsBefore(
  { fields }: DescribedObject,
  intent: Intent,
  record: Json,
): readonly NotPutBack[] {
  const known = new Map(fields.map((field) => [field.name, field]));
  return Object.entries(wayBackOf(intent).values).flatMap(([name, value]) => {
    const field = known.get(name);
    const [before, now] = [shown(field, value), shown(field, memberOf(record, name))];
    return before === now ? [] : { field: name, before, now };
  });
}

/** What cannot be read as the field's type is compared as it is written. */
function shown(field: DescribedField | undefined, value: Json): Value {
  try {
    return field === undefined ? plain(value) : decodeValue(field, value);
  } catch (error) {
    if (error instanceof Unexpected) return plain(value);
    throw error;
  }
}

const plain = (value: Json): Value =>
  value === null || typeof value === 'string' ? value : writeExactly(value);
