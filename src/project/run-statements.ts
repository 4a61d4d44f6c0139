import { stringify } from 'yaml';
import { digestOf } from '../host/index.ts';
import { canonicalJson } from '../ledger/index.ts';
import { GodwitError, type Person, type Policy, type Runbook } from '../model/index.ts';
import type { AuditReport } from '../reports/index.ts';
import {
  type BrokenGlass,
  glassHoldsMs,
  glassInWords,
  isStopPoint,
  type RunStop,
  renderRunbook,
  runbookId,
} from '../runbook/index.ts';
import { runName } from './run-name.ts';
import { type DecisionFrame, requireRole, type Statement } from './statement.ts';

/**
 * "This runbook runs without the approvals it lacks." Throws `approval.no-break-glass` where no rule allows it,
 * `approval.role-missing`.
 */
export function glassStatement(
  runbook: Runbook,
  { policy: { breakGlass: rule }, reason }: { readonly policy: Policy; readonly reason: string },
  person: Person,
  frame: DecisionFrame,
): Statement<'break-glass'> {
  if (rule === undefined) throw noBreakGlass();
  requireRole(person, rule.role);
  const about = runbookId(runbook, digestOf);
  const text = renderRunbook(runbook);
  const ends = new Date(Date.parse(frame.time) + glassHoldsMs).toISOString();
  const body = {
    ...frame,
    runbook: about,
    brokenBy: person.name,
    role: rule.role,
    reason,
    shown: digestOf(text),
    expiresAt: ends < runbook.expiresAt ? ends : runbook.expiresAt,
  };
  return { kind: 'break-glass', body, text, about };
}

/** "I have seen why this run was stopped, and it may go on." Throws `approval.cannot-continue` for everybody but who decides on it. */
export function continueStatement(
  runbook: Runbook,
  { stop, brokenBy, policy }: StopToLift,
  { person, reason }: { readonly person: Person; readonly reason: string },
  frame: DecisionFrame,
): Statement<'stop-override'> {
  const { step, rule, observed, decides } = stop;
  const text = stopInWords(stop);
  const mayAnyway = brokenBy.includes(person.name);
  if (observed === null)
    throw cannotContinue(text, 'Take the run back with `godwit rollback`, and report it.');
  if (decides !== person.name && !mayAnyway)
    throw cannotContinue(
      `${text}, and this is the key of ${person.name}`,
      `Let ${decides} sign: \`godwit approve continue --key <file> --reason <why>\`.`,
    );
  const about = runbookId(runbook, digestOf);
  const body = {
    ...frame,
    runbook: about,
    run: runName(runbook),
    step,
    rule,
    observed,
    reason,
    role: mayAnyway ? (policy.breakGlass?.role ?? 'approver') : ('approver' as const),
    decidedBy: person.name,
    shown: digestOf(text),
    expiresAt: runbook.expiresAt,
  };
  return { kind: 'stop-override', body, text, about };
}

export interface StopToLift {
  readonly stop: RunStop;
  /** Who has broken the glass for the runbook. */
  readonly brokenBy: readonly string[];
  readonly policy: Policy;
}

/**
 * `stopped by Cleo at 2026-11-20T10:00:00.000Z: the shop is down; Ben decides whether it goes on`. Of a stop point all that is to
 * be seen there, which is what is signed.
 */
export function stopInWords({ by, time, step, rule, reason, decides, observed }: RunStop): string {
  if (isStopPoint(rule)) return `held since ${time} ${reason}; ${decides} lets it go on`;
  const where = step === null ? '' : ` in ${step}`;
  const who = rule === 'runbook.stop-person' ? by : rule;
  const then = observed === null ? 'this cannot be signed away' : `${decides} decides whether it goes on`;
  return `stopped by ${who}${where} at ${time}: ${reason}; ${then}`;
}

/** What came of a run, as an audit found it. */
export interface FoundResult {
  readonly runbook: string;
  readonly run: string;
  readonly differences: number;
  readonly quarantined: number;
  readonly relations: readonly FoundRelation[];
}

