import type { Random } from '../../../host/index.ts';
import {
  type CountedAttempts,
  isGodwitError,
  type Quota,
  type QuotaBook,
  type QuotaCharge,
  type QuotaGrant,
  type QuotaSettlement,
  type QuotaUse,
} from '../../../model/index.ts';
import type { OwnDatabase } from '../../own-database.ts';
import { bookForeign } from '../faults.ts';
import { type Asking, firstOf, tell } from './book-questions.ts';
import { BookRules } from './book-rules.ts';
import type { BookTime } from './book-time.ts';
import { bookFormat, bookTables, postgresStatements } from './postgres-book-tables.ts';

export interface PostgresQuotaBookOptions {
  /** Shared by all processes, on whatever machine, that use the same account. Stays the caller's. */
  readonly database: OwnDatabase;
  readonly random: Random;
  /** Milliseconds since 1970; the server's own clock unless told. */
  readonly serverMs?: () => number;
}

/** The server ends the session of a process that stood still for some seconds; the next one is as good. */
const settleTries = 3;

/**
 * The book of many machines' processes, in tables of a PostgreSQL database.
 *
 * Invariants: those of `QuotaBook`. Every operation is one transaction that begins by locking the book's time, and so excludes all
 * others. A reservation whose answer is lost on the way is counted as used: against us, never against the vendor. So is one that
 * cannot be settled because the database is away: what the vendor has answered is not lost for it.
 */
export class PostgresQuotaBook implements QuotaBook {
  readonly #database: OwnDatabase;
  readonly #rules: BookRules;
  #prepared: Promise<void> | null = null;

  constructor({ database, random, serverMs }: PostgresQuotaBookOptions) {
    this.#database = database;
    this.#rules = new BookRules(new ServerTime(serverMs ?? null), random);
  }

  reserve(charges: readonly QuotaCharge[], answerMs: number): Promise<QuotaGrant> {
    return this.#answer(this.#rules.reserve(charges, answerMs));
  }

  async settle(id: string, settlement: QuotaSettlement): Promise<void> {
    for (let left = settleTries; left > 0; left -= 1)
      try {
        return await this.#answer(this.#rules.settle(id, settlement));
      } catch (error) {
        if (!isGodwitError(error) || error.fate !== 'later') throw error;
      }
  }

  release(id: string): Promise<void> {
    return this.#answer(this.#rules.release(id));
  }

  use(quota: Quota): Promise<QuotaUse> {
    return this.#answer(this.#rules.use(quota));
  }

  attempts(): Promise<readonly CountedAttempts[]> {
    return this.#answer(this.#rules.attempts());
  }

  async #answer<Result>(asking: Asking<Result>): Promise<Result> {
    await this.#ready();
    return await this.#database.transaction(async (session) => {
      let step = asking.next();
      while (step.done !== true) {
        const { statement, values } = step.value;
        const texts = values.map((value) => (value === null ? null : String(value)));
        step = asking.next(await session.rows(postgresStatements[statement], texts));
      }
      return step.value;
    });
  }

  /** Tried again by whoever comes next when it failed: the database may have been away. */
  async #ready(): Promise<void> {
    const preparing = (this.#prepared ??= this.#prepare());
    try {
      await preparing;
    } catch (error) {
      if (this.#prepared === preparing) this.#prepared = null;
      throw error;
    }
  }

  async #prepare(): Promise<void> {
    const found = await this.#database.prepare({ name: 'quota', format: bookFormat, sql: bookTables });
    if (found > bookFormat)
      throw bookForeign(this.#database.place, `its format is ${found}, this godwit reads ${bookFormat}`);
  }
}

/**
 * The clock of the one server that all ask, forwards only. A clock of the server that is set forwards ends windows early; it is the one
 * clock that has to be right.
 */
class ServerTime implements BookTime {
  readonly #serverMs: (() => number) | null;

  constructor(serverMs: (() => number) | null) {
    this.#serverMs = serverMs;
  }

  *now(): Asking<{ readonly nowMs: number; readonly vendorAheadMs: number }> {
    const kept = yield* firstOf('time');
    const lastMs = Number(kept?.[2] ?? 0);
    const vendorAheadMs = Number(kept?.[3] ?? 0);
    const nowMs = Math.max(Math.floor(this.#serverMs?.() ?? Number(kept?.[0])), lastMs);
    if (nowMs > lastMs) yield* tell('keepTime', null, null, nowMs, vendorAheadMs);
    return { nowMs, vendorAheadMs };
  }
}
