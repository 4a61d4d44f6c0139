import { lockProject, type UndoReport, undoRun } from '../engine/index.ts';
import { systemNotary } from '../host/index.ts';
import type { Finding } from '../model/index.ts';
import { awkwardKeys } from '../profile/index.ts';
import { chooseSample, type Sample, sampledSystem } from '../rehearsal/index.ts';
import type { AuditReport } from '../reports/index.ts';
import { issueRehearsalWarrant, runbookId } from '../runbook/index.ts';
import { differencesIn } from './audit-verdict.ts';
import { type CheckedMove, checkStructure } from './check-map.ts';
import { createdBy } from './created-relations.ts';
import { readFacts, writeFacts } from './facts-files.ts';
import { type UnforeseenLoss, unforeseenLosses } from './foreseen-losses.ts';
import { lookAtGivenSandbox } from './given-sandbox.ts';
import { objectPlans } from './object-plans.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import type { Project } from './project.ts';
import { quarantineOf } from './quarantine.ts';
import { keepRehearsal, type WayBack } from './rehearsal-evidence.ts';
import type { RehearsalFacts } from './rehearsal-times.ts';
import { holdForRun, openWorldSession, type RunWatcher, runWorld, type WorldReport } from './run-world.ts';
import { sampleLinks } from './sample-links.ts';
import { compareWayBack, type SeenSandbox, seeSandbox } from './walked-back.ts';
import type { World } from './world.ts';
import { openWorldJournal } from './world-journal.ts';

export interface RehearsalOptions {
  /** A share of the records, above 0 and below 1, or everything. */
  readonly volume: { readonly kind: 'sample'; readonly share: number } | { readonly kind: 'full' };
  readonly watcher: RunWatcher;
}

export interface RehearsalReport {
  readonly volume: 'sample' | 'full';
  readonly sandbox: string;
  /** What of the target's structure was not rehearsed, a line with the reason for each. */
  readonly leftOut: readonly string[];
  readonly sample: Sample | null;
  readonly run: WorldReport;
  readonly audit: AuditReport | null;
  /** Records that could not go though the mapping check did not count them. */
  readonly unforeseen: readonly UnforeseenLoss[];
  /** The undo, executed in the sandbox; null when the run did not get that far. */
  readonly rollback: UndoReport | null;
  readonly rollbackMs: number;
  /** The sandbox after the undo beside what it was before the run; null when nothing was undone. */
  readonly wayBack: WayBack | null;
  readonly facts: string;
  /** The signed evidence of all this. */
  readonly evidence: string;
}

/**
 * `godwit rehearse`: the runbook, step by step, by the code that runs it live, into a sandbox beside the target; audited; and
 * then taken back, so that the way back has been walked and timed before anybody needs it.
 */
export async function rehearse(project: Project, options: RehearsalOptions): Promise<RehearsalReport> {
  const runbook = readPlannedRunbook(project);
  const move = await checkStructure(project);
  const sandbox = `godwit_${options.volume.kind}`;
  const leftOut = await makeSandbox(project, move, sandbox);
  const sample =
    options.volume.kind === 'sample' ? await drawSample(project, move, options.volume.share) : null;
  const before = await seeSandbox(await project.sandbox(sandbox), project.signal);
  const world = await rehearsalWorld(project, { runbook, move, sandbox, sample, heldBefore: before.counts });
  const run = await runOrLeaveClean(project, world, options.watcher);
  const began = project.clock.elapsedMs();
  const rollback = run.outcome === 'done' || isGiven(project) ? await drillRollback(project, world) : null;
  const rollbackMs = project.clock.elapsedMs() - began;
  const wayBack = rollback
    ? compareWayBack(before, await seeSandbox(await world.openTarget(), project.signal))
    : null;
  const kept = await keepFacts(project, move, options, { run, rollback, rollbackMs, wayBack });
  if (rollback?.outcome === 'undone' && wayBack?.clean) await dropSandbox(project, sandbox);
  const known = readFacts(project, 'fit') as { readonly findings: readonly Finding[] } | null;
  return {
    volume: options.volume.kind,
    sandbox,
    leftOut,
    sample,
    run,
    audit: run.audit,
    unforeseen: unforeseenLosses(
      run.steps,
      runbook,
      known?.findings ?? [],
      await quarantineOf(project, world.journal, world.run),
    ),
    rollback,
    rollbackMs,
    wayBack,
    ...kept,
  };
}

/** A sandbox that is dropped shows what is left of a rehearsal that failed; one that stays is left as it was. */
const isGiven = ({ settings }: Project): boolean => settings.systems.sandbox !== null;

async function runOrLeaveClean(project: Project, world: World, watcher: RunWatcher): Promise<WorldReport> {
  try {
    return await runLocked(project, world, watcher);
  } catch (error) {
    if (isGiven(project)) await drillRollback(project, world);
    throw error;
  }
}

/** The way back, which follows, takes the lock itself. */
async function runLocked(project: Project, world: World, watcher: RunWatcher): Promise<WorldReport> {
  await using hold = await holdForRun(project, world);
  return await runWorld(project, world, hold, watcher);
}

/**
 * Where records are changed or added to others, the sandbox holds what the target holds: what the run overwrites there has to be
 * what the way back restores.
 */
