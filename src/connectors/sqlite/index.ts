/** An SQLite file as source or target. */
export type { SqliteAddress } from './address.ts';
export { sqlite } from './open.ts';
