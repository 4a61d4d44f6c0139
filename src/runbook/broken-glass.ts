import type { BreakGlassRule, Policy, Runbook } from '../model/index.ts';
import type { DecisionLog, RecordedDecision } from './decision-log.ts';
import { hasRole } from './policy.ts';
import { type AnyDecision, decisionsOf, type SignedDecision } from './read-decisions.ts';
import type { Refusal } from './refusal.ts';

/** How long a broken glass lets a runbook run. */
export const glassHoldsMs = 86_400_000;

/** Where no rule says it any more. */
const reviewHours = 72;

/** A runbook that somebody let run without the approvals it lacked, and how far the review has come. */
export interface BrokenGlass {
  /** Id of the envelope. */
  readonly id: string;
  readonly runbook: string;
  readonly by: string;
  /** When the ledger began to speak of it; ISO in UTC. */
  readonly at: string;
  /** Null where the decision cannot be read any more, because its person has left. */
  readonly reason: string | null;
  /** The review has to be there by then. */
  readonly reviewBy: string;
  readonly state: 'reviewed' | 'due' | 'overdue';
  /** What each who looked at it so far said, in the order of the ledger. */
  readonly reviews: readonly {
    readonly id: string;
    readonly by: string;
    readonly verdict: 'justified' | 'not-justified';
    readonly reason: string;
  }[];
  /** How many have to look at it, in which role. */
  readonly needed: { readonly people: number; readonly role: string };
  /** Who could. */
  readonly stillToAsk: readonly string[];
}

export interface GlassRequest {
  readonly decisions: readonly AnyDecision[];
  readonly policy: Policy;
  readonly log: DecisionLog;
  readonly now: string;
}

/**
 * Every glass that was broken in this project, the first one first. Read from the ledger: a file that was taken away, or a person who
 * has left, ends no review. A review is made by as many people as an approval takes, in their role, not counting who broke the
 * glass or ran under it.
 */
export function brokenGlasses(request: GlassRequest): readonly BrokenGlass[] {
  return [...request.log.recorded]
    .filter(([id, { kind }]) => kind === 'break-glass' && !request.log.withdrawn.has(id))
    .map(([id, recorded]) => describe(id, recorded, request));
}

function describe(
  id: string,
  { about: runbook, actor, time }: RecordedDecision,
  { decisions, policy, log, now }: GlassRequest,
): BrokenGlass {
  const own = decisionsOf('break-glass', decisions).find((one) => one.id === id);
  const by = own?.person.name ?? actor;
  const { people, role } = policy.approvals ?? { people: 1, role: 'approver' as const };
  const barred = new Set([by, ...(log.startedBy.get(runbook) ?? [])]);
  const reviews = decisionsOf('break-glass-review', decisions)
    .filter(({ body }) => body.breakGlass === id)
    .filter((review) => log.recorded.has(review.id) && !log.withdrawn.has(review.id))
    .filter(({ person }) => hasRole(person, role) && !barred.has(person.name))
    .toSorted((left, right) => entryOf(left.id, log) - entryOf(right.id, log));
  const names = new Set(reviews.map(({ person }) => person.name));
  const reviewBy = hoursAfter(time, policy.breakGlass?.reviewHours ?? reviewHours);
  const open = now > reviewBy ? 'overdue' : 'due';
  return {
    id,
    runbook,
    by,
    at: time,
    reason: own?.body.reason ?? null,
    reviewBy,
    state: log.reviewed.has(id) || names.size >= people ? 'reviewed' : open,
    reviews: reviews.map(({ id: review, body }) => ({
      id: review,
      by: body.reviewedBy,
      verdict: body.verdict,
      reason: body.reason,
    })),
    needed: { people, role },
    stillToAsk: policy.people
      .filter((person) => hasRole(person, role) && !barred.has(person.name) && !names.has(person.name))
      .map(({ name }) => name),
  };
}

/** Number of the entry that began to speak of an envelope; the files they lie in are named by digests and have no order. */
function entryOf(id: string, log: DecisionLog): number {
  return log.recorded.get(id)?.seq ?? Number.POSITIVE_INFINITY;
}

/** While a review is overdue nothing new runs: loud is not enough when nobody listens. */
export function overdueReviews(request: GlassRequest): readonly Refusal[] {
  return brokenGlasses(request)
    .filter(({ state }) => state === 'overdue')
    .map((glass) => ({ code: 'runbook.review-overdue', what: glassInWords(glass) }));
}

/** `Ola broke the glass at ...: the shop is down; to be reviewed until ... by 1 with the role approver: Bea, Dana` */
export function glassInWords(glass: BrokenGlass): string {
  const { by, at, reason, state, reviewBy, reviews, needed, stillToAsk } = glass;
  const why = reason === null ? '' : `: ${reason}`;
  const said = reviews.map((one) => `${one.by}: ${one.verdict.replace('-', ' ')}, ${one.reason}`);
  const open = `${state === 'overdue' ? 'the review was due' : 'to be reviewed'} until ${reviewBy} by ${needed.people} with the role ${needed.role}; still to be asked: ${stillToAsk.join(', ') || 'nobody'}`;
  const review = state === 'reviewed' ? 'reviewed' : open;
  return [`${by} broke the glass at ${at}${why}`, review, ...said].join('; ');
}

/** What a judge of approvals has to know of one runbook. */
export interface GlassContext {
  readonly runbook: Runbook;
  readonly runbookId: string;
  readonly shown: string;
  readonly rule: BreakGlassRule | undefined;
  readonly log: DecisionLog;
  readonly now: string;
}

/** Why a broken glass does not let this runbook run; null when it does. */
export function glassFault(
  { id, body, person }: SignedDecision<'break-glass'>,
  { runbook, runbookId, shown, rule, log, now }: GlassContext,
): Refusal | null {
  const fault = (code: Refusal['code'], what: string): Refusal => ({
    code,
    what: `${body.brokenBy} ${what}`,
  });
  if (body.runbook !== runbookId || body.project !== runbook.project)
    return fault('runbook.wrong-runbook', `broke the glass for another runbook, ${body.runbook}`);
  if (!log.recorded.has(id))
    return fault('runbook.approval-not-recorded', 'broke the glass, and the ledger does not speak of it');
  if (log.withdrawn.has(id))
    return fault('runbook.approval-withdrawn', 'took the breaking of the glass back');
  const ends = glassEnds(body);
  if (ends <= now) return fault('runbook.approval-expired', `broke the glass, which held until ${ends}`);
  if (body.time > now) return fault('runbook.approval-early', `broke the glass, dated ${body.time}`);
  if (rule === undefined || body.role !== rule.role || !hasRole(person, rule.role))
    return fault(
      'runbook.role-missing',
      rule === undefined
        ? 'broke the glass, and no rule lets anybody do that'
        : `broke the glass as ${body.role}; it takes the role ${rule.role}`,
    );
  return body.shown === shown
    ? null
    : fault('runbook.shown-differs', `was shown ${body.shown}, this runbook reads ${shown}`);
}

/** Whatever its body says, it holds no longer than a day. */
export function glassEnds({
  time,
  expiresAt,
}: {
  readonly time: string;
  readonly expiresAt: string;
}): string {
  const last = new Date(Date.parse(time) + glassHoldsMs).toISOString();
  return expiresAt < last ? expiresAt : last;
}

function hoursAfter(time: string, hours: number): string {
  return new Date(Date.parse(time) + hours * 3_600_000).toISOString();
}
