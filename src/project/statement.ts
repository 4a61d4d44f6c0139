import { stringify } from 'yaml';
import { type Clock, digestOf, type Random } from '../host/index.ts';
import {
  canonicalJson,
  type DecisionKey,
  type DecisionKind,
  type Decisions,
  type Envelope,
  signDecision,
} from '../ledger/index.ts';
import { GodwitError, type Person, type Policy, type Role, type Runbook } from '../model/index.ts';
import {
  explainPolicyChange,
  keyFault,
  policyDigest,
  refused,
  renderRunbook,
  runbookId,
  textFaults,
} from '../runbook/index.ts';

/** Who signs: a person of the people section and the key that proves it. */
export interface Signer {
  readonly person: Person;
  readonly key: DecisionKey;
  /** Called with what is about to be signed; nothing is signed when it throws. */
  readonly consent?: (statement: Statement) => Promise<void>;
}

/** What a person is about to sign. */
export interface Statement<Kind extends DecisionKind = DecisionKind> {
  readonly kind: Kind;
  /** Every member of it, as it will be signed. */
  readonly body: Decisions[Kind];
  /** What it is about, in full. Where the body has a digest `shown`, it is the digest of this text. */
  readonly text: string;
  /** The name under which the ledger files it. */
  readonly about: string;
}

export interface RunbookDecision {
  readonly decision: 'approve' | 'reject';
  readonly reason: string | null;
}

export interface DecisionFrame {
  readonly formatVersion: 1;
  readonly project: string;
  readonly time: string;
  readonly nonce: string;
}

/** What every signed decision begins with. */
export function frameOf(project: string, clock: Clock, random: Random): DecisionFrame {
  return { formatVersion: 1, project, time: clock.now(), nonce: random.uuid() };
}

/** "I wrote this mapping." Throws `approval.role-missing`. */
export function mappingStatement(
  content: unknown,
  person: Person,
  frame: DecisionFrame,
): Statement<'mapping-signature'> {
  requireRole(person, 'author');
  const about = digestOf(canonicalJson(content));
  const text = stringify(content, { lineWidth: 0, aliasDuplicateObjects: false });
  return { kind: 'mapping-signature', body: { ...frame, mapping: about, author: person.name }, text, about };
}

/** "This runbook may run", or "it may not". Throws `approval.role-missing`; `runbook.not-planned` where a text in it is not the one that would run. */
export function runbookStatement(
  runbook: Runbook,
  person: Person,
  { decision, reason }: RunbookDecision,
  frame: DecisionFrame,
): Statement<'approval'> {
  const role = approvingRole(runbook, person);
  if (decision === 'approve') {
    requireRole(person, role);
    const untrue = textFaults(runbook, digestOf);
    if (untrue.length > 0) throw refused(untrue);
  }
  const about = runbookId(runbook, digestOf);
  const text = renderRunbook(runbook);
  const body = {
    ...frame,
    runbook: about,
    decision,
    approver: person.name,
    role,
    shown: digestOf(text),
    reason,
    expiresAt: runbook.expiresAt,
  };
  return { kind: 'approval', body, text, about };
}

/** The first role a runbook asks for that the person has. */
function approvingRole({ approvals }: Runbook, person: Person): Role {
  const needed = [approvals, ...(approvals.forRisk ?? [])].map(({ role }) => role);
  return needed.find((role) => person.roles.includes(role)) ?? approvals.role;
}

/** A finding as somebody can be asked about it. */
export interface AskedFinding {
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  /** Decimal digits; null where it counts no records. */
  readonly records: string | null;
  /** Digest of the mapping it was found with. */
  readonly mapping: string;
}

/** What somebody reads before they decide on it. */
export const findingText = ({ title, detail }: AskedFinding): string => `${title}\n${detail}`;

/** "What this finding says may happen to at most so many records." Throws `approval.role-missing`. */
export function findingStatement(
  finding: AskedFinding,
  person: Person,
  { reason, validDays }: { readonly reason: string; readonly validDays: number },
  frame: DecisionFrame,
): Statement<'finding-decision'> {
  const role = (['owner', 'approver'] as const).find((one) => person.roles.includes(one));
  if (role === undefined) throw roleMissing(person, 'owner');
  const text = findingText(finding);
  const body = {
    ...frame,
    finding: finding.id,
    decision: 'accept' as const,
    mapping: finding.mapping,
    records: finding.records,
    reason,
    decidedBy: person.name,
    role,
    shown: digestOf(text),
    expiresAt: daysFrom(frame.time, validDays),
  };
  return { kind: 'finding-decision', body, text, about: finding.id };
}

/** "These people and rules come after ours." Throws `approval.role-missing`. */
export function policyStatement(
  current: Policy,
  next: Policy,
  person: Person,
  frame: DecisionFrame,
): Statement<'policy'> {
  if (current.approvals) requireRole(person, current.approvals.role);
  const about = policyDigest(next, digestOf);
  const text = explainPolicyChange(current, next);
  const body = {
    ...frame,
    policy: about,
    previous: policyDigest(current, digestOf),
    agreedBy: person.name,
    shown: digestOf(text),
  };
  return { kind: 'policy', body, text, about };
}

/** Shows it, and signs when nobody objects. */
export async function signStatement(statement: Statement, signer: Signer): Promise<Envelope> {
  await signer.consent?.(statement);
  return signDecision(statement.kind, statement.body, [signer.key]);
}

/**
 * The person a key belongs to. Throws `approval.unknown-key` when nobody has it, or it does not count now.
 *
 * @param now ISO instant in UTC
 */
export function personOfKey(people: readonly Person[], key: DecisionKey, now: string): Person {
  const person = people.find(({ keys }) => keys.includes(key.publicKey));
  const fault = person ? keyFault(person, key.publicKey, now) : null;
  if (person && fault === null) return person;
  throw new GodwitError({
    code: 'approval.unknown-key',
    title: person ? 'This key does not count now' : 'Nobody in godwit.yaml has this key',
    detail: person ? `${person.name} would sign with ${fault}` : key.publicKey,
    nextStep: person
      ? 'Sign with another key; a new one is put under the person in godwit.yaml and agreed to: `godwit approve people --key <file>`.'
      : 'Put the public key under the person in the people section of godwit.yaml.',
    fate: 'never',
  });
}

/** Throws `approval.role-missing`. */
export function requireRole(person: Person, role: Role): void {
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
