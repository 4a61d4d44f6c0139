import type { RunbookStep } from '../model/index.ts';
import { advanceSequences } from './advance-sequences.ts';
import { completeRelations } from './complete-relations.ts';
import { copyObject, copyWork } from './copy-object.ts';
import { stepUnknown } from './faults.ts';
import { linkObject } from './link-object.ts';
import type { ObjectPlan } from './object-plan.ts';
import { checkTarget, createRelations } from './prepare-target.ts';
import { retried } from './run-step.ts';
import type { Session } from './session.ts';
import type { SliceWork } from './slice-work.ts';
import type { StepReport } from './step-report.ts';

/**
 * Carries out one step of a runbook, from wherever it was left. Steps of audit and sign-off belong to others.
 *
 * @param plans the objects of the mapping, by name
 * @param behind the next step that copies, which is planned while this one does
 */
export async function executeStep(
  session: Session,
  step: RunbookStep,
  plans: ReadonlyMap<string, ObjectPlan>,
  behind: RunbookStep | null = null,
): Promise<StepReport> {
  const { id, action } = step;
  const planOf = (object: string): ObjectPlan => planIn(plans, id, object);
  switch (action.kind) {
    case 'check-target':
      return checkTarget(session, id, action.objects.map(planOf));
    case 'create-relations':
      return createRelations(session, id, action.relations, action.statements);
    case 'complete-relations':
      return completeRelations(session, id, action.completions);
    case 'copy':
      return copyObject(session, planOf(action.object), plans, {
        work: workOfCopy(step, plans),
        behind: behind?.action.kind === 'copy' ? workOfCopy(behind, plans) : null,
      });
    case 'link':
      return linkObject(
        session,
        id,
        planOf(action.object),
        action.fields,
        action.cycle ? { members: action.cycle, plans } : null,
      );
    case 'advance-sequences':
      return advanceSequences(session, id, action.relations, plans);
    case 'audit':
    case 'sign-off':
    case 'pre-check':
      throw stepUnknown(id, `"${action.kind}" is not an action of the engine`);
  }
}

function planIn(plans: ReadonlyMap<string, ObjectPlan>, step: string, object: string): ObjectPlan {
  const plan = plans.get(object);
  if (!plan) throw stepUnknown(step, `the mapping has no object "${object}"`);
  return plan;
}

/** What a step that copies does, for whoever takes part in it. */
export function workOfCopy({ id, action }: RunbookStep, plans: ReadonlyMap<string, ObjectPlan>): SliceWork {
  if (action.kind !== 'copy') throw stepUnknown(id, `"${action.kind}" copies nothing`);
  const { object, linked, deferred } = action;
  return copyWork(id, planIn(plans, id, object), linked ? [] : deferred);
}

/** After the last step that writes: makes the result final and closes the run. Repeating it changes nothing. */
export async function finishRun(session: Session, lastWritingStep: string): Promise<void> {
  const finished = await retried(session, async () =>
    (await session.connections.target()).finish(lastWritingStep, session.run),
  );
  if (finished.kind === 'done') await session.journal.setRunState(session.run, 'done', null);
}
