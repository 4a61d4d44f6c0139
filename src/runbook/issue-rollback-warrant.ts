import { type Fingerprint, type Runbook, Warrant } from '../model/index.ts';
import { judgeWarrant, targetOf, type WarrantRequest } from './issue-warrant.ts';
import { findPerson, hasRole } from './policy.ts';
import { type Refusal, refused } from './refusal.ts';
import { readRunbook } from './runbook-bytes.ts';

/**
 * The right to take a run back. Going back is part of every approved runbook, and nobody should find the way back closed
 * because days have passed: approvals are judged as of the moment the run was started.
 *
 * Invariants: 1. it needs a start that the ledger holds, and everything that start needed. 2. a mapping or a structure that was
 * changed since does not stand in the way, nor a source that is gone: what goes back is what the target says was written, and
 * records that are not as they were written are refused one by one. 3. another target, a broken ledger, other people, a
 * rejection, a run that was taken back already: refused as ever.
 */
export function issueRollbackWarrant(request: RollbackWarrantRequest): Warrant {
  const agreed = readRunbook(request.runbookBytes);
  const system = (role: 'source' | 'target'): Runbook['systems'][number] | undefined =>
    agreed.systems.find((one) => one.role === role);
  const { target, changes } = request.observed;
  const verdict = judgeWarrant({
    ...request,
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
  const { operator, policy } = request;
  const unknown: readonly Refusal[] = hasRole(findPerson(policy, operator), 'operator')
    ? []
    : [{ code: 'runbook.operator-unknown', what: `${operator} does not have the role operator` }];
  const refusals = [...unknown, ...verdict.refusals];
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

export interface RollbackWarrantRequest extends Omit<WarrantRequest, 'observed'> {
  /** The target as it is now, and what else is not as it was when the runbook was made. */
  readonly observed: { readonly target: Fingerprint; readonly changes: readonly Refusal[] };
  /** When the ledger says the run was last started; ISO instant in UTC. */
  readonly startedAt: string;
  /** Who started it, by the ledger: the approvals had to be of others than them, not of others than who takes it back. */
  readonly startedBy: string;
  /** When this right ends; ISO instant in UTC. */
  readonly expiresAt: string;
}
