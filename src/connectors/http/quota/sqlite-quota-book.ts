import type { Clock, Random, SqliteFile, SteadyTime } from '../../../host/index.ts';
import type {
  CountedAttempts,
  Quota,
  QuotaBook,
  QuotaCharge,
  QuotaGrant,
  QuotaSettlement,
  QuotaUse,
} from '../../../model/index.ts';
import type { Asking } from './book-questions.ts';
import { BookRules } from './book-rules.ts';
import { type BookStatements, openBookFile, prepareBook } from './book-tables.ts';
import { MachineTime } from './book-time.ts';

export interface SqliteQuotaBookOptions {
  /** Shared by all processes of this machine that use the same account; `:memory:` keeps nothing. */
  readonly path: string;
  readonly clock: Clock;
  readonly steady: SteadyTime;
  readonly random: Random;
}

/**
 * The book of one machine's processes, in an SQLite file.
 *
 * Invariants: those of `QuotaBook`. A reservation looks and takes in one transaction that excludes all others, committed before
 * the attempt leaves.
 */
export class SqliteQuotaBook implements QuotaBook, Disposable {
  readonly #file: SqliteFile;
  readonly #sql: BookStatements;
  readonly #rules: BookRules;

  /** Throws `http.book-unusable`. */
  constructor({ path, clock, steady, random }: SqliteQuotaBookOptions) {
    this.#file = openBookFile(path);
    this.#sql = prepareBook(this.#file);
    this.#rules = new BookRules(new MachineTime(clock, steady), random);
  }

  reserve(charges: readonly QuotaCharge[], answerMs: number): Promise<QuotaGrant> {
    return this.#answer(this.#rules.reserve(charges, answerMs));
  }

  settle(id: string, settlement: QuotaSettlement): Promise<void> {
    return this.#answer(this.#rules.settle(id, settlement));
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

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }

  /** Everything is one transaction; a failure becomes a rejection, not a throw. */
  async #answer<Result>(asking: Asking<Result>): Promise<Result> {
    return await Promise.resolve(
      this.#file.transaction(() => {
        let step = asking.next();
        while (step.done !== true) {
          const { statement, values } = step.value;
          step = asking.next(this.#sql[statement].all(...values));
        }
        return step.value;
      }),
    );
  }
}
