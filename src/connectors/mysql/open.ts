import type { Connector } from '../port.ts';
import type { MysqlAddress } from './address.ts';
import { mysqlCapabilities } from './capabilities.ts';

/** MariaDB and MySQL as a source and as a target. What a move does not open is never loaded: the shelf itself is behind this import. */
export const mysql: Connector<MysqlAddress> = {
  kind: 'mysql',
  capabilities: mysqlCapabilities,
  open: async (address, context) => (await import('./system.ts')).openMysql(address, context),
  sandboxAddress: (address, name) => ({ ...address, database: name }),
};
