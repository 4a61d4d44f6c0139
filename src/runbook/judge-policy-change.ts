import type { Notary } from '../host/index.ts';
import type { Envelope } from '../ledger/index.ts';
import type { ApprovalRule, Policy } from '../model/index.ts';
import type { DecisionLog } from './decision-log.ts';
import { checkPolicy, hasRole, policyDigest } from './policy.ts';
import { decisionsOf, readDecisions } from './read-decisions.ts';
import type { Refusal } from './refusal.ts';

/**
 * Whether those who could decide so far have agreed to a new people section: as many people of the old one, in the role,
 * as an approval needs. The first people section has nobody before it and is taken as it is.
 */
export function judgePolicyChange(request: PolicyChangeRequest): PolicyChangeVerdict {
  const { current, next, envelopes, rule, log, now, notary, project } = request;
  checkPolicy(next, notary);
  const policy = policyDigest(next, notary.digest);
  const previous = current === null ? null : policyDigest(current, notary.digest);
  if (current === null || previous === policy) return { policy, agreedBy: [], envelopes: [], refusals: [] };
  checkPolicy(current, notary);
  const { decisions } = readDecisions(envelopes, current, notary.verify);
  const agreed = decisionsOf('policy', decisions)
    .filter(({ body }) => body.policy === policy && body.previous === previous && body.project === project)
    .filter(({ id, body }) => body.time <= now && log.recorded.has(id) && !log.withdrawn.has(id))
    .filter(({ person }) => hasRole(person, rule.role));
  const agreedBy = [...new Set(agreed.map(({ person }) => person.name))];
  const what = `${rule.people} people with the role ${rule.role} of the old section are needed, agreed have: ${agreedBy.join(', ') || 'nobody'}`;
  const refusals: Refusal[] =
    agreedBy.length >= rule.people ? [] : [{ code: 'runbook.policy-not-agreed', what }];
  return { policy, agreedBy, envelopes: agreed.map(({ id }) => id), refusals };
}

export interface PolicyChangeRequest {
  readonly project: string;
  /** Null when none was agreed before. */
  readonly current: Policy | null;
  readonly next: Policy;
  readonly envelopes: readonly Envelope[];
  readonly rule: ApprovalRule;
  readonly log: DecisionLog;
  readonly now: string;
  readonly notary: Notary;
}

export interface PolicyChangeVerdict {
  /** Digest of the new people section. */
  readonly policy: string;
  readonly agreedBy: readonly string[];
  /** Ids of the statements it rests on. */
  readonly envelopes: readonly string[];
  readonly refusals: readonly Refusal[];
}
