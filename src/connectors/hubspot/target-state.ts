import { join } from 'node:path';
import { type Seal, SqliteFile, type SqliteStatement, type SqliteValue, sha256 } from '../../host/index.ts';
import { type RecordKey, type Row, recordKey, type SliceCounts } from '../../model/index.ts';
import { readableId } from '../kept-ids.ts';
import type { AskedIds, KeptId } from '../port.ts';
import { stateNewer } from './faults.ts';

export interface SliceName {
  readonly run: string;
  readonly step: string;
  readonly slice: number;
}

/** What was announced before a call. */
export interface SentRecord {
  /** The source record and which of its target records this is. */
  readonly place: string;
  /** Digest of what is sent: another one is another record. */
  readonly digest: string;
  /** What was sent, sealed. */
  readonly payload: Uint8Array;
  /** The account's name for it: null until a create was answered. */
  readonly id: string | null;
  /** It is there, as far as was seen after the call. */
  readonly done: boolean;
}

/** What undo needs of one record of the account. */
export interface HeldRecord {
  readonly id: string;
  readonly kind: 'created' | 'changed';
  /** The key by which people know it, sealed. */
  readonly key: Uint8Array;
  /** What it held before, sealed; null for one that was made. */
  readonly before: Uint8Array | null;
  /** Digest of what it held after the call; null while that was not seen. */
  readonly after: string | null;
}

export interface StoredSlice {
  readonly relation: string;
  /** Null while it is being written. */
  readonly counts: SliceCounts | null;
}

const formatVersion = 1;

const tables = `
  CREATE TABLE IF NOT EXISTS slices (
    run TEXT NOT NULL, step TEXT NOT NULL, slice INTEGER NOT NULL, relation TEXT NOT NULL,
    counts TEXT, applied_at TEXT, PRIMARY KEY (run, step, slice)) STRICT;
  CREATE TABLE IF NOT EXISTS sent (
    run TEXT NOT NULL, step TEXT NOT NULL, slice INTEGER NOT NULL, place TEXT NOT NULL, digest TEXT NOT NULL,
    payload BLOB NOT NULL, id TEXT, done INTEGER NOT NULL, PRIMARY KEY (run, step, slice, place)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS held (
    run TEXT NOT NULL, step TEXT NOT NULL, slice INTEGER NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL,
    key BLOB NOT NULL, before BLOB, after TEXT, PRIMARY KEY (run, step, slice, id)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS ids (
    run TEXT NOT NULL, object TEXT NOT NULL, source_key TEXT NOT NULL, target_key TEXT NOT NULL,
    step TEXT NOT NULL, slice INTEGER NOT NULL, PRIMARY KEY (run, object, source_key)) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS ids_of_slice ON ids (run, step, slice);`;

/**
 * What this shelf knows of the records it wrote into one account, in an SQLite file of the project: the account itself has no
 * place for it, and no transaction that would hold it together with records.
 *
 * Invariants: 1. a record is announced here, durably, before the call that writes it leaves. 2. a slice has counts when all its
 * records were seen there, and the caller made those that were refused durable. 3. ids are there for finished slices only. 4. what
 * records held or hold is sealed, or a keyed digest.
 */
export class TargetState implements Disposable {
  readonly #database: SqliteFile;
  readonly #seal: Seal | null;
  readonly #statements = new Map<string, SqliteStatement>();

  constructor(folder: string, account: string, seal: Seal | null) {
    const path = join(folder, `hubspot-${account}.sqlite`);
    this.#seal = seal;
    this.#database = new SqliteFile(path, { busyTimeoutMs: 60_000 });
    this.#database.run('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    const version = Number(this.#database.statement('PRAGMA user_version').first()?.[0]);
    if (version > formatVersion) throw stateNewer(path, version, formatVersion);
    this.#database.run(`${tables} PRAGMA user_version = ${formatVersion};`);
  }

  transaction<Result>(work: () => Result): Result {
    return this.#database.transaction(work);
  }

