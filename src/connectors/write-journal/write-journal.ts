import { type Seal, SqliteFile, type SqliteValue } from '../../host/index.ts';
import { isGodwitError, type RecordKey, type SliceCounts } from '../../model/index.ts';
import type { AppliedSlice, AskedIds, KeptId } from '../port.ts';
import { journalUnusable } from './faults.ts';
import { prepareTables } from './journal-tables.ts';

export interface SliceName {
  readonly run: string;
  readonly step: string;
  readonly slice: number;
}

/** One record of a slice, on its way into the target or there. */
export interface Intent {
  /** Names the record within its slice; a keyed digest. */
  readonly mark: string;
  /** Whether the target held no such record when it was announced, or held one; `met`: one that nobody looked at before. */
  readonly kind: 'added' | 'changed' | 'met';
  /** A keyed digest of what is sent: the same says that nothing has to be sent again. */
  readonly sent: string;
  /** The id the target gave it; null until its answer is there. */
  readonly record: string | null;
  /** What taking it back needs, in the shelf's own words: what it held before, or how it is found. */
  readonly back: string | null;
  /** A keyed digest of what the target held afterwards; null until somebody looked. */
  readonly after: string | null;
}

export interface CapturedId {
  readonly sourceKey: RecordKey;
  readonly record: string;
}

export interface WriteJournalOptions {
  readonly path: string;
  /** Names the target among those of the file. */
  readonly system: string;
  /** Null for who only reads which slices are there. */
  readonly seal: Seal | null;
}

/**
 * Beside a target that has no transactions: which records are announced, which are there under which id, what they held before,
 * and which slices are whole.
 *
 * Invariants: 1. an intent is on the disk before its call leaves. 2. ids are kept with the answer that told them, and are found
 * once their slice is whole. 3. no key and no value of a record is readable here without the user's key.
 */
export class WriteJournal implements Disposable {
  readonly #file: SqliteFile;
  readonly #options: WriteJournalOptions;

