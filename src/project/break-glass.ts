import { digestOf, systemNotary } from '../host/index.ts';
import type { Runbook } from '../model/index.ts';
import {
  type BrokenGlass,
  breakGlassReviewed,
  brokenGlasses,
  decisionsOf,
  glassFault,
  glassInWords,
  readDecisions,
  renderRunbook,
  runbookId,
} from '../runbook/index.ts';
import type { AskedGlass } from './asked-decision.ts';
import { coverByCheckpoint, keepDecision, policyOf, readEnvelopes, readLog } from './decision-files.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import type { Project } from './project.ts';
import { type GlassReview, glassStatement, reviewStatement, toReview } from './run-statements.ts';
import { decisionFrame } from './sign-decisions.ts';
import type { Signer } from './statement.ts';

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
  const policy = policyOf(project);
  const runbook = readPlannedRunbook(project);
  const statement = glassStatement(runbook, { policy, reason }, signer.person, decisionFrame(project));
  const file = await keepDecision(project, statement, signer);
  return { file, runbook: statement.about, reviewHours: policy.breakGlass?.reviewHours ?? 0 };
}

/** `godwit approve review`: one of those who may looks at every broken glass that still waits for a review, and signs. */
export async function signReview(
  project: Project,
  signer: Signer,
  { verdict, reason }: GlassReview,
): Promise<readonly { readonly file: string; readonly glass: BrokenGlass }[]> {
  const { person } = signer;
  const policy = policyOf(project);
  const signed: { file: string; glass: BrokenGlass }[] = [];
  for (const asked of toReview(askedGlasses(project), person)) {
    const said = { person, verdict, reason };
    const statement = reviewStatement({ ...asked, policy }, said, decisionFrame(project));
    signed.push({ file: await keepDecision(project, statement, signer), glass: asked.glass });
  }
  await settleReviews(project, person.name);
  return signed;
}

/** Every broken glass that waits for a review. */
export function askedGlasses(project: Project): readonly AskedGlass[] {
  return glassesOf(project)
    .filter(({ state }) => state !== 'reviewed')
    .map((glass) => ({ glass, cameOfIt: whatCameOfIt(project, glass.runbook) }));
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
export function whatCameOfIt(project: Project, runbook: string): readonly string[] {
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
