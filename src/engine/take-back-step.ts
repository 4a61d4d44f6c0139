import type { Completion } from '../model/index.ts';
import { retried } from './run-step.ts';
import type { Session } from './session.ts';
import type { PlanToUndo } from './undo-item.ts';
import { itemsOf } from './undo-run.ts';
import { type UndoReport, undoItems } from './undo-steps.ts';

/** How a step is taken back. */
export interface TakingBack {
  /** What may end it; the one that ended the step would end this at once. */
  readonly signal: AbortSignal;
  /** Of the rule, or the reason, for which it is taken back. */
  readonly code: string;
}

/**
 * Takes back what one step of a run that goes on later has written, so that the target is as it was before the step. The step
 * begins anew when the run does. Records that somebody changed since stay, and are named.
 */
export async function takeBackStep(
  session: Session,
  step: string,
  plans: ReadonlyMap<string, PlanToUndo>,
  { signal, code }: TakingBack,
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

/**
 * Takes away the relations that a step has created; answers with those that hold records, and then all of them stay. Null when the
 * step created none: what is there under these names is somebody else's.
 */
export async function takeBackRelations(
  session: Session,
  step: string,
  relations: readonly string[],
  { signal, code }: TakingBack,
): Promise<readonly string[] | null> {
  const own: Session = { ...session, signal };
  const known = (await session.journal.steps(session.run)).find((one) => one.step === step);
  if (known?.state !== 'done' && known?.state !== 'started') return null;
  const dropped = await retried(own, async () => (await own.connections.target()).drop(step, relations));
  if (dropped.kind === 'stopped') return null;
  if (dropped.result.length === 0) await session.journal.setStepState(session.run, step, 'paused', code);
  return dropped.result;
}

/**
 * Takes away the foreign keys that a step has added, the last one first: they are what stands in the way of taking records back.
 * Answers how many were there. Indexes and keys stay: they go with their relations, and are not built twice.
 */
export async function takeBackCompletions(
  session: Session,
  step: string,
  completions: readonly Completion[],
  { signal, code }: TakingBack,
): Promise<number> {
  const own: Session = { ...session, signal };
  const known = (await session.journal.steps(session.run)).find((one) => one.step === step);
  if (known === undefined) return 0;
  const references = completions.filter(({ stage }) => stage === 'reference').toReversed();
  let released = 0;
  for (const completion of references) {
    const gone = await retried(own, async () =>
      (await own.connections.target()).uncomplete(step, completion),
    );
    if (gone.kind === 'stopped') return released;
    if (gone.result) released += 1;
  }
  await session.journal.setStepState(session.run, step, 'paused', code);
  return released;
}
