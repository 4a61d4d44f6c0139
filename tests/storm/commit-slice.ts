import type { RecordKey, Row } from '../../src/model/index.ts';
import {
  type Checkpoint,
  idKey,
  type SimulatedDatabase,
  type SliceName,
  sliceKey,
  type Transaction,
  type UndoEntry,
} from './simulated-database.ts';

/** What is written down with a slice. */
export interface SliceBooks extends Pick<Checkpoint, 'counts' | 'appliedAt'> {
  /** Null for a slice that only puts back what another one wrote. */
  readonly undo: readonly UndoEntry[] | null;
  readonly ids: readonly { readonly sourceKey: RecordKey; readonly targetKey: Row }[];
}

/** Records, checkpoint, undo information and new ids, all at once. */
export function commitSlice(
  database: SimulatedDatabase,
  transaction: Transaction,
  { run, step, slice, object }: SliceName & { readonly object: string },
  { counts, appliedAt, undo, ids }: SliceBooks,
): void {
  const name: SliceName = { run, step, slice };
  database.commit(transaction, 'slice', name, () => {
    database.checkpoints.set(sliceKey(name), { ...name, counts, appliedAt });
    if (undo) database.undo.set(sliceKey(name), undo);
    for (const { sourceKey, targetKey } of ids)
      database.ids.set(idKey(run, object, sourceKey), { ...name, targetKey });
  });
}
