import { z } from 'zod';
import { attestedChecks, type Role } from '../model/index.ts';
import type { DecisionKind, Decisions } from './decision.ts';
import {
  type DecisionKey,
  type Envelope,
  type EnvelopeTrust,
  openEnvelope,
  signEnvelope,
} from './envelope.ts';
import { envelopeUnreadable } from './faults.ts';

/** A decision in its envelope. Throws `ledger.envelope-unreadable` for one that does not have the form of its kind. */
export function signDecision<Kind extends DecisionKind>(
  kind: Kind,
  body: Decisions[Kind],
  keys: readonly DecisionKey[],
): Envelope {
  return signEnvelope(payloadTypeOf(kind), readForm(kind, body), keys);
}

export interface OpenedDecision<Kind extends DecisionKind> {
  /** The envelope's id: names this decision in the ledger and in runbooks. */
  readonly id: string;
  /** The known keys that signed it. */
  readonly signers: readonly string[];
  readonly body: Decisions[Kind];
}

/** Verifies and then reads. Throws `ledger.envelope-untrusted` or `ledger.envelope-unreadable`. */
export function openDecision<Kind extends DecisionKind>(
  kind: Kind,
  envelope: Envelope,
  trust: EnvelopeTrust,
): OpenedDecision<Kind> {
  const { id, signers, content } = openEnvelope(envelope, payloadTypeOf(kind), trust);
  return { id, signers, body: readForm(kind, content) };
}

/** What an envelope says it is; null when it is none of ours. Nothing is verified by asking. */
export function decisionKindOf(envelope: Envelope): DecisionKind | null {
  const kinds = Object.keys(forms) as DecisionKind[];
  return kinds.find((kind) => payloadTypeOf(kind) === envelope.payloadType) ?? null;
}

export function payloadTypeOf(kind: DecisionKind): string {
  return `application/vnd.godwit.${kind}.v1+json`;
}

const digest: z.ZodType<string> = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const instant: z.ZodType<string> = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const word: z.ZodType<string> = z.string().min(1);
const role: z.ZodType<Role> = z.enum(['author', 'approver', 'owner', 'operator']);
const count: z.ZodType<string> = z.string().regex(/^\d+$/);
const frame = { formatVersion: z.literal(1), project: word, time: instant, nonce: z.string().min(16) };

const forms: { readonly [Kind in DecisionKind]: z.ZodType<Decisions[Kind]> } = {
  'mapping-signature': z.strictObject({ ...frame, mapping: digest, author: word }),
  approval: z.strictObject({
    ...frame,
    runbook: digest,
    decision: z.enum(['approve', 'reject']),
    approver: word,
    role,
    shown: digest,
    reason: z.string().nullable(),
    expiresAt: instant,
  }),
  'finding-decision': z.strictObject({
    ...frame,
    finding: word,
    decision: z.literal('accept'),
    mapping: digest,
    records: count.nullable(),
    reason: word,
    decidedBy: word,
    role,
    shown: digest,
    expiresAt: instant,
  }),
  'result-signature': z.strictObject({
    ...frame,
    runbook: digest,
    run: word,
    audit: digest,
    differences: count,
    quarantined: count,
    acceptedBy: word,
    role,
  }),
  'stop-override': z.strictObject({
    ...frame,
    runbook: digest,
    run: word,
    step: word.nullable(),
    rule: word,
    observed: z.string().regex(/^\d+(?:\.\d+)?$/),
    reason: word,
    decidedBy: word,
    role,
    shown: digest,
    expiresAt: instant,
  }),
  'step-approval': z.strictObject({
    ...frame,
    runbook: digest,
    step: word,
    approver: word,
    role,
    shown: digest,
    reason: z.string().nullable(),
    expiresAt: instant,
  }),
  attestation: z.strictObject({
    ...frame,
    check: z.enum(attestedChecks),
    mapping: digest,
    reference: word,
    file: digest.nullable(),
    attestedBy: word,
    role,
    expiresAt: instant,
  }),
  policy: z.strictObject({
    ...frame,
    policy: digest,
    previous: digest.nullable(),
    agreedBy: word,
    shown: digest,
  }),
  'break-glass': z.strictObject({
    ...frame,
    runbook: digest,
    brokenBy: word,
    role,
    reason: word,
    shown: digest,
    expiresAt: instant,
  }),
  'break-glass-review': z.strictObject({
    ...frame,
    runbook: digest,
    breakGlass: digest,
    verdict: z.enum(['justified', 'not-justified']),
    reason: word,
    reviewedBy: word,
    role,
    shown: digest,
  }),
};

function readForm<Kind extends DecisionKind>(kind: Kind, content: unknown): Decisions[Kind] {
  const read = forms[kind].safeParse(content);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw envelopeUnreadable(`${kind} ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'has another form'}`);
}
