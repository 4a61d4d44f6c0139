import { digestOf, systemNotary } from '../host/index.ts';
import { GodwitError, type Runbook } from '../model/index.ts';
import {
  type BrokenGlass,
  breakGlassReviewed,
  brokenGlasses,
  decisionsOf,
  glassFault,
  glassHoldsMs,
  glassInWords,
  readDecisions,
  renderRunbook,
  runbookId,
} from '../runbook/index.ts';
import { coverByCheckpoint, keepDecision, policyOf, readEnvelopes, readLog } from './decision-files.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import type { Project } from './project.ts';
import { decisionFrame } from './sign-decisions.ts';
import { requireRole, type Signer } from './statement.ts';

/** Every glass that was broken here, and how far its review has come. */
export function glassesOf(project: Project): readonly BrokenGlass[] {
  return brokenGlasses({ ...decided(project), now: project.clock.now() });
}

/** Those that nobody has looked at enough, in words. */
export function unreviewedGlasses(project: Project): readonly string[] {
  return glassesOf(project).flatMap((glass) => (glass.state === 'reviewed' ? [] : [glassInWords(glass)]));
}

function decided(project: Project): Omit<Parameters<typeof brokenGlasses>[0], 'now'> {
  const policy = policyOf(project);
  const log = readLog(project);
  const { decisions } = readDecisions(readEnvelopes(project), policy, systemNotary.verify, log);
  return { decisions, policy, log };
}

/** Who may let this runbook run and go on alone, because they broke the glass for it. */
export function brokenFor(project: Project, runbook: Runbook): ReadonlySet<string> {
  const { decisions, policy, log } = decided(project);
  const context = {
    runbook,
    runbookId: runbookId(runbook, digestOf),
    shown: digestOf(renderRunbook(runbook)),
    rule: policy.breakGlass,
    log,
    now: project.clock.now(),
  };
  const holding = decisionsOf('break-glass', decisions).filter((one) => glassFault(one, context) === null);
  return new Set(holding.map(({ person }) => person.name));
}

/**
 * `godwit approve break-glass`: a person with the role lets this runbook run for a day without the approvals it lacks. Throws
 * `approval.no-break-glass` where no rule allows it, `approval.role-missing`.
 */
export async function signBreakGlass(
  project: Project,
  signer: Signer,
  reason: string,
): Promise<{ readonly file: string; readonly runbook: string; readonly reviewHours: number }> {
  const rule = policyOf(project).breakGlass;
  if (rule === undefined) throw noBreakGlass();
  requireRole(signer.person, rule.role);
  const runbook = readPlannedRunbook(project);
  const about = runbookId(runbook, digestOf);
  const text = renderRunbook(runbook);
  const frame = decisionFrame(project);
  const ends = new Date(Date.parse(frame.time) + glassHoldsMs).toISOString();
  const body = {
    ...frame,
    runbook: about,
    brokenBy: signer.person.name,
    role: rule.role,
    reason,
    shown: digestOf(text),
    expiresAt: ends < runbook.expiresAt ? ends : runbook.expiresAt,
  };
  const file = await keepDecision(project, { kind: 'break-glass', body, text, about }, signer);
  return { file, runbook: about, reviewHours: rule.reviewHours };
}

export interface GlassReview {
  readonly verdict: 'justified' | 'not-justified';
  readonly reason: string;
}

/** `godwit approve review`: one of those who may looks at every broken glass that still waits for a review, and signs. */
export async function signReview(
  project: Project,
  signer: Signer,
  { verdict, reason }: GlassReview,
): Promise<readonly { readonly file: string; readonly glass: BrokenGlass }[]> {
  const { name } = signer.person;
  const open = glassesOf(project).filter(({ state }) => state !== 'reviewed');
  const own = open.filter(({ stillToAsk }) => stillToAsk.includes(name));
  if (own.length === 0) throw nothingToReview(name, open);
  const signed: { file: string; glass: BrokenGlass }[] = [];
  for (const glass of own) {
    const text = [glassInWords(glass), ...whatCameOfIt(project, glass.runbook)].join('\n');
    const body = {
      ...decisionFrame(project),
      runbook: glass.runbook,
      breakGlass: glass.id,
      verdict,
      reason,
      reviewedBy: name,
      role: policyOf(project).approvals?.role ?? ('approver' as const),
      shown: digestOf(text),
    };
    const statement = { kind: 'break-glass-review' as const, body, text, about: glass.runbook };
    signed.push({ file: await keepDecision(project, statement, signer), glass });
  }
  await settleReviews(project, name);
  return signed;
}

/** Lets the ledger say which reviews are made, so that they stay made when their people leave. */
export async function settleReviews(project: Project, actor: string): Promise<void> {
  const { reviewed } = readLog(project);
  const made = glassesOf(project).filter(({ id, state }) => state === 'reviewed' && !reviewed.has(id));
  if (made.length === 0) return;
  const ids = (glass: BrokenGlass): readonly string[] => glass.reviews.map(({ id }) => id);
  project.ledger().append(made.map((glass) => breakGlassReviewed(actor, glass.id, ids(glass))));
  await project.ledger().flush();
  await coverByCheckpoint(project);
}

/** What the ledger says of the runs under a runbook, a line each. */
function whatCameOfIt(project: Project, runbook: string): readonly string[] {
  const runs = new Set<unknown>();
  const lines: string[] = [];
  for (const { seq, time, type, actor, body } of project.ledger().entries()) {
    const told = (body ?? {}) as Readonly<Record<string, unknown>>;
    if (type === 'run-started' && told['runbook'] === runbook) {
      runs.add(told['run']);
      lines.push(`entry ${seq}: ${actor} began ${String(told['run'])} at ${time}`);
    } else if (!runs.has(told['run'])) continue;
    else if (type === 'run-ended') lines.push(`entry ${seq}: it ended ${String(told['outcome'])} at ${time}`);
    else if (type === 'audit-ended')
      lines.push(`entry ${seq}: an audit found ${String(told['differences'])} differences`);
  }
  return lines.length === 0 ? ['nothing was run under it'] : lines;
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
