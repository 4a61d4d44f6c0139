import { SqliteFile, type SqliteStatement } from '../../../host/index.ts';
import { bookForeign } from '../faults.ts';
import type { BookStatement } from './book-questions.ts';

const format = 1;

/** The tables of a book. `used`: units by part of time; `held`: what is under way; `seen`: what vendors said; `attempts`: the count. */
const tables = `
  CREATE TABLE IF NOT EXISTS quota_used (quota TEXT, part INTEGER, units INTEGER, PRIMARY KEY (quota, part)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS quota_held (id TEXT, quota TEXT, units INTEGER, from_ms INTEGER, until_ms INTEGER, part_ms INTEGER,
    hold_ms INTEGER, PRIMARY KEY (id, quota)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS quota_seen (quota TEXT PRIMARY KEY, vendor_limit INTEGER, phase_ms INTEGER, blocked_until_ms INTEGER,
    most INTEGER, most_before INTEGER, from_ms INTEGER, seen_ms INTEGER) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS attempts (label TEXT, outcome TEXT, attempts INTEGER, PRIMARY KEY (label, outcome)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS book_time (one INTEGER PRIMARY KEY CHECK (one = 1), boot TEXT, offset_ms REAL, last_ms INTEGER,
    vendor_ahead_ms INTEGER);
  CREATE TABLE IF NOT EXISTS book_about (format INTEGER);
`;

/** Opens a book's file, made where there is none. Throws `http.book-unusable`. */
export function openBookFile(path: string): SqliteFile {
  let file: SqliteFile | null = null;
  try {
    file = new SqliteFile(path, { busyTimeoutMs: 30_000 });
    // A killed process loses nothing that was committed; only a power cut may lose the last charges.
    file.run('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    file.transaction(() => claim(file as SqliteFile, path));
    return file;
  } catch (cause) {
    file?.[Symbol.dispose]();
    throw bookForeign(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function claim(file: SqliteFile, path: string): void {
  const names = file.statement("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  if (names.length > 0 && !names.some(([name]) => name === 'book_about'))
    throw new RangeError(`${path} holds tables of something else`);
  file.run(tables);
  const kept = file.statement('SELECT format FROM book_about').first();
  if (kept === undefined) file.statement('INSERT INTO book_about VALUES (?)').run(format);
  else if (Number(kept[0]) > format)
    throw new RangeError(`its format is ${Number(kept[0])}, this godwit reads ${format}`);
}

export type BookStatements = Readonly<Record<BookStatement, SqliteStatement>>;

/** By what each is for. Those of a database of many machines are in `postgres-book-tables.ts`. */
const statements: Readonly<Record<BookStatement, string>> = {
  used: 'SELECT part, units FROM quota_used WHERE quota = ? AND part >= ? ORDER BY part',
  usedSum: 'SELECT COALESCE(SUM(units), 0) FROM quota_used WHERE quota = ? AND part >= ?',
  forget: 'DELETE FROM quota_used WHERE quota = ? AND part < ?',
  use: 'INSERT INTO quota_used VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET units = units + excluded.units',
  hold: 'INSERT INTO quota_held VALUES (?, ?, ?, ?, ?, ?, ?)',
  heldSum: 'SELECT COALESCE(SUM(units), 0), MIN(until_ms) FROM quota_held WHERE quota = ?',
  heldBefore: 'SELECT COALESCE(SUM(units), 0) FROM quota_held WHERE quota = ? AND from_ms < ?',
  heldOf: 'SELECT quota, units, from_ms, part_ms, hold_ms FROM quota_held WHERE id = ?',
  overdue: 'SELECT id, quota, units, until_ms, part_ms FROM quota_held WHERE until_ms <= ?',
  drop: 'DELETE FROM quota_held WHERE id = ? AND quota = ?',
  keep: 'UPDATE quota_held SET until_ms = ? WHERE id = ? AND quota = ?',
  dropAll: 'DELETE FROM quota_held WHERE id = ?',
  seen: 'SELECT vendor_limit, phase_ms, blocked_until_ms, most, most_before, from_ms, seen_ms FROM quota_seen WHERE quota = ?',
  see: 'INSERT OR REPLACE INTO quota_seen VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  count:
    'INSERT INTO attempts VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET attempts = attempts + excluded.attempts',
  counted: 'SELECT label, outcome, attempts FROM attempts ORDER BY label, outcome',
  time: 'SELECT boot, offset_ms, last_ms, vendor_ahead_ms FROM book_time',
  keepTime: 'INSERT OR REPLACE INTO book_time VALUES (1, ?, ?, ?, ?)',
  hear: 'UPDATE book_time SET vendor_ahead_ms = ?',
};

export const prepareBook = (file: SqliteFile): BookStatements =>
  Object.fromEntries(
    Object.entries(statements).map(([name, sql]) => [name, file.statement(sql)]),
  ) as unknown as BookStatements;
