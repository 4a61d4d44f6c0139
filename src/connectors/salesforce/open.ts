import type { Connector } from '../port.ts';
import { type SalesforceAddress, sandboxAddress } from './address.ts';
import { salesforceCapabilities } from './capabilities.ts';

/** The connector for Salesforce. What a move does not open is never loaded: the shelf itself is behind this import. */
export const salesforce: Connector<SalesforceAddress> = {
  kind: 'salesforce',
  capabilities: salesforceCapabilities,
  open: async (address, context) => (await import('./system.ts')).openOrg(address, context),
  sandboxAddress,
};
