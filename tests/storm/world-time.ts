import { type Clock } from '../../src/host/index.ts';

/** The far side of an event: who waits for it, and what happens then. */
interface Turn {
  readonly atMs: number;
  readonly place: number;
  readonly take: () => void;
}

/**
 * Time of a made-up world: it passes only from one event to the next, when nobody has anything left to do.
 *
 * Invariants: 1. of two events the earlier one comes first, of two at the same moment the one that was asked for first. 2. what
 * an event sets off is over before the next one comes. So the order of everything follows from the delays that were asked for.
 */
export class WorldTime {
  #nowMs = Date.UTC(2026, 10, 20);
  #asked = 0;
  #under = false;
  readonly #turns: Turn[] = [];
  #stuck: (() => void) | null = null;
  #trace = 0x811c9dc5;

  get nowMs(): number {
    return this.#nowMs;
  }

  /** How many events there were: one that never ends is noticed by it. */
  get events(): number {
    return this.#asked;
  }

  /** What happened up to now, in one number: two runs of one seed have the same. */
  get trace(): number {
    return this.#trace >>> 0;
  }

  /** Adds to the trace what happens at this moment. */
  note(what: string): void {
    let mixed = this.#trace ^ Math.round(this.#nowMs * 1_000);
    for (let at = 0; at < what.length; at += 1) mixed = Math.imul(mixed ^ what.charCodeAt(at), 0x01000193);
    this.#trace = mixed;
  }

  /** Told when nothing will happen any more: whoever still waits waits for ever. Null ends it. */
  whenStuck(told: (() => void) | null): void {
    this.#stuck = told;
  }

  /** `take` is called after that time, in milliseconds. */
  after(delayMs: number, take: () => void): void {
    const turn = { atMs: this.#nowMs + delayMs, place: this.#asked, take };
    this.#asked += 1;
    let at = this.#turns.length;
    while (at > 0 && (this.#turns[at - 1] as Turn).atMs <= turn.atMs) at -= 1;
    this.#turns.splice(at, 0, turn);
    this.#begin();
  }

  #begin(): void {
    if (this.#under) return;
    this.#under = true;
    // A turn of the machine's own loop: every promise that could go on has gone on by then.
    setImmediate(() => {
      this.#under = false;
      const next = this.#turns.pop();
      if (!next) {
        this.#stuck?.();
        return;
      }
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.take();
      this.#begin();
    });
  }
}

/** What one process sees of that time: its wall clock may be wrong, and be set right or wrong at any moment. */
export class ProcessClock implements Clock {
  readonly #time: WorldTime;
  readonly #delay: (delayMs: number) => Promise<void>;
  /** By how much its wall clock is wrong, in milliseconds. */
  skewMs = 0;

  /** @param delay of the process: it ends with it */
  constructor(time: WorldTime, delay: (delayMs: number) => Promise<void>) {
    this.#time = time;
    this.#delay = delay;
  }

  now(): string {
    return new Date(this.#time.nowMs + this.skewMs).toISOString();
  }

  elapsedMs(): number {
    return this.#time.nowMs;
  }

  async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (!signal) return this.#delay(durationMs);
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', stop, { once: true });
      const wake = async (): Promise<void> => {
        await this.#delay(durationMs);
        signal.removeEventListener('abort', stop);
        resolve();
      };
      void wake();
    });
  }
}
