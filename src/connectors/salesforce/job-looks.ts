import type { Clock } from '../../host/index.ts';

/** Between two looks at a job; the longest where nobody knows how far it is. */
const [firstMs, mostMs] = [2_000, 60_000];

/** How often a job is asked for before it has ended: while it waits, once it works, at its end, and once more where that comes later. */
export const looksUsual = 4;

/**
 * When to look at a job again: at the end that its progress lets expect, so that a long job takes hardly more calls than a short one.
 *
 * Invariants: 1. while nothing of it is worked on, or nobody knows how much there is, each wait is twice the one before. 2. no wait is
 * longer than three times what the job was seen at work, or than `mostMs`.
 */
export class JobLooks {
  readonly #clock: Clock;
  readonly #records: number | null;
  /** When it was last seen with nothing worked on: how long it waits says nothing of how fast it works. */
  #idleMs: number;
  /** When it was first seen at work. */
  #atWorkMs: number | null = null;
  #blindMs: number = firstMs;

  /** @param records how many the job has; null where nobody knows */
  constructor(clock: Clock, records: number | null) {
    this.#clock = clock;
    this.#records = records;
    this.#idleMs = clock.elapsedMs();
  }

  /** Before the first look at a job that was just begun. */
  async first(signal: AbortSignal): Promise<void> {
    await this.#clock.sleep(firstMs, signal);
  }

  /** @param worked how many of its records it has worked on */
  async next(worked: number, signal: AbortSignal): Promise<void> {
    await this.#clock.sleep(this.#waitMs(worked), signal);
  }

  #waitMs(worked: number): number {
    const now = this.#clock.elapsedMs();
    if (worked <= 0) this.#idleMs = now;
    if (worked <= 0 || this.#records === null) {
      this.#blindMs = Math.min(this.#blindMs * 2, mostMs);
      return this.#blindMs;
    }
    this.#atWorkMs ??= now;
    const leftMs = (Math.max(0, this.#records - worked) * (now - this.#idleMs)) / worked;
    return Math.max(firstMs, Math.min(leftMs, Math.max(mostMs, (now - this.#atWorkMs) * 3)));
  }
}
