/** Throwaway database servers for tests. See README.md. */
export type { PostgresAccess, PostgresLogin } from './postgres-access.ts';
export { type PostgresMajor, skipWithoutPostgres } from './postgres-package.ts';
export { sharedPostgres } from './shared-postgres.ts';
export { type PostgresOptions, type PostgresServer, startPostgres } from './start-postgres.ts';
