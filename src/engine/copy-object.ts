import { copySlices } from './copy-slices.ts';
import type { ObjectPlan } from './object-plan.ts';
import { runStep } from './run-step.ts';
import type { Session } from './session.ts';
import type { SliceWork } from './slice-work.ts';
import type { StepReport } from './step-report.ts';

/** First pass: the records of one object, without the fields a cycle defers. */
export async function copyObject(
  session: Session,
  step: string,
  plan: ObjectPlan,
  deferred: readonly string[],
): Promise<StepReport> {
  const newStep = { step, kind: 'copy', object: plan.object, origin: step } as const;
  return runStep(session, newStep, async () => copySlices(session, copyWork(step, plan, deferred)));
}

export function copyWork(step: string, plan: ObjectPlan, deferred: readonly string[]): SliceWork {
  const { object, source, target, mode, key } = plan;
  return {
    step,
    origin: step,
    object,
    source,
    target,
    transform: plan.copyTransform(deferred),
    mode: mode === 'upsert' ? 'upsert' : 'insert',
    key,
    // The second pass finds its records by the ids captured here where the target gives them itself.
    captureIds: plan.captureIds || deferred.length > 0,
    firstPass: null,
    needless: () => false,
  };
}
