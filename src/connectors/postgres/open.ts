import type { Connector } from '../port.ts';
import type { PostgresAddress } from './address.ts';
import { postgresCapabilities } from './capabilities.ts';

/** PostgreSQL 14 to 18 as a source and as a target. What a move does not open is never loaded: the shelf itself is behind this import. */
export const postgres: Connector<PostgresAddress> = {
  kind: 'postgres',
  capabilities: postgresCapabilities,
  open: async (address, context) => (await import('./system.ts')).openPostgres(address, context),
  sandboxAddress: (address, name) => ({ ...address, schema: name }),
};
