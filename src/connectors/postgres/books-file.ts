import { type Seal, SqliteFile, type SqliteValue } from '../../host/index.ts';
import { keyValues, type RecordKey, type Row, recordKey, type SliceCounts } from '../../model/index.ts';
import type { AppliedSlice, AskedIds, KeptId } from '../port.ts';
import type { SlicePlace } from './bookkeeping.ts';
import { postgresFault } from './faults.ts';

/** The layout of the tables below; a file with a newer one is refused. */
const formatVersion = '1';

/** Undo information is sealed, so are ids; keys of records are keyed digests. */
const tables = `
CREATE TABLE format (version TEXT NOT NULL) STRICT;
INSERT INTO format VALUES ('${formatVersion}');
CREATE TABLE runs (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, timeline TEXT NOT NULL) STRICT;
CREATE TABLE slices (
  run INTEGER NOT NULL, step TEXT NOT NULL, slice INTEGER NOT NULL,
  rows_read TEXT NOT NULL, rows_written TEXT NOT NULL, rows_quarantined TEXT NOT NULL, rows_purged TEXT NOT NULL,
  applied_at TEXT NOT NULL, PRIMARY KEY (run, step, slice)
) STRICT, WITHOUT ROWID;
CREATE TABLE packs (
  run INTEGER NOT NULL, step TEXT NOT NULL, slice INTEGER NOT NULL, pack INTEGER NOT NULL, sealed BLOB NOT NULL,
  PRIMARY KEY (run, step, slice, pack)
) STRICT;
CREATE TABLE own_transactions (
  run INTEGER NOT NULL, step TEXT NOT NULL, slice INTEGER, number TEXT NOT NULL, known_at TEXT NOT NULL,
  PRIMARY KEY (run, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE ids (
  run INTEGER NOT NULL, object TEXT NOT NULL, source TEXT NOT NULL, target BLOB NOT NULL, step TEXT NOT NULL,
  slice INTEGER NOT NULL, PRIMARY KEY (run, object, source, step, slice)
) STRICT;
CREATE INDEX ids_by_slice ON ids (run, step, slice);
CREATE TABLE under_way (
  run INTEGER NOT NULL, step TEXT NOT NULL, slice INTEGER NOT NULL, number TEXT NOT NULL, change TEXT NOT NULL,
  PRIMARY KEY (run, step, slice)
) STRICT;
`;

/** A slice whose transaction was about to be committed. */
export interface UnderWay {
  readonly step: string;
  readonly slice: number;
  /** Its 64-bit number, as the server spells it. */
  readonly transaction: string;
}

export type OwnTransaction = readonly [step: string, slice: string | null, number: string, knownAt: string];

/** What a transaction makes of the books of its slice; texts as the server spells them. */
export interface SliceChange {
  /** Read, written, quarantined, purged, and when; null when the slice is gone. */
  readonly checkpoint: readonly string[] | null;
  readonly packs: readonly (readonly [pack: string, sealed: string])[];
  readonly ownAdded: readonly OwnTransaction[];
  readonly ownGone: readonly string[];
  readonly ids: readonly (readonly [object: string, source: string, sealed: string])[];
}

type Step = Omit<SlicePlace, 'run'>;

/** The file behind `BooksBeside`. Throws `postgres.books-unusable`. */
export class BooksFile implements Disposable {
  readonly #path: string;
  readonly #server: string;
  readonly #seal: Seal | null;
  readonly #file: SqliteFile;

