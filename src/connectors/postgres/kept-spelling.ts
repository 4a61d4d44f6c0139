import { describeFieldType, type Field, type FieldType, findField, type Value } from '../../model/index.ts';
import type { PlannedWrite, WriteRecord } from '../port.ts';
import { RecordTrouble } from './refusals.ts';
import type { TextRow } from './sessions.ts';
import { decodeValue } from './value-text.ts';

/**
 * Fields of types that only the server can read: it may spell a text in another way than it was given (`10.0.0.1/32` as
 * `10.0.0.1`), which would be another value to everybody who compares.
 */
export function fieldsToRead(write: PlannedWrite): readonly Field[] {
  return write.fields.flatMap((name) => {
    const field = findField(write.relation, name);
    return field && isNative(field.type) ? field : [];
  });
}

function isNative(type: FieldType): boolean {
  return type.kind === 'list' ? isNative(type.of) : type.kind === 'native';
}

/** Throws RecordTrouble unless the server gives back, in the order of the fields, exactly what the record holds. */
export function expectSameSpelling(
  write: PlannedWrite,
  fields: readonly Field[],
  record: WriteRecord,
  kept: TextRow,
): void {
  for (const [at, { name, type }] of fields.entries()) {
    const given = record.row[write.fields.indexOf(name)] ?? null;
    const text = kept[at] ?? null;
    if (isSame(given, text === null ? null : decodeValue(type)(text))) continue;
    throw new RecordTrouble(
      'target.type',
      `${describeFieldType(type)} is kept with another spelling than was given`,
      name,
    );
  }
}

export function isSame(a: Value, b: Value): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((value: Value, at) => isSame(value, (b[at] ?? null) as Value));
}
