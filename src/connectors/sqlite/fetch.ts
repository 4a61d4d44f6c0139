import type { SqliteFile, SqliteValue } from '../../host/index.ts';
import {
  type Field,
  findField,
  floatText,
  type RecordBatch,
  type Row,
  type Value,
} from '../../model/index.ts';
import { encoderFor, Unstorable } from './encode-values.ts';
import { keysCondition } from './range-condition.ts';
import { RecordReader } from './read-records.ts';
import { inByteOrder, type RelationLayout } from './relation-layout.ts';
import { affinityOf } from './sql.ts';

/** The records with one of these values in these fields: one statement, so that a missing index costs one scan, not one a key. */
export function* fetchRecords(
  file: SqliteFile,
  layout: RelationLayout,
  fields: readonly string[],
  keys: readonly Row[],
): Generator<RecordBatch> {
  const found = fields.map((name) => fieldNamed(layout, name));
  const expressions = found.map((field) => {
    const place = layout.relation.fields.indexOf(field);
    return inByteOrder(field, layout.expressions[place] ?? '');
  });
  const wanted = keys.flatMap((key) => storedForms(found, key));
  if (wanted.length === 0) return;
  yield* new RecordReader(file, layout).read([keysCondition(expressions, wanted)], '');
}

function fieldNamed(layout: RelationLayout, name: string): Field {
  const field = findField(layout.relation, name);
  if (field === undefined) throw new RangeError(`${layout.relation.name} has no field ${name}`);
  return field;
}

/** All the ways the key may be stored: one, unless a column without a type lets a number and its text look alike. */
function storedForms(fields: readonly Field[], key: Row): SqliteValue[][] {
  let forms: SqliteValue[][] = [[]];
  for (const [at, field] of fields.entries()) {
    const values = storedValues(field, key[at] ?? null);
    forms = forms.flatMap((form) => values.map((value) => [...form, value]));
  }
  return forms;
}

function storedValues(field: Field, value: Value): SqliteValue[] {
  if (value === null) return [];
  try {
    const stored = encoderFor(field)(value);
    if (field.type.kind === 'decimal' && typeof stored === 'string')
      return sameDecimals(stored, field.type.scale);
    if (field.type.kind !== 'any' || typeof stored !== 'string' || affinityOf(field.native) !== 'blob')
      return [stored];
    const whole = /^-?\d{1,19}$/.test(stored) && BigInt(stored).toString() === stored;
    if (whole) return [stored, BigInt.asIntN(64, BigInt(stored))];
    return stored !== '' && floatText(Number(stored)) === stored ? [stored, Number(stored)] : [stored];
  } catch (error) {
    // What cannot be stored is in no record.
    if (error instanceof Unstorable) return [];
    throw error;
  }
}

/** A decimal kept as text may stand there with the zeros of its declared scale, with its own, or without any. */
function sameDecimals(text: string, scale: number | null): string[] {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return [text];
  const bare = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  const [whole = '', fraction = ''] = bare.split('.');
  const forms = new Set([text, bare]);
  for (let digits = fraction.length || 1; digits <= (scale ?? 0); digits += 1)
    forms.add(`${whole}.${fraction.padEnd(digits, '0')}`);
  return [...forms];
}
