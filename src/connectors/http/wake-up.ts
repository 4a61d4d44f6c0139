import type { Clock } from '../../host/index.ts';

/** Lets those who wait for something to change be woken before their time is over. */
export class WakeUp {
  #waiting = new Set<() => void>();

  /** Everybody who waits looks again. */
  all(): void {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const wake of waiting) wake();
  }

  /** Resolves after that time (`Infinity`: never by itself) or when woken. Rejects with the signal's reason. */
  async wait(clock: Clock, durationMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const woken = new AbortController();
    const wake = (): void => woken.abort();
    this.#waiting.add(wake);
    signal.addEventListener('abort', wake, { once: true });
    try {
      if (durationMs === Infinity) await ended(woken.signal);
      else await clock.sleep(durationMs, woken.signal);
      signal.throwIfAborted();
    } catch (error) {
      if (!woken.signal.aborted) throw error;
      signal.throwIfAborted();
    } finally {
      this.#waiting.delete(wake);
      signal.removeEventListener('abort', wake);
    }
  }
}

const ended = async (signal: AbortSignal): Promise<void> =>
  await new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
