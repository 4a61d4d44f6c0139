import type { SliceResult } from '../connectors/index.ts';
import { isGodwitError } from '../model/index.ts';
import type { Session } from './session.ts';
import { SliceTally } from './slice-tally.ts';
import type { PipedSlice, SliceInput, SliceWork } from './slice-work.ts';

/**
 * Brings one slice over without reading its records: the source's bulk export into the target's bulk import. Null when some
 * record cannot go this way; then nothing of the slice is in the target.
 */
export async function pipeSlice(
  session: Session,
  work: SliceWork,
  input: SliceInput,
  pipe: PipedSlice,
): Promise<SliceResult | null> {
  const snapshot = await session.connections.snapshot();
  const target = await session.connections.target();
  const { step, origin, object } = work;
  const { run } = session;
  if (!snapshot.exports) return null;
  try {
    return await target.importSlice(origin, {
      run,
      step,
      slice: input.number,
      relation: work.target,
      load: pipe.load,
      key: pipe.bounds,
      after: pipe.slice.after,
      upTo: pipe.slice.upTo,
      chunks: snapshot.exports.export(work.source, pipe.slice, pipe.load),
      beforeCommit: async (rows) => {
        const place = { run, step, slice: input.number, object, origin };
        // An earlier attempt may have left entries of records that went now.
        await session.journal.confirmSlice(place, session.random.uuid(), []);
        session.crash('between-quarantine-and-commit');
        return countsOf(rows, step);
      },
    });
  } catch (error) {
    if (!isGodwitError(error) || error.fate !== 'never') throw error;
    session.log.debug('a slice goes record by record', { step, slice: input.number, code: error.code });
    return null;
  }
}

function countsOf(rows: number, step: string): SliceResult['counts'] {
  const tally = new SliceTally();
  tally.read(rows);
  tally.given(rows);
  return tally.counts(step);
}
