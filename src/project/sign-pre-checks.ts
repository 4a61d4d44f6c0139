import { keepDecision } from './decision-files.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import { type CheckDecision, checkStatement, readBrief, stepStatements } from './pre-check-statements.ts';
import type { Project } from './project.ts';
import { decisionFrame } from './sign-decisions.ts';
import type { Signer } from './statement.ts';

/** `godwit approve step`: who owns the records approves each step that deletes, merges or overwrites them. */
export async function signSteps(
  project: Project,
  signer: Signer,
  decision: { readonly steps: readonly string[] | 'all'; readonly reason: string | null },
): Promise<readonly { readonly step: string; readonly file: string }[]> {
  const runbook = readPlannedRunbook(project);
  const statements = stepStatements(runbook, signer.person, decision, () => decisionFrame(project));
  const signed: { step: string; file: string }[] = [];
  for (const { step, ...statement } of statements)
    signed.push({ step, file: await keepDecision(project, statement, signer) });
  return signed;
}

export interface AttestationRequest extends Pick<CheckDecision, 'check' | 'reference' | 'validDays'> {
  /** The brief support was given. */
  readonly file: string | null;
}

/** `godwit approve check`: a person has looked, and signs that monitoring is live, that support has the brief, or that the target's automation is as it should be. */
export async function signCheck(
  project: Project,
  signer: Signer,
  { file, ...decision }: AttestationRequest,
): Promise<{ readonly file: string }> {
  const { mappingDigest: mapping } = readPlannedRunbook(project);
  const asked = { ...decision, mapping, brief: file === null ? null : readBrief(file) };
  const statement = checkStatement(asked, signer.person, decisionFrame(project));
  return { file: await keepDecision(project, statement, signer) };
}
