/**
 * What a book asks of its tables. The rules of a book are written once, as generators that ask: an SQLite file answers at once,
 * a database of many machines after a while. All that is asked between a beginning and an end is one transaction that
 * excludes all others.
 */
export interface BookQuestion {
  readonly statement: BookStatement;
  readonly values: readonly BookValue[];
}

export type BookStatement =
  | 'used'
  | 'usedSum'
  | 'forget'
  | 'use'
  | 'hold'
  | 'heldSum'
  | 'heldBefore'
  | 'heldOf'
  | 'overdue'
  | 'drop'
  | 'keep'
  | 'dropAll'
  | 'seen'
  | 'see'
  | 'count'
  | 'counted'
  | 'time'
  | 'keepTime'
  | 'hear';
export type BookValue = string | number | null;
export type BookRow = readonly unknown[];

/** Rules under way: they ask, are given rows, and end with a result. */
export type Asking<Result> = Generator<BookQuestion, Result, readonly BookRow[]>;

export function* rowsOf(statement: BookStatement, ...values: BookValue[]): Asking<readonly BookRow[]> {
  return yield { statement, values };
}

export function* firstOf(statement: BookStatement, ...values: BookValue[]): Asking<BookRow | undefined> {
  return (yield* rowsOf(statement, ...values))[0];
}

export function* tell(statement: BookStatement, ...values: BookValue[]): Asking<void> {
  yield { statement, values };
}
