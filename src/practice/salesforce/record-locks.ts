import { recordRefusal } from './refusal.ts';

/** How long a call waits for a record that another one holds. */
const waitMs = 10_000;

interface Held {
  readonly by: object;
  readonly untilMs: number;
}

/**
 * Who writes a record holds its parents, to which it belongs, until its call is over; who comes meanwhile waits for ten
 * seconds, and is refused where that is not enough. Calls that take no time hold nothing.
 */
export class RecordLocks {
  readonly #held = new Map<string, Held>();

  /** @param by stands for the call. Throws UNABLE_TO_LOCK_ROW. */
  hold(id: string, by: object, nowMs: number, workMs: number): void {
    const held = this.#held.get(id);
    const freeMs = held === undefined || held.by === by ? nowMs : Math.max(held.untilMs, nowMs);
    if (freeMs - nowMs > waitMs)
      throw recordRefusal(
        'UNABLE_TO_LOCK_ROW',
        `unable to obtain exclusive access to this record or 1 records: ${id.slice(0, 15)}`,
      );
    if (workMs > 0) this.#held.set(id, { by, untilMs: freeMs + workMs });
    if (this.#held.size > 100_000) this.#forget(nowMs);
  }

  #forget(nowMs: number): void {
    for (const [id, { untilMs }] of this.#held) if (untilMs <= nowMs) this.#held.delete(id);
  }
}
