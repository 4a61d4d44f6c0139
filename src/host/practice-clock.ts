import type { Clock } from './clock.ts';

/** What a sleep looks at the clock again after, in the machine's time: nobody sleeps through a change of speed. */
const lookAgainMs = 50;

/**
 * The time of a practice world: it begins where told and runs `speed` times as fast as the machine's, so that a quota of
 * days passes in minutes.
 *
 * Invariants: 1. it never runs backwards, also when its speed changes. 2. whoever sleeps, sleeps the practice world's time.
 */
export class PracticeClock implements Clock {
  readonly #machine: Clock;
  #speed: number;
  #fromMs: number;
  #machineFromMs: number;

  /** @param startMs milliseconds since 1970 at which the practice world begins */
  constructor(machine: Clock, startMs: number, speed: number) {
    this.#machine = machine;
    this.#speed = speed;
    this.#fromMs = startMs;
    this.#machineFromMs = machine.elapsedMs();
  }

  get speed(): number {
    return this.#speed;
  }

  /** Milliseconds since 1970 in the practice world. */
  nowMs(): number {
    return this.#fromMs + (this.#machine.elapsedMs() - this.#machineFromMs) * this.#speed;
  }

  now(): string {
    return new Date(this.nowMs()).toISOString();
  }

  elapsedMs(): number {
    return this.nowMs();
  }

  async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    const dueMs = this.nowMs() + durationMs;
    for (let left = durationMs; left > 0; left = dueMs - this.nowMs())
      await this.#machine.sleep(Math.min(left / this.#speed, lookAgainMs), signal);
  }

  /** From now on time runs this many times as fast as the machine's. */
  setSpeed(speed: number): void {
    this.#fromMs = this.nowMs();
    this.#machineFromMs = this.#machine.elapsedMs();
    this.#speed = speed;
  }

  /** Lets that much time pass at once. */
  advance(durationMs: number): void {
    this.#fromMs += durationMs;
  }
}
