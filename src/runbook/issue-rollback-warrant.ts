import { type Fingerprint, type Policy, type Runbook, Warrant } from '../model/index.ts';
import { judgeWarrant, targetOf, type WarrantRequest } from './issue-warrant.ts';
import { checkPolicy, findPerson, hasRole, policyDigest } from './policy.ts';
import { type Refusal, refused } from './refusal.ts';
import { readRunbook } from './runbook-bytes.ts';

/**
 * The right to take a run back. Going back is part of every approved runbook, and nobody should find the way back closed
 * because days have passed: approvals are judged as of the moment the run was started.
 *
 * Invariants: 1. it needs a start that the ledger holds, and everything that start needed. 2. a mapping or a structure that was
 * changed since does not stand in the way, nor a source that is gone: what goes back is what the target says was written, and
 * records that are not as they were written are refused one by one. 3. another target, a broken ledger, people nobody agreed
 * to, a rejection, a run that was taken back already: refused as ever. 4. people who followed lawfully change nothing of what was
 * decided before them; who takes the run back is one of them.
 */
export function issueRollbackWarrant(request: RollbackWarrantRequest): Warrant {
  const agreed = readRunbook(request.runbookBytes);
  const system = (role: 'source' | 'target'): Runbook['systems'][number] | undefined =>
    agreed.systems.find((one) => one.role === role);
  const { target, changes } = request.observed;
  const verdict = judgeWarrant({
    ...request,
    // What was agreed then and what is agreed now are looked at one by one, below.
    log: { ...request.log, agreedPolicy: null },
    ...(request.changedAt === null ? {} : { successors: { policy: request.today, from: request.changedAt } }),
    goingBack: true,
    now: request.startedAt,
    operator: request.startedBy,
    observed: {
      target,
      changes,
      source: system('source')?.fingerprint ?? target,
      mappingDigest: agreed.mappingDigest,
      sourceStructure: system('source')?.schemaDigest ?? '',
      targetStructure: system('target')?.schemaDigest ?? '',
    },
  });
  const refusals = [...peopleRefused(request), ...verdict.refusals];
  if (refusals.length > 0) throw refused(refusals);
  const { runbook, runbookId, approvals } = verdict;
  return Warrant.issue({
    runbookId,
    world: 'live',
    target: targetOf(runbook),
    steps: runbook.steps.map(({ id }) => id),
    expiresAt: request.expiresAt,
    approvals: approvals.counted.map(({ id }) => id),
  });
}

function peopleRefused(request: RollbackWarrantRequest): readonly Refusal[] {
  const { operator, policy, today, agreedThen, log, notary } = request;
  checkPolicy(today, notary);
  const refusals: Refusal[] = [];
  const then = policyDigest(policy, notary.digest);
  if (agreedThen !== null && agreedThen !== then)
    refusals.push({
      code: 'runbook.policy-not-agreed',
      what: `agreed was ${agreedThen} when the run was started, it was made under ${then}`,
    });
  const now = policyDigest(today, notary.digest);
  if (log.agreedPolicy !== null && log.agreedPolicy !== now)
    refusals.push({
      code: 'runbook.policy-not-agreed',
      what: `agreed was ${log.agreedPolicy}, godwit.yaml says ${now}`,
    });
  if (!hasRole(findPerson(today, operator), 'operator'))
    refusals.push({ code: 'runbook.operator-unknown', what: `${operator} does not have the role operator` });
  return refusals;
}

/** `policy` is the one the run was made under. */
export interface RollbackWarrantRequest extends Omit<WarrantRequest, 'observed' | 'successors'> {
  /** The people and rules of today. */
  readonly today: Policy;
  /** Digest of those the ledger says were agreed when the run was last started; null where it speaks of none. */
  readonly agreedThen: string | null;
  /** Number of the first entry after that by which others followed; null where none did. */
  readonly changedAt: number | null;
  /** The target as it is now, and what else is not as it was when the runbook was made. */
  readonly observed: { readonly target: Fingerprint; readonly changes: readonly Refusal[] };
  /** When the ledger says the run was last started; ISO instant in UTC. */
  readonly startedAt: string;
  /** Who started it, by the ledger: the approvals had to be of others than them, not of others than who takes it back. */
  readonly startedBy: string;
  /** When this right ends; ISO instant in UTC. */
  readonly expiresAt: string;
}
