import type { DecisionKind, Entry, NewEvent } from '../ledger/index.ts';

/**
 * What the ledger says of decisions: which were made and in which order, which were withdrawn, which runbooks are over.
 * An approval counts only when it is in here, so that one cannot be slipped in, taken away or used a second time.
 */
export interface DecisionLog {
  /** Envelope id -> where it stands; the order of decisions is the order of these numbers, not of their clocks. */
  readonly recorded: ReadonlyMap<string, RecordedDecision>;
  readonly withdrawn: ReadonlySet<string>;
  /** Runbook -> everybody who ever started it. */
  readonly startedBy: ReadonlyMap<string, ReadonlySet<string>>;
  /** Broken glasses that enough people have looked at; ids of their envelopes. */
  readonly reviewed: ReadonlySet<string>;
  /** Runbooks that were carried out, undone or given up: they do not run again. */
  readonly closed: ReadonlySet<string>;
  /** Digest of the policy that was agreed last; null when none was ever recorded. */
  readonly agreedPolicy: string | null;
  /** Number of the entry that says so; 0 where none does. */
  readonly agreedAt: number;
}

export interface RecordedDecision {
  readonly seq: number;
  /** When the ledger began to speak of it; ISO in UTC, by the clock of the project's machine. */
  readonly time: string;
  /** Who signed it, or brought it in. */
  readonly actor: string;
  readonly kind: DecisionKind;
  /** What it is about: a runbook's id, a finding's id, a mapping's or a policy's digest. */
  readonly about: string;
}

export function readDecisionLog(entries: Iterable<Entry>): DecisionLog {
  const recorded = new Map<string, RecordedDecision>();
  const withdrawn = new Set<string>();
  const closed = new Set<string>();
  const reviewed = new Set<string>();
  const startedBy = new Map<string, Set<string>>();
  let agreedPolicy: string | null = null;
  let agreedAt = 0;
  for (const { type, seq, time, actor, body } of entries) {
    const told = body as Partial<Record<string, string>> | undefined;
    const envelope = told?.['envelope'];
    // The first time counts: who records a decision again gains nothing by it.
    if (type === 'decision-recorded' && envelope !== undefined && !recorded.has(envelope))
      recorded.set(envelope, {
        seq,
        time,
        actor,
        kind: told?.['kind'] as DecisionKind,
        about: told?.['about'] ?? '',
      });
    if (type === 'decision-withdrawn' && told?.['envelope'] !== undefined) withdrawn.add(told['envelope']);
    if (type === 'policy-agreed' && told?.['policy'] !== undefined) {
      agreedPolicy = told['policy'];
      agreedAt = seq;
    }
    if (type === 'break-glass-reviewed' && envelope !== undefined) reviewed.add(envelope);
    if (type === 'run-started' && told?.['runbook'] !== undefined)
      startedBy.set(told['runbook'], (startedBy.get(told['runbook']) ?? new Set()).add(actor));
    if (type === 'runbook-closed' && told?.['runbook'] !== undefined) closed.add(told['runbook']);
  }
  return { recorded, withdrawn, startedBy, reviewed, closed, agreedPolicy, agreedAt };
}

/** To be appended when a signed envelope is taken into the project. */
export function decisionRecorded(
  actor: string,
  envelope: string,
  kind: DecisionKind,
  about: string,
): NewEvent {
  return { type: 'decision-recorded', actor, body: { envelope, kind, about } };
}

export function decisionWithdrawn(actor: string, envelope: string, reason: string): NewEvent {
  return { type: 'decision-withdrawn', actor, body: { envelope, reason } };
}

export function runbookClosed(
  actor: string,
  runbook: string,
  outcome: 'done' | 'undone' | 'given-up',
): NewEvent {
  return { type: 'runbook-closed', actor, body: { runbook, outcome } };
}

/** To be appended for the first policy, and for each later one once `judgePolicyChange` finds it agreed. */
export function policyAgreed(actor: string, policy: string, envelopes: readonly string[]): NewEvent {
  return { type: 'policy-agreed', actor, body: { policy, envelopes } };
}

/** To be appended before a run that lacks approvals begins: who answers for it, and by which decision. */
export function glassBroken(actor: string, run: string, runbook: string, envelope: string): NewEvent {
  return { type: 'glass-broken', actor, body: { run, runbook, envelope } };
}

/** To be appended once as many people as it takes have looked at a broken glass. */
export function breakGlassReviewed(actor: string, envelope: string, reviews: readonly string[]): NewEvent {
  return { type: 'break-glass-reviewed', actor, body: { envelope, reviews } };
}
