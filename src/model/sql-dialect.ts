/** The SQL of one kind of system. */
export type SqlDialect = 'postgres';
