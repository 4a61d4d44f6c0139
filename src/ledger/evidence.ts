import { z } from 'zod';
import type { SigningKey } from '../host/index.ts';
import { type Envelope, type EnvelopeTrust, openEnvelope, signEnvelope } from './envelope.ts';
import { envelopeUnreadable } from './faults.ts';

/**
 * What the machine saw, signed with the key that signs checkpoints: that a backup was restored, that a way back was walked,
 * that monitoring answered. No decision of anybody: it can never be read as one, for it is an envelope type of its own.
 */
export interface Evidence {
  readonly formatVersion: 1;
  readonly project: string;
  readonly kind: EvidenceKind;
  /** ISO instant in UTC with milliseconds. */
  readonly time: string;
  readonly nonce: string;
  /** Is what was looked at as it has to be? */
  readonly passed: boolean;
  /** What was done and seen; its members are the kind's own. Never values of records. */
  readonly content: Readonly<Record<string, unknown>>;
}

const kinds = ['restore-drill', 'rehearsal', 'monitoring'] as const;
export type EvidenceKind = (typeof kinds)[number];

const payloadType = 'application/vnd.godwit.evidence.v1+json';

const form: z.ZodType<Evidence> = z.strictObject({
  formatVersion: z.literal(1),
  project: z.string().min(1),
  kind: z.enum(kinds),
  time: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  nonce: z.string().min(16),
  passed: z.boolean(),
  content: z.record(z.string(), z.unknown()),
});

export function signEvidence(evidence: Evidence, key: SigningKey): Envelope {
  return signEnvelope(payloadType, form.parse(evidence), [key]);
}

/** Verifies and then reads. Throws `ledger.envelope-untrusted` or `ledger.envelope-unreadable`. */
export function openEvidence(
  envelope: Envelope,
  trust: EnvelopeTrust,
): { readonly id: string; readonly evidence: Evidence } {
  const { id, content } = openEnvelope(envelope, payloadType, trust);
  const read = form.safeParse(content);
  if (read.success) return { id, evidence: read.data };
  const [issue] = read.error.issues;
  throw envelopeUnreadable(
    `evidence ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'has another form'}`,
  );
}
