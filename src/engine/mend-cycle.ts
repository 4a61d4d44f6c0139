import type { Action } from '../model/index.ts';
import { completeCycle, keptBack } from './complete-early.ts';
import { copyWork } from './copy-object.ts';
import { copySlices } from './copy-slices.ts';
import { cycleNotTakenBack } from './faults.ts';
import type { ObjectPlan } from './object-plan.ts';
import type { Session } from './session.ts';
import { showsSame } from './shows-same.ts';
import { plainReport, type StepReport } from './step-report.ts';
import { itemsOf } from './undo-run.ts';
import { undoItems } from './undo-steps.ts';

/** The objects of a cycle in the order of their copies, with the fields that a second pass would set. */
export type Cycle = NonNullable<Extract<Action, { kind: 'link' }>['cycle']>;

/**
 * A cycle was copied with all its links and without its foreign keys. When one of its records was kept back, or it was read
 * through more than one view of a source that moved, some link may lead nowhere. Then its records are taken back and copied
 * as they would have been with the foreign keys standing: in two passes. Null when the second pass is to be made; else the
 * report of a step that need not or cannot go on.
 */
export async function mendCycle(
  session: Session,
  step: string,
  cycle: Cycle,
  plans: ReadonlyMap<string, ObjectPlan>,
): Promise<StepReport | null> {
  const members = cycle.flatMap(({ object, deferred }) => {
    const plan = plans.get(object);
    return plan ? [{ plan, deferred }] : [];
  });
  const [again, whole] = ['again', 'whole'].map((what) => `${what}-${cycle[0]?.object ?? ''}`) as [
    string,
    string,
  ];
  const known = new Map((await session.journal.steps(session.run)).map((one) => [one.step, one.state]));
  if (known.get(again) === 'done') return null;
  if (!known.has(again) && (known.has(whole) || !(await isBroken(session, members, plans)))) {
    // Judged once for all links of the cycle: the next process sees another view of the source.
    await mark(session, step, whole);
    return plainReport(step, ['every record of the cycle was copied, so every link leads to one']);
  }
  await session.journal.beginStep(session.run, { step: again, kind: 'link', object: null, origin: step });
  const stopped = await copyAgain(session, step, members, plans);
  if (stopped === null) await mark(session, step, again);
  return stopped;
}

interface Member {
  readonly plan: ObjectPlan;
  readonly deferred: readonly string[];
}

async function mark(session: Session, origin: string, step: string): Promise<void> {
  await session.journal.beginStep(session.run, { step, kind: 'link', object: null, origin });
  await session.journal.setStepState(session.run, step, 'done', null);
}

async function isBroken(
  session: Session,
  members: readonly Member[],
  plans: ReadonlyMap<string, ObjectPlan>,
): Promise<boolean> {
  const kept = await keptBack(session, plans);
  if (members.some(({ plan }) => kept.has(plan.target.name))) return true;
  const snapshot = await session.connections.snapshot();
  for (const { plan } of members) {
    const copied = await session.journal.plan(session.run, await copyStepOf(session, plan.object));
    if (copied !== null && !showsSame(snapshot, copied.position)) return true;
  }
  return false;
}

async function copyAgain(
  session: Session,
  step: string,
  members: readonly Member[],
  plans: ReadonlyMap<string, ObjectPlan>,
): Promise<StepReport | null> {
  const objects = new Set(members.map(({ plan }) => plan.object));
  const items = (await itemsOf(session, plans)).filter((item) => objects.has(item.step.object ?? ''));
  const undone = await undoItems(session, items);
  if (undone.outcome === 'stopped') return { ...plainReport(step, []), outcome: 'stopped' };
  if (undone.outcome === 'left-some') throw cycleNotTakenBack(step, undone.left.length);
  await completeCycle(session, new Set(members.map(({ plan }) => plan.target.name)));
  for (const { plan, deferred } of members) {
    const copied = await copySlices(
      session,
      copyWork(await copyStepOf(session, plan.object), plan, deferred),
    );
    if (copied.outcome !== 'done') return { ...copied, step };
  }
  return null;
}

export async function copyStepOf(session: Session, object: string): Promise<string> {
  const steps = await session.journal.steps(session.run);
  return steps.find((one) => one.kind === 'copy' && one.object === object)?.step ?? '';
}
