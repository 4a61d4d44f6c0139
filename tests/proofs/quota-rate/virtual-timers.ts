import type { VirtualClock } from './virtual-clock.ts';

/**
 * Until it is disposed, what asks for timers and dates as a program of its own does (`setTimeout`, `Date.now`) gets those of
 * the virtual clock. For the code of others that no clock can be handed to; nothing else may be under way in the process.
 */
export function virtualTimers(clock: VirtualClock): Disposable {
  const { setTimeout, clearTimeout } = globalThis;
  const { now } = Date;
  const virtual = {
    setTimeout: (call: (...values: unknown[]) => void, ms = 0, ...values: unknown[]): VirtualTimer =>
      new VirtualTimer(clock, ms, () => call(...values)),
    // What was begun before belongs to the machine.
    clearTimeout: (timer: unknown): void =>
      timer instanceof VirtualTimer
        ? timer.stop()
        : clearTimeout(timer as Parameters<typeof clearTimeout>[0]),
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

/** What programs do with a timer of Node. */
class VirtualTimer {
  readonly #clock: VirtualClock;
  readonly #ms: number;
  readonly #call: () => void;
  #stop = new AbortController();

  constructor(clock: VirtualClock, ms: number, call: () => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#call = call;
    this.#begin();
  }

  stop(): void {
    this.#stop.abort();
  }

  refresh(): this {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#begin();
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  #begin(): void {
    this.#clock.sleep(this.#ms, this.#stop.signal).then(this.#call, () => undefined);
  }
}