  constructor(path: string, server: string, seal: Seal | null) {
    this.#path = path;
    this.#server = server;
    this.#seal = seal;
    this.#file = this.#do(() => new SqliteFile(path, { busyTimeoutMs: 30_000 }));
    this.#do(() => {
      // What is announced is on the disk before its transaction is committed.
      this.#file.run('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
      this.#file.transaction(() => {
        const there = this.#file.statement("SELECT 1 FROM sqlite_schema WHERE name = 'format'").first();
        if (there === undefined) this.#file.run(tables);
        const version = String(this.#file.statement('SELECT version FROM format').first()?.[0]);
        if (version !== formatVersion) throw this.#unusable(`it has format ${version}`);
      });
    });
  }

  /** Names a run in one schema of this server. */
  runOf(namespace: string, run: string): string {
    return JSON.stringify([this.#server, namespace, run]);
  }

  /** The timeline of a run that began before stays. */
  begin(owner: string, timeline: string): void {
    this.#change('INSERT INTO runs (name, timeline) VALUES (?, ?) ON CONFLICT DO NOTHING', owner, timeline);
  }

  /** Null where the run never began here. */
  timeline(owner: string): string | null {
    const [row] = this.#rows('SELECT timeline FROM runs WHERE name = ?', owner);
    return row === undefined ? null : String(row[0]);
  }

  underWay(owner: string, place?: Step): readonly UnderWay[] {
    const of = place === undefined ? '' : ' AND step = ? AND slice = ?';
    const rest = place === undefined ? [] : [place.step, BigInt(place.slice)];
    const sql = `SELECT step, slice, number FROM under_way WHERE ${ofRun}${of} ORDER BY step, slice`;
    return this.#rows(sql, owner, ...rest).map(([step, slice, number]) => ({
      step: String(step),
      slice: Number(slice),
      transaction: String(number),
    }));
  }

  announce(owner: string, { step, slice }: Step, transaction: string, change: SliceChange): void {
    this.#change(
      'INSERT INTO under_way SELECT id, ?, ?, ?, ? FROM runs WHERE name = ?',
      step,
      BigInt(slice),
      transaction,
      JSON.stringify(change),
      owner,
    );
  }

  /** The announced transaction was committed, or never will be. */
  settle(owner: string, { step, slice }: Step, committed: boolean): void {
    const place = [owner, step, BigInt(slice)] as const;
    this.#do(() =>
      this.#file.transaction(() => {
        const [row] = this.#rows(`SELECT change FROM under_way WHERE ${ofSlice}`, ...place);
        if (row === undefined) return;
        if (committed) this.#apply(place, JSON.parse(String(row[0])) as SliceChange);
        this.#change(`DELETE FROM under_way WHERE ${ofSlice}`, ...place);
      }),
    );
  }

  applied(owner: string): readonly AppliedSlice[] {
    const sql = `SELECT step, slice, rows_read, rows_written, rows_quarantined, rows_purged, applied_at FROM slices
      WHERE ${ofRun} ORDER BY step, slice`;
    return this.#rows(sql, owner).map(([step, slice, ...rest]) => ({
      step: String(step),
      slice: Number(slice),
      counts: countsOf(rest),
      appliedAt: String(rest[4]),
    }));
  }

  /** Of all slices of a step: number, four counts, when. */
  checkpoints(owner: string, step: string): readonly (readonly string[])[] {
    const sql = `SELECT slice, rows_read, rows_written, rows_quarantined, rows_purged, applied_at FROM slices
      WHERE ${ofRun} AND step = ?`;
    return this.#rows(sql, owner, step).map((row) => row.map(String));
  }

  packs(owner: string, { step, slice }: Step): readonly (readonly [string, string])[] {
    const sql = `SELECT pack, sealed FROM packs WHERE ${ofSlice} ORDER BY pack`;
    return this.#rows(sql, owner, step, BigInt(slice)).map(([pack, sealed]) => [
      String(pack),
      `\\x${Buffer.from(sealed as Uint8Array).toString('hex')}`,
    ]);
  }

  ownTransactions(owner: string): readonly OwnTransaction[] {
    return this.#rows(`SELECT step, slice, number, known_at FROM own_transactions WHERE ${ofRun}`, owner).map(
      ([step, slice, number, knownAt]) => [
        String(step),
        slice === null || slice === undefined ? null : String(slice),
        String(number),
        String(knownAt),
      ],
    );
  }

  /** As they are kept: a source key as a keyed digest, a target key sealed. */
  sealedIds(ids: readonly (readonly [string, RecordKey, RecordKey])[]): SliceChange['ids'] {
    const seal = this.#expectSeal();
    return ids.map(([object, source, target]) => [
      object,
      seal.blind(source),
      Buffer.from(seal.seal(Buffer.from(target), idContext)).toString('base64'),
    ]);
  }

  /** Of several ids of one source key the first that was kept counts. */
  resolve(owner: string, object: string, keys: readonly RecordKey[]): ReadonlyMap<RecordKey, Row> {
    const found = new Map<RecordKey, Row>();
    if (keys.length === 0) return found;
    const seal = this.#expectSeal();
    const sql = `SELECT target FROM ids WHERE ${ofRun} AND object = ? AND source = ? ORDER BY rowid LIMIT 1`;
    this.#do(() => {
      const select = this.#file.statement(sql);
      for (const key of keys) {
        const row = select.first(owner, object, seal.blind(key));
        if (row === undefined) continue;
        const target = Buffer.from(seal.open(row[0] as Uint8Array, idContext)).toString();
        found.set(key, keyValues(target));
      }
    });
    return found;
  }

  /** Sealed ids of one key differ, so that from the target's side each is opened, one at a time. */
  keptIds(owner: string, asked: AskedIds): readonly KeptId[] {
    const seal = this.#expectSeal();
    const of = 'source' in asked ? ' AND source = ?' : '';
    const sql = `SELECT step, slice, source, target FROM ids WHERE ${ofRun} AND object = ?${of} ORDER BY rowid`;
    const values = [owner, asked.object, ...('source' in asked ? [seal.blind(asked.source)] : [])];
    const wanted = 'source' in asked ? null : recordKey(asked.target);
    return this.#do(() => {
      const found: KeptId[] = [];
      for (const [step, slice, source, sealed] of this.#file.statement(sql).iterate(...values)) {
        if (found.length === asked.most) break;
        const target = Buffer.from(seal.open(sealed as Uint8Array, idContext)).toString();
        if (wanted !== null && target !== wanted) continue;
        const is = (key: RecordKey): boolean => seal.blind(key) === source;
        const place = { step: String(step), slice: Number(slice) };
        found.push({ ...place, targetKey: keyValues(target), source: { kind: 'digest', is } });
      }
      return found;
    });
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }

  #apply(
    place: readonly [owner: string, step: string, slice: bigint],
    { checkpoint, packs, ownAdded, ownGone, ids }: SliceChange,
  ): void {
    const [owner, step, slice] = place;
    for (const table of ['slices', 'packs']) this.#change(`DELETE FROM ${table} WHERE ${ofSlice}`, ...place);
    if (checkpoint === null) this.#change(`DELETE FROM ids WHERE ${ofSlice}`, ...place);
    else this.#add('slices', owner, [step, slice, ...checkpoint]);
    for (const [pack, sealed] of packs)
      this.#add('packs', owner, [step, slice, BigInt(pack), Buffer.from(sealed.slice(2), 'hex')]);
    for (const number of ownGone)
      this.#change(`DELETE FROM own_transactions WHERE ${ofRun} AND number = ?`, owner, number);
    for (const [of, at, number, knownAt] of ownAdded)
      this.#add('own_transactions', owner, [of, at === null ? null : BigInt(at), number, knownAt]);
    for (const [object, source, target] of ids)
      this.#add('ids', owner, [object, source, Buffer.from(target, 'base64'), step, slice]);
  }

  #add(table: string, owner: string, values: readonly SqliteValue[]): void {
    const marks = values.map(() => '?').join(', ');
    this.#change(
      `INSERT OR REPLACE INTO ${table} SELECT id, ${marks} FROM runs WHERE name = ?`,
      ...values,
      owner,
    );
  }

  #rows(sql: string, ...values: SqliteValue[]): readonly SqliteValue[][] {
    return this.#do(() => this.#file.statement(sql).all(...values));
  }

  #change(sql: string, ...values: SqliteValue[]): void {
    this.#do(() => this.#file.statement(sql).run(...values));
  }

  #expectSeal(): Seal {
    if (this.#seal === null) throw postgresFault('postgres.no-seal', 'ids would be kept readable');
    return this.#seal;
  }

  #do<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Error && 'errstr' in error)) throw error;
      throw this.#unusable(String(error.errstr), error);
    }
  }

  #unusable(why: string, cause?: unknown): Error {
    return postgresFault('postgres.books-unusable', `${this.#path}: ${why}`, {}, cause);
  }
}

const ofRun = 'run = (SELECT id FROM runs WHERE name = ?)';
const ofSlice = `${ofRun} AND step = ? AND slice = ?`;
const idContext = 'postgres captured id';

function countsOf([read, written, quarantined, purged]: readonly SqliteValue[]): SliceCounts {
  return {
    rowsRead: Number(read),
    rowsWritten: Number(written),
    rowsQuarantined: Number(quarantined),
    rowsPurged: Number(purged),
  };
}
