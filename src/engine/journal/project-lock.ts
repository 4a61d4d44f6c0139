import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { type Clock, SqliteFile } from '../../host/index.ts';
import { type LockHolder, lockDamaged, locked } from '../faults.ts';

/**
 * One writer for a project. The lock is a lock of the operating system (a write transaction held open on a small SQLite
 * file), so a process that was killed cannot leave it behind and no pid has to be judged dead or alive.
 *
 * Invariants: 1. at most one holder. 2. who is refused learns who holds it. 3. it ends with its process, however that ends.
 */
export interface ProjectLock extends Disposable {
  readonly holder: LockHolder;
}

export interface LockOptions {
  /** The lock file, beside the journal. */
  readonly path: string;
  /** What the holder is doing, for the one who is refused: `godwit run`. */
  readonly purpose: string;
  readonly clock: Clock;
}

/** Long enough for one who only looks who holds the lock, and too short for anybody to wait for. */
const busyTimeoutMs = 200;

/** Throws `engine.locked` when another process, or another part of this one, holds it; `engine.lock-damaged`. */
export function lockProject(options: LockOptions): ProjectLock {
  const file = new SqliteFile(options.path, { busyTimeoutMs });
  const holder = {
    pid: process.pid,
    host: hostname(),
    startedAt: options.clock.now(),
    purpose: options.purpose,
  };
  try {
    announce(file, holder);
    take(file);
  } catch (error) {
    const other = isBusy(error) ? readHolder(file) : null;
    file[Symbol.dispose]();
    if (isBusy(error)) throw locked(other);
    throw isDamaged(error) ? lockDamaged(options.path, error) : error;
  }
  return { holder, [Symbol.dispose]: () => file[Symbol.dispose]() };
}

/** Who is at work on the project now; null when nobody is. */
export function holderOfLock(path: string): LockHolder | null {
  if (!existsSync(path)) return null;
  using file = new SqliteFile(path, { busyTimeoutMs: 0 });
  try {
    take(file);
    file.run('ROLLBACK');
    return null;
  } catch (error) {
    if (isBusy(error)) return readHolder(file);
    throw isDamaged(error) ? lockDamaged(path, error) : error;
  }
}

/** The name has to be committed to be readable by others, so it is written before the lock that lasts is taken. */
function announce(file: SqliteFile, holder: LockHolder): void {
  take(file);
  file.run('CREATE TABLE IF NOT EXISTS holder (pid INTEGER, host TEXT, started_at TEXT, purpose TEXT)');
  file.run('DELETE FROM holder');
  file
    .statement('INSERT INTO holder VALUES (?, ?, ?, ?)')
    .run(holder.pid, holder.host, holder.startedAt, holder.purpose);
  file.run('COMMIT');
}

function take(file: SqliteFile): void {
  file.run('BEGIN IMMEDIATE');
}

function readHolder(file: SqliteFile): LockHolder | null {
  try {
    const row = file.statement('SELECT pid, host, started_at, purpose FROM holder').first();
    if (!row) return null;
    const [pid, host, startedAt, purpose] = row;
    return { pid: Number(pid), host: String(host), startedAt: String(startedAt), purpose: String(purpose) };
  } catch (error) {
    // The other one is between creating the file and writing its name.
    if (isBusy(error) || hasNoTable(error)) return null;
    throw error;
  }
}

const [sqliteBusy, sqliteCorrupt, sqliteNoDatabase] = [5, 11, 26];

function isBusy(error: unknown): boolean {
  return codeOf(error) === sqliteBusy;
}

function isDamaged(error: unknown): boolean {
  const code = codeOf(error);
  return code === sqliteCorrupt || code === sqliteNoDatabase;
}

function codeOf(error: unknown): number | null {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : null;
}

function hasNoTable(error: unknown): boolean {
  return error instanceof Error && error.message.includes('no such table');
}
