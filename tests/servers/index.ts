/** Throwaway database servers for tests. See README.md. */
export { skipWithoutMariadb } from './mariadb-programs.ts';
export type { MysqlAccess } from './mysql-access.ts';
export type { PostgresAccess, PostgresLogin } from './postgres-access.ts';
export { type PostgresMajor, skipWithoutPostgres } from './postgres-package.ts';
export { serverAccount } from './server-account.ts';
export { type MysqlUnderTest, mysqlServers, sharedMariadb } from './shared-mysql.ts';
export { sharedPostgres } from './shared-postgres.ts';
export { startMariadb } from './start-mariadb.ts';
export { type Pgbouncer, skipWithoutPgbouncer, startPgbouncer } from './start-pgbouncer.ts';
export { type PostgresOptions, type PostgresServer, startPostgres } from './start-postgres.ts';
