import type { Policy, Runbook } from '../model/index.ts';
import { approvalRules, type NeededPeople, riskInWords } from './approval-rules.ts';
import { glassFault } from './broken-glass.ts';
import type { DecisionLog } from './decision-log.ts';
import { hasRole } from './policy.ts';
import type { SignedDecision, UnusableDecision } from './read-decisions.ts';
import type { Refusal } from './refusal.ts';

/**
 * Who has let this runbook run, and why it may not run yet.
 *
 * Invariants: 1. people are counted, not keys or envelopes. 2. of each person the last decision in the ledger holds; a
 * rejection by anybody on the team holds until that person approves. 3. an approval counts only for this runbook, shown as
 * it is, in a role the person has, before it expires, and when the ledger speaks of it. 4. who wrote the mapping, or runs it,
 * is not counted among those who approved. 5. nothing that the ledger speaks of may be missing. 6. what the runbook does to
 * records may ask for more people: every rule that applies has to be kept. 7. a broken glass stands for people who are
 * missing, and for nothing else: a rejection, or a decision that was taken away, holds against it.
 */
export function judgeApprovals(request: ApprovalRequest): ApprovalVerdict {
  const { runbookId, log } = request;
  const judged = request.approvals.map((approval) => ({ approval, fault: faultOf(approval, request) }));
  const unusable = request.unusable.filter((one) => one.runbook === runbookId);
  const passedOver: Refusal[] = [...unusable, ...judged.flatMap(({ fault }) => fault ?? [])];
  const last = lastOfEach(
    judged.flatMap(({ approval, fault }) => (fault === null ? [approval] : [])),
    log,
  );
  const agreed = last.filter(({ body }) => body.decision === 'approve');
  const counted = agreed.filter(({ person }) => !isOwn(person.name, request));
  const own = agreed
    .filter(({ person }) => isOwn(person.name, request))
    .map((one) => ownApproval(one, request));
  const twice = repeated(judged.flatMap(({ approval, fault }) => (fault === null ? [approval] : [])));
  const glasses = (request.glasses ?? []).map((glass) => ({ glass, fault: glassFaultOf(glass, request) }));
  const glass = glasses.find(({ fault }) => fault === null)?.glass ?? null;
  const aside = [...passedOver, ...glasses.flatMap(({ fault }) => fault ?? []), ...twice, ...own];
  const missing = missingPeople(counted, request, aside);
  const refusals = [
    ...rejections(request),
    ...removed(runbookId, request.presented, log),
    ...(glass === null ? missing : []),
  ];
  return { counted, refusals, passedOver: aside, glass: missing.length > 0 ? glass : null };
}

const glassFaultOf = (glass: SignedDecision<'break-glass'>, request: ApprovalRequest): Refusal | null =>
  glassFault(glass, { ...request, rule: request.policy.breakGlass });

export interface ApprovalRequest {
  readonly runbook: Runbook;
  readonly runbookId: string;
  /** Everybody who signed the mapping. */
  readonly authors: ReadonlySet<string>;
  /** Digest of the text people are shown for this runbook. */
  readonly shown: string;
  readonly approvals: readonly SignedDecision<'approval'>[];
  /** Ids of every decision at hand that some known key has signed. */
  readonly presented: ReadonlySet<string>;
  readonly unusable: readonly UnusableDecision[];
  readonly glasses?: readonly SignedDecision<'break-glass'>[];
  readonly policy: Policy;
  readonly log: DecisionLog;
  /** Who is going to run it. */
  readonly operator: string;
  readonly now: string;
}

export interface ApprovalVerdict {
  readonly counted: readonly SignedDecision<'approval'>[];
  /** Empty: it may run. */
  readonly refusals: readonly Refusal[];
  /** Decisions that were looked at and do not count, and why. */
  readonly passedOver: readonly Refusal[];
  /** What stands for approvals that are missing; null when none are, or nobody has broken the glass. */
  readonly glass: SignedDecision<'break-glass'> | null;
}

const isOwn = (name: string, { authors, operator }: ApprovalRequest): boolean =>
  authors.has(name) || name === operator;

function ownApproval(
  { person: { name } }: SignedDecision<'approval'>,
  { authors }: ApprovalRequest,
): Refusal {
  const why = authors.has(name) ? 'wrote the mapping' : 'runs it';
  return {
    code: 'runbook.author-alone',
    what: `${name} approved and ${why}, so that approval does not count`,
  };
}

const namesOf = (approvals: readonly SignedDecision<'approval'>[]): string =>
  approvals.length === 0 ? 'nobody' : approvals.map(({ body }) => body.approver).join(', ');

