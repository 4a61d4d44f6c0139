import { digestOf } from '../host/index.ts';
import type { DecisionKey } from '../ledger/index.ts';
import { type Finding, findingId, GodwitError, type Person, type Role } from '../model/index.ts';
import { objectMappingDigest, renderRunbook, runbookId } from '../runbook/index.ts';
import { decisionFrame, keepDecision } from './decision-files.ts';
import { readFacts } from './facts-files.ts';
import { loadMapping } from './load-mapping.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import type { Project } from './project.ts';

/** Who signs: a person of `godwit.yaml` and the key that proves it. */
export interface Signer {
  readonly person: Person;
  readonly key: DecisionKey;
}

/** The person a key belongs to. Throws `approval.unknown-key` when nobody in `godwit.yaml` has it. */
export function signerOf(project: Project, key: DecisionKey): Signer {
  const person = project.settings.people.find(({ keys }) => keys.includes(key.publicKey));
  if (person) return { person, key };
  throw new GodwitError({
    code: 'approval.unknown-key',
    title: 'Nobody in godwit.yaml has this key',
    detail: key.publicKey,
    nextStep: 'Put the public key under the person in the people section of godwit.yaml.',
    fate: 'never',
  });
}

/** `godwit approve mapping`: the author signs the content of the mapping. */
export async function signMapping(
  project: Project,
  signer: Signer,
): Promise<{ readonly file: string; readonly digest: string }> {
  requireRole(signer, 'author');
  const { digest } = loadMapping(project);
  const body = { ...decisionFrame(project), mapping: digest, author: signer.person.name };
  return { file: await keepDecision(project, 'mapping-signature', body, digest, named(signer)), digest };
}

export interface RunbookDecision {
  readonly decision: 'approve' | 'reject';
  readonly reason: string | null;
}

/** `godwit approve runbook`: a person approves, or rejects, exactly the runbook that `runbook.yaml` holds. */
export async function signRunbook(
  project: Project,
  signer: Signer,
  { decision, reason }: RunbookDecision,
): Promise<{ readonly file: string; readonly runbook: string }> {
  const runbook = readPlannedRunbook(project);
  if (decision === 'approve') requireRole(signer, runbook.approvals.role);
  const id = runbookId(runbook, digestOf);
  const body = {
    ...decisionFrame(project),
    runbook: id,
    decision,
    approver: signer.person.name,
    role: runbook.approvals.role,
    shown: digestOf(renderRunbook(runbook)),
    reason,
    expiresAt: runbook.expiresAt,
  };
  return { file: await keepDecision(project, 'approval', body, id, named(signer)), runbook: id };
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
): Promise<{ readonly file: string; readonly finding: Finding }> {
  const role = (['owner', 'approver'] as const).find((one) => signer.person.roles.includes(one));
  if (role === undefined) throw roleMissing(signer.person, 'owner');
  const finding = findFinding(project, accepted.finding);
  const body = {
    ...decisionFrame(project),
    finding: accepted.finding,
    decision: 'accept' as const,
    mapping: decidedMapping(project, finding),
    records: finding.records,
    reason: accepted.reason,
    decidedBy: signer.person.name,
    role,
    shown: digestOf(`${finding.title}\n${finding.detail}`),
    expiresAt: daysFrom(project.clock.now(), accepted.validDays),
  };
  return {
    file: await keepDecision(project, 'finding-decision', body, accepted.finding, named(signer)),
    finding,
  };
}

/** Names of all findings of the last check that block and may be decided. */
export function decidableFindings(project: Project): readonly string[] {
  const fit = readFacts(project, 'fit') as { readonly findings: readonly Finding[] } | null;
  return (fit?.findings ?? [])
    .filter(({ severity, waivable }) => severity === 'block' && waivable)
    .map(findingId);
}

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

/** Throws `approval.role-missing`. */
export function requireRole({ person }: Signer, role: Role): void {
  if (!person.roles.includes(role)) throw roleMissing(person, role);
}

function roleMissing(person: Person, role: Role): GodwitError {
  return new GodwitError({
    code: 'approval.role-missing',
    title: `${person.name} does not have the role ${role}`,
    detail: `roles of ${person.name}: ${person.roles.join(', ')}`,
    nextStep: `Let somebody with the role ${role} sign, or give the role in godwit.yaml.`,
    fate: 'pause',
  });
}

/** The same time of day, so many days later; ISO in UTC. */
export function daysFrom(now: string, days: number): string {
  return new Date(Date.parse(now) + days * 86_400_000).toISOString();
}

const named = ({ person, key }: Signer): { name: string; key: DecisionKey } => ({ name: person.name, key });
