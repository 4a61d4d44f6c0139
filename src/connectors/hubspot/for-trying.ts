import { isOwnMachine } from '../http/index.ts';
import type { OpenContext } from '../port.ts';
import type { AccountIdentity } from './account-api.ts';
import type { HubspotAddress } from './address.ts';
import { notASandbox } from './faults.ts';

/** What the vendor calls accounts that are nobody's daily work. */
const typesForTrying: readonly string[] = ['SANDBOX', 'DEVELOPER_TEST'];

/**
 * A rehearsal needs nobody's approval, so it goes only into a sandbox of the vendor, a test account of developers, or a practice
 * HubSpot of this machine. Throws `hubspot.not-a-sandbox`.
 */
export function requireForTrying(
  role: OpenContext['role'],
  { api }: Pick<HubspotAddress, 'api'>,
  { id, type }: Pick<AccountIdentity, 'id' | 'type'>,
): void {
  if (role !== 'sandbox' || typesForTrying.includes(type) || isOwnMachine(new URL(api))) return;
  throw notASandbox(id, type);
}
