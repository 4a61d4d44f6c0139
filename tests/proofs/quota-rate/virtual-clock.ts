import { type Clock, letOthersIn } from '../../../src/host/index.ts';
import type { OwnSockets } from './own-sockets.ts';

interface Sleeper {
  readonly atMs: number;
  wake(): void;
}

/** A shorter sleep would leave no trace in a number of milliseconds since 1970, and never end. */
const leastMs = 0.001;

/**
 * Time that passes only when nobody has anything left to do: a day takes as long as its events take to work on.
 *
 * Nobody has anything to do when so many turns of the event loop woke nobody. One is enough where all there is waits for this
 * clock; what came over a socket takes some turns more until it is worked on. A call that is under way between two sockets of this process
 * wakes nobody before it has come, which the machine and not the number of turns says: with the sockets given, time stands still until then.
 */
export class VirtualClock implements Clock {
  #nowMs: number;
  readonly #turns: number;
  readonly #sockets: Pick<OwnSockets, 'still'> | null;
  readonly #sleepers = new Set<Sleeper>();

  constructor(startMs: number, turns = 1, sockets: Pick<OwnSockets, 'still'> | null = null) {
    this.#nowMs = startMs;
    this.#turns = turns;
    this.#sockets = sockets;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  now(): string {
    return new Date(this.#nowMs).toISOString();
  }

  elapsedMs(): number {
    return this.#nowMs;
  }

  async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const end = (settle: () => void): void => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', stop);
        settle();
      };
      const stop = (): void => end(() => reject(signal?.reason as Error));
      const sleeper = { atMs: this.#nowMs + Math.max(durationMs, leastMs), wake: () => end(resolve) };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', stop, { once: true });
    });
  }

  /** Lets time pass until the work is done. Throws where everybody waits and nobody sleeps. */
  async run<Result>(work: Promise<Result>): Promise<Result> {
    const done = new AbortController();
    const ended = work.finally(() => done.abort());
    ended.catch(() => undefined);
    while (!done.signal.aborted) {
      await this.#letAllWork(done.signal);
      if (done.signal.aborted) break;
      let next: Sleeper | null = null;
      for (const sleeper of this.#sleepers) if (next === null || sleeper.atMs < next.atMs) next = sleeper;
      if (next === null) continue;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.wake();
    }
    return await ended;
  }

  async #letAllWork(done: AbortSignal): Promise<void> {
    for (let turn = 0; turn < this.#turns && !done.aborted; turn += 1) {
      await letOthersIn();
      if (this.#sockets?.still === false) turn = -1;
    }
  }
}
