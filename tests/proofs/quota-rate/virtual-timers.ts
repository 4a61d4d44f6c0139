import type { VirtualClock } from './virtual-clock.ts';

/**
 * Until it is disposed, what asks for timers and dates as a program of its own does (`setTimeout`, `Date.now`) gets those of
 * the virtual clock. For the code of others that no clock can be handed to; nothing else may be under way in the process.
 */
export function virtualTimers(clock: VirtualClock): Disposable {
  const { setTimeout, clearTimeout } = globalThis;
  const { now } = Date;
  const waiting = new Map<number, AbortController>();
  let made = 0;
  const virtual = {
    setTimeout: (call: (...values: unknown[]) => void, ms = 0, ...values: unknown[]): number => {
      made += 1;
      const [number, stop] = [made, new AbortController()];
      waiting.set(number, stop);
      clock.sleep(ms, stop.signal).then(
        () => {
          waiting.delete(number);
          call(...values);
        },
        () => undefined,
      );
      return number;
    },
    clearTimeout: (number: number | undefined): void => {
      waiting.get(number ?? 0)?.abort();
      waiting.delete(number ?? 0);
    },
  };
  Object.assign(globalThis, virtual);
  Date.now = () => Math.floor(clock.nowMs());
  return {
    [Symbol.dispose]: () => {
      Object.assign(globalThis, { setTimeout, clearTimeout });
      Date.now = now;
    },
  };
}
