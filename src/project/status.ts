import { existsSync } from 'node:fs';
import type { OpenSystem } from '../connectors/index.ts';
import {
  holderOfLock,
  type LockHolder,
  type ObjectNumbers,
  type RunState,
  reconcile,
  runStatus,
  type SeenWorker,
  type StepStatus,
} from '../engine/index.ts';
import { digestOf } from '../host/index.ts';
import type { UnfinishedStep } from '../ledger/index.ts';
import { type CallsOfSides, type CountedOfSides, isGodwitError, type Runbook } from '../model/index.ts';
import {
  glassInWords,
  isStopPoint,
  type PreCheckState,
  type RunStop,
  runbookId,
  type WarrantVerdict,
} from '../runbook/index.ts';
import { glassesOf } from './break-glass.ts';
import type { StandingWait } from './calls-waiting.ts';
import { earlierRuns } from './earlier-runs.ts';
import { atWorkElsewhere } from './elsewhere-at-work.ts';
import { type LastAudit, lastAudit, signersOfResult } from './ended-run.ts';
import { readFacts } from './facts-files.ts';
import { openBoard } from './hold-project.ts';
import { judgeLive } from './live-world.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import { preChecks } from './pre-checks.ts';
import type { Project } from './project.ts';
import { runName } from './run-name.ts';
import { runStops } from './run-stops.ts';
import { allCalls, madeOf, stepCalls } from './step-calls.ts';
import { stepTimes } from './step-times.ts';
import { unfinishedOf } from './unknown-steps.ts';
import { liveJournal, openWorldJournal } from './world-journal.ts';

/** Where we are, what comes next, how to get out, who decides. */
export interface Status {
  readonly runbook: Runbook | null;
  readonly runbookId: string | null;
  readonly run: string | null;
  /** What stands against running it now; null while there is no runbook, and where that cannot be said. */
  readonly verdict: WarrantVerdict | null;
  /** Why it cannot be said whether it may run: a system is away, or the mapping cannot be read. */
  readonly unjudged: Unjudged | null;
  /** Relations of the source that came since the runbook was agreed, and that nobody decided on; none where that cannot be said. */
  readonly undecided: readonly string[];
  /** A step of this run that began, and of which nothing says how it ended; none while a process is at work. */
  readonly unknown: readonly UnfinishedStep[];
  /** Who is at work on the project now; null when no process is. */
  readonly running: LockHolder | null;
  /** Those who work on it, on whatever machine, by the time they came; null where one machine works alone. */
  readonly workers: readonly SeenWorker[] | null;
  /** Stops that hold the run until somebody signs. */
  readonly stops: readonly RunStop[];
  /** Every glass that was broken in this project, in words, with its review. */
  readonly glasses: readonly { readonly open: boolean; readonly told: string }[];
  /** Step -> milliseconds it has taken so far. */
  readonly took: Readonly<Record<string, number>>;
  /** Step -> calls it has made of systems that count them. */
  readonly calls: Readonly<Record<string, CallsOfSides>>;
  /** The same for all steps together, with what came of them. */
  readonly callsOf: CountedOfSides | null;
  /** Systems whose calls are used up, so that whoever is at work waits; none were asked that count no calls. */
  readonly waits: readonly StandingWait[];
  /** Whether the target could be asked for its counts; where not, its calls are used up. */
  readonly counted: boolean;
  /** A rollback of this run was begun and has not come to its end. */
  readonly undoing: boolean;
  /** The run was taken back whole. */
  readonly undone: boolean;
  /** Runs of earlier runbooks whose records are in the target. */
  readonly earlier: readonly string[];
  readonly steps: readonly StepStatus[];
  /** How the checks before production stand; none where the runbook asks for none. */
  readonly preChecks: readonly PreCheckState[];
  /** What the newest audit of this run found; null when there was none, or the run was taken back. */
  readonly audited: LastAudit | null;
  /** Who signed the result of this run. */
  readonly signedBy: readonly string[];
  readonly numbers: readonly ObjectNumbers[];
  readonly next: string;
  readonly wayOut: string;
  readonly whoDecides: string;
}

/** What kept godwit from judging whether a run may go on. */
export interface Unjudged {
  readonly code: string;
  readonly what: string;
  readonly nextStep: string;
}

/**
 * `godwit status`: for a person who joins halfway. Counts come from the target itself. Whoever asks need not be able to run:
 * unless an operator is named, the verdict is the one for the first of them. The source may be away: what was written, and the
 * way back, do not depend on it.
 */
