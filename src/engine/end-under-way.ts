import type { UndoResult } from '../connectors/index.ts';
import type { Relation } from '../model/index.ts';
import { appliedOf } from './copy-slices.ts';
import type { JournalStep } from './journal/journal.ts';
import type { Session } from './session.ts';

/** A step, and the relation its slices go into. */
export interface UnderWay {
  readonly step: JournalStep;
  readonly relation: Relation;
}

/** More slices than one process has under way: they are taken in order, so any of them is among the first that are missing. */
const underWayMax = 32;

/**
 * What an earlier process asked of the target may be done after it is gone: a commit waits for a slow disk or for a standby, and
 * until then nobody sees the slice. Taking a slice back waits for whoever writes it and takes back what came; so from here on
 * nothing of these steps comes that was not there before. Steps that are done have nothing under way.
 *
 * @returns what was taken back of slices that came meanwhile
 */
export async function endUnderWay(
  session: Session,
  steps: readonly UnderWay[],
): Promise<Pick<UndoResult, 'rowsRemoved' | 'rowsRestored'> & { readonly slices: number }> {
  const ended = { slices: 0, rowsRemoved: 0, rowsRestored: 0 };
  const target = await session.connections.target();
  if (!target.takesBack) return ended;
  for (const { step, relation } of steps) {
    if (step.state === 'done' || step.state === 'undone') continue;
    for (const slice of await firstMissing(session, step)) {
      const request = { run: session.run, step: step.step, slice, relation };
      const { rowsRemoved, rowsRestored } = await target.undoSlice(step.origin, request);
      if (rowsRemoved + rowsRestored > 0) ended.slices += 1;
      ended.rowsRemoved += rowsRemoved;
      ended.rowsRestored += rowsRestored;
    }
  }
  return ended;
}

/** By number; of a step that keeps no plan, as a repair, as if it had many slices. */
async function firstMissing(session: Session, { step, kind }: JournalStep): Promise<readonly number[]> {
  const { journal, run } = session;
  const most = Math.max(underWayMax, session.limits.slicesAtOnceMax);
  const plan = kind === 'replay' ? await journal.replay(run, step) : (await journal.plan(run, step))?.slices;
  const planned = kind === 'repair' ? most : (plan?.length ?? 0);
  const applied = new Set((await appliedOf(session, step)).map(({ slice }) => slice));
  const missing: number[] = [];
  for (let slice = 0; slice < planned && missing.length < most; slice += 1)
    if (!applied.has(slice)) missing.push(slice);
  return missing;
}
