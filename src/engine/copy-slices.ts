import type { AppliedSlice, Snapshot } from '../connectors/index.ts';
import type { Relation, Slice } from '../model/index.ts';
import { planMismatch } from './faults.ts';
import type { SlicePlan } from './journal/journal.ts';
import { chooseLane, describeLane, type Lane, rowsPerSlice } from './lane.ts';
import { planAhead } from './plan-ahead.ts';
import { planSlices } from './plan-slices.ts';
import { ProgressMeter } from './progress.ts';
import { LookupCache } from './resolve-lookups.ts';
import { sumOf } from './run-status.ts';
import { retried } from './run-step.ts';
import type { Session } from './session.ts';
import { showsSame } from './shows-same.ts';
import type { SliceInput, SliceWork } from './slice-work.ts';
import { slicesAtOnce } from './slices-at-once.ts';
import type { SourceMovement, StepReport } from './step-report.ts';
import { supplySlices } from './supply-slices.ts';
import { enterRun } from './team.ts';
import { type TravelEnd, travelSupplied } from './travel-slices.ts';

/**
 * All slices of a step over a whole source relation, from wherever an earlier process left it.
 *
 * Invariants: 1. which slices are done is read from the target, never from the journal. 2. a slice the target knows and
 * the plan does not stops the step. 3. the counts of the report are read from the target at the end.
 *
 * @param behind what is copied next: its slices are cut while these travel
 */
export async function copySlices(
  session: Session,
  work: SliceWork,
  behind: SliceWork | null = null,
): Promise<StepReport> {
  const begun = await retried(session, async () => begin(session, work));
  if (begun.kind === 'stopped') return report(work, 'stopped', null, null, [], null);
  const { plan, applied, lane } = begun.result;
  const done = new Set(applied.map((slice) => slice.slice));
  const { run } = session;
  const base = { run, step: work.step, object: work.object };
  const meter = new ProgressMeter(
    { ...base, rowsSource: plan.rowsSource, slicesPlanned: plan.slices.length },
    applied.map((slice) => slice.counts),
    session.clock,
  );
  const inputs = plan.slices
    .filter((slice) => !done.has(slice.number))
    .map((slice) => inputOf(session, work, slice, lane));
  const lookups = new LookupCache(session.limits.lookupsCachedMax);
  const load = lane.kind === 'pipe' ? lane.pipe.load : null;
  const planned = await retried(session, async () => slicesAtOnce(session, work, load, inputs.length));
  if (planned.kind === 'stopped') return report(work, 'stopped', null, plan, applied, null);
  const { most, notes } = planned.result;
  const supplied = await retried(session, async () => supplySlices(session, work, lookups, { load, inputs }));
  if (supplied.kind === 'stopped') return report(work, 'stopped', null, plan, applied, null);
  if (behind !== null) planAhead(session, behind);
  const end = await travelSupplied(
    { session, work, lookups, meter, slicesPlanned: plan.slices.length, atOnce: most },
    supplied.result.supply,
  );
  return {
    ...(await finish(session, work, plan, end)),
    notes: [...describeLane(lane), ...notes, ...supplied.result.notes],
  };
}

export function inputOf(session: Session, work: SliceWork, slice: Slice, lane: Lane): SliceInput {
  const { batchRowsMax, batchBytesMax } = session.limits;
  return {
    number: slice.number,
    ...(lane.kind === 'pipe' && { pipe: { ...lane.pipe, slice } }),
    read: (snapshot: Snapshot) => snapshot.read(work.source, slice, { batchRowsMax, batchBytesMax }),
  };
}

async function begin(
  session: Session,
  work: SliceWork,
): Promise<{ plan: SlicePlan; applied: readonly AppliedSlice[]; lane: Lane }> {
  const target = await session.connections.target();
  await target.prepare(work.origin, session.run);
  await enterRun(session, target, work.origin);
  const lane = await chooseLane(session, work);
  const plan = await planSlices(session, work.step, work.source, rowsPerSlice(session, lane));
  const applied = await appliedOf(session, work.step);
  const stranger = applied.find((slice) => !plan.slices[slice.slice]);
  if (stranger)
    throw planMismatch(
      work.step,
      `the target holds slice ${stranger.slice} of run ${session.run}, the plan has ${plan.slices.length}`,
    );
  return { plan, applied, lane };
}

/** What the target holds of one step of this run. */
export async function appliedOf(session: Session, step: string): Promise<readonly AppliedSlice[]> {
  const target = await session.connections.target();
  return (await target.applied(session.run)).filter((slice) => slice.step === step);
}

async function finish(
  session: Session,
  work: SliceWork,
  plan: SlicePlan,
  end: TravelEnd,
): Promise<StepReport> {
  const looked = await retried(session, async () => {
    const applied = await appliedOf(session, work.step);
    const movement = end.outcome === 'done' ? await sourceMovement(session, work.source, plan) : null;
    return { applied, movement };
  });
  if (looked.kind === 'stopped') return report(work, 'stopped', null, plan, [], null);
  const { applied, movement } = looked.result;
  if (end.outcome === 'done' && applied.length !== plan.slices.length)
    throw planMismatch(work.step, `${plan.slices.length} slices planned, the target holds ${applied.length}`);
  return report(work, end.outcome, end.paused, plan, applied, movement);
}

/** Says what happened on the source while its records were being copied. */
async function sourceMovement(session: Session, source: Relation, plan: SlicePlan): Promise<SourceMovement> {
  await using fresh = await session.connections.freshSnapshot();
  const wrote = !showsSame(fresh, plan.position);
  const rowsNow = wrote ? await fresh.count(source) : plan.rowsSource;
  const rowsChanged = wrote ? await fresh.changedSince(source, plan.position) : '0';
  return {
    rowsPlanned: plan.rowsSource,
    rowsNow,
    rowsChanged,
    positionPlanned: plan.position,
    positionNow: fresh.position,
    moved: rowsChanged !== '0' || rowsNow !== plan.rowsSource,
  };
}

function report(
  work: SliceWork,
  outcome: StepReport['outcome'],
  paused: StepReport['paused'],
  plan: SlicePlan | null,
  applied: readonly AppliedSlice[],
  movement: SourceMovement | null,
): StepReport {
  return {
    step: work.step,
    outcome,
    paused,
    counts: sumOf(applied),
    slicesApplied: applied.length,
    slicesPlanned: plan?.slices.length ?? 0,
    movement,
    notes: [],
  };
}
