import type { SqliteFile, SqliteValue } from '../../host/index.ts';
import type { RecordKey, Row, SliceCounts } from '../../model/index.ts';
import { keyValues, recordKey } from '../../model/index.ts';
import { readableId } from '../kept-ids.ts';
import type { AppliedSlice, AskedIds, KeptId } from '../port.ts';
import { sqliteFault } from './faults.ts';

/** The layout of the tables below; a file with a newer one is refused, an older one would be migrated here. */
const formatVersion = '1';

/**
 * godwit's own tables in a target: which slices are in, what undo needs (sealed), and new ids for old. They live in the file
 * so that one commit holds them together with the data.
 */
const tables = `
CREATE TABLE "_godwit_format" (version TEXT NOT NULL) STRICT;
INSERT INTO "_godwit_format" VALUES ('${formatVersion}');
CREATE TABLE "_godwit_slices" (
  run TEXT NOT NULL, step TEXT NOT NULL, slice INTEGER NOT NULL,
  rows_read INTEGER NOT NULL, rows_written INTEGER NOT NULL,
  rows_quarantined INTEGER NOT NULL, rows_purged INTEGER NOT NULL,
  applied_at TEXT NOT NULL, PRIMARY KEY (run, step, slice)
) STRICT, WITHOUT ROWID;
CREATE TABLE "_godwit_undo" (
  run TEXT NOT NULL, step TEXT NOT NULL, slice INTEGER NOT NULL, part INTEGER NOT NULL,
  sealed BLOB NOT NULL, PRIMARY KEY (run, step, slice, part)
) STRICT;
CREATE TABLE "_godwit_images" (
  run TEXT NOT NULL, step TEXT NOT NULL, slice INTEGER NOT NULL, part INTEGER NOT NULL,
  sealed BLOB NOT NULL, PRIMARY KEY (run, step, slice, part)
) STRICT;
CREATE TABLE "_godwit_ids" (
  run TEXT NOT NULL, object TEXT NOT NULL, source_key TEXT NOT NULL, target_key TEXT NOT NULL,
  step TEXT NOT NULL, slice INTEGER NOT NULL, PRIMARY KEY (run, object, source_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX "_godwit_ids_by_slice" ON "_godwit_ids" (run, step, slice);
`;

export interface SliceName {
  readonly run: string;
  readonly step: string;
  readonly slice: number;
}

/** The condition on one slice's rows, with its three values in the order of `SliceName`. */
export const isSlice = 'run = ? AND step = ? AND slice = ?';

export function createBookkeeping(file: SqliteFile): void {
  file.run(tables);
}

export function hasBookkeeping(file: SqliteFile, path: string): boolean {
  const there = file.statement("SELECT 1 FROM sqlite_schema WHERE name = '_godwit_format'").first();
  if (there === undefined) return false;
  const version = String(file.statement('SELECT version FROM "_godwit_format"').first()?.[0]);
  if (version !== formatVersion) throw sqliteFault.newerBookkeeping(path, version);
  return true;
}

const countColumns = 'rows_read, rows_written, rows_quarantined, rows_purged';

export function appliedSlices(file: SqliteFile, run: string): AppliedSlice[] {
  const sql = `SELECT step, slice, applied_at, ${countColumns} FROM "_godwit_slices" WHERE run = ? ORDER BY step, slice`;
  return file
    .statement(sql)
    .all(run)
    .map(([step, slice, appliedAt, ...counts]) => ({
      step: String(step),
      slice: Number(slice),
      appliedAt: String(appliedAt),
      counts: countsOf(counts),
    }));
}

export function storedCounts(file: SqliteFile, { run, step, slice }: SliceName): SliceCounts | null {
  const sql = `SELECT ${countColumns} FROM "_godwit_slices" WHERE ${isSlice}`;
  const row = file.statement(sql).first(run, step, BigInt(slice));
  return row === undefined ? null : countsOf(row);
}

function countsOf([read, written, quarantined, purged]: readonly SqliteValue[]): SliceCounts {
  return {
    rowsRead: Number(read),
    rowsWritten: Number(written),
    rowsQuarantined: Number(quarantined),
    rowsPurged: Number(purged),
  };
}

export function storeCheckpoint(file: SqliteFile, name: SliceName, counts: SliceCounts, now: string): void {
  const { rowsRead, rowsWritten, rowsQuarantined, rowsPurged } = counts;
  const numbers = [rowsRead, rowsWritten, rowsQuarantined, rowsPurged].map(BigInt);
  file
    .statement('INSERT INTO "_godwit_slices" VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
    .run(name.run, name.step, BigInt(name.slice), ...numbers, now);
}

export interface CapturedId {
  readonly sourceKey: RecordKey;
  readonly targetKey: Row;
}

/** Where one source record became several target records, the first is the one it is known by. */
export function storeIds(
  file: SqliteFile,
  name: SliceName,
  object: string,
  ids: readonly CapturedId[],
): void {
  const insert = file.statement('INSERT INTO "_godwit_ids" VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
  for (const { sourceKey, targetKey } of ids)
    insert.run(name.run, object, sourceKey, recordKey(targetKey), name.step, BigInt(name.slice));
}

export function resolveIds(
  file: SqliteFile,
  run: string,
  object: string,
  sourceKeys: readonly RecordKey[],
): Map<RecordKey, Row> {
  const select = file.statement(
    'SELECT target_key FROM "_godwit_ids" WHERE run = ? AND object = ? AND source_key = ?',
  );
  const found = new Map<RecordKey, Row>();
  for (const key of sourceKeys) {
    const row = select.first(run, object, key);
    if (row !== undefined) found.set(key, keyValues(String(row[0])));
  }
  return found;
}

/** What became of an old record is found by the key; which old record became a new one by reading through the object's ids. */
export function keptIds(file: SqliteFile, asked: AskedIds): readonly KeptId[] {
  const [column, key] =
    'source' in asked ? ['source_key', asked.source] : ['target_key', recordKey(asked.target)];
  return file
    .statement(
      `SELECT step, slice, source_key, target_key FROM "_godwit_ids"
       WHERE run = ? AND object = ? AND ${column} = ? ORDER BY step, slice, source_key LIMIT ?`,
    )
    .all(asked.run, asked.object, key, BigInt(asked.most))
    .map(([step, slice, source, target]) => readableId(step, slice, { source, target }));
}

/** Everything of a slice is forgotten: it can be written anew. */
export function forgetSlice(file: SqliteFile, { run, step, slice }: SliceName): void {
  for (const table of ['_godwit_slices', '_godwit_undo', '_godwit_images', '_godwit_ids'])
    file.statement(`DELETE FROM "${table}" WHERE ${isSlice}`).run(run, step, BigInt(slice));
}
