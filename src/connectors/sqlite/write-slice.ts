import type { Relation } from '../../model/index.ts';
import type { OpenContext, SliceResult, SliceWrite } from '../port.ts';
import { storeCheckpoint, storedCounts, storeIds } from './bookkeeping.ts';
import { sqliteFault } from './faults.ts';
import { FillSlice } from './fill-slice.ts';
import { settleSlice } from './settle-slice.ts';
import { storeUndo } from './undo-packs.ts';
import { planWrite } from './write-plan.ts';
import type { WriterConnection } from './writer-connection.ts';

/**
 * One slice, one transaction. Invariants: 1. its records, checkpoint, new ids and undo information are committed together or
 * not at all. 2. `beforeCommit` is asked once, after the last refusal is known. 3. ids and checkpoint are stored at
 * once with the commit, so that nobody on this connection sees what may yet be rolled back.
 */
export async function writeSlice(
  connection: WriterConnection,
  context: OpenContext,
  write: SliceWrite,
): Promise<SliceResult> {
  const { file } = connection;
  refuseUnwritable(write.relation);
  connection.prepare();
  const { seal } = connection;
  return connection.transaction<SliceResult>(async () => {
    const stored = storedCounts(file, write);
    if (stored !== null) return () => ({ applied: false, counts: stored });
    const plan = planWrite(file, write);
    const slice = new FillSlice(file, seal, write, plan);
    for await (const batch of write.batches) {
      context.signal.throwIfAborted();
      for (const record of batch) slice.add(record);
    }
    const { placed, refused } = slice.finish();
    const settled = settleSlice(file, write, plan, placed);
    const counts = await write.beforeCommit(refused);
    return () => {
      if (write.putsBack === undefined) storeUndo(file, seal, write, plan.layout, settled.records);
      storeIds(file, write, write.object, settled.ids);
      storeCheckpoint(file, write, counts, context.clock.now());
      return { applied: true, counts };
    };
  });
}

function refuseUnwritable({ name, kind, fields }: Relation): void {
  if (kind === 'view') throw sqliteFault.notWritable(name, 'it is a view');
  if (fields.some((field) => field.name === '#row'))
    throw sqliteFault.notWritable(name, 'its rows have no number');
}