/** Why one approval does not count; null when it does. A rejection needs less to count: it only stops. */
function faultOf({ id, body, person }: SignedDecision<'approval'>, request: ApprovalRequest): Refusal | null {
  const { runbook, runbookId, shown, log, now } = request;
  const { approver } = body;
  const fault = (code: Refusal['code'], what: string): Refusal => ({ code, what });
  if (body.runbook !== runbookId || body.project !== runbook.project)
    return fault(
      'runbook.wrong-runbook',
      `${approver} decided on another runbook, ${body.runbook} of project ${body.project}`,
    );
  if (!log.recorded.has(id))
    return fault('runbook.approval-not-recorded', `the ledger does not speak of the decision of ${approver}`);
  if (log.withdrawn.has(id)) return fault('runbook.approval-withdrawn', `${approver} withdrew the decision`);
  if (body.decision === 'reject') return null;
  if (body.expiresAt <= now)
    return fault('runbook.approval-expired', `the approval of ${approver} expired at ${body.expiresAt}`);
  if (body.time > now)
    return fault('runbook.approval-early', `the approval of ${approver} is dated ${body.time}`);
  if (earlierThan(body.time, runbook.createdAt))
    return fault(
      'runbook.approval-misdated',
      `the approval of ${approver} is dated ${body.time}, and the runbook was made at ${runbook.createdAt}`,
    );
  const needed = approvalRules(runbook.approvals).map(({ role }) => role);
  if (!needed.includes(body.role) || !hasRole(person, body.role))
    return fault(
      'runbook.role-missing',
      `${approver} approved as ${body.role}; needed is ${[...new Set(needed)].join(' or ')}, and they are ${person.roles.join(', ')}`,
    );
  if (body.shown !== shown)
    return fault('runbook.shown-differs', `${approver} was shown ${body.shown}, this runbook reads ${shown}`);
  return null;
}

/** Clocks of two machines may differ by so much. */
const clocksDifferMs = 300_000;

function earlierThan(time: string, than: string): boolean {
  return Date.parse(time) + clocksDifferMs < Date.parse(than);
}

function lastOfEach(
  approvals: readonly SignedDecision<'approval'>[],
  { recorded }: DecisionLog,
): readonly SignedDecision<'approval'>[] {
  const seq = ({ id }: SignedDecision<'approval'>): number => recorded.get(id)?.seq ?? 0;
  const ordered = [...approvals].sort((a, b) => seq(a) - seq(b));
  return [...new Map(ordered.map((approval) => [approval.person.name, approval])).values()];
}

function repeated(approvals: readonly SignedDecision<'approval'>[]): readonly Refusal[] {
  const count = new Map<string, number>();
  for (const { person, body } of approvals)
    if (body.decision === 'approve') count.set(person.name, (count.get(person.name) ?? 0) + 1);
  return [...count].flatMap(([name, times]) =>
    times < 2
      ? []
      : [{ code: 'runbook.person-twice' as const, what: `${name} approved ${times} times and counts once` }],
  );
}

function rejections(request: ApprovalRequest): Refusal[] {
  const standing = request.approvals.filter((approval) => faultOf(approval, request) === null);
  return lastOfEach(standing, request.log)
    .filter(({ body }) => body.decision === 'reject')
    .map(({ body }) => ({
      code: 'runbook.rejected',
      what: `${body.approver} rejected it at ${body.time}${body.reason === null ? '' : `: ${body.reason}`}`,
    }));
}

function removed(runbookId: string, presented: ReadonlySet<string>, log: DecisionLog): readonly Refusal[] {
  return [...log.recorded]
    .filter(([id, { about }]) => about === runbookId && !presented.has(id) && !log.withdrawn.has(id))
    .map(([id, { seq }]) => ({
      code: 'runbook.approval-removed',
      what: `entry ${seq} of the ledger speaks of decision ${id} on this runbook, which is not there or does not verify`,
    }));
}

function missingPeople(
  counted: readonly SignedDecision<'approval'>[],
  request: ApprovalRequest,
  passedOver: readonly Refusal[],
): readonly Refusal[] {
  const missing = approvalRules(request.runbook.approvals).flatMap((rule) => unkept(rule, counted, request));
  if (missing.length === 0) return [];
  // Approvals of earlier runbooks lie about after every new plan: they explain, but they are not the reason.
  const stale = passedOver.filter(({ code }) => code === 'runbook.wrong-runbook');
  const reasons = passedOver.filter(({ code }) => code !== 'runbook.wrong-runbook');
  return [...reasons, ...missing, ...stale];
}

/** What one rule still lacks; nothing when it is kept. */
function unkept(
  { role, people, risk }: NeededPeople,
  counted: readonly SignedDecision<'approval'>[],
  request: ApprovalRequest,
): readonly Refusal[] {
  const kept = counted.filter(({ person }) => hasRole(person, role));
  if (kept.length >= people) return [];
  const could = request.policy.people
    .filter((person) => hasRole(person, role) && !isOwn(person.name, request))
    .map(({ name }) => name)
    .filter((name) => !kept.some(({ person }) => person.name === name));
  const needed = people === 1 ? '1 person' : `${people} people`;
  const why = risk === null ? '' : ` because it ${riskInWords[risk]}`;
  const what = `needed: ${needed} with the role ${role}${why}; approved so far: ${namesOf(kept)}; still to be asked: ${could.join(', ') || 'nobody'}`;
  return [{ code: 'runbook.approval-missing', what }];
}
