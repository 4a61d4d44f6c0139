/** How one kind of server does what `EntryUndoer` decides. What is told of records is told by their place among the entries. */
export interface UndoStatements<Entry> {
  /** How many entries one statement takes. */
  readonly entriesMax: number;
  /** The digests of the records as they are now, locked; none for those that are not there. */
  digests(entries: readonly Entry[]): Promise<ReadonlyMap<number, string>>;
  /** The relation whose records depend on a record and would be changed with it. */
  dependents(entries: readonly Entry[]): Promise<ReadonlyMap<number, string>>;
  /** All of them, or throws. */
  remove(entries: readonly Entry[]): Promise<void>;
  /** All of them as they were before, or throws. */
  restore(entries: readonly Entry[]): Promise<void>;
  /** Records that have no key: how many went of each digest. */
  removeByContent(entries: readonly Entry[]): Promise<ReadonlyMap<string, number>>;
  /**
   * Does the work within a savepoint. Null when it is done; why not, without a value of a record, when a record is to blame,
   * and then it is as if nothing had been done. Every other failure is thrown.
   */
  attempt(work: () => Promise<void>): Promise<string | null>;
}
