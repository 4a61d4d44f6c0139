import { keyValues, type RecordKey, type RunbookStep } from '../model/index.ts';
import { completeRelation } from './complete-early.ts';
import { copyWork } from './copy-object.ts';
import { appliedOf } from './copy-slices.ts';
import { withCapturedKey } from './link-object.ts';
import type { ObjectPlan } from './object-plan.ts';
import { ProgressMeter } from './progress.ts';
import { LookupCache } from './resolve-lookups.ts';
import { sumOf } from './run-status.ts';
import { runStep } from './run-step.ts';
import type { Session } from './session.ts';
import type { SliceInput, SliceWork } from './slice-work.ts';
import type { StepReport } from './step-report.ts';
import { travelSlices } from './travel-slices.ts';

export interface RepairRequest {
  /** The copy step that wrote the records first; its warrant covers the repair. */
  readonly step: RunbookStep;
  readonly plan: ObjectPlan;
  /** Source records whose target records are not as they should be. */
  readonly sourceKeys: readonly RecordKey[];
}

/** The most keys one `fetch` takes. */
const keysPerSlice = 1_000;

/**
 * Puts records back to what the source and the mapping say, as a step of its own (`repair-1`, `repair-2`, ...).
 *
 * Invariants: 1. only the named records are touched, found by their key or by the id captured when they were written. 2. a
 * record the source holds no more is left as it is. 3. undoing the run undoes repaired records like all others.
 */
export async function repairStep(
  session: Session,
  { step, plan, sourceKeys }: RepairRequest,
): Promise<StepReport> {
  const steps = await session.journal.steps(session.run);
  const name = `repair-${steps.filter(({ kind }) => kind === 'repair').length + 1}`;
  const work = repairWork(name, step.id, plan);
  const newStep = { step: name, kind: 'repair', object: plan.object, origin: step.id } as const;
  await session.connections.forgetSnapshot();
  return runStep(session, newStep, async () => {
    await completeRelation(session, plan);
    return travel(session, work, sourceKeys);
  });
}

/** The whole mapping, links included: the second pass is long done. */
function repairWork(name: string, origin: string, plan: ObjectPlan): SliceWork {
  const work = copyWork(origin, plan, []);
  const mapped = plan.key.every((field) => work.transform.targetFields.includes(field));
  return {
    ...work,
    step: name,
    mode: 'upsert',
    // A record that is made again may get another id; one that is found by its captured id keeps it.
    captureIds: mapped && work.captureIds,
    putsBack: true,
    transform: mapped ? work.transform : withCapturedKey(work.transform, plan.source, plan.key),
  };
}

async function travel(
  session: Session,
  work: SliceWork,
  sourceKeys: readonly RecordKey[],
): Promise<StepReport> {
  const inputs: SliceInput[] = [];
  for (let at = 0; at < sourceKeys.length; at += keysPerSlice) {
    const keys = sourceKeys.slice(at, at + keysPerSlice).map((key) => keyValues(key));
    inputs.push({
      number: inputs.length,
      read: (snapshot) => snapshot.fetch(work.source, work.source.identity, keys),
    });
  }
  const slicesPlanned = inputs.length;
  const base = {
    run: session.run,
    step: work.step,
    object: work.object,
    rowsSource: String(sourceKeys.length),
    slicesPlanned,
  };
  const meter = new ProgressMeter(base, [], session.clock);
  const lookups = new LookupCache(session.limits.lookupsCachedMax);
  const end = await travelSlices({ session, work, lookups, meter, slicesPlanned }, inputs);
  const applied = await appliedOf(session, work.step);
  return {
    ...end,
    step: work.step,
    counts: sumOf(applied),
    slicesApplied: applied.length,
    slicesPlanned,
    movement: null,
    notes: [],
  };
}
