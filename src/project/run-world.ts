import {
  defaultLimits,
  type EngineEvent,
  finishRun,
  type Journal,
  type Judge,
  type LaterWork,
  openSession,
  type Progress,
  type ProjectLock,
  type Session,
  type Stall,
  type StructureWatch,
  type Team,
  type ValueWatch,
} from '../engine/index.ts';
import type { RunbookStep } from '../model/index.ts';
import type { AuditReport } from '../reports/index.ts';
import { evaluateStopRules, objectsWritten, structureChanges } from '../runbook/index.ts';
import { type Hold, holdProject } from './hold-project.ts';
import type { Project } from './project.ts';
import { StepCarrier } from './step-carrier.ts';
import { nothingDone, type StepOutcome } from './step-outcome.ts';
import { StopKeeper } from './stop-keeper.ts';
import { SystemWatch } from './system-watch.ts';
import type { World } from './world.ts';
import { openWorldJournal } from './world-journal.ts';

export interface WorldReport {
  readonly run: string;
  readonly outcome: 'done' | 'paused' | 'stopped';
  readonly steps: readonly StepOutcome[];
  readonly audit: AuditReport | null;
}

export interface RunWatcher {
  readonly onStep: (outcome: StepOutcome) => void;
  readonly onProgress: (progress: Progress) => void;
  readonly onStall?: (stall: Stall) => void;
}

/** The lock under which a runbook is carried out. Throws `engine.locked` before anything was written anywhere. */
export function holdForRun(project: Project, { warrant, journal }: World): Promise<Hold> {
  return holdProject(project, `godwit ${warrant.content.world} run`, journal);
}

/**
 * Carries out a runbook in a world, from wherever it was left, under a lock that is held. Steps that are done are passed over; the
 * first one that pauses, stops or waits ends the run here, at a slice boundary.
 */
export async function runWorld(
  project: Project,
  world: World,
  { lock, team, lost }: Hold,
  watcher: RunWatcher,
): Promise<WorldReport> {
  await using journal = await openWorldJournal(project, world.journal, team?.lead);
  const live = world.warrant.content.world === 'live';
  await using systems = live ? await SystemWatch.open(project, world.runbook.stopRules) : null;
  await using keeper = new StopKeeper(project, world, systems);
  const { judge, values } = keeper;
  const held = { ...watcher, judge, signal: AbortSignal.any([keeper.signal, lost]), values, team };
  await using session = await openWorldSession(project, world, { journal, lock }, held);
  const carrier = new StepCarrier(project, world, session, journal, keeper);
  const done = new Set<string>();
  const steps: StepOutcome[] = [];
  const finished = new Set(
    (await journal.steps(world.run)).flatMap(({ step, state }) => (state === 'done' ? [step] : [])),
  );
  for (const step of world.runbook.steps) {
    const outcome = finished.has(step.id) ? passedOver(step) : await carrier.carry(step, done);
    steps.push(outcome);
    watcher.onStep(outcome);
    if (outcome.outcome === 'paused' || outcome.outcome === 'stopped')
      return { run: world.run, outcome: outcome.outcome, steps, audit: carrier.audit };
    if (outcome.outcome !== 'waiting') done.add(step.id);
    if (step.id === lastWriting(world)) await finishRun(session, step.id);
  }
  return { run: world.run, outcome: 'done', steps, audit: carrier.audit };
}

/** What a session needs of a world. */
export type SessionWorld = Pick<
  World,
  'run' | 'runbook' | 'runbookId' | 'warrant' | 'openSource' | 'openTarget'
> &
  Partial<Pick<World, 'move'>>;

interface SessionKeeping extends Pick<RunWatcher, 'onProgress' | 'onStall'> {
  readonly judge?: Judge;
  readonly values?: ValueWatch | null;
  readonly signal?: AbortSignal;
  readonly team?: Team | null;
  readonly view?: string | null;
  /** Waiting and trying for a system that is away; that of the runbook unless told. */
  readonly retryBudgetMs?: number;
}

