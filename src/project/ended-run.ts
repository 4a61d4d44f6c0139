import { systemNotary } from '../host/index.ts';
import type { ResultSignature } from '../ledger/index.ts';
import { decisionsOf, hasRole, readDecisions } from '../runbook/index.ts';
import { policyOf, readEnvelopes, readLog } from './decision-files.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import type { Project } from './project.ts';
import { runName } from './run-name.ts';

/** What the newest audit of a run found; the ledger speaks of each. */
export interface LastAudit {
  /** ISO instant. */
  readonly at: string;
  readonly differences: number;
}

/** Null when the run was never audited. */
export function lastAudit(project: Project, run: string): LastAudit | null {
  let last: LastAudit | null = null;
  for (const { type, time, body } of project.ledger().entries()) {
    const about = body as { readonly run?: string; readonly differences?: string | number } | undefined;
    if (type === 'audit-ended' && about?.run === run)
      last = { at: time, differences: Number(about.differences) };
  }
  return last;
}

/** Who has to sign the result of the runbook's run; null when somebody has. */
export function resultWaitsFor(project: Project): string | null {
  const runbook = readPlannedRunbook(project);
  if (signersOfResult(project, runName(runbook)).length > 0) return null;
  return runbook.steps.find(({ action }) => action.kind === 'sign-off')?.approver ?? null;
}

/** Owners whose signature over the result of this run holds. */
export function signersOfResult(project: Project, run: string): readonly string[] {
  const log = readLog(project);
  const { decisions } = readDecisions(readEnvelopes(project), policyOf(project), systemNotary.verify, log);
  const signed = decisionsOf('result-signature', decisions)
    .filter(({ id, body }) => body.run === run && log.recorded.has(id) && !log.withdrawn.has(id))
    .filter(({ body, person }) => body.role === 'owner' && hasRole(person, 'owner'));
  return [...new Set(signed.map(({ person }) => person.name))];
}

/** Whether the ledger speaks of an audit of this run that found exactly this. */
export function wasFound(project: Project, { run, audit, differences }: ResultSignature): boolean {
  for (const { type, body } of project.ledger().entries()) {
    const told = body as Partial<Record<'run' | 'evidence' | 'differences', string | number>> | undefined;
    if (type !== 'audit-ended' || told?.run !== run) continue;
    if (told.evidence === audit && String(told.differences) === differences) return true;
  }
  return false;
}
