import type { UndoResult } from '../connectors/index.ts';
import { retried } from './run-step.ts';
import type { Session } from './session.ts';
import type { UndoItem } from './undo-item.ts';

export interface UndoneTogether {
  readonly stopped: boolean;
  /** Of the items in their order; absent where none was begun. */
  readonly results: readonly (UndoResult | undefined)[];
}

/**
 * Takes slices of one step back, begun in their order, as many at once as were agreed for the run and the target has
 * connections for. Whatever ends it, those under way are finished first.
 */
export async function undoSideBySide(session: Session, items: readonly UndoItem[]): Promise<UndoneTogether> {
  const results: (UndoResult | undefined)[] = items.map(() => undefined);
  const most = await undoesAtOnce(session, items);
  let next = 0;
  let stopped = false;
  const lane = async (): Promise<void> => {
    while (!stopped && next < items.length) {
      const at = next;
      next += 1;
      try {
        const result = await undoOne(session, items[at] as UndoItem);
        if (result === null) stopped = true;
        else results[at] = result;
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: most }, lane));
  const failure = lanes.find((one) => one.status === 'rejected');
  if (failure) throw failure.reason;
  return { stopped, results };
}

/**
 * Records that a copy has added are in one slice each, so it makes no difference which slice goes first; but where records
 * refer to others of their relation those may go only behind them, and where records were overwritten one may have been so twice.
 */
async function undoesAtOnce(session: Session, items: readonly UndoItem[]): Promise<number> {
  const agreed = Math.min(session.limits.slicesAtOnceMax, items.length);
  const alone = items.some(
    ({ step, mode, relation }) =>
      step.kind !== 'copy' ||
      mode === 'upsert' ||
      relation.foreignKeys.some(({ references }) => references.relation === relation.name),
  );
  if (alone || agreed <= 1) return 1;
  const room = await retried(session, async () => (await session.connections.target()).undoesAtOnceMax());
  return room.kind === 'stopped' ? 1 : Math.max(1, Math.min(agreed, room.result));
}

/** Null when somebody asked to stop. */
async function undoOne(session: Session, { step, slice, relation }: UndoItem): Promise<UndoResult | null> {
  if (session.signal.aborted) return null;
  session.crash('before-undo-slice');
  const undone = await retried(session, async () => {
    const target = await session.connections.target();
    return target.undoSlice(step.origin, { run: session.run, step: step.step, slice, relation });
  });
  if (undone.kind === 'stopped') return null;
  session.crash('after-undo-slice');
  return undone.result;
}
