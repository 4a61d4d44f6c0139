import type { Notary } from '../host/index.ts';
import type { Envelope } from '../ledger/index.ts';
import type { ApprovalRule, Policy } from '../model/index.ts';
import type { DecisionLog } from './decision-log.ts';
import { checkPolicy, hasRole, policyDigest } from './policy.ts';
import { decisionsOf, readDecisions } from './read-decisions.ts';
import type { Refusal } from './refusal.ts';

/**
 * Whether those who could decide so far have agreed to a new policy: as many people of the old one, in the role,
 * as an approval needs. The first policy has nobody before it and is taken as it is.
 */
export function judgePolicyChange(request: PolicyChangeRequest): PolicyChangeVerdict {
  const { current, next, envelopes, log, now, notary, project } = request;
  checkPolicy(next, notary);
  const policy = policyDigest(next, notary.digest);
  const previous = current === null ? null : policyDigest(current, notary.digest);
  if (current === null || previous === policy) return { policy, agreedBy: [], envelopes: [], refusals: [] };
  checkPolicy(current, notary);
  const rule = current.approvals ?? request.rule;
  const { decisions } = readDecisions(envelopes, current, notary.verify, log);
  const agreed = decisionsOf('policy', decisions)
    .filter(({ body }) => body.policy === policy && body.previous === previous && body.project === project)
    // What was agreed before the policy that holds now was agreed for another moment: it is not used a second time.
    .filter(({ id }) => (log.recorded.get(id)?.seq ?? 0) > log.agreedAt && !log.withdrawn.has(id))
    .filter(({ body }) => body.time <= now)
    .filter(({ person }) => hasRole(person, rule.role));
  const agreedBy = [...new Set(agreed.map(({ person }) => person.name))];
  const could = current.people.filter((one) => hasRole(one, rule.role) && !agreedBy.includes(one.name));
  const needed = rule.people === 1 ? '1 person' : `${rule.people} people`;
  const what = `needed: ${needed} who had the role ${rule.role} before; agreed so far: ${agreedBy.join(', ') || 'nobody'}; still to be asked: ${could.map(({ name }) => name).join(', ') || 'nobody'}`;
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
  /** What an approval needs, where the current one does not say it. */
  readonly rule: ApprovalRule;
  readonly log: DecisionLog;
  readonly now: string;
  readonly notary: Notary;
}

export interface PolicyChangeVerdict {
  /** Digest of the new policy. */
  readonly policy: string;
  readonly agreedBy: readonly string[];
  /** Ids of the statements it rests on. */
  readonly envelopes: readonly string[];
  readonly refusals: readonly Refusal[];
}
