import { digestOf } from '../host/index.ts';
import { GodwitError } from '../model/index.ts';
import { runbookId } from '../runbook/index.ts';
import { auditLive } from './audit-live.ts';
import { keepDecision } from './decision-files.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import type { Project } from './project.ts';
import { listQuarantine } from './quarantine.ts';
import { runName } from './run-name.ts';
import { type FoundResult, foundRelations, resultStatement } from './run-statements.ts';
import { decisionFrame } from './sign-decisions.ts';
import { requireRole, type Signer } from './statement.ts';
import { liveJournal, openWorldJournal } from './world-journal.ts';

export interface SignedResult extends Pick<FoundResult, 'run' | 'differences' | 'quarantined'> {
  readonly file: string;
}

/** `godwit approve result`: audits once more, and the owner signs what was found. Throws as `foundResult`. */
export async function signResult(project: Project, signer: Signer): Promise<SignedResult> {
  requireRole(signer.person, 'owner');
  const result = await foundResult(project);
  const statement = resultStatement(result, signer.person, decisionFrame(project));
  const { run, differences, quarantined } = result;
  return { file: await keepDecision(project, statement, signer), run, differences, quarantined };
}

/**
 * What came of the run, by an audit made now. Refused while the run is not at its end, and while the audit finds more than the
 * runbook allows: nobody answers for a result that is not what was agreed.
 */
export async function foundResult(project: Project): Promise<FoundResult> {
  const runbook = readPlannedRunbook(project);
  const run = runName(runbook);
  await requireFinished(project, run);
  const { report, differences, allowed } = await auditLive(project, () => undefined);
  if (differences > allowed) throw notAgreed(differences, allowed);
  const quarantined = (await listQuarantine(project)).filter(({ state }) => state === 'open').length;
  const relations = foundRelations(report);
  return { runbook: runbookId(runbook, digestOf), run, differences, quarantined, relations };
}

async function requireFinished(project: Project, run: string): Promise<void> {
  await using journal = await openWorldJournal(project, liveJournal);
  const state = (await journal.runs()).find((one) => one.run === run)?.state ?? 'not begun';
  if (state === 'done') return;
  throw new GodwitError({
    code: 'approval.result-early',
    title: 'There is no result to sign: the run is not at its end',
    detail: `${run}: ${state}`,
    nextStep: '`godwit status` says where it is and what comes next.',
    fate: 'pause',
  });
}

function notAgreed(differences: number, allowed: number): GodwitError {
  return new GodwitError({
    code: 'approval.result-differs',
    title: 'The result is not what was agreed, so it cannot be signed',
    detail: `the audit finds ${differences} differences; agreed are ${allowed}`,
    nextStep: 'Look at them with `godwit audit`, then `godwit repair` or `godwit rollback`.',
    fate: 'pause',
  });
}
