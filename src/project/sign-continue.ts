import { GodwitError } from '../model/index.ts';
import type { RunStop } from '../runbook/index.ts';
import type { AskedStop } from './asked-decision.ts';
import { brokenFor } from './break-glass.ts';
import { keepDecision, policyOf } from './decision-files.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import type { Project } from './project.ts';
import { runName } from './run-name.ts';
import { continueStatement } from './run-statements.ts';
import { runStops } from './run-stops.ts';
import { decisionFrame } from './sign-decisions.ts';
import type { Signer } from './statement.ts';

export interface SignedStop {
  readonly file: string;
  readonly stop: RunStop;
}

/**
 * `godwit approve continue`: the person the runbook names signs that the run goes on, for every stop that stands. A signature
 * covers the rule up to the value that was seen: one more bad record than that stops the run again.
 */
export async function signContinue(
  project: Project,
  signer: Signer,
  reason: string,
): Promise<readonly SignedStop[]> {
  const runbook = readPlannedRunbook(project);
  const policy = policyOf(project);
  const said = { person: signer.person, reason };
  const statements = askedStops(project).map((asked) => ({
    stop: asked.stop,
    statement: continueStatement(runbook, { ...asked, policy }, said, decisionFrame(project)),
  }));
  const signed: SignedStop[] = [];
  for (const { stop, statement } of statements)
    signed.push({ file: await keepDecision(project, statement, signer), stop });
  return signed;
}

/** Every stop that stands, and who decides on it. Throws `approval.nothing-stopped`. */
export function askedStops(project: Project): readonly AskedStop[] {
  const runbook = readPlannedRunbook(project);
  const { standing } = runStops(project, runbook);
  if (standing.length === 0) throw nothingStopped(runName(runbook));
  const brokenBy = [...brokenFor(project, runbook)].sort();
  return standing.map((stop) => ({ stop, brokenBy }));
}

function nothingStopped(run: string): GodwitError {
  return new GodwitError({
    code: 'approval.nothing-stopped',
    title: 'Nothing stands that would have to be signed',
    detail: run,
    nextStep: '`godwit status` says what comes next.',
    fate: 'never',
  });
}