  /** Throws `write-journal.unusable`. */
  constructor(options: WriteJournalOptions) {
    this.#options = options;
    try {
      this.#file = new SqliteFile(options.path, { busyTimeoutMs: 30_000 });
      prepareTables(this.#file, options.path);
    } catch (error) {
      throw this.#fault(error);
    }
  }

  /** A keyed digest of a text about a record. */
  blind(text: string): string {
    return this.#seal.blind(text);
  }

  applied(run: string): readonly AppliedSlice[] {
    return this.#do(() =>
      this.#file
        .statement(
          `SELECT step, slice, applied_at, ${countColumns} FROM slices WHERE system = ? AND run = ? ORDER BY step, slice`,
        )
        .all(this.#options.system, run)
        .map(([step, slice, appliedAt, ...counts]) => ({
          step: String(step),
          slice: Number(slice),
          appliedAt: String(appliedAt),
          counts: countsOf(counts),
        })),
    );
  }

  /** Slices that are announced and not whole. */
  begun(run: string): readonly Pick<SliceName, 'step' | 'slice'>[] {
    const sql = `SELECT DISTINCT step, slice FROM intents AS i WHERE system = ? AND run = ? AND NOT EXISTS (
      SELECT 1 FROM slices AS s WHERE s.system = i.system AND s.run = i.run AND s.step = i.step AND s.slice = i.slice)
      ORDER BY step, slice`;
    return this.#do(() =>
      this.#file
        .statement(sql)
        .all(this.#options.system, run)
        .map(([step, slice]) => ({ step: String(step), slice: Number(slice) })),
    );
  }

  /** Null where the slice is not whole. */
  counts(name: SliceName): SliceCounts | null {
    return this.#do(() => {
      const sql = `SELECT ${countColumns} FROM slices WHERE ${isSlice}`;
      const row = this.#file.statement(sql).first(...this.#place(name));
      return row === undefined ? null : countsOf(row);
    });
  }

  /** By mark. */
  intents(name: SliceName): Map<string, Intent> {
    const sql = `SELECT mark, kind, sent, record, back, after FROM intents WHERE ${isSlice}`;
    return this.#do(() => {
      const found = new Map<string, Intent>();
      for (const [mark, kind, sent, record, back, after] of this.#file
        .statement(sql)
        .iterate(...this.#place(name)))
        found.set(String(mark), {
          mark: String(mark),
          kind: kind as Intent['kind'],
          sent: String(sent),
          record: textOrNull(record),
          back: back instanceof Uint8Array ? this.#open(name, back) : null,
          after: textOrNull(after),
        });
      return found;
    });
  }

  /** Keeps these as they are now, new ones and known ones, in one transaction. */
  keep(name: SliceName, intents: readonly Intent[]): void {
    const sql =
      'INSERT OR REPLACE INTO intents (system, run, step, slice, mark, kind, sent, record, back, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';
    this.#do(() =>
      this.#file.transaction(() => {
        const insert = this.#file.statement(sql);
        for (const { mark, kind, sent, record, back, after } of intents)
          insert.run(
            ...this.#place(name),
            mark,
            kind,
            sent,
            record,
            back === null ? null : this.#seal.seal(Buffer.from(back), contextOf(name)),
            after,
          );
      }),
    );
  }

  /** Forgets intents whose record is not there. */
  drop(name: SliceName, marks: readonly string[]): void {
    this.#do(() =>
      this.#file.transaction(() => {
        const remove = this.#file.statement(`DELETE FROM intents WHERE ${isSlice} AND mark = ?`);
        for (const mark of marks) remove.run(...this.#place(name), mark);
      }),
    );
  }

  /** A job of the target's own works, or may work, on records of this slice. */
  beginJob(name: SliceName, job: string): void {
    this.#do(() =>
      this.#file
        .statement('INSERT OR IGNORE INTO jobs VALUES (?, ?, ?, ?, ?)')
        .run(...this.#place(name), job),
    );
  }

  /** Jobs of this slice that nobody saw the end of. */
  jobs(name: SliceName): readonly string[] {
    return this.#do(() =>
      this.#file
        .statement(`SELECT job FROM jobs WHERE ${isSlice} ORDER BY job`)
        .all(...this.#place(name))
        .map(([job]) => String(job)),
    );
  }

  endJob(name: SliceName, job: string): void {
    this.#do(() =>
      this.#file.statement(`DELETE FROM jobs WHERE ${isSlice} AND job = ?`).run(...this.#place(name), job),
    );
  }

  /**
   * A repair put records of an earlier step back: whose they are, and what they hold since.
   *
   * @returns those of which the step knows nothing: it never wrote them
   */
  renew(run: string, step: string, renewed: readonly Renewed[]): readonly Renewed[] {
    const sql =
      'UPDATE intents SET record = ?, after = ? WHERE system = ? AND run = ? AND step = ? AND (mark = ? OR record = ?)';
    return this.#do(() =>
      this.#file.transaction(() => {
        const update = this.#file.statement(sql);
        return renewed.filter(({ marks, record, after }) => {
          const { system } = this.#options;
          return !marks
            .map((mark) => update.run(record, after, system, run, step, mark, record))
            .some(Boolean);
        });
      }),
    );
  }

  /** Under which id the step knows each of these; those that it does not know, or under none, are not in it. */
  knownAs(run: string, step: string, renewed: readonly Renewed[]): ReadonlyMap<Renewed, string> {
    const sql = 'SELECT record FROM intents WHERE system = ? AND run = ? AND step = ? AND mark = ?';
    return this.#do(() => {
      const select = this.#file.statement(sql);
      const found = new Map<Renewed, string>();
      for (const one of renewed)
        for (const mark of one.marks) {
          const [record = null] = select.first(this.#options.system, run, step, mark) ?? [];
          if (record !== null) found.set(one, String(record));
        }
      return found;
    });
  }

  /** Records that were made again have other ids: of each source key the first one, in the place of the one that was kept. */
  replaceIds(name: SliceName, object: string, ids: readonly CapturedId[]): void {
    const found = this.resolve(
      name.run,
      object,
      ids.map(({ sourceKey }) => sourceKey),
    );
    const replace =
      'UPDATE ids SET record = ? WHERE system = ? AND run = ? AND object = ? AND source_key = ?';
    this.#do(() =>
      this.#file.transaction(() => {
        for (const [sourceKey, of] of Map.groupBy(ids, (one) => one.sourceKey)) {
          const kept = found.get(sourceKey);
          const [first] = of;
          if (kept === undefined || first === undefined || of.some(({ record }) => record === kept)) continue;
          this.#file
            .statement(replace)
            .run(first.record, this.#options.system, name.run, object, this.#keyMark(sourceKey));
        }
      }),
    );
  }

  /** The slice is whole: its checkpoint and its ids, together. Of one source key the first id stays. */
  commit(
    name: SliceName,
    whole: { readonly object: string; readonly counts: SliceCounts; readonly ids: readonly CapturedId[] },
    now: string,
  ): void {
    const { system } = this.#options;
    const { rowsRead, rowsWritten, rowsQuarantined, rowsPurged } = whole.counts;
    this.#do(() =>
      this.#file.transaction(() => {
        const insert = this.#file.statement(
          'INSERT INTO ids VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
        );
        for (const { sourceKey, record } of whole.ids)
          insert.run(
            system,
            name.run,
            whole.object,
            this.#keyMark(sourceKey),
            record,
            name.step,
            BigInt(name.slice),
          );
        this.#file
          .statement('INSERT INTO slices VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
          .run(
            ...this.#place(name),
            ...[rowsRead, rowsWritten, rowsQuarantined, rowsPurged].map(BigInt),
            now,
          );
      }),
    );
  }

  resolve(run: string, object: string, sourceKeys: readonly RecordKey[]): ReadonlyMap<RecordKey, string> {
    const sql = 'SELECT record FROM ids WHERE system = ? AND run = ? AND object = ? AND source_key = ?';
    return this.#do(() => {
      const select = this.#file.statement(sql);
      const found = new Map<RecordKey, string>();
      for (const key of sourceKeys) {
        const row = select.first(this.#options.system, run, object, this.#keyMark(key));
        if (row !== undefined) found.set(key, String(row[0]));
      }
      return found;
    });
  }

  keptIds(asked: AskedIds): readonly KeptId[] {
    const { run, object, most } = asked;
    const [column, value] =
      'source' in asked ? ['source_key', this.#keyMark(asked.source)] : ['record', String(asked.target[0])];
    const sql = `SELECT step, slice, source_key, record FROM ids
      WHERE system = ? AND run = ? AND object = ? AND ${column} = ? ORDER BY step, slice, source_key LIMIT ?`;
    return this.#do(() =>
      this.#file
        .statement(sql)
        .all(this.#options.system, run, object, value, BigInt(most))
        .map(([step, slice, mark, record]) => ({
          step: String(step),
          slice: Number(slice),
          targetKey: [String(record)],
          source: { kind: 'digest', is: (key) => this.#keyMark(key) === mark },
        })),
    );
  }

  /** Everything of a slice is forgotten: it can be written anew. */
  forget(name: SliceName): void {
    this.#do(() =>
      this.#file.transaction(() => {
        for (const table of ['slices', 'intents', 'ids'])
          this.#file.statement(`DELETE FROM ${table} WHERE ${isSlice}`).run(...this.#place(name));
      }),
    );
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }

  get #seal(): Seal {
    const { seal, path } = this.#options;
    if (seal !== null) return seal;
    throw journalUnusable(path, 'it is open without the key that protects records');
  }

  #keyMark(sourceKey: RecordKey): string {
    return this.blind(`source ${sourceKey}`);
  }

  #place({ run, step, slice }: SliceName): [string, string, string, bigint] {
    return [this.#options.system, run, step, BigInt(slice)];
  }

  #open(name: SliceName, sealed: Uint8Array): string {
    return Buffer.from(this.#seal.open(sealed, contextOf(name))).toString();
  }

  #do<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw this.#fault(error);
    }
  }

  #fault(error: unknown): unknown {
    if (isGodwitError(error)) return error;
    const why = error instanceof Error && 'errstr' in error ? String(error.errstr) : 'it cannot be opened';
    return journalUnusable(this.#options.path, why, error);
  }
}

export interface Renewed {
  /** Every name under which the step may have announced it. */
  readonly marks: readonly string[];
  readonly record: string;
  readonly after: string;
}

const isSlice = 'system = ? AND run = ? AND step = ? AND slice = ?';
const countColumns = 'rows_read, rows_written, rows_quarantined, rows_purged';

function countsOf([read, written, quarantined, purged]: readonly SqliteValue[]): SliceCounts {
  return {
    rowsRead: Number(read),
    rowsWritten: Number(written),
    rowsQuarantined: Number(quarantined),
    rowsPurged: Number(purged),
  };
}

const textOrNull = (value: SqliteValue | undefined): string | null =>
  value === null || value === undefined ? null : String(value);

function contextOf({ run, step, slice }: SliceName): string {
  return JSON.stringify(['back', run, step, slice]);
}
