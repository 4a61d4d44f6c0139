import type { Clock, SqliteFile, SqliteStatement, SteadyTime } from '../../../host/index.ts';

const keptEveryMs = 1_000;

/**
 * The book's time, in whole milliseconds since 1970. It is the machine's steady time on top of where the book stood when the
 * machine started, so no setting of the clock moves it; after a restart the wall clock sets it, forwards only.
 */
export class BookTime {
  readonly #read: SqliteStatement;
  readonly #write: SqliteStatement;
  readonly #hear: SqliteStatement;
  readonly #clock: Clock;
  readonly #steady: SteadyTime;
  /** Only for this process, where nobody knows which start of the machine it is. */
  #ownOffsetMs: number | null = null;

  constructor(file: SqliteFile, clock: Clock, steady: SteadyTime) {
    file.run(
      'CREATE TABLE IF NOT EXISTS book_time (one INTEGER PRIMARY KEY CHECK (one = 1), boot TEXT, offset_ms REAL, last_ms INTEGER, vendor_ahead_ms INTEGER)',
    );
    this.#read = file.statement('SELECT boot, offset_ms, last_ms, vendor_ahead_ms FROM book_time');
    this.#write = file.statement('INSERT OR REPLACE INTO book_time VALUES (1, ?, ?, ?, ?)');
    this.#hear = file.statement('UPDATE book_time SET vendor_ahead_ms = ?');
    this.#clock = clock;
    this.#steady = steady;
  }

  /** Within a transaction: nobody else moves the time meanwhile. */
  now(): { readonly nowMs: number; readonly vendorAheadMs: number } {
    const kept = this.#read.first();
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
      this.#write.run(boot, offsetMs, nowMs, vendorAheadMs);
    return { nowMs, vendorAheadMs };
  }

  /** Takes over only what is certain: the vendor's second (it says whole ones) lay outside of the attempt. */
  hearVendor(vendorMs: number, fromMs: number, untilMs: number): void {
    const late = Math.max(0, vendorMs - untilMs);
    const early = Math.min(0, vendorMs + 999 - fromMs);
    this.#hear.run(Math.round(late + early));
  }
}
