import type { ObjectPlan } from './object-plan.ts';
import { retried } from './run-step.ts';
import type { Session } from './session.ts';
import { itemsOf, type UndoReport, undoItems } from './undo-run.ts';

/**
 * Takes back what one step of a run that goes on later has written, so that the target is as it was before the step. The step
 * begins anew when the run does. Records that somebody changed since stay, and are named.
 *
 * @param signal what may end it; the one that ended the step would end this at once
 * @param code of the rule for which it is taken back
 */
export async function takeBackStep(
  session: Session,
  step: string,
  plans: ReadonlyMap<string, Pick<ObjectPlan, 'target'>>,
  { signal, code }: { readonly signal: AbortSignal; readonly code: string },
): Promise<UndoReport | null> {
  const own: Session = { ...session, signal };
  const found = await retried(own, async () => itemsOf(own, plans));
  if (found.kind === 'stopped') return null;
  const items = found.result.filter((item) => item.step.step === step);
  if (items.length === 0) return null;
  await session.journal.setStepState(session.run, step, 'paused', code);
  const undone = await undoItems(own, items);
  const { outcome, slicesUndone, rowsRemoved, rowsRestored, left } = undone;
  await session.record({
    type: 'engine.slices-undone',
    run: session.run,
    step,
    body: { code, outcome, slicesUndone, rowsRemoved, rowsRestored, rowsLeft: left.length },
  });
  return undone;
}
