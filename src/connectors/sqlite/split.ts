import type { SqliteFile, SqliteValue } from '../../host/index.ts';
import type { Row, Slice, Value } from '../../model/index.ts';
import { decoderFor } from './decode-values.ts';
import { mayBeInexact } from './exact-record.ts';
import { identityValues, inOrder } from './range-condition.ts';
import type { RelationLayout } from './relation-layout.ts';
import { affinityOf, rowValue } from './sql.ts';

/**
 * Cuts a relation into slices of as many records as asked for, by walking the index of its identity once: each bound is the
 * key of a record that is there. See the invariants of `model/slice.ts`.
 *
 * A bound must mean the same when it comes back as text. Keys that would not (a wrong storage class, a damaged text) are
 * passed over, and the slice grows by one. The rows of a view have no lasting order: a view is one slice.
 */
export function* splitRelation(
  file: SqliteFile,
  layout: RelationLayout,
  rowsPerSlice: number,
): Generator<Slice> {
  if (!Number.isSafeInteger(rowsPerSlice) || rowsPerSlice < 1)
    throw new RangeError(`a slice of ${rowsPerSlice} records is none`);
  let after: Row | null = null;
  for (let number = 0; ; number += 1) {
    const found: Bound | null = layout.numbered ? null : nextBound(file, layout, after, rowsPerSlice);
    yield {
      number,
      after,
      upTo: found?.key ?? null,
      rowsEstimate: found?.rows ?? restOf(file, layout, after),
    };
    if (found === null) return;
    after = found.key;
  }
}

interface Bound {
  readonly key: Row;
  readonly rows: number;
}

/** Null when the rest fits into one slice: a bound needs a record behind it. */
function nextBound(file: SqliteFile, layout: RelationLayout, after: Row | null, rows: number): Bound | null {
  const key = rowValue(layout.identity);
  const present = layout.identityNullable ? layout.identity.map((name) => `${name} IS NOT NULL`) : [];
  const above = after === null ? [] : [`${key} > ${rowValue(layout.identity.map(() => '?'))}`];
  const conditions = [...above, ...present];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const sql = `SELECT ${layout.identity.join(', ')} FROM ${layout.from} ${where} ${inOrder(layout)} LIMIT -1 OFFSET ?`;
  const values = after === null ? [] : identityValues(layout, after);
  let candidate: Row | null = null;
  let size = rows - 1;
  for (const stored of file.statement(sql).iterate(...values, BigInt(rows - 1))) {
    if (candidate !== null) return { key: candidate, rows: size };
    candidate = boundOf(layout, stored);
    size += 1;
  }
  return null;
}

/** The key of a bound, when it comes back from its text as the very same key. */
function boundOf(layout: RelationLayout, stored: readonly SqliteValue[]): Row | null {
  if (mayBeInexact(stored)) return null;
  const key: Value[] = [];
  for (const [at, place] of layout.identityPlaces.entries()) {
    const field = layout.relation.fields[place];
    const value = stored[at] ?? null;
    if (field === undefined || value === null) return null;
    if (typeof value === 'number' && field.type.kind !== 'float' && field.type.kind !== 'decimal')
      return null;
    const bare = field.type.kind === 'any' && affinityOf(field.native) === 'blob';
    const decoded = bare && typeof value === 'bigint' ? undefined : decoderFor(field)(value);
    if (decoded === undefined || decoded === null) return null;
    key.push(decoded);
  }
  return key;
}

function restOf(file: SqliteFile, layout: RelationLayout, after: Row | null): number {
  const where =
    after === null ? '' : `WHERE ${rowValue(layout.identity)} > ${rowValue(layout.identity.map(() => '?'))}`;
  const values = after === null ? [] : identityValues(layout, after);
  return Number(file.statement(`SELECT count(*) FROM ${layout.from} ${where}`).first(...values)?.[0]);
}
