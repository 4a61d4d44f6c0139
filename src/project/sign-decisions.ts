import { digestOf } from '../host/index.ts';
import type { DecisionKey } from '../ledger/index.ts';
import { mappingContent } from '../mapping/index.ts';
import { type Finding, findingId, GodwitError } from '../model/index.ts';
import { objectMappingDigest } from '../runbook/index.ts';
import { keepDecision } from './decision-files.ts';
import { readFacts } from './facts-files.ts';
import { loadMapping } from './load-mapping.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import type { Project } from './project.ts';
import {
  type AskedFinding,
  findingStatement,
  frameOf,
  mappingStatement,
  personOfKey,
  type RunbookDecision,
  runbookStatement,
  type Signer,
} from './statement.ts';

/** The person of `godwit.yaml` a key belongs to. Throws `approval.unknown-key`. */
export function signerOf(project: Project, key: DecisionKey, consent?: Signer['consent']): Signer {
  const person = personOfKey(project.settings.people, key, project.clock.now());
  return consent ? { person, key, consent } : { person, key };
}

/** `godwit approve mapping`: the author signs the content of the mapping. */
export async function signMapping(
  project: Project,
  signer: Signer,
): Promise<{ readonly file: string; readonly digest: string }> {
  const { mapping } = loadMapping(project);
  const statement = mappingStatement(mappingContent(mapping), signer.person, decisionFrame(project));
  return { file: await keepDecision(project, statement, signer), digest: statement.about };
}

/** `godwit approve runbook`: a person approves, or rejects, exactly the runbook that `runbook.yaml` holds. */
export async function signRunbook(
  project: Project,
  signer: Signer,
  decision: RunbookDecision,
): Promise<{ readonly file: string; readonly runbook: string }> {
  const runbook = readPlannedRunbook(project);
  const statement = runbookStatement(runbook, signer.person, decision, decisionFrame(project));
  return { file: await keepDecision(project, statement, signer), runbook: statement.about };
}

export interface FindingAcceptance {
  readonly finding: string;
  readonly reason: string;
  readonly validDays: number;
}

/** `godwit approve finding`: what a finding says may happen to exactly the records it counted, for a reason, until a day. */
export async function signFinding(
  project: Project,
  signer: Signer,
  accepted: FindingAcceptance,
): Promise<{ readonly file: string; readonly finding: AskedFinding }> {
  const finding = askedFinding(project, accepted.finding);
  const statement = findingStatement(finding, signer.person, accepted, decisionFrame(project));
  return { file: await keepDecision(project, statement, signer), finding };
}

/** Names of all findings of the last check that block and may be decided. */
export function decidableFindings(project: Project): readonly string[] {
  const fit = readFacts(project, 'fit') as { readonly findings: readonly Finding[] } | null;
  return (fit?.findings ?? [])
    .filter(({ severity, waivable }) => severity === 'block' && waivable)
    .map(findingId);
}

/** What a person is told of a finding when they are to decide on it. Throws `approval.unknown-finding`. */
export function askedFinding(project: Project, id: string): AskedFinding {
  const finding = findFinding(project, id);
  const { title, detail, records } = finding;
  return { id, title, detail, records, mapping: decidedMapping(project, finding) };
}

export const decisionFrame = (project: Project): ReturnType<typeof frameOf> =>
  frameOf(project.settings.project, project.clock, project.random);

function decidedMapping(project: Project, finding: Finding): string {
  const { mapping, digest } = loadMapping(project);
  const object = mapping.objects.find(({ name }) => name === finding.where.object);
  return object ? objectMappingDigest(object, digestOf) : digest;
}

function findFinding(project: Project, id: string): Finding {
  const fit = readFacts(project, 'fit') as { readonly findings: readonly Finding[] } | null;
  const finding = fit?.findings.find((candidate) => findingId(candidate) === id);
  if (finding?.waivable === true) return finding;
  throw new GodwitError({
    code: 'approval.unknown-finding',
    title: finding ? 'This finding cannot be decided away' : 'There is no such finding',
    detail: id,
    nextStep: finding
      ? finding.fix
      : 'Run `godwit map check`; it prints the name of every finding that can be decided.',
    fate: 'never',
  });
}
