import type { AttestedCheck, Role } from '../model/index.ts';

/** What people sign. Each is its own envelope type, so that one is never read as another. */
export interface Decisions {
  readonly 'mapping-signature': MappingSignature;
  readonly approval: Approval;
  readonly 'finding-decision': FindingDecision;
  readonly 'result-signature': ResultSignature;
  readonly 'stop-override': StopOverride;
  readonly 'step-approval': StepApproval;
  readonly attestation: Attestation;
  readonly policy: PolicyStatement;
  readonly 'break-glass': BreakGlass;
  readonly 'break-glass-review': BreakGlassReview;
}
export type DecisionKind = keyof Decisions;

interface Signed {
  readonly formatVersion: 1;
  readonly project: string;
  /** ISO instants in UTC with milliseconds, here and below. */
  readonly time: string;
  /** Makes two decisions of the same content two. */
  readonly nonce: string;
}

/** "I wrote this mapping." The key that signs it names the author, who cannot be its only approver. */
export interface MappingSignature extends Signed {
  /** Digests are `sha256:` and 64 hexadecimal digits, here and below. */
  readonly mapping: string;
  readonly author: string;
}

/** "This runbook may run", or "it may not". */
export interface Approval extends Signed {
  readonly runbook: string;
  readonly decision: 'approve' | 'reject';
  readonly approver: string;
  readonly role: Role;
  /** Digest of the text that was on the approver's screen. */
  readonly shown: string;
  readonly reason: string | null;
  readonly expiresAt: string;
}

/** "What this finding says may happen to at most so many records." */
export interface FindingDecision extends Signed {
  readonly finding: string;
  readonly decision: 'accept';
  /** Digest of the mapping it was decided for: another mapping needs another decision. */
  readonly mapping: string;
  /** Decimal digits; null where the finding counts no records. */
  readonly records: string | null;
  readonly reason: string;
  readonly decidedBy: string;
  readonly role: Role;
  readonly shown: string;
  readonly expiresAt: string;
}

/** "I have seen what came of it, and I answer for it." */
export interface ResultSignature extends Signed {
  readonly runbook: string;
  readonly run: string;
  /** Digest of the audit's evidence: verdict, differences, Merkle roots. */
  readonly audit: string;
  readonly differences: string;
  readonly quarantined: string;
  readonly acceptedBy: string;
  readonly role: Role;
}

/** "I have seen why this run was stopped, and it may go on." It covers this rule up to this value, and nothing beyond. */
export interface StopOverride extends Signed {
  readonly runbook: string;
  readonly run: string;
  /** The step in which it was stopped; null where a person stopped the run. */
  readonly step: string | null;
  /** Code of the rule that spoke. */
  readonly rule: string;
  /** What was seen, as a decimal number. */
  readonly observed: string;
  readonly reason: string;
  readonly decidedBy: string;
  readonly role: Role;
  /** Digest of the sentence that said why it was stopped. */
  readonly shown: string;
  readonly expiresAt: string;
}

/** "This step deletes, merges or overwrites records I answer for, and it may." */
export interface StepApproval extends Signed {
  readonly runbook: string;
  readonly step: string;
  readonly approver: string;
  readonly role: Role;
  /** Digest of the text of the step that was on the screen. */
  readonly shown: string;
  readonly reason: string | null;
  readonly expiresAt: string;
}

/** "I looked, and it is so": what no machine can see before a run. */
export interface Attestation extends Signed {
  readonly check: AttestedCheck;
  /** Digest of the mapping it was said of: another mapping changes what users notice. */
  readonly mapping: string;
  /** Where others find it: a dashboard, a ticket, a page. */
  readonly reference: string;
  /** Digest of the brief that support was given; null where there is none to give. */
  readonly file: string | null;
  readonly attestedBy: string;
  readonly role: Role;
  readonly expiresAt: string;
}

/** "These are the people, their keys and how many of them it takes from now on." Signed by those who could decide before. */
export interface PolicyStatement extends Signed {
  readonly policy: string;
  /** Digest of the policy it follows; null for the first. */
  readonly previous: string | null;
  readonly agreedBy: string;
  /** Digest of the text that told what changes. */
  readonly shown: string;
}

/** "This runbook runs without the approvals it lacks, and I answer for it." Others look at it afterwards. */
export interface BreakGlass extends Signed {
  readonly runbook: string;
  readonly brokenBy: string;
  readonly role: Role;
  readonly reason: string;
  readonly shown: string;
  readonly expiresAt: string;
}

/** "I have looked at why the glass was broken, and at what came of it." */
export interface BreakGlassReview extends Signed {
  readonly runbook: string;
  /** Id of the envelope by which the glass was broken. */
  readonly breakGlass: string;
  readonly verdict: 'justified' | 'not-justified';
  readonly reason: string;
  readonly reviewedBy: string;
  readonly role: Role;
  readonly shown: string;
}
