/**
 * The systems godwit can move records between. Everything else in the house knows them only through the port; which shelf
 * belongs to which kind is decided here.
 */
export { type FileOptions, type FilesAddress, filesConnector } from './files/index.ts';
export * from './http/index.ts';
export { type MysqlAddress, mysql } from './mysql/index.ts';
export type * from './port.ts';
export { type PostgresAddress, postgres } from './postgres/index.ts';
export { type SqliteAddress, sqlite } from './sqlite/index.ts';
