import type { Clock, SteadyTime } from '../../../host/index.ts';
import { type Asking, firstOf, tell } from './book-questions.ts';

const keptEveryMs = 1_000;

/** The book's time, in whole milliseconds since 1970; it never runs backwards. */
export interface BookTime {
  now(): Asking<{ readonly nowMs: number; readonly vendorAheadMs: number }>;
}

/**
 * The book's time, in whole milliseconds since 1970. It is the machine's steady time on top of where the book stood when the
 * machine started, so no setting of the clock moves it; after a restart the wall clock sets it, forwards only.
 */
export class MachineTime implements BookTime {
  readonly #clock: Clock;
  readonly #steady: SteadyTime;
  /** Only for this process, where nobody knows which start of the machine it is. */
  #ownOffsetMs: number | null = null;

  constructor(clock: Clock, steady: SteadyTime) {
    this.#clock = clock;
    this.#steady = steady;
  }

  /** Within a transaction: nobody else moves the time meanwhile. */
  *now(): Asking<{ readonly nowMs: number; readonly vendorAheadMs: number }> {
    const kept = yield* firstOf('time');
    const lastMs = Number(kept?.[2] ?? 0);
    const { boot } = this.#steady;
    const steadyMs = this.#steady.steadyMs();
    const known = boot === null ? this.#ownOffsetMs : kept?.[0] === boot ? Number(kept[1]) : null;
    // What was not kept yet may have been up to a second later.
    const offsetMs = known ?? Math.max(Date.parse(this.#clock.now()), lastMs + keptEveryMs) - steadyMs;
    this.#ownOffsetMs = offsetMs;
    const nowMs = Math.max(Math.floor(offsetMs + steadyMs), lastMs);
    const vendorAheadMs = Number(kept?.[3] ?? 0);
    if (known === null || nowMs - lastMs >= keptEveryMs)
      yield* tell('keepTime', boot, offsetMs, nowMs, vendorAheadMs);
    return { nowMs, vendorAheadMs };
  }
}

/** Takes over of the vendor's clock only what is certain: its second (it says whole ones) lay outside of the attempt. */
export function* hearVendor(vendorMs: number, fromMs: number, untilMs: number): Asking<void> {
  const late = Math.max(0, vendorMs - untilMs);
  const early = Math.min(0, vendorMs + 999 - fromMs);
  yield* tell('hear', Math.round(late + early));
}
