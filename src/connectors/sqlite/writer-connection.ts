import type { Seal, SqliteFile } from '../../host/index.ts';
import type { ErrorPlace } from '../../model/index.ts';
import type { OpenContext } from '../port.ts';
import type { SqliteAddress } from './address.ts';
import { createBookkeeping, hasBookkeeping } from './bookkeeping.ts';
import { sqliteFault, translated } from './faults.ts';
import { openAndLook } from './open-file.ts';

/**
 * The one connection that writes. Invariants: 1. work on it is done one after the other, however many ask at once: a
 * transaction stays open while records are awaited. 2. work that throws leaves no transaction behind. 3. foreign keys are on.
 */
export class WriterConnection implements Disposable {
  readonly file: SqliteFile;
  readonly path: string;
  readonly #context: OpenContext;
  #last: Promise<unknown> = Promise.resolve();

  constructor(address: SqliteAddress, context: OpenContext) {
    this.path = address.path;
    this.#context = context;
    this.file = openAndLook(address);
    this.file.run('PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000');
  }

  /** The key for what undo needs; nothing is written without one. */
  get seal(): Seal {
    if (this.#context.seal === null) throw sqliteFault.unsealed();
    return this.#context.seal;
  }

  /** Runs the work when all earlier work is done; the driver's failures leave in the house's words. */
  async inTurn<Result>(where: ErrorPlace, work: () => Result | Promise<Result>): Promise<Result> {
    const mine = this.#last.then(async () => {
      try {
        return await work();
      } catch (error) {
        throw translated(error, { file: this.path, ...where });
      }
    });
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  /**
   * One transaction around work that may wait. What the work gives back is done last, at once with the commit: nobody else on
   * this connection can see it before. Whatever fails, nothing stays.
   */
  async transaction<Result>(work: () => Promise<() => Result>): Promise<Result> {
    this.file.run('BEGIN IMMEDIATE');
    try {
      const last = await work();
      const result = last();
      this.file.run('COMMIT');
      return result;
    } catch (error) {
      if (this.file.inTransaction) this.file.run('ROLLBACK');
      throw error;
    }
  }

  /** False when nothing was ever written by godwit into this file. */
  prepared(): boolean {
    return hasBookkeeping(this.file, this.path);
  }

  prepare(): void {
    if (!this.prepared()) this.file.transaction(() => createBookkeeping(this.file));
  }

  [Symbol.dispose](): void {
    this.file[Symbol.dispose]();
  }
}
