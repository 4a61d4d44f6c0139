import { digestOf } from '../host/index.ts';
import { GodwitError } from '../model/index.ts';
import { type RunStop, runbookId } from '../runbook/index.ts';
import { brokenFor } from './break-glass.ts';
import { keepDecision, policyOf } from './decision-files.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import type { Project } from './project.ts';
import { runName } from './run-name.ts';
import { runStops, stopInWords } from './run-stops.ts';
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
  const { standing } = runStops(project, runbook);
  const mayAnyway = brokenFor(project, runbook).has(signer.person.name);
  for (const stop of standing) requireNamed(stop, signer.person.name, mayAnyway);
  if (standing.length === 0) throw nothingStopped(runName(runbook));
  const signed: SignedStop[] = [];
  for (const stop of standing) {
    const { step, rule, observed } = stop;
    if (observed === null) continue;
    const id = runbookId(runbook, digestOf);
    const role = mayAnyway ? (policyOf(project).breakGlass?.role ?? 'approver') : 'approver';
    const text = stopInWords(stop);
    const body = {
      ...decisionFrame(project),
      runbook: id,
      run: runName(runbook),
      step,
      rule,
      observed,
      reason,
      role,
      decidedBy: signer.person.name,
      shown: digestOf(text),
      expiresAt: runbook.expiresAt,
    };
    const file = await keepDecision(project, { kind: 'stop-override', body, text, about: id }, signer);
    signed.push({ file, stop });
  }
  return signed;
}

function requireNamed(stop: RunStop, name: string, mayAnyway: boolean): void {
  if (stop.observed === null)
    throw cannotContinue(stopInWords(stop), 'Take the run back with `godwit rollback`, and report it.');
  if (stop.decides !== name && !mayAnyway)
    throw cannotContinue(
      `${stopInWords(stop)}, and this is the key of ${name}`,
      `Let ${stop.decides} sign: \`godwit approve continue --key <file> --reason <why>\`.`,
    );
}

function cannotContinue(detail: string, nextStep: string): GodwitError {
  return new GodwitError({
    code: 'approval.cannot-continue',
    title: 'This signature cannot let the run go on',
    detail,
    nextStep,
    fate: 'pause',
  });
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
