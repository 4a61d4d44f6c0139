import { digestOf, type VerifySignature } from '../../host/index.ts';
import { isGodwitError } from '../../model/index.ts';
import { envelopeId, openEnvelope } from '../envelope.ts';
import type { TrustRoot } from '../trust-root.ts';
import { type BundledEnvelope, type BundleLineOf, readCanonical } from './bundle-line.ts';
import type { BundleProblem } from './bundle-verdict.ts';
import type { ShownEntry } from './check-history.ts';

/** A people section that the trust root names. */
export interface ShownPolicy {
  readonly digest: string;
  readonly people: readonly ShownPerson[];
}

export interface ShownPerson {
  readonly name: string;
  readonly roles: readonly string[];
  readonly keys: readonly string[];
  readonly revoked: readonly string[];
}

export interface ShownRunbook {
  readonly id: string;
  readonly policy: ShownPolicy;
  readonly mappingSignature: string;
  /** All of them have to be kept. */
  readonly rules: readonly NeededPeople[];
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
  readonly body: Readonly<Record<string, unknown>>;
}

/** Only the people whom the trust root names count. */
export function checkPolicies(
  lines: readonly BundleLineOf<'policy'>[],
  { policies }: TrustRoot,
): readonly ShownPolicy[] | BundleProblem {
  const shown: ShownPolicy[] = [];
  for (const { at, text } of lines) {
    const digest = digestOf(text);
    const content = readCanonical(Buffer.from(text)) as
      | { readonly people?: readonly ShownPerson[] }
      | undefined;
    if (!policies.includes(digest) || !content?.people)
      return { code: 'policy', line: at, what: `the trust root does not name the people section ${digest}` };
    shown.push({ digest, people: content.people });
  }
  return shown;
}

/** Runbooks of this project that the ledger says were planned, under people the bundle shows. */
export function checkRunbooks(
  lines: readonly BundleLineOf<'runbook'>[],
  project: string,
  policies: readonly ShownPolicy[],
  entries: readonly ShownEntry[],
): readonly ShownRunbook[] | BundleProblem {
  const planned = new Set(
    entries.flatMap(({ type, body }) => (type === 'runbook-planned' ? [partOf(body, 'runbook')] : [])),
  );
  const shown: ShownRunbook[] = [];
  for (const { at, text } of lines) {
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
  return { policy, mappingSignature, rules };
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
  lines: readonly BundleLineOf<'envelope'>[],
  project: string,
  policies: readonly ShownPolicy[],
  entries: readonly ShownEntry[],
  verify: VerifySignature,
): readonly ShownDecision[] | BundleProblem {
  const recorded = new Map<unknown, number>();
  for (const { type, body, seq } of entries)
    if (type === 'decision-recorded' && !recorded.has(partOf(body, 'envelope')))
      recorded.set(partOf(body, 'envelope'), seq);
  const owners = new Map(
    policies.flatMap(({ people }) =>
      people.flatMap(({ name, keys, revoked }) => [...keys, ...revoked].map((key) => [key, name] as const)),
    ),
  );
  const shown: ShownDecision[] = [];
  for (const { at, envelope } of lines) {
    const read = readDecision(envelope, owners, verify);
    const what = typeof read === 'string' ? read : faultOf(read, project, recorded);
    if (what !== null || typeof read === 'string')
      return { code: 'envelope', line: at, what: `a decision: ${what}` };
    shown.push({ ...read, recorded: recorded.get(read.id) ?? 0 });
  }
  return shown;
}

type ReadDecision = Omit<ShownDecision, 'recorded'>;

function faultOf(
  { id, body, signer }: ReadDecision,
  project: string,
  recorded: ReadonlyMap<unknown, number>,
): string | null {
  if (body['project'] !== project) return 'it belongs to another project';
  if (!Object.values(body).includes(signer)) return `it is not in the name of ${signer}, whose key signed it`;
  return recorded.has(id) ? null : `the ledger does not speak of ${id}`;
}

function readDecision(
  envelope: BundledEnvelope,
  owners: ReadonlyMap<string, string>,
  verify: VerifySignature,
): ReadDecision | string {
  const kind = payloadType.exec(envelope.payloadType)?.[1];
  const texts = [envelope.payload, ...envelope.signatures.map(({ sig }) => sig)];
  if (kind === undefined || !texts.every(isPlainBase64)) return 'it is none that godwit writes';
  const names = new Set(envelope.signatures.map(({ keyid }) => owners.get(keyid)));
  const [signer] = names;
  if (signer === undefined || names.size > 1) return 'it was not signed by one person of the people shown';
  try {
    for (const one of envelope.signatures) {
      const alone = { ...envelope, signatures: [one] };
      openEnvelope(alone, envelope.payloadType, { publicKeys: [one.keyid], verify });
    }
  } catch (error) {
    if (!isGodwitError(error)) throw error;
    return error.detail;
  }
  const body = readCanonical(Buffer.from(envelope.payload, 'base64'));
  const keys = envelope.signatures.map(({ keyid }) => keyid);
  return { id: envelopeId(envelope), kind, signer, keys, body: body as ShownDecision['body'] };
}

const isPlainBase64 = (text: string): boolean => Buffer.from(text, 'base64').toString('base64') === text;

/** A member of a plain object; undefined of anything else. */
export function partOf(content: unknown, name: string): unknown {
  return content !== null && typeof content === 'object' && Object.hasOwn(content, name)
    ? (content as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
