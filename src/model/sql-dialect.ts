/** The SQL of one system, in which it computes values as the mapping language would. */
export interface SqlDialect {
  readonly system: 'postgres';
}
