import type { SigningKey } from '../host/index.ts';
import type { Entry, NewEvent } from './entry.ts';

/**
 * An append-only history. Whoever is about to change something outside appends what it intends, flushes, acts, and appends
 * what came of it; a crash in between leaves exactly one step whose outcome is unknown.
 *
 * Invariants: 1. when `flush` has resolved, all events appended before it survive a crash of process and machine.
 * 2. events of one writer keep their order. 3. what is written is never changed.
 */
export interface Ledger extends Disposable {
  /** Takes the events; nothing is durable before the next `flush`. */
  append(events: readonly NewEvent[]): void;
  /** Calls that come together share one write to the disk. */
  flush(): Promise<void>;
  /** Flushes, signs what is there now, keeps the signed note and answers with it. */
  checkpoint(key: SigningKey): Promise<string>;
  /** What others wrote, and what witnesses signed, is here afterwards. */
  refresh(): Promise<void>;
  /** All entries from the first, as they are on disk. Throws `ledger.damaged` at one that is not whole. */
  entries(): Iterable<Entry>;
}
