import { z } from 'zod';
import { digestOf, type VerifySignature } from '../../host/index.ts';
import { preAuthEncoding } from '../envelope.ts';
import { sshSignedBytes } from '../ssh-signature.ts';
import type { TrustRoot } from '../trust-root.ts';
import { type BundledSignature, type BundleLine, partOf, readCanonical, textIn } from './bundle-line.ts';
import type { BundleProblem } from './bundle-verdict.ts';
import type { ShownEntry } from './check-history.ts';

/** A people section that the trust root names. */
export interface ShownPolicy {
  readonly digest: string;
  readonly people: readonly ShownPerson[];
  /** What every runbook under it has to ask for at least; null where it does not say so. */
  readonly general: NeededPeople | null;
  /** The role that may let a runbook run without its approvals; null where nobody may. */
  readonly breakGlass: string | null;
}

export interface ShownPerson {
  readonly name: string;
  readonly roles: readonly string[];
  readonly keys: readonly string[];
  readonly revoked: readonly string[];
  /** When single keys count. */
  readonly windows?: readonly {
    readonly key: string;
    readonly notBefore: string | null;
    readonly notAfter: string | null;
  }[];
}

export interface ShownRunbook {
  readonly id: string;
  readonly policy: ShownPolicy;
  readonly mappingSignature: string;
  /** All of them have to be kept. */
  readonly rules: readonly NeededPeople[];
  /** Names of what it rests on, of which it has the digests. */
  readonly evidence: readonly string[];
}

/** So many different people in this role. */
export interface NeededPeople {
  readonly role: string;
  readonly people: number;
}

