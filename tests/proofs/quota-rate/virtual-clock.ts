import { type Clock, letOthersIn } from '../../../src/host/index.ts';

interface Sleeper {
  readonly atMs: number;
  wake(): void;
}

/** Time that passes only when nobody has anything left to do: a day takes as long as its events take to work on. */
export class VirtualClock implements Clock {
  #nowMs: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(startMs: number) {
    this.#nowMs = startMs;
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
      const sleeper = { atMs: this.#nowMs + durationMs, wake: () => end(resolve) };
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
      await letOthersIn();
      if (done.signal.aborted) break;
      let next: Sleeper | null = null;
      for (const sleeper of this.#sleepers) if (next === null || sleeper.atMs < next.atMs) next = sleeper;
      if (next === null) continue;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.wake();
    }
    return await ended;
  }
}
