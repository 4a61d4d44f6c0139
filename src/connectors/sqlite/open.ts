import type { Connector } from '../port.ts';
import { type SqliteAddress, sandboxAddress } from './address.ts';
import { sqliteCapabilities } from './capabilities.ts';

/** An SQLite file as source or target. What a move does not open is never loaded: the shelf itself is behind this import. */
export const sqlite: Connector<SqliteAddress> = {
  kind: 'sqlite',
  capabilities: sqliteCapabilities,
  open: async (address, context) => (await import('./system.ts')).openFile(address, context),
  sandboxAddress,
};
