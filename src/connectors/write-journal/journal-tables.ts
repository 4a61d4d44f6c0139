import type { SqliteFile } from '../../host/index.ts';
import { journalUnusable } from './faults.ts';

/** The layout of the tables below; a file with a newer one is refused, an older one would be migrated here. */
const formatVersion = '1';

/**
 * `system` is the fingerprint of the target, so that one file serves all targets of a project. Keys of records stand there as
 * keyed digests, what records held before is sealed.
 */
const tables = `
CREATE TABLE format (version TEXT NOT NULL) STRICT;
INSERT INTO format VALUES ('${formatVersion}');
CREATE TABLE slices (
  system TEXT NOT NULL, run TEXT NOT NULL, step TEXT NOT NULL, slice INTEGER NOT NULL,
  rows_read INTEGER NOT NULL, rows_written INTEGER NOT NULL,
  rows_quarantined INTEGER NOT NULL, rows_purged INTEGER NOT NULL,
  applied_at TEXT NOT NULL, PRIMARY KEY (system, run, step, slice)
) STRICT, WITHOUT ROWID;
CREATE TABLE intents (
  system TEXT NOT NULL, run TEXT NOT NULL, step TEXT NOT NULL, slice INTEGER NOT NULL, mark TEXT NOT NULL,
  kind TEXT NOT NULL, sent TEXT NOT NULL, record TEXT, back BLOB, after TEXT,
  PRIMARY KEY (system, run, step, slice, mark)
) STRICT, WITHOUT ROWID;
CREATE INDEX intents_by_record ON intents (system, run, step, record);
CREATE TABLE ids (
  system TEXT NOT NULL, run TEXT NOT NULL, object TEXT NOT NULL, source_key TEXT NOT NULL, record TEXT NOT NULL,
  step TEXT NOT NULL, slice INTEGER NOT NULL, PRIMARY KEY (system, run, object, source_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX ids_by_slice ON ids (system, run, step, slice);
`;

/** Work that the target does on its own once it was told: it has to be at its end before anybody relies on what is there. */
const laterTables = `
CREATE TABLE IF NOT EXISTS jobs (
  system TEXT NOT NULL, run TEXT NOT NULL, step TEXT NOT NULL, slice INTEGER NOT NULL, job TEXT NOT NULL,
  PRIMARY KEY (system, run, step, slice, job)
) STRICT, WITHOUT ROWID;
`;

/** Throws `write-journal.unusable`. */
export function prepareTables(file: SqliteFile, path: string): void {
  // Every announcement is on the disk before its call leaves.
  file.run('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  file.transaction(() => {
    const there = file.statement("SELECT 1 FROM sqlite_schema WHERE name = 'format'").first();
    if (there === undefined) file.run(tables);
    const version = String(file.statement('SELECT version FROM format').first()?.[0]);
    if (version !== formatVersion) throw journalUnusable(path, `it has format ${version}`);
    file.run(laterTables);
  });
}
