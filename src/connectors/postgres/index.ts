/** PostgreSQL 14 to 18, as a source and as a target. */
export type { PostgresAddress } from './address.ts';
export { postgresLineStore } from './line-store.ts';
export { postgres } from './open.ts';
export { postgresOwnDatabase } from './own-database.ts';
