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
  /**
   * For a process that is at work on what this ledger speaks of: keeps every other one out that asks for the same, until it is disposed or
   * the process ends, however it does. Null when another one is at work.
   *
   * @param by who that is, in ASCII; what is longer than 63 characters is cut
   */
  occupy(by: string): Promise<AsyncDisposable | null>;
  /** Who is at work, as they said; null when nobody is. */
  occupant(): Promise<string | null>;
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
