import { isGodwitError } from '../../src/model/index.ts';
import type { Call, Life } from './life.ts';
import type { SimulatedDatabase, Transaction } from './simulated-database.ts';
import { stormFault } from './storm-faults.ts';
import type { WorldTime } from './world-time.ts';

/** How long a server takes to notice that the other end of a wire is gone, in milliseconds. */
const noticedAfterMs = 3_000;
/** How long one waits for the lock of another. */
const lockTimeoutMs = 2_000;
const lockPollMs = 100;

/**
 * One connection of one process to a database. Once it is lost it stays lost; what was open on it is rolled back when the server
 * notices, not before.
 */
export class Wire {
  readonly database: SimulatedDatabase;
  readonly #life: Life;
  readonly #time: WorldTime;
  readonly #side: Call['side'];
  #lost = false;
  #closed = false;
  #open: Transaction | null = null;

  constructor(database: SimulatedDatabase, life: Life, time: WorldTime, side: Call['side']) {
    this.database = database;
    this.#life = life;
    this.#time = time;
    this.#side = side;
    life.onKill(() => this.#noticeLater());
  }

  now(): string {
    return this.#life.clock.now();
  }

  async call<Result>(name: string, effect: () => Result): Promise<Result> {
    if (this.#lost || this.#closed) throw stormFault.connectionLost();
    try {
      return await this.#life.call({ name: `${this.#side}.${name}`, side: this.#side }, effect);
    } catch (error) {
      if (isGodwitError(error) && error.code === 'storm.connection-lost') this.#lose();
      throw error;
    }
  }

  /** Takes the one place of a writer, waiting for another to end. */
  async begin(): Promise<Transaction> {
    for (let waitedMs = 0; ; waitedMs += lockPollMs) {
      const begun = await this.call('begin', () => this.#take());
      if (begun) return begun;
      if (waitedMs >= lockTimeoutMs) throw stormFault.lockTimeout();
      await this.#life.delay(lockPollMs);
    }
  }

  /** The transaction, unless the server has ended it. */
  assertOpen(transaction: Transaction): void {
    if (this.database.writer !== transaction) throw stormFault.transactionGone();
  }

  end(transaction: Transaction): void {
    if (this.database.writer === transaction) this.database.writer = null;
    if (this.#open === transaction) this.#open = null;
  }

  /** A rollback; over a wire that is lost the server does not hear of it. */
  abort(transaction: Transaction): void {
    if (!this.#lost) this.end(transaction);
  }

  /** Closing a connection that is lost tells the server nothing. */
  close(): void {
    this.#closed = true;
    if (!this.#lost && this.#open) this.end(this.#open);
  }

  #take(): Transaction | null {
    if (this.database.writer) return null;
    const transaction = this.database.begin();
    this.#open = transaction;
    // Begun for somebody who is gone by now.
    if (!this.#life.alive) this.#noticeLater();
    return transaction;
  }

  #lose(): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#noticeLater();
  }

  #noticeLater(): void {
    const open = this.#open;
    if (open) this.#time.after(noticedAfterMs, () => this.end(open));
  }
}
