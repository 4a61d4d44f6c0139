import { buildAhead } from './build-ahead.ts';
import { completeBroken } from './complete-early.ts';
import { copySlices } from './copy-slices.ts';
import type { ObjectPlan } from './object-plan.ts';
import { retried, runStep } from './run-step.ts';
import type { Session } from './session.ts';
import type { SliceWork } from './slice-work.ts';
import { type StepReport, stoppedReport } from './step-report.ts';
import { assertStructure } from './structure-watch.ts';

/** The work of a step that copies, and of the one behind it. */
export interface Copying {
  readonly work: SliceWork;
  readonly behind: SliceWork | null;
}

/** First pass: the records of one object, without the fields a cycle defers. */
export async function copyObject(
  session: Session,
  plan: ObjectPlan,
  plans: ReadonlyMap<string, ObjectPlan>,
  { work, behind }: Copying,
): Promise<StepReport> {
  const { step } = work;
  const newStep = { step, kind: 'copy', object: plan.object, origin: step } as const;
  return runStep(session, newStep, async () => {
    const stands = await retried(session, async () => {
      await assertStructure(session, plan.target.name);
      await completeBroken(session, plan, plans);
      await buildAhead(session, { relation: plan.target.name, rowsEstimate: plan.source.rowsEstimate });
    });
    if (stands.kind === 'stopped') return stoppedReport(step);
    const copied = await copySlices(session, work, behind);
    session.builds.check();
    return copied;
  });
}

export function copyWork(step: string, plan: ObjectPlan, deferred: readonly string[]): SliceWork {
  const { object, source, target, mode, key } = plan;
  const transform = plan.copyTransform(deferred);
  return {
    step,
    origin: step,
    object,
    source,
    target,
    transform,
    mode: mode === 'upsert' ? 'upsert' : 'insert',
    key,
    captureIds: plan.captureIds || (deferred.length > 0 && linkNeedsIds(plan, deferred)),
    firstPass: null,
    needless: () => false,
  };
}

/** The second pass finds its records by captured ids where the target gives the key, and may look up records of its own object. */
function linkNeedsIds(plan: ObjectPlan, deferred: readonly string[]): boolean {
  const { targetFields, lookups } = plan.linkTransform(deferred);
  return (
    !plan.key.every((field) => targetFields.includes(field)) ||
    lookups.some(({ object }) => object === plan.object)
  );
}
