import type { Transform, TransformOutcome } from '../expressions/index.ts';
import type { Relation, Row } from '../model/index.ts';
import { copySlices } from './copy-slices.ts';
import { identityPlaces, keyAt } from './kept-originals.ts';
import { type Cycle, copyStepOf, mendCycle } from './mend-cycle.ts';
import type { ObjectPlan } from './object-plan.ts';
import { retried, runStep } from './run-step.ts';
import type { Session } from './session.ts';
import type { SliceWork } from './slice-work.ts';
import { type StepReport, stoppedReport } from './step-report.ts';
import { assertStructure } from './structure-watch.ts';

/**
 * Second pass of a cycle: sets the deferred fields of records that are there already. Records that the first pass put into
 * quarantine are none of its business: they are not counted here and get no second entry.
 */
export async function linkObject(
  session: Session,
  step: string,
  plan: ObjectPlan,
  fields: readonly string[],
  cycle: { readonly members: Cycle; readonly plans: ReadonlyMap<string, ObjectPlan> } | null = null,
): Promise<StepReport> {
  const newStep = { step, kind: 'link', object: plan.object, origin: step } as const;
  return runStep(session, newStep, async () => {
    const looked = await retried(session, async () => assertStructure(session, plan.target.name));
    if (looked.kind === 'stopped') return stoppedReport(step);
    if (cycle) {
      const mended = await retried(session, async () => mendCycle(session, step, cycle.members, cycle.plans));
      if (mended.kind === 'stopped') return stoppedReport(step);
      if (mended.result) return mended.result;
    }
    const copy = await copyStepOf(session, plan.object);
    return copySlices(session, { ...linkWork(step, plan, fields), firstPass: copy === '' ? null : copy });
  });
}

export function linkWork(step: string, plan: ObjectPlan, fields: readonly string[]): SliceWork {
  const { object, source, target, key, mode } = plan;
  const given = plan.linkTransform(fields);
  const transform = key.every((field) => given.targetFields.includes(field))
    ? given
    : withCapturedKey(given, source, key);
  const fieldsAt = fields.map((field) => transform.targetFields.indexOf(field));
  return {
    step,
    origin: step,
    object,
    source,
    target,
    transform,
    mode: 'update',
    key,
    captureIds: false,
    firstPass: null,
    // The first pass left these fields null; only an upsert may have met a record that was there with something in them.
    needless: mode === 'upsert' ? () => false : (row) => fieldsAt.every((at) => (row[at] ?? null) === null),
  };
}

/** Where the target gave the key itself, a record is found by the id that was captured for it in the first pass. */
export function withCapturedKey(given: Transform, source: Relation, key: readonly string[]): Transform {
  const identityAt = identityPlaces(source);
  const rest = given.targetFields
    .map((field, at) => ({ field, at }))
    .filter(({ field }) => !key.includes(field));
  return {
    object: given.object,
    targetFields: [...key, ...rest.map(({ field }) => field)],
    lookups: [
      ...given.lookups,
      { object: given.object, optional: false, keys: (row) => [keyAt(row, identityAt)] },
    ],
    apply: (row, environment) => {
      const outcome = given.apply(row, environment);
      if (outcome.kind !== 'records') return outcome;
      const id = environment.lookup(given.object, keyAt(row, identityAt));
      if (id === undefined) return notThere;
      const keyRow: Row = key.length === 1 ? [id] : (id as Row);
      return {
        kind: 'records',
        rows: outcome.rows.map((target) => [...keyRow, ...rest.map(({ at }) => target[at] ?? null)]),
      };
    },
  };
}

const notThere: TransformOutcome = {
  kind: 'rejected',
  code: 'target.missing',
  message: 'the record itself is not in the target, so its links cannot be set',
  field: null,
};
