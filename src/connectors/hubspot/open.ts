import type { Connector } from '../port.ts';
import { type HubspotAddress, sandboxAddress } from './address.ts';
import { hubspotCapabilities } from './capabilities.ts';

/** The connector for HubSpot. What a move does not open is never loaded: the shelf itself is behind this import. */
export const hubspot: Connector<HubspotAddress> = {
  kind: 'hubspot',
  capabilities: hubspotCapabilities,
  open: async (address, context) => (await import('./system.ts')).openAccount(address, context),
  sandboxAddress,
};
