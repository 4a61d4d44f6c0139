import { type SqliteStore } from '../../host/index.ts';
import { journalForeign, journalNewer } from '../faults.ts';

/** The format this version writes; it rises whenever a table changes its meaning. */
const journalFormat = 1;

/** `GWJ1` as a number: tells a journal from any other SQLite file. */
const applicationId = 0x47574a31;

const tables = `
CREATE TABLE runs (
  run TEXT PRIMARY KEY, runbook_id TEXT NOT NULL, world TEXT NOT NULL, state TEXT NOT NULL, code TEXT,
  started_at TEXT NOT NULL, changed_at TEXT NOT NULL
);
CREATE TABLE steps (
  run TEXT NOT NULL REFERENCES runs, step TEXT NOT NULL, ordinal INTEGER NOT NULL, kind TEXT NOT NULL, object TEXT,
  origin TEXT NOT NULL, state TEXT NOT NULL, code TEXT, rows_source TEXT, position TEXT,
  started_at TEXT NOT NULL, changed_at TEXT NOT NULL,
  PRIMARY KEY (run, step), UNIQUE (run, ordinal)
);
CREATE TABLE slices (
  run TEXT NOT NULL, step TEXT NOT NULL, slice INTEGER NOT NULL, sealed_range BLOB NOT NULL,
  rows_estimate INTEGER NOT NULL,
  PRIMARY KEY (run, step, slice)
) WITHOUT ROWID;
CREATE TABLE quarantine (
  id TEXT PRIMARY KEY, run TEXT NOT NULL, step TEXT NOT NULL, slice INTEGER NOT NULL, attempt TEXT NOT NULL,
  object TEXT NOT NULL, origin TEXT NOT NULL, kind TEXT NOT NULL, code TEXT NOT NULL, field TEXT, rule TEXT, key_digest TEXT NOT NULL,
  sealed BLOB NOT NULL, state TEXT NOT NULL, settled_by TEXT, at TEXT NOT NULL
);
CREATE INDEX quarantine_by_slice ON quarantine (run, step, slice, id);
CREATE TABLE purged (
  run TEXT NOT NULL, step TEXT NOT NULL, slice INTEGER NOT NULL, object TEXT NOT NULL, origin TEXT NOT NULL,
  rule INTEGER NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (run, step, slice, rule)
) WITHOUT ROWID;
CREATE TABLE replays (
  run TEXT NOT NULL, step TEXT NOT NULL, slice INTEGER NOT NULL, place INTEGER NOT NULL, entry TEXT NOT NULL,
  PRIMARY KEY (run, step, slice, place)
) WITHOUT ROWID;
`;

/**
 * For a second pass, which asks for every record whether the first one kept it back; and for replays, which ask whether the others
 * are as they were. Earlier journals get both when opened.
 */
const additions = `
CREATE INDEX IF NOT EXISTS quarantine_open ON quarantine (run, origin, key_digest) WHERE state = 'open';
CREATE TABLE IF NOT EXISTS digests (
  run TEXT NOT NULL, step TEXT NOT NULL, slice INTEGER NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (run, step, slice)
) WITHOUT ROWID;
`;

/** Makes a new file a journal, accepts one of this format, refuses everything else. */
export function prepareTables(file: SqliteStore, path: string): void {
  const found = readFormat(file, path);
  if (found.applicationId === applicationId && found.version > journalFormat)
    throw journalNewer(found.version, journalFormat);
  if (found.applicationId === applicationId && found.version === journalFormat) {
    file.run(additions);
    return;
  }
  if (found.applicationId !== 0 || found.version !== 0 || found.tables > 0) throw journalForeign(path);
  file.transaction(() => {
    // Another process may have made the tables between the look above and this lock.
    if (readFormat(file, path).applicationId === applicationId) return;
    file.run(tables);
    file.run(additions);
    file.run(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${journalFormat}`);
  });
}

interface FoundFormat {
  readonly applicationId: number;
  readonly version: number;
  readonly tables: number;
}

function readFormat(file: SqliteStore, path: string): FoundFormat {
  const ask = (sql: string): number => Number(file.statement(sql).first()?.[0] ?? 0);
  try {
    return {
      applicationId: ask('PRAGMA application_id'),
      version: ask('PRAGMA user_version'),
      tables: ask('SELECT count(*) FROM sqlite_schema'),
    };
  } catch (cause) {
    // On a read-only or full disk the file may be the right one: only its content makes it a foreign one.
    throw isMachineFault(cause) ? cause : journalForeign(path, cause);
  }
}

/** SQLite's codes for a file that may not be written, a disk that fails or is full, and a file that cannot be opened. */
const machineCodes: ReadonlySet<number> = new Set([8, 10, 13, 14]);

function isMachineFault(cause: unknown): boolean {
  return cause instanceof Error && 'errcode' in cause && machineCodes.has(Number(cause.errcode) & 0xff);
}
