import { setTimeout as delay, setImmediate } from 'node:timers/promises';

/** Time, as the rest of the house may know it. */
export interface Clock {
  /** ISO instant in UTC with milliseconds: `2026-11-20T10:00:00.000Z`. */
  now(): string;
  /** Milliseconds that never go backwards; only differences mean something. */
  elapsedMs(): number;
  /** Resolves after that time, or rejects with the signal's reason. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date().toISOString(),
  elapsedMs: () => performance.now(),
  sleep: async (durationMs, signal) => {
    await delay(durationMs, undefined, signal ? { signal } : {});
  },
};

/**
 * Lets everything that waits have its turn: signals (Ctrl-C), timers, sockets. Whoever works on without ever waiting for the
 * outside, as with an SQLite file, asks this now and then; otherwise nobody is heard until the work is over.
 */
export async function letOthersIn(): Promise<void> {
  await setImmediate();
}
