/**
 * Where the lines of one ledger are kept for all who write to it, when that is not a folder: a database. The same bytes as in a
 * folder; what they mean is not its business.
 *
 * Invariants: 1. what `alone` did is there whole and durable once it has resolved, or not at all; when it fails, nobody can say
 * which, only who looks again. 2. while one writer is in `alone`, others wait, on whatever machine. 3. a line is never written
 * over another one.
 */
export interface LineStore extends AsyncDisposable {
  /** Where that is, for people: without a password. */
  readonly place: string;
  /** Throws `ledger.busy` when another writer does not come to an end. */
  alone<Result>(work: (lines: LockedLines) => Promise<Result>): Promise<Result>;
}

/** One ledger, while nobody else can write to it. */
export interface LockedLines {
  /** The lines behind the first `size`, without their line feeds, in order. */
  after(size: number): AsyncIterable<Uint8Array>;
  /** Puts lines behind the first `size`. */
  append(size: number, lines: readonly Uint8Array[]): Promise<void>;
  /** Signed notes of checkpoints, the smallest first. */
  notes(): Promise<readonly string[]>;
  keepNote(size: number, note: string): Promise<void>;
}
