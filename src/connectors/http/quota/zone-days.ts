const hourMs = 3_600_000;
/** No day of any zone in use is longer. */
const dayMaxMs = 26 * hourMs;

/**
 * Days of one zone, by the machine's zone rules: days of 23 and 25 hours, and days that begin at 01:00 because midnight was
 * skipped. Throws a RangeError for a zone that does not exist.
 */
export class ZoneDays {
  readonly #date: Intl.DateTimeFormat;
  #startMs = 0;
  #endMs = 0;

  constructor(zone: string) {
    this.#date = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
  }

  /** Start of the day that holds this instant, and of the day behind it; milliseconds since 1970. */
  dayOf(ms: number): { readonly startMs: number; readonly endMs: number } {
    if (ms < this.#startMs || ms >= this.#endMs) {
      this.#endMs = this.#firstOfNext(ms, ms + dayMaxMs);
      // The day before ends where this one begins; a moment of it is found by going back hour by hour.
      this.#startMs = this.#firstOfNext(this.#inDayBefore(ms), ms);
    }
    return { startMs: this.#startMs, endMs: this.#endMs };
  }

  #inDayBefore(ms: number): number {
    const date = this.#date.format(ms);
    let before = ms - hourMs;
    while (this.#date.format(before) === date) before -= hourMs;
    return before;
  }

  /** The first millisecond behind `from`, up to `to`, that has another date than `from`. */
  #firstOfNext(from: number, to: number): number {
    const date = this.#date.format(from);
    let [same, other] = [from, to];
    while (other - same > 1) {
      const middle = Math.floor((same + other) / 2);
      if (this.#date.format(middle) === date) same = middle;
      else other = middle;
    }
    return other;
  }
}