/** A decision whose signatures hold, which names its signer, and of which the ledger speaks. */
export interface ShownDecision {
  readonly id: string;
  readonly kind: string;
  readonly signer: string;
  /** Keys that signed it. */
  readonly keys: readonly string[];
  /** Number of the entry that speaks of it. */
  readonly recorded: number;
  /** When, by the clock of the project's machine. */
  readonly recordedAt: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Only the people whom the trust root names count. */
export function checkPolicies(
  lines: readonly BundleLine[],
  { policies }: TrustRoot,
): readonly ShownPolicy[] | BundleProblem {
  const shown: ShownPolicy[] = [];
  for (const { at, content: line } of lines) {
    const text = textIn(line, 'text') ?? '';
    const digest = digestOf(text);
    const content = readCanonical(Buffer.from(text)) as
      | { readonly people?: readonly ShownPerson[] }
      | undefined;
    if (!policies.includes(digest) || !content?.people)
      return { code: 'policy', line: at, what: `the trust root does not name the people section ${digest}` };
    const role = partOf(partOf(content, 'breakGlass'), 'role');
    shown.push({
      digest,
      people: content.people,
      general: rulesIn(partOf(content, 'approvals'))?.[0] ?? null,
      breakGlass: typeof role === 'string' ? role : null,
    });
  }
  return shown;
}

/** Runbooks of this project that the ledger says were planned, under people the bundle shows. */
export function checkRunbooks(
  lines: readonly BundleLine[],
  project: string,
  policies: readonly ShownPolicy[],
  entries: readonly ShownEntry[],
): readonly ShownRunbook[] | BundleProblem {
  const planned = new Set(
    entries.flatMap(({ type, body }) => (type === 'runbook-planned' ? [partOf(body, 'runbook')] : [])),
  );
  const shown: ShownRunbook[] = [];
  for (const { at, content } of lines) {
    const text = textIn(content, 'text') ?? '';
    const id = digestOf(text);
    const read = readRunbook(text, project, policies);
    const what =
      typeof read === 'string' ? read : planned.has(id) ? null : 'the ledger knows of no such plan';
    if (what !== null || typeof read === 'string')
      return { code: 'runbook', line: at, what: `runbook ${id}: ${what}` };
    shown.push({ ...read, id });
  }
  return shown;
}

function readRunbook(
  text: string,
  project: string,
  policies: readonly ShownPolicy[],
): Omit<ShownRunbook, 'id'> | string {
  const content = readCanonical(Buffer.from(text));
  if (partOf(content, 'project') !== project) return 'it is not in its canonical form, or of another project';
  const policy = policies.find(({ digest }) => digest === partOf(content, 'policyDigest'));
  if (policy === undefined) return 'the people it was made for are not shown';
  const rules = rulesIn(partOf(content, 'approvals'));
  const mappingSignature = partOf(content, 'mappingSignature');
  if (rules === null || typeof mappingSignature !== 'string') return 'it does not say who has to approve it';
  const { general } = policy;
  if (general && !rules.some(({ role, people }) => role === general.role && people >= general.people))
    return `it asks for fewer approvals than was agreed: ${general.people} with the role ${general.role}`;
  return { policy, mappingSignature, rules, evidence: evidenceIn(content) };
}

function evidenceIn(content: unknown): readonly string[] {
  const listed = partOf(content, 'evidence');
  return Array.isArray(listed) ? listed.map((one) => String(partOf(one, 'name'))) : [];
}

/** What every runbook needs, and what is needed besides for what this one does; null when that cannot be read. */
function rulesIn(approvals: unknown): readonly NeededPeople[] | null {
  const besides = partOf(approvals, 'forRisk') ?? [];
  if (!Array.isArray(besides)) return null;
  const rules = [approvals, ...(besides as readonly unknown[])].map((rule) => ({
    role: partOf(rule, 'role'),
    people: partOf(rule, 'people'),
  }));
  return rules.every(isNeed) ? rules : null;
}

const isNeed = (rule: { readonly role: unknown; readonly people: unknown }): rule is NeededPeople =>
  typeof rule.role === 'string' && typeof rule.people === 'number' && rule.people >= 1;

const payloadType = /^application\/vnd\.godwit\.([a-z-]+)\.v1\+json$/;

/** Every signature by a key of the people shown, in the signer's own name, in this project, and told by the ledger. */
export function checkEnvelopes(
  lines: readonly BundleLine[],
  project: string,
  policies: readonly ShownPolicy[],
  entries: readonly ShownEntry[],
  verify: VerifySignature,
): readonly ShownDecision[] | BundleProblem {
  const recorded = new Map<unknown, ShownEntry>();
  for (const entry of entries)
    if (entry.type === 'decision-recorded' && !recorded.has(partOf(entry.body, 'envelope')))
      recorded.set(partOf(entry.body, 'envelope'), entry);
  const owners = new Map(
    policies.flatMap(({ people }) =>
      people.flatMap(({ name, keys, revoked }) => [...keys, ...revoked].map((key) => [key, name] as const)),
    ),
  );
  const shown: ShownDecision[] = [];
  for (const { at, content } of lines) {
    const read = readDecision(content, owners, verify);
    const what = typeof read === 'string' ? read : faultOf(read, project, recorded);
    if (what !== null || typeof read === 'string')
      return { code: 'envelope', line: at, what: `a decision: ${what}` };
    const entry = recorded.get(read.id);
    shown.push({ ...read, recorded: entry?.seq ?? 0, recordedAt: entry?.time ?? '' });
  }
  return shown;
}

type ReadDecision = Omit<ShownDecision, 'recorded' | 'recordedAt'>;

function faultOf(
  { id, body, signer }: ReadDecision,
  project: string,
  recorded: ReadonlyMap<unknown, ShownEntry>,
): string | null {
  if (body['project'] !== project) return 'it belongs to another project';
  if (!Object.values(body).includes(signer)) return `it is not in the name of ${signer}, whose key signed it`;
  return recorded.has(id) ? null : `the ledger does not speak of ${id}`;
}

function readDecision(
  content: unknown,
  owners: ReadonlyMap<string, string>,
  verify: VerifySignature,
): ReadDecision | string {
  const read = envelopeForm.safeParse(content);
  if (!read.success) return 'it is none that godwit writes';
  const { payloadType: type, signatures } = read.data;
  const [signer, ...others] = new Set(signatures.map(({ keyid }) => owners.get(keyid)));
  if (signer === undefined || others.length > 0) return 'it was not signed by one person of the people shown';
  const payload = Buffer.from(read.data.payload, 'base64');
  const message = preAuthEncoding(type, payload);
  if (!signatures.every((one) => holds(one, message, verify)))
    return 'no signature on it was made by a known key over this content';
  const body = readCanonical(payload);
  if (body === undefined) return 'its payload is not in its canonical form';
  const kind = payloadType.exec(type)?.[1] ?? '';
  const keys = signatures.map(({ keyid }) => keyid);
  return { id: digestOf(message), kind, signer, keys, body: Object(body) as ShownDecision['body'] };
}

function holds(
  { keyid, scheme, sig }: BundledSignature,
  message: Uint8Array,
  verify: VerifySignature,
): boolean {
  const signed = scheme === 'ed25519' ? message : sshSignedBytes(scheme.slice('ssh-'.length), message);
  return signed !== null && verify(keyid, signed, Buffer.from(sig, 'base64'));
}

const isPlainBase64 = (text: string): boolean => Buffer.from(text, 'base64').toString('base64') === text;
const base64 = z.string().refine(isPlainBase64);
const envelopeForm = z.object({
  payloadType: z.string().regex(payloadType),
  payload: base64,
  signatures: z.array(
    z.object({ keyid: z.string(), scheme: z.enum(['ed25519', 'ssh-sha256', 'ssh-sha512']), sig: base64 }),
  ),
});
