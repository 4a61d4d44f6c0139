import { isOwnMachine } from '../http/index.ts';
import type { SalesforceAddress } from './address.ts';
import { listOf } from './described.ts';
import { answerUnreadable } from './faults.ts';
import { memberOf, type OrgApi } from './org-api.ts';

/** Which org it is, and what for. */
export interface OrgIdentity {
  readonly id: string;
  readonly edition: string;
  readonly sandbox: boolean;
}

/** Throws `salesforce.answer-unreadable`, and what calls throw. */
export async function identify(api: OrgApi): Promise<OrgIdentity> {
  const soql = 'SELECT Id, OrganizationType, IsSandbox FROM Organization LIMIT 1';
  const label = 'identity of the org';
  const told = await api.json({ method: 'GET', path: `query?q=${encodeURIComponent(soql)}`, label });
  const [org = null] = listOf(told, 'records');
  const [id, edition] = [memberOf(org, 'Id'), memberOf(org, 'OrganizationType')];
  if (typeof id !== 'string') throw answerUnreadable(label, 'it holds no organization');
  return {
    id,
    edition: typeof edition === 'string' ? edition : 'unknown edition',
    sandbox: memberOf(org, 'IsSandbox') === true,
  };
}

/** A sandbox of the vendor, an org for developers, or a practice org of this machine: nobody's daily work. */
export const isForTrying = (
  { instance }: Pick<SalesforceAddress, 'instance'>,
  { sandbox, edition }: OrgIdentity,
): boolean => sandbox || edition === 'Developer Edition' || isOwnMachine(new URL(instance));
