import type { Exports, SliceResult } from '../connectors/index.ts';
import { isGodwitError, type Relation } from '../model/index.ts';
import type { PurgedCount } from './journal/journal.ts';
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
    const purged = await purgedIn(snapshot.exports, work.source, pipe);
    return await target.importSlice(origin, {
      run,
      step,
      slice: input.number,
      relation: work.target,
      load: pipe.load,
      key: pipe.key,
      bounds: pipe.bounded ? { after: pipe.slice.after, upTo: pipe.slice.upTo } : null,
      fence: input.fence,
      chunks: snapshot.exports.export(work.source, pipe.slice, pipe.load),
      beforeCommit: async (rows) => {
        const place = { run, step, slice: input.number, object, origin, fence: input.fence };
        // An earlier attempt may have left entries of records that went now.
        await session.journal.confirmSlice(place, session.random.uuid(), purged);
        session.crash('between-quarantine-and-commit');
        return countsOf(rows, purged, step);
      },
    });
  } catch (error) {
    if (!isGodwitError(error) || error.fate !== 'never') throw error;
    session.log.debug('a slice goes record by record', { step, slice: input.number, code: error.code });
    return null;
  }
}

/** By rule, those that stay behind: the view of the source is the same as that of the export. */
export async function purgedIn(
  exports: Exports,
  source: Relation,
  { slice, load, purgeReasons }: PipedSlice,
): Promise<readonly PurgedCount[]> {
  if (purgeReasons.length === 0) return [];
  const counts = (await exports.countPurged?.(source, slice, load)) ?? [];
  return purgeReasons.flatMap((reason, rule) => {
    const count = counts[rule] ?? 0;
    return count === 0 ? [] : [{ rule, reason, count }];
  });
}

function countsOf(rows: number, purged: readonly PurgedCount[], step: string): SliceResult['counts'] {
  const tally = new SliceTally();
  const rowsPurged = purged.reduce((sum, { count }) => sum + count, 0);
  tally.read(rows + rowsPurged);
  tally.given(rows);
  for (const { rule, reason, count } of purged) tally.purged(rule, reason, count);
  return tally.counts(step);
}