export async function statusOf(project: Project, named?: string): Promise<Status> {
  if (!existsSync(project.folder.runbook)) return beforePlan(project);
  const runbook = readPlannedRunbook(project);
  const run = runName(runbook);
  const { verdict, unjudged, undecided } = await judged(project, named ?? firstOperator(project));
  await using journal = await openWorldJournal(project, liveJournal);
  const target = await targetWithCalls(project);
  const view = { run, journal, target };
  const runs = await journal.runs();
  const begun = runs.find((one) => one.run === run);
  const earlier = earlierRuns(runs, run);
  const undoing = begun?.state === 'undoing';
  const undone = begun?.state === 'undone';
  const workers = (await (await openBoard(project))?.workers()) ?? null;
  const running = await atWork(project, workers);
  const unknown = undone || running !== null ? [] : unfinishedOf(project, run);
  const steps = begun ? await runStatus(view) : [];
  const stops = undone ? [] : runStops(project, runbook).standing;
  const glasses = toldGlasses(project);
  const calls = begun ? stepCalls(project, run) : new Map<string, CountedOfSides>();
  const ended = {
    audited: begun && !undone ? lastAudit(project, run) : null,
    signedBy: begun && !undone ? signersOfResult(project, run) : [],
  };
  return {
    runbook,
    runbookId: runbookId(runbook, digestOf),
    run,
    verdict,
    unjudged,
    undecided,
    running,
    workers,
    unknown,
    stops,
    glasses,
    took: Object.fromEntries(begun ? stepTimes(project, run) : []),
    calls: madeOf(calls),
    callsOf: allCalls(calls),
    waits: project.waits.standing,
    counted: target !== null,
    undoing,
    undone,
    steps,
    preChecks: preChecks(project, runbook),
    ...ended,
    numbers: begun && target !== null ? await reconcile(view) : [],
    next:
      running === null
        ? nextInRun(begun?.state ?? null, runbook, { verdict, unjudged, stops, steps, ...ended })
        : nextWhileAtWork(running),
    wayOut: wayOutOf(steps.length > 0, undone, earlier, rehearsedWayBack(runbook, steps)),
    earlier,
    whoDecides: whoDecides(runbook, verdict, stops),
  };
}

/** Null where its calls are used up for longer than they may wait here: what the journal and the ledger know is told all the same. */
async function targetWithCalls(project: Project): Promise<OpenSystem | null> {
  try {
    return await project.target();
  } catch (error) {
    if (isGodwitError(error, 'http.quota-spent')) return null;
    throw error;
  }
}

/** In this folder, in another one with the same ledger, or on another machine the one that leads. */
async function atWork(project: Project, workers: readonly SeenWorker[] | null): Promise<LockHolder | null> {
  const here = holderOfLock(project.statePath('lock.sqlite'));
  if (here !== null) return here;
  const lead = workers?.find(({ leads, state }) => leads && state === 'here');
  if (lead === undefined) return await atWorkElsewhere(project);
  const { pid, host, joinedAt, purpose } = lead;
  return { pid, host, startedAt: joinedAt, purpose };
}

function toldGlasses(project: Project): Status['glasses'] {
  return glassesOf(project).map((glass) => ({
    open: glass.state !== 'reviewed',
    told: glassInWords(glass),
  }));
}

type RunProgress = Pick<Status, 'verdict' | 'unjudged' | 'stops' | 'steps' | 'audited' | 'signedBy'>;

async function judged(
  project: Project,
  operator: string,
): Promise<Pick<Status, 'verdict' | 'unjudged' | 'undecided'>> {
  try {
    return { ...(await judgeLive(project, operator)), unjudged: null };
  } catch (error) {
    if (!isGodwitError(error)) throw error;
    const { code, message, nextStep } = error;
    return { verdict: null, unjudged: { code, what: message, nextStep }, undecided: [] };
  }
}

/** Whatever else is next, it would be refused now. */
function nextWhileAtWork({ purpose }: LockHolder): string {
  const wait = `wait for ${purpose}, which is at it, and look again: \`godwit status\``;
  return purpose.endsWith(' run')
    ? `${wait}; anybody on the team stops it behind a slice: \`godwit stop --as <name> --reason <why>\``
    : wait;
}

function nextInRun(state: RunState | null, runbook: Runbook, progress: RunProgress): string {
  if (state === 'undone') return '`godwit plan`: what was taken back needs a new plan to be moved again';
  if (state === 'undoing')
    return '`godwit rollback` goes on with it, after a decision about the records it named';
  return nextOf(runbook, progress);
}

/** What taking back the steps that were begun took in the rehearsal; null where one of them was not rehearsed. */
function rehearsedWayBack(runbook: Runbook, steps: readonly StepStatus[]): number | null {
  const begun = new Set(steps.map(({ step }) => step.step));
  const times = runbook.steps.flatMap(({ id, action, rollback }) =>
    begun.has(id) && rollback && (action.kind === 'copy' || action.kind === 'link')
      ? [rollback.rehearsedMs]
      : [],
  );
  return times.reduce<number | null>((sum, ms) => (sum === null || ms === null ? null : sum + ms), 0);
}

