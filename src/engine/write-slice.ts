import type { RefusedRecord, SliceResult } from '../connectors/index.ts';
import type { RecordKey } from '../model/index.ts';
import { piecesOf } from './piece-slice.ts';
import { pipeSlice } from './pipe-slice.ts';
import type { LookupCache } from './resolve-lookups.ts';
import type { Session } from './session.ts';
import { SliceAttempt } from './slice-attempt.ts';
import { assertCoherent } from './slice-tally.ts';
import type { SliceInput, SliceWork } from './slice-work.ts';

/**
 * Brings one slice over, whole. A record that becomes several target rows goes with all of them or with none: when the
 * target refuses one of them, the slice is rolled back and written again without that record.
 */
export async function writeSlice(
  session: Session,
  work: SliceWork,
  input: SliceInput,
  lookups: LookupCache,
): Promise<SliceResult> {
  const piped = input.pipe && (await pipeSlice(session, work, input, input.pipe));
  const brought = piped ?? (input.pipe && (await pieceSlice(session, work, input, lookups)));
  if (brought) return brought;
  const snapshot = await session.connections.snapshot();
  const target = await session.connections.target();
  const excluded = new Map<RecordKey, RefusedRecord>();
  for (;;) {
    const attempt = new SliceAttempt({
      session,
      work,
      input,
      snapshot,
      target,
      lookups,
      excluded,
      pieces: null,
    });
    try {
      const result = await attempt.write();
      assertCoherent(result.counts, work.step);
      return result;
    } catch (error) {
      lookups.forget();
      if (attempt.partlyRefused.size === 0) throw error;
      // Each round excludes at least one record more, so the rounds end.
      for (const [key, refused] of attempt.partlyRefused) excluded.set(key, refused);
    }
  }
}

/** Reads only the parts of a slice in which a record cannot go. Null when it cannot be cut, or the target takes no parts. */
async function pieceSlice(
  session: Session,
  work: SliceWork,
  input: SliceInput,
  lookups: LookupCache,
): Promise<SliceResult | null> {
  const pieces = await piecesOf(session, work, input);
  if (pieces === null) return null;
  const snapshot = await session.connections.snapshot();
  const target = await session.connections.target();
  const excluded = new Map<RecordKey, RefusedRecord>();
  const world = { session, work, input, snapshot, target, lookups, excluded, pieces };
  const result = await new SliceAttempt(world).write();
  assertCoherent(result.counts, work.step);
  return result;
}
