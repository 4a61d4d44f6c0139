import type { Row } from './value.ts';

/**
 * A part of a relation in the order of its identity fields: every record whose key k satisfies `after < k <= upTo`; null
 * means no bound on that side. Numbers are ordered by size; how text is ordered is the system's own affair, as long as it is
 * the same order for all slices of a plan.
 *
 * Invariants of the slices of one relation: 1. the first has `after: null`, the last `upTo: null`.
 * 2. each one's `after` is the `upTo` of the one before it. 3. numbers run from 0 without a gap.
 */
export interface Slice {
  readonly number: number;
  readonly after: Row | null;
  readonly upTo: Row | null;
  readonly rowsEstimate: number;
}

/** What became of the records of a slice. `rowsRead` is the sum of the other three, `rowsWritten` counts source records. */
export interface SliceCounts {
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly rowsQuarantined: number;
  readonly rowsPurged: number;
}

export const noRows: SliceCounts = { rowsRead: 0, rowsWritten: 0, rowsQuarantined: 0, rowsPurged: 0 };

export function addCounts(a: SliceCounts, b: SliceCounts): SliceCounts {
  return {
    rowsRead: a.rowsRead + b.rowsRead,
    rowsWritten: a.rowsWritten + b.rowsWritten,
    rowsQuarantined: a.rowsQuarantined + b.rowsQuarantined,
    rowsPurged: a.rowsPurged + b.rowsPurged,
  };
}