async function makeSandbox(project: Project, move: CheckedMove, sandbox: string): Promise<readonly string[]> {
  const { creates } = await project.target();
  if (creates === null) return await lookAtGivenSandbox(project, move, sandbox);
  const there = new Set(move.target.relations.map(({ name }) => name));
  const names = [...new Set(move.loaded.mapping.objects.map((object) => object.target))].filter((name) =>
    there.has(name),
  );
  const { objects } = move.loaded.mapping;
  const changes = objects.some(({ mode }) => mode !== 'empty-only');
  return await creates.createSandbox(sandbox, names, changes ? 'records' : 'nothing');
}

async function dropSandbox(project: Project, sandbox: string): Promise<void> {
  const { creates } = await project.target();
  await creates?.dropSandbox(sandbox);
}

async function drawSample(project: Project, move: CheckedMove, share: number): Promise<Sample> {
  const source = await project.source();
  await using snapshot = await source.reads.snapshot();
  const relations = [...new Set(move.loaded.mapping.objects.map((object) => object.source))];
  return await chooseSample(snapshot, {
    schema: move.source,
    relations,
    links: sampleLinks(move, (text) => project.seal().blind(text)),
    seed: project.settings.project,
    share,
    defectShare: 0.01,
    awkward: await awkwardKeys(snapshot, move.source, { relations, signal: project.signal }),
    childrenPerParentMax: 5,
  });
}

interface Rehearsed {
  readonly runbook: World['runbook'];
  readonly move: CheckedMove;
  readonly sandbox: string;
  readonly sample: Sample | null;
  readonly heldBefore: SeenSandbox['counts'];
}

async function rehearsalWorld(
  project: Project,
  { runbook, move, sandbox, sample, heldBefore }: Rehearsed,
): Promise<World> {
  const id = runbookId(runbook, systemNotary.digest);
  const target = await project.targetToRead();
  const source = await project.source();
  const opened = await project.sandbox(sandbox);
  const warrant = issueRehearsalWarrant({
    runbookId: id,
    steps: runbook.steps.map((step) => step.id),
    sandbox: await opened.fingerprint(),
    target: await target.fingerprint(),
    source: await source.fingerprint(),
    expiresAt: runbook.expiresAt,
  });
  return {
    run: `rehearsal_${project.random.uuid()}`,
    runbook,
    runbookId: id,
    move,
    targetSchema: move.planned,
    plans: objectPlans(move.loaded.mapping, move.source, move.planned, move.checked.lookups),
    warrant,
    openSource: async () => (sample ? sampledSystem(await project.source(), sample) : await project.source()),
    openTarget: () => project.sandbox(sandbox),
    heldBefore,
    journal: 'rehearsal.sqlite',
  };
}

async function drillRollback(project: Project, world: World): Promise<UndoReport> {
  using lock = lockProject({
    path: project.statePath('lock.sqlite'),
    purpose: 'godwit rehearse',
    clock: project.clock,
  });
  await using journal = await openWorldJournal(project, world.journal);
  await using session = await openWorldSession(
    project,
    world,
    { journal, lock },
    { onProgress: () => undefined },
  );
  return await undoRun(session, world.plans, createdBy(world.runbook));
}

interface Drill {
  readonly run: WorldReport;
  readonly rollback: UndoReport | null;
  readonly rollbackMs: number;
  readonly wayBack: WayBack | null;
}

async function keepFacts(
  project: Project,
  move: CheckedMove,
  { volume }: RehearsalOptions,
  { run, rollback, rollbackMs, wayBack }: Drill,
): Promise<Pick<RehearsalReport, 'facts' | 'evidence'>> {
  const records = run.steps.reduce((sum, { rowsRead }) => sum + rowsRead, 0);
  const copyMs = run.steps
    .filter(({ rowsRead }) => rowsRead > 0)
    .reduce((sum, { durationMs }) => sum + durationMs, 0);
  const backMs = new Map(rollback?.stepTimes.map(({ step, durationMs }) => [step, Math.round(durationMs)]));
  const facts: RehearsalFacts = {
    formatVersion: 1,
    mapping: move.loaded.digest,
    volume: volume.kind,
    at: project.clock.now(),
    records,
    recordsPerSecond: copyMs > 0 ? Math.round((records * 1000) / copyMs) : null,
    auditEqual: run.audit !== null && differencesIn(run.audit) === 0,
    rollbackClean: rollback?.outcome === 'undone',
    rollbackMs: rollback ? Math.round(rollbackMs) : null,
    steps: run.steps.map(({ step, durationMs, calls }) => ({
      step,
      durationMs: Math.round(durationMs),
      rollbackMs: backMs.get(step) ?? null,
      ...(calls === undefined ? {} : { calls }),
    })),
  };
  const ledger = project.ledger();
  ledger.append([
    {
      type: 'rehearsal-ended',
      actor: 'godwit',
      body: {
        volume: volume.kind,
        records,
        auditEqual: facts.auditEqual,
        rollbackClean: facts.rollbackClean,
      },
    },
  ]);
  await ledger.flush();
  const { file } = await keepRehearsal(project, facts, wayBack);
  return { facts: writeFacts(project, 'rehearsal', facts), evidence: file };
}
