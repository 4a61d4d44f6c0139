/**
 * How much at once. Every number bounds memory or waiting. What the whole process takes is told in
 * `docs/internals/engine.md`, and measured by `npm run bench -- move-memory`.
 */
export interface EngineLimits {
  readonly rowsPerSlice: number;
  /** Slices that travel through the pipe are larger by this. */
  readonly pipedSliceFactor: number;
  /** A part of such a slice in which a record cannot go is cut further only above this. */
  readonly partRowsMin: number;
  readonly batchRowsMax: number;
  readonly batchBytesMax: number;
  /** Batches that may wait, read and transformed, while the target writes. */
  readonly batchesAheadMax: number;
  /** Slices of one step that travel at the same time; fewer where `slices-at-once.ts` says so. */
  readonly slicesAtOnceMax: number;
  /** Indexes and keys of the target that are built at the same time. */
  readonly buildsAtOnceMax: number;
  /** New ids kept for lookups, per object. */
  readonly lookupsCachedMax: number;
  /** Originals of the slice under way that are kept for quarantine; beyond it they are read again by key. */
  readonly originalsKeptBytesMax: number;
  /** After so many slices the ledger hears of them. */
  readonly slicesPerEvent: number;
  /** How often somebody looks what holds up work that takes longer than that; 0: nobody looks. */
  readonly stallLookEveryMs: number;
  readonly retry: RetryLimits;
}

export interface RetryLimits {
  readonly baseMs: number;
  readonly capMs: number;
  /** Waiting and trying since the last success; afterwards the run pauses. */
  readonly budgetMs: number;
}

export const defaultLimits: EngineLimits = {
  rowsPerSlice: 10_000,
  pipedSliceFactor: 10,
  partRowsMin: 1_000,
  batchRowsMax: 1_000,
  batchBytesMax: 8 * 1024 * 1024,
  batchesAheadMax: 2,
  slicesAtOnceMax: 1,
  buildsAtOnceMax: 2,
  lookupsCachedMax: 100_000,
  originalsKeptBytesMax: 32 * 1024 * 1024,
  slicesPerEvent: 20,
  stallLookEveryMs: 5_000,
  retry: { baseMs: 200, capMs: 30_000, budgetMs: 10 * 60_000 },
};
