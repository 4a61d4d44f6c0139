import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, letOthersIn, type SteadyTime, systemRandom } from '../../../host/index.ts';
import type { QuotaSettlement, QuotaSighting } from '../../../model/index.ts';
import { SqliteQuotaBook } from './sqlite-quota-book.ts';

/** A world whose true time, clock on the wall and starts of the machine a test moves. */
export class QuotaWorld implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'godwit-quota-'));
  /** True milliseconds since 1970, as the vendor knows them. */
  trueMs: number;
  /** What the clock on the wall is ahead. */
  wallAheadMs = 0;
  #boot = 1;
  #bootedMs: number;
  #book: SqliteQuotaBook | null = null;

  constructor(startMs: number = Date.parse('2026-03-28T12:00:00Z')) {
    this.trueMs = startMs;
    this.#bootedMs = startMs - 5_000;
  }

  get path(): string {
    return join(this.#folder, 'book.sqlite');
  }

  readonly clock: Clock = {
    now: () => new Date(this.trueMs + this.wallAheadMs).toISOString(),
    elapsedMs: () => this.trueMs - this.#bootedMs,
    sleep: async (durationMs, signal) => {
      signal?.throwIfAborted();
      await letOthersIn();
      signal?.throwIfAborted();
      this.trueMs += durationMs;
    },
  };

  get book(): SqliteQuotaBook {
    this.#book ??= this.open();
    return this.#book;
  }

  open(): SqliteQuotaBook {
    const steady: SteadyTime = {
      boot: `boot ${this.#boot}`,
      steadyMs: () => this.trueMs - this.#bootedMs,
    };
    return new SqliteQuotaBook({ path: this.path, clock: this.clock, steady, random: systemRandom });
  }

  /** The process ends without a word. */
  kill(): void {
    this.#book?.[Symbol.dispose]();
    this.#book = null;
  }

  /** The machine restarts, with a clock that is right. */
  reboot(downMs: number): void {
    this.kill();
    this.trueMs += downMs;
    this.#boot += 1;
    this.#bootedMs = this.trueMs - 10;
    this.wallAheadMs = 0;
  }

  [Symbol.dispose](): void {
    this.kill();
    rmSync(this.#folder, { recursive: true });
  }
}

export const settled = (...sightings: readonly QuotaSighting[]): QuotaSettlement => ({
  reached: true,
  sightings,
  vendorMs: null,
  label: 'read',
  outcome: 'answered',
});
