import type { SqliteValue } from '../../host/index.ts';
import type { Row, Slice } from '../../model/index.ts';
import { type Encode, encoderFor } from './encode-values.ts';
import type { RelationLayout } from './relation-layout.ts';
import { placeholders, rowValue } from './sql.ts';

export interface Condition {
  /** Empty, or with its leading WHERE. */
  readonly sql: string;
  readonly values: readonly SqliteValue[];
}

/**
 * The records of a slice in one or two conditions. Where the identity may be NULL those records are read apart, with the
 * slice that has no lower bound: every comparison with NULL is unknown, so no other slice would ever hold them.
 */
export function sliceConditions(layout: RelationLayout, slice: Slice): Condition[] {
  const bounded = slice.after !== null || slice.upTo !== null;
  if (!bounded) return [{ sql: '', values: [] }];
  const range = rangeCondition(layout, slice);
  if (!layout.identityNullable) return [range];
  const present = layout.identity.map((expression) => `${expression} IS NOT NULL`);
  const withoutNulls = { sql: `${range.sql} AND ${present.join(' AND ')}`, values: range.values };
  if (slice.after !== null) return [withoutNulls];
  const absent = layout.identity.map((expression) => `${expression} IS NULL`);
  return [{ sql: `WHERE (${absent.join(' OR ')})`, values: [] }, withoutNulls];
}

function rangeCondition(layout: RelationLayout, { after, upTo }: Slice): Condition {
  const key = rowValue(layout.identity);
  const bound = rowValue(layout.identity.map(() => '?'));
  const parts = [...(after ? [`${key} > ${bound}`] : []), ...(upTo ? [`${key} <= ${bound}`] : [])];
  const values = [after, upTo].flatMap((row) => (row ? identityValues(layout, row) : []));
  return { sql: `WHERE ${parts.join(' AND ')}`, values };
}

/** A key as SQLite compares it. */
export function identityValues(layout: RelationLayout, key: Row): SqliteValue[] {
  return layout.identityPlaces.map((place, at) => encoderAt(layout, place)(key[at] ?? null));
}

function encoderAt(layout: RelationLayout, place: number): Encode {
  const field = layout.relation.fields[place];
  if (field === undefined) throw new RangeError(`${layout.relation.name} has no field for its identity`);
  return encoderFor(field);
}

export function inOrder(layout: RelationLayout): string {
  return layout.numbered ? '' : `ORDER BY ${layout.identity.join(', ')}`;
}

/** The records whose values in these fields equal one of the keys. */
export function keysCondition(
  expressions: readonly string[],
  keys: readonly (readonly SqliteValue[])[],
): Condition {
  const row = `(${placeholders(expressions.length)})`;
  return {
    sql: `WHERE (${expressions.join(', ')}) IN (VALUES ${keys.map(() => row).join(', ')})`,
    values: keys.flat(),
  };
}