  slice({ run, step, slice }: SliceName): StoredSlice | null {
    const row = this.#first(
      'SELECT relation, counts FROM slices WHERE run = ? AND step = ? AND slice = ?',
      run,
      step,
      slice,
    );
    if (row === undefined) return null;
    const [relation, counts] = row;
    return {
      relation: String(relation),
      counts: readCounts(counts),
    };
  }

  /** Slices of the run, those that are finished or those that are not. */
  slices(run: string, finished: boolean): (SliceName & StoredSlice & { readonly appliedAt: string })[] {
    return this.#all(
      `SELECT step, slice, relation, counts, applied_at FROM slices
       WHERE run = ? AND (counts IS NOT NULL) = ? ORDER BY step, slice`,
      run,
      finished ? 1 : 0,
    ).map(([step, slice, relation, counts, appliedAt]) => ({
      run,
      step: String(step),
      slice: Number(slice),
      relation: String(relation),
      counts: readCounts(counts),
      appliedAt: String(appliedAt),
    }));
  }

  begin({ run, step, slice }: SliceName, relation: string): void {
    this.#run('INSERT OR IGNORE INTO slices VALUES (?, ?, ?, ?, NULL, NULL)', run, step, slice, relation);
  }

  finish({ run, step, slice }: SliceName, counts: SliceCounts, appliedAt: string): void {
    this.#run(
      'UPDATE slices SET counts = ?, applied_at = ? WHERE run = ? AND step = ? AND slice = ?',
      JSON.stringify(counts),
      appliedAt,
      run,
      step,
      slice,
    );
  }

  sent({ run, step, slice }: SliceName): readonly SentRecord[] {
    return this.#all(
      'SELECT place, digest, payload, id, done FROM sent WHERE run = ? AND step = ? AND slice = ?',
      run,
      step,
      slice,
    ).map(([place, digest, payload, id, done]) => ({
      place: String(place),
      digest: String(digest),
      payload: payload as Uint8Array,
      id: textOf(id),
      done: Number(done) === 1,
    }));
  }

  putSent({ run, step, slice }: SliceName, { place, digest, payload, id, done }: SentRecord): void {
    this.#run(
      'INSERT OR REPLACE INTO sent VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      run,
      step,
      slice,
      place,
      digest,
      payload,
      id,
      done ? 1 : 0,
    );
  }

  dropSent({ run, step, slice }: SliceName, place: string): void {
    this.#run(
      'DELETE FROM sent WHERE run = ? AND step = ? AND slice = ? AND place = ?',
      run,
      step,
      slice,
      place,
    );
  }

  held({ run, step, slice }: SliceName): readonly HeldRecord[] {
    return this.#all(
      'SELECT id, kind, key, before, after FROM held WHERE run = ? AND step = ? AND slice = ?',
      run,
      step,
      slice,
    ).map(([id, kind, key, before, after]) => ({
      id: String(id),
      kind: kind === 'created' ? 'created' : 'changed',
      key: key as Uint8Array,
      before: before === null ? null : (before as Uint8Array),
      after: textOf(after),
    }));
  }

  /** What it held before the slice stays what it was when the slice changes a record once more. */
  putHeld({ run, step, slice }: SliceName, { id, kind, key, before, after }: HeldRecord): void {
    this.#run(
      `INSERT INTO held VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (run, step, slice, id) DO UPDATE SET after = excluded.after`,
      run,
      step,
      slice,
      id,
      kind,
      key,
      before,
      after,
    );
  }

  dropHeld({ run, step, slice }: SliceName, id: string): void {
    this.#run('DELETE FROM held WHERE run = ? AND step = ? AND slice = ? AND id = ?', run, step, slice, id);
  }

  /** A repair is about to put a record back: whether the step that wrote first knows it. */
  knows(run: string, step: string, id: string): boolean {
    const sql = 'SELECT 1 FROM held WHERE run = ? AND step = ? AND id = ?';
    return this.#first(sql, run, step, id) !== undefined;
  }

  /** A repair put a record back: its slice knows it again. False where the step did not write it, or it is another one by now. */
  seenAgain(run: string, step: string, id: string, after: string): boolean {
    const sql = 'UPDATE held SET after = ? WHERE run = ? AND step = ? AND id = ?';
    return this.#run(sql, after, run, step, id) > 0;
  }

  /** Of one source key the first id stays. */
  addId({ run, step, slice }: SliceName, object: string, sourceKey: RecordKey, targetKey: Row): void {
    this.#run(
      'INSERT OR IGNORE INTO ids VALUES (?, ?, ?, ?, ?, ?)',
      run,
      object,
      sourceKey,
      recordKey(targetKey),
      step,
      slice,
    );
  }

  /** Of a record that was made again: in the place of the id that was kept, and of the slice that brought it. */
  replaceId(name: SliceName, object: string, sourceKey: RecordKey, targetKey: Row): void {
    const sql = 'UPDATE ids SET target_key = ? WHERE run = ? AND object = ? AND source_key = ?';
    const replaced = this.#run(sql, recordKey(targetKey), name.run, object, sourceKey);
    if (replaced === 0) this.addId(name, object, sourceKey, targetKey);
  }

  targetKey(run: string, object: string, sourceKey: RecordKey): RecordKey | null {
    const row = this.#first(
      'SELECT target_key FROM ids WHERE run = ? AND object = ? AND source_key = ?',
      run,
      object,
      sourceKey,
    );
    return row === undefined ? null : String(row[0]);
  }

  keptIds(asked: AskedIds): readonly KeptId[] {
    const [column, key] =
      'source' in asked ? ['source_key', asked.source] : ['target_key', recordKey(asked.target)];
    return this.#all(
      `SELECT step, slice, source_key, target_key FROM ids
       WHERE run = ? AND object = ? AND ${column} = ? ORDER BY step, slice, source_key LIMIT ?`,
      asked.run,
      asked.object,
      key,
      asked.most,
    ).map(([step, slice, source, target]) => readableId(step, slice, { source, target }));
  }

  /** Nothing of the slice is known any more. */
  forget({ run, step, slice }: SliceName): void {
    for (const table of ['slices', 'sent', 'held', 'ids'])
      this.#run(`DELETE FROM ${table} WHERE run = ? AND step = ? AND slice = ?`, run, step, slice);
  }

  sealText(text: string, { run, step, slice }: SliceName): Uint8Array {
    const bytes = new TextEncoder().encode(text);
    return this.#seal === null ? bytes : this.#seal.seal(bytes, JSON.stringify([run, step, slice]));
  }

  openText(sealed: Uint8Array, { run, step, slice }: SliceName): string {
    const bytes = this.#seal === null ? sealed : this.#seal.open(sealed, JSON.stringify([run, step, slice]));
    return new TextDecoder().decode(bytes);
  }

  digest(text: string): string {
    return this.#seal === null ? sha256(text) : this.#seal.blind(text);
  }

  [Symbol.dispose](): void {
    this.#statements.clear();
    this.#database[Symbol.dispose]();
  }

  #run(sql: string, ...values: readonly (string | number | null | Uint8Array)[]): number {
    return this.#statement(sql).run(...values);
  }

  #first(sql: string, ...values: readonly (string | number)[]): readonly SqliteValue[] | undefined {
    return this.#statement(sql).first(...values);
  }

  #all(sql: string, ...values: readonly (string | number)[]): readonly (readonly SqliteValue[])[] {
    return this.#statement(sql).all(...values);
  }

  /** Prepared once: a slice asks the same few again for each of its records. */
  #statement(sql: string): SqliteStatement {
    const statement = this.#statements.get(sql) ?? this.#database.statement(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

const textOf = (value: SqliteValue | undefined): string | null => (typeof value === 'string' ? value : null);

const readCounts = (value: SqliteValue | undefined): SliceCounts | null =>
  typeof value === 'string' ? (JSON.parse(value) as SliceCounts) : null;
