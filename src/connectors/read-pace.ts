import type { Clock } from '../host/index.ts';
import type { ReadBudget } from '../model/index.ts';
import type { Brake } from './brakes.ts';

export interface PaceOptions {
  readonly clock: Clock;
  /** Null: nobody counts what is read. */
  readonly budget: ReadBudget | null;
  /** Whether others work on the source now; asked where the budget holds only then. Null where it does not tell. */
  readonly shared: (() => Promise<boolean | null>) | null;
  readonly brakes: readonly Brake[];
  /** Aborting it lets what is under way end quickly: nobody waits for a budget while he waits for an end. */
  readonly signal: AbortSignal;
}

/** Neither budget nor brakes are asked about the systems more often. */
const lookEveryMs = 1_000;
/** So much may be read ahead of its time, so that short pauses elsewhere are made up for. */
const aheadMs = 20;
/** Resting for a brake, so much is let through: a slice that is under way should not stand still without an end. */
const heldMsMax = 60_000;

/**
 * Keeps reading within its budget, and lets it rest while a brake holds. One for all that reads a system, however many
 * connections do: each piece is paid for by waiting before the next one is asked for.
 *
 * Invariants: 1. nothing is dropped, altered or put in another order. 2. a look that fails is no reason to go faster: the
 * budget holds. 3. what waiting it caused is told (`takeNotes`).
 */
export class ReadPace {
  readonly #options: PaceOptions;
  /** The moment from which on more may be read. */
  #dueMs = 0;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | null = null;
  #holds: boolean;
  #held: string | null = null;
  readonly #waited = new Map<string, number>();
  #waiting = 0;
  #waitingSinceMs = 0;
  #waitedMs = 0;

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#holds = options.budget?.holds === 'always';
  }

  /** The same items, each asked for only when the ones before are paid for. */
  async *through<Item>(items: AsyncIterable<Item>, bytesOf: (item: Item) => number): AsyncGenerator<Item> {
    const { clock } = this.#options;
    const iterator = items[Symbol.asyncIterator]();
    let ended = false;
    try {
      for (;;) {
        await this.#look();
        await this.#rest();
        const askedMs = clock.elapsedMs();
        const next = await iterator.next();
        if (next.done === true) {
          ended = true;
          return;
        }
        if (this.#pays) await this.#pay(bytesOf(next.value), clock.elapsedMs() - askedMs);
        yield next.value;
      }
    } finally {
      if (!ended) await iterator.return?.();
    }
  }

  /** For how long in all somebody waited for it, whatever the number of those who waited. */
  get waitedMs(): number {
    return this.#waitedMs + (this.#waiting > 0 ? this.#options.clock.elapsedMs() - this.#waitingSinceMs : 0);
  }

  /** What it made wait since it was asked last, for people; empty where it was nothing worth telling. */
  takeNotes(): readonly string[] {
    const told = [...this.#waited].filter(([, ms]) => ms >= 1_000);
    this.#waited.clear();
    return told.map(([why, ms]) => `reading waited ${Math.round(ms / 1_000)} s in all: ${why}`);
  }

  async #look(): Promise<void> {
    const { clock, brakes, shared, budget } = this.#options;
    if (clock.elapsedMs() - this.#lookedMs < lookEveryMs) return;
    if (brakes.length === 0 && budget?.holds !== 'shared') return;
    this.#looking ??= this.#lookNow(shared, brakes).finally(() => {
      this.#lookedMs = clock.elapsedMs();
      this.#looking = null;
    });
    await this.#looking;
  }

  async #lookNow(shared: PaceOptions['shared'], brakes: readonly Brake[]): Promise<void> {
    const { budget } = this.#options;
    if (budget?.holds === 'shared') this.#holds = (await shared?.()) ?? false;
    this.#held = null;
    for (const brake of brakes) this.#held ??= await brake.holds();
  }

  /** Waits while a brake holds. */
  async #rest(): Promise<void> {
    const { clock, signal } = this.#options;
    const beganMs = clock.elapsedMs();
    while (this.#held !== null && !signal.aborted && clock.elapsedMs() - beganMs < heldMsMax) {
      const why = this.#held;
      const fromMs = clock.elapsedMs();
      await this.#sleep(lookEveryMs);
      this.#count(why, clock.elapsedMs() - fromMs);
      await this.#look();
    }
  }

  /** Whether pieces cost something now; where they do not nobody counts their bytes. */
  get #pays(): boolean {
    return this.#holds && !this.#options.signal.aborted;
  }

  async #pay(bytes: number, readMs: number): Promise<void> {
    const { clock, budget } = this.#options;
    if (budget === null) return;
    const nowMs = clock.elapsedMs();
    this.#dueMs = Math.max(this.#dueMs, nowMs - aheadMs) + costMs(budget, bytes, readMs);
    const waitMs = this.#dueMs - nowMs;
    if (waitMs < 1) return;
    await this.#sleep(waitMs);
    this.#count(budgetInWords(budget), clock.elapsedMs() - nowMs);
  }

  async #sleep(durationMs: number): Promise<void> {
    const { clock, signal } = this.#options;
    if (this.#waiting === 0) this.#waitingSinceMs = clock.elapsedMs();
    this.#waiting += 1;
    try {
      await clock.sleep(durationMs, signal);
    } catch (reason) {
      if (!signal.aborted) throw reason;
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#waitedMs += clock.elapsedMs() - this.#waitingSinceMs;
    }
  }

  #count(why: string, ms: number): void {
    this.#waited.set(why, (this.#waited.get(why) ?? 0) + ms);
  }
}

/** How long a piece has to last, reading included: by whichever part of the budget says longest. */
function costMs(budget: ReadBudget, bytes: number, readMs: number): number {
  const { mibPerSecondMax: mib, timePercentMax: percent } = budget;
  return Math.max(
    mib === undefined ? 0 : (bytes / (mib * 2 ** 20)) * 1_000,
    percent === undefined ? 0 : (readMs * 100) / percent,
  );
}

/** `at most 8 MiB a second of the source, while others work on it`. */
function budgetInWords(budget: ReadBudget): string {
  const { mibPerSecondMax: mib, timePercentMax: percent, holds } = budget;
  const parts = [
    ...(mib === undefined ? [] : [`${mib} MiB a second`]),
    ...(percent === undefined ? [] : [`${percent} % of the time`]),
  ];
  return `at most ${parts.join(' and ')} for reading the source${holds === 'shared' ? ', while others work on it' : ''}`;
}
