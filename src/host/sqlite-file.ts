import { DatabaseSync } from 'node:sqlite';
import { keptDescriptors } from './kept-descriptors.ts';

/**
 * The one door to `node:sqlite`, whose API is still being renamed. Integers come back as bigint, blobs as Uint8Array.
 * The busy timeout is set before anything else: without it two processes get "database is locked" at once.
 */
export interface SqliteFileOptions {
  readonly readOnly?: boolean;
  readonly busyTimeoutMs?: number;
}

export type SqliteValue = null | number | bigint | string | Uint8Array;

export class SqliteFile implements Disposable {
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #kept: string | null;

  constructor(path: string, options: SqliteFileOptions = {}) {
    this.#database = new DatabaseSync(path, {
      readOnly: options.readOnly ?? false,
      timeout: options.busyTimeoutMs ?? 5_000,
      readBigInts: true,
    });
    this.#path = path;
    this.#kept = keptDescriptors.connected(path);
  }

  /**
   * To read bytes of the file itself, or of one beside it, without SQLite; null where there is none. Nobody but this class
   * opens these files and closes them: that would take SQLite's locks away (see `KeptDescriptors`).
   */
  descriptor(beside: '' | '-shm' | '-wal'): number | null {
    return this.#kept === null ? null : keptDescriptors.of(this.#kept, `${this.#path}${beside}`);
  }

  /** Runs one or more statements that return nothing. */
  run(sql: string): void {
    this.#database.exec(sql);
  }

  statement(sql: string): SqliteStatement {
    const prepared = this.#database.prepare(sql);
    prepared.setReturnArrays(true);
    return {
      run: (...values) => Number(prepared.run(...values).changes),
      insert: (...values) => {
        const { changes, lastInsertRowid } = prepared.run(...values);
        return { changes: Number(changes), rowId: BigInt(lastInsertRowid) };
      },
      all: (...values) => prepared.all(...values) as unknown as SqliteValue[][],
      first: (...values) => prepared.get(...values) as unknown as SqliteValue[] | undefined,
      iterate: (...values) => prepared.iterate(...values) as unknown as IterableIterator<SqliteValue[]>,
      columns: () => prepared.columns().map(({ name, type }) => ({ name, type })),
    };
  }

  /** False again when the engine itself rolled back: a full disk, a trigger with RAISE(ROLLBACK). */
  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  /** Runs the work in one `BEGIN IMMEDIATE` transaction; rolls back when it throws. */
  transaction<Result>(work: () => Result): Result {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  [Symbol.dispose](): void {
    if (!this.#database.isOpen) return;
    this.#database.close();
    if (this.#kept !== null) keptDescriptors.disconnected(this.#kept);
  }
}

/** What a store needs of an SQLite file, whoever opens it. */
export type SqliteStore = Pick<SqliteFile, 'run' | 'statement' | 'transaction'> & Disposable;

/** Values come back as arrays in the order of the columns. */
export interface SqliteStatement {
  /** Returns the number of changed rows. */
  run(...values: SqliteValue[]): number;
  /** Runs an INSERT; the row id means something only when a row of a rowid table was added. */
  insert(...values: SqliteValue[]): { readonly changes: number; readonly rowId: bigint };
  all(...values: SqliteValue[]): SqliteValue[][];
  first(...values: SqliteValue[]): SqliteValue[] | undefined;
  iterate(...values: SqliteValue[]): IterableIterator<SqliteValue[]>;
  columns(): readonly { readonly name: string; readonly type: string | null }[];
}