function wayOutOf(
  begun: boolean,
  undone: boolean,
  earlier: readonly string[],
  rehearsedMs: number | null,
): string {
  const before = earlier.map(
    (run) => `\`godwit rollback --run ${run}\` takes back what ${run} wrote, under an earlier runbook`,
  );
  if (undone) return ['it was taken: nothing of this run is in the target', ...before].join('; ');
  if (begun)
    return [
      '`godwit rollback` takes back what this run wrote and refuses what others changed since' +
        (rehearsedMs === null || rehearsedMs === 0
          ? ''
          : ` (in the rehearsal: ${(rehearsedMs / 1000).toFixed(1)} s)`),
      ...before,
    ].join('; ');
  return before.join('; ') || 'nothing was written yet: there is nothing to take back';
}

function firstOperator({ settings }: Project): string {
  return settings.people.find(({ roles }) => roles.includes('operator'))?.name ?? 'nobody';
}

function beforePlan(project: Project): Status {
  const known = readFacts(project, 'fit') !== null;
  return {
    runbook: null,
    runbookId: null,
    run: null,
    verdict: null,
    unjudged: null,
    undecided: [],
    running: null,
    workers: null,
    unknown: [],
    stops: [],
    glasses: toldGlasses(project),
    took: {},
    calls: {},
    callsOf: null,
    waits: [],
    counted: true,
    undoing: false,
    undone: false,
    earlier: [],
    steps: [],
    preChecks: [],
    audited: null,
    signedBy: [],
    numbers: [],
    next: known ? '`godwit approve mapping --key <file>`, then `godwit plan`' : '`godwit map check`',
    wayOut: 'nothing was written yet: there is nothing to take back',
    whoDecides:
      project.settings.people.map(({ name, roles }) => `${name} (${roles.join(', ')})`).join(', ') ||
      'nobody is named in godwit.yaml yet',
  };
}

function nextOf(runbook: Runbook, progress: RunProgress): string {
  const { verdict, unjudged, stops, steps } = progress;
  if (stops.length > 0) return nextWhenStopped(stops);
  // Whoever runs waits for calls that are used up, and goes on by itself.
  if (unjudged && unjudged.code !== 'http.quota-spent') return `settle this first: ${unjudged.nextStep}`;
  // Each is told beside it; here once more only where it is the only one.
  const against = verdict?.refusals ?? [];
  if (against.length > 0)
    return against.length === 1
      ? `settle this first: ${against[0]?.what}`
      : `settle the ${against.length} things first that \`godwit status\` names; it may not run before`;
  const done = new Set(steps.filter(({ step }) => step.state === 'done').map(({ step }) => step.step));
  const open = runbook.steps.find(
    ({ id, action }) =>
      action.kind !== 'audit' && action.kind !== 'sign-off' && action.kind !== 'pre-check' && !done.has(id),
  );
  if (open)
    return `\`godwit run\` ${steps.length > 0 ? 'goes on with' : 'begins with'} ${open.id}: ${open.title}${open.holds && !isBegun(open.id, steps) ? `; before it the run holds until ${open.approver} signs` : ''}`;
  return nextAtEnd(runbook, progress);
}

function isBegun(id: string, steps: readonly StepStatus[]): boolean {
  return steps.some(({ step, slicesApplied }) => step.step === id && slicesApplied > 0);
}

function nextWhenStopped(stops: readonly RunStop[]): string {
  if (stops.some(({ observed }) => observed === null))
    return '`godwit rollback`, and report it: records were read and are nowhere, which nobody can sign away';
  const people = [...new Set(stops.map(({ decides }) => decides))].join(' and ');
  if (stops.every(({ rule }) => isStopPoint(rule)))
    return `${people} looks at what is there and signs \`godwit approve continue --key <file> --reason <why>\`; then \`godwit run\``;
  return `${people} looks at why it stopped and signs \`godwit approve continue --key <file> --reason <why>\`; then \`godwit run\``;
}

/** Everything was written: what is left is to look, to answer for it, and to tell. */
function nextAtEnd(runbook: Runbook, { audited, signedBy }: RunProgress): string {
  if (audited === null) return '`godwit audit`';
  if (audited.differences > runbook.stopRules.auditDifferencesMax)
    return '`godwit audit` names what differs; then `godwit repair`, or `godwit rollback`';
  if (signedBy.length > 0) return '`godwit report`';
  const signer = runbook.steps.find(({ action }) => action.kind === 'sign-off')?.approver;
  return `\`godwit approve result --key <file>\`${signer === undefined ? '' : ` by ${signer}`}, then \`godwit report\``;
}

function whoDecides(
  { approvals, mappingAuthor, steps }: Runbook,
  verdict: WarrantVerdict | null,
  stops: readonly RunStop[],
): string {
  const [stop] = stops;
  if (stop) return `${stop.decides}, and nobody else, whether it goes on; an operator may take it back`;
  const counted = verdict?.approvals.counted.map(({ body }) => body.approver);
  const soFar = counted === undefined ? '' : ` (so far: ${counted.join(', ') || 'nobody'})`;
  const owner = steps.find(({ action }) => action.kind === 'sign-off')?.approver;
  const result = owner === undefined ? '' : `; the result: ${owner}`;
  return `whether it runs: ${approvals.people} with the role ${approvals.role}${soFar}${result}; the mapping is by ${mappingAuthor}`;
}
