/** The SQL of one system, in which it computes values as the mapping language would. */
export interface SqlDialect {
  readonly system: 'postgres';
  /** A collation of that system, quoted, under which lower() and upper() are the language's; null when there is none. */
  readonly foldsCase: string | null;
}
