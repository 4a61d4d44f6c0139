import type { SqliteFile, SqliteValue } from '../../host/index.ts';
import { type ExactValue, InvalidText } from './exact-record.ts';
import type { RelationLayout } from './relation-layout.ts';
import { quoted } from './sql.ts';

/** Sets every stored field of a record back to what it held, storage classes and damaged texts included. */
export function restoreRecord(
  file: SqliteFile,
  layout: RelationLayout,
  identity: readonly SqliteValue[],
  before: readonly ExactValue[],
): void {
  const sets: string[] = [];
  const values: SqliteValue[] = [];
  for (const [at, field] of layout.relation.fields.entries()) {
    if (field.synthetic || field.generated === 'computed') continue;
    const value = before[at] ?? null;
    const isInvalid = value instanceof InvalidText;
    sets.push(`${quoted(field.name)} = ${isInvalid ? 'CAST(? AS TEXT)' : '?'}`);
    values.push(isInvalid ? value.bytes : value);
  }
  const where = layout.identity.map((expression) => `${expression} = ?`).join(' AND ');
  file
    .statement(`UPDATE OR ABORT ${layout.from} SET ${sets.join(', ')} WHERE ${where}`)
    .run(...values, ...identity);
}
