import {
  type ObjectPlan,
  type Session,
  type TakingBack,
  takeBackCompletions,
  takeBackRelations,
  takeBackStep,
  type UndoReport,
} from '../engine/index.ts';
import type { StepAction } from '../runbook/index.ts';

/** Carries out one action by which a step is taken back. Answers in words what it took back; null when there was nothing. */
export async function carryBack(
  session: Session,
  action: StepAction,
  plans: ReadonlyMap<string, ObjectPlan>,
  taking: TakingBack,
): Promise<string | null> {
  switch (action.do) {
    case 'undo': {
      const undone = await takeBackStep(session, action.step, plans, taking);
      return undone && takenBack(undone);
    }
    case 'drop-relations':
      return droppedInWords(
        action.relations,
        await takeBackRelations(session, action.step, action.relations, taking),
      );
    case 'release': {
      const released = await takeBackCompletions(session, action.step, action.completions, taking);
      return released === 0 ? null : `${released} foreign ${released === 1 ? 'key' : 'keys'}`;
    }
    case 'require':
    case 'record':
    case 'ask':
    case 'run':
      throw new RangeError(`${action.do} takes nothing back`);
  }
}

function droppedInWords(relations: readonly string[], left: readonly string[] | null): string | null {
  if (left === null) return null;
  if (left.length > 0) return `${left.join(', ')} holds records, so nothing was taken away`;
  return `${relations.join(', ')} ${relations.length === 1 ? 'is' : 'are'} not there any more`;
}

function takenBack({ outcome, slicesUndone, rowsRemoved, rowsRestored, left }: UndoReport): string {
  const stays = left.length === 0 ? '' : `, ${left.length} left because somebody changed or needs them`;
  const whole =
    outcome === 'undone' ? 'the target is as it was before this step' : 'a part of it is still there';
  return `${slicesUndone} slices, ${rowsRemoved} records removed, ${rowsRestored} restored${stays}; ${whole}`;
}
