/**
 * A database in which godwit keeps tables of its own beside a project: a journal, a book of quotas. It is no system of a
 * migration, and nothing of a migration's records is written into it unsealed.
 *
 * Invariants: 1. when `transaction` resolves, what the work did is committed and durable; when it rejects, nothing of it is there,
 * or the connection was lost while committing and nobody can tell. 2. errors are faults with a code, `later` where the
 * database was away.
 */
export interface OwnDatabase extends AsyncDisposable {
  /** For people: `records at db.example.org:5432`. */
  readonly place: string;
  /** Makes these tables where they are missing, once, whoever else does so now; answers with the format that is there. */
  prepare(tables: OwnTables): Promise<number>;
  /** One statement, committed by itself. */
  rows: OwnSession['rows'];
  /** One transaction (read committed) on a connection of its own. Tables are found by their names alone. */
  transaction<Result>(work: (session: OwnSession) => Promise<Result>): Promise<Result>;
}

export interface OwnSession {
  /** Values are text in both directions. */
  rows(
    sql: string,
    parameters?: readonly (string | null)[],
  ): Promise<readonly (readonly (string | null)[])[]>;
}

export interface OwnTables {
  /** What they hold, and the middle of all their names: `journal` for `godwit_journal_run`. */
  readonly name: string;
  /** The format this version writes; it rises whenever a table changes its meaning. */
  readonly format: number;
  readonly sql: string;
}
