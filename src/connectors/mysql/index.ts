/** MariaDB 10.11 and MySQL 8.4 and 9, as a source and as a target. */
export type { MysqlAddress } from './address.ts';
export { mysql } from './open.ts';
