import type { SliceCounts } from '../model/index.ts';
import { countsIncoherent } from './faults.ts';
import type { PurgedCount } from './journal/journal.ts';

/**
 * Counts source records of one attempt at a slice. Every record ends as exactly one of written, quarantined, purged.
 */
export class SliceTally {
  #rowsRead = 0;
  #rowsGiven = 0;
  #rowsRefused = 0;
  #rowsQuarantined = 0;
  readonly #purged = new Map<number, { reason: string; count: number }>();

  read(rows: number): void {
    this.#rowsRead += rows;
  }

  /** Handed to the target, or found to need no write. */
  given(rows = 1): void {
    this.#rowsGiven += rows;
  }

  quarantined(): void {
    this.#rowsQuarantined += 1;
  }

  /** Was given, and came back. */
  refused(): void {
    this.#rowsRefused += 1;
  }

  purged(rule: number, reason: string, count = 1): void {
    const known = this.#purged.get(rule) ?? { reason, count: 0 };
    known.count += count;
    this.#purged.set(rule, known);
  }

  purgedByRule(): readonly PurgedCount[] {
    return [...this.#purged].map(([rule, { reason, count }]) => ({ rule, reason, count }));
  }

  /** Throws `engine.counts-incoherent` when a record was lost or counted twice on the way. */
  counts(step: string): SliceCounts {
    const purged = [...this.#purged.values()].reduce((sum, { count }) => sum + count, 0);
    const counts = {
      rowsRead: this.#rowsRead,
      rowsWritten: this.#rowsGiven - this.#rowsRefused,
      rowsQuarantined: this.#rowsQuarantined + this.#rowsRefused,
      rowsPurged: purged,
    };
    assertCoherent(counts, step);
    return counts;
  }
}

export function assertCoherent(counts: SliceCounts, step: string): void {
  const { rowsRead, rowsWritten, rowsQuarantined, rowsPurged } = counts;
  const ended = rowsWritten + rowsQuarantined + rowsPurged;
  if (ended !== rowsRead || rowsWritten < 0) throw countsIncoherent({ step }, counts);
}