export function openWorldSession(
  project: Project,
  world: SessionWorld,
  { journal, lock }: { readonly journal: Journal; readonly lock: ProjectLock },
  keeping: SessionKeeping,
): Promise<Session> {
  const { onProgress, onStall, judge = judgeAlone(project, world), values = null } = keeping;
  const { signal = project.signal } = keeping;
  const { options } = world.runbook;
  const { team = null, view = null, retryBudgetMs = options.retryBudgetMs } = keeping;
  return openSession({
    run: world.run,
    runbookId: world.runbookId,
    journal,
    lock,
    systems: { source: () => world.openSource(), target: () => world.openTarget() },
    warrant: world.warrant,
    clock: project.clock,
    random: project.random,
    log: project.log,
    signal,
    record: (event) => recordEvent(project, event),
    judge,
    values,
    team,
    view,
    onProgress,
    ...(onStall && { onStall }),
    mask: (text) => project.seal().blind(text),
    structure: structureWatch(world),
    later: laterWork(world.runbook),
    limits: {
      rowsPerSlice: options.rowsPerSlice,
      slicesAtOnceMax: options.slicesAtOnceMax,
      retry: { ...defaultLimits.retry, budgetMs: retryBudgetMs },
    },
  });
}

/** Of work outside of the runbook's own steps: a replay keeps to the same rules, and to the window. */
function judgeAlone(project: Project, { runbook }: SessionWorld): Judge {
  return ({ counts }) => {
    const [reason] = evaluateStopRules(runbook.stopRules, { now: project.clock.now(), ...counts });
    return reason ? { pause: reason.code, reason: reason.reason } : 'go';
  };
}

/** Held against what was looked at when the warrant was issued, and so was as agreed. A sandbox is agreed by nobody. */
function structureWatch({ warrant, move }: SessionWorld): StructureWatch | null {
  if (move === undefined || warrant.content.world !== 'live') return null;
  const { target: agreed } = move;
  return (relation, now) => structureChanges(agreed, now, [relation]);
}

function laterWork({ steps, objects }: World['runbook']): LaterWork | null {
  const relations = new Map(objects.map(({ object, target }) => [object, target]));
  const writing = steps.flatMap(({ id, action }) =>
    objectsWritten(action).map((object) => ({ id, relation: relations.get(object) ?? '' })),
  );
  const writers = new Map(
    [...Map.groupBy(writing, ({ relation }) => relation)].map(([name, all]) => [
      name,
      all.map(({ id }) => id),
    ]),
  );
  const found = steps.flatMap(({ id, action }) =>
    action.kind === 'complete-relations' ? [{ step: id, completions: action.completions, writers }] : [],
  );
  return found[0] ?? null;
}

/** The ledger hears of it before the engine goes on. */
async function recordEvent(project: Project, event: EngineEvent): Promise<void> {
  const ledger = project.ledger();
  ledger.append([
    {
      type: event.type.replace('.', '-'),
      actor: 'engine',
      body: { run: event.run, step: event.step, ...event.body },
    },
  ]);
  await ledger.flush();
}

/** Whether the run is at its end: to be asked before a session opens it again. */
export async function isFinished(journal: Journal, run: string): Promise<boolean> {
  return (await journal.runs()).some((one) => one.run === run && one.state === 'done');
}

/** After a replay or a repair of a run that was at its end: makes what was written final, and the run ended again. */
export async function finishAgain(session: Session, world: World): Promise<void> {
  const step = lastWriting(world);
  if (step !== undefined) await finishRun(session, step);
}

function lastWriting({ runbook }: World): string | undefined {
  return runbook.steps.findLast(({ action }) => action.kind !== 'audit' && action.kind !== 'sign-off')?.id;
}

function passedOver(step: RunbookStep): StepOutcome {
  return { ...nothingDone(step), outcome: 'done-before' };
}