export interface FoundRelation {
  readonly relation: string;
  readonly verdict: 'equal' | 'different';
  readonly rowsTarget: number;
  readonly merkleRoot: string;
}

/** What of an audit is signed, and told the ledger by its digest. */
export function foundRelations({ relations }: Pick<AuditReport, 'relations'>): readonly FoundRelation[] {
  return relations.map(({ relation, verdict, rowsTarget, evidence: { merkleRoot } }) => ({
    relation,
    verdict,
    rowsTarget,
    merkleRoot,
  }));
}

export const auditDigest = (relations: readonly FoundRelation[]): string =>
  digestOf(canonicalJson(relations));

/** "I have seen what came of it, and I answer for it." Throws `approval.role-missing`. */
export function resultStatement(
  result: FoundResult,
  person: Person,
  frame: DecisionFrame,
): Statement<'result-signature'> {
  requireRole(person, 'owner');
  const { runbook, run, differences, quarantined, relations } = result;
  const body = {
    ...frame,
    runbook,
    run,
    audit: auditDigest(relations),
    differences: String(differences),
    quarantined: String(quarantined),
    acceptedBy: person.name,
    role: 'owner' as const,
  };
  return { kind: 'result-signature', body, text: stringify(result), about: runbook };
}

export interface GlassReview {
  readonly verdict: 'justified' | 'not-justified';
  readonly reason: string;
}

/** "I have looked at why the glass was broken, and at what came of it." */
export function reviewStatement(
  { glass, cameOfIt, policy }: GlassToReview,
  { person, ...review }: GlassReview & { readonly person: Person },
  frame: DecisionFrame,
): Statement<'break-glass-review'> {
  const text = reviewText({ glass, cameOfIt });
  const body = {
    ...frame,
    runbook: glass.runbook,
    breakGlass: glass.id,
    ...review,
    reviewedBy: person.name,
    role: policy.approvals?.role ?? ('approver' as const),
    shown: digestOf(text),
  };
  return { kind: 'break-glass-review', body, text, about: glass.runbook };
}

/** What somebody reads before they sign a review. */
export const reviewText = ({ glass, cameOfIt }: Omit<GlassToReview, 'policy'>): string =>
  [glassInWords(glass), ...cameOfIt].join('\n');

export interface GlassToReview {
  readonly glass: BrokenGlass;
  /** What the ledger says of the runs under it, a line each. */
  readonly cameOfIt: readonly string[];
  readonly policy: Policy;
}

/** Those of the broken glasses that this person can look at. Throws `approval.nothing-to-review`. */
export function toReview<Asked extends { readonly glass: BrokenGlass }>(
  asked: readonly Asked[],
  { name }: Person,
): readonly Asked[] {
  const own = asked.filter(({ glass }) => glass.stillToAsk.includes(name));
  if (own.length === 0)
    throw nothingToReview(
      name,
      asked.map(({ glass }) => glass),
    );
  return own;
}

function noBreakGlass(): GodwitError {
  return new GodwitError({
    code: 'approval.no-break-glass',
    title: 'Nobody may run this without its approvals',
    detail: '`approvals.break_glass` in godwit.yaml names no role',
    nextStep:
      'Ask those who can approve. Where it is to be possible another time, set `approvals.break_glass` and have it agreed: `godwit approve people --key <file>`.',
    fate: 'pause',
  });
}

function cannotContinue(detail: string, nextStep: string): GodwitError {
  return new GodwitError({
    code: 'approval.cannot-continue',
    title: 'This signature cannot let the run go on',
    detail,
    nextStep,
    fate: 'pause',
  });
}

function nothingToReview(name: string, open: readonly BrokenGlass[]): GodwitError {
  return new GodwitError({
    code: 'approval.nothing-to-review',
    title: `There is nothing that ${name} could review`,
    detail: open.length === 0 ? 'no broken glass waits for a review' : open.map(glassInWords).join('; '),
    nextStep:
      open.length === 0 ? '`godwit status` says what comes next.' : 'Let one of those sign who are named.',
    fate: 'never',
  });
}
