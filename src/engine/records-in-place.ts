import type { Snapshot } from '../connectors/index.ts';
import { sha256 } from '../host/index.ts';
import { keyValues, type RecordBatch, type RecordKey, type Relation, recordKey } from '../model/index.ts';
import { recordsMoved } from './faults.ts';
import { identityPlaces, keyAt } from './kept-originals.ts';
import type { Session } from './session.ts';
import type { SliceWork } from './slice-work.ts';

/**
 * A record of a file is named by the line it stands on. With a line more or less in front of it that name is another record's, and
 * a replay would bring that one a second time and forget the one it was about.
 *
 * Invariants: 1. of every slice that left records in quarantine a digest of the others is kept, before the slice is committed.
 * 2. a replay writes nothing unless all of these are as they were. 3. slices without such records cost nothing.
 */
export function namedByPlace(source: Relation): boolean {
  return source.kind === 'file';
}

/** The digest of the records that went: one behind the other, each with its line. */
export async function digestOfOthers(
  source: Relation,
  batches: AsyncIterable<RecordBatch>,
  kept: ReadonlySet<RecordKey>,
): Promise<string> {
  const identityAt = identityPlaces(source);
  let digest = '';
  for await (const { rows } of batches)
    for (const row of rows) if (!kept.has(keyAt(row, identityAt))) digest = sha256(digest + recordKey(row));
  return digest;
}

/** Throws `engine.records-moved` when other records than those in quarantine changed, came, went or moved since the run. */
export async function assertInPlace(session: Session, { source, origin }: SliceWork): Promise<void> {
  if (!namedByPlace(source)) return;
  const digests = await session.journal.digests(session.run, origin);
  const plan = await session.journal.plan(session.run, origin);
  if (digests.size === 0 || plan === null) return;
  const snapshot = await session.connections.snapshot();
  const kept = await keptKeys(session, { source, origin }, snapshot);
  for (const slice of plan.slices) {
    const before = digests.get(slice.number);
    if (before === undefined) continue;
    const now = await digestOfOthers(source, snapshot.read(source, slice), kept);
    if (session.mask(now) !== before) throw recordsMoved(source.name, slice);
  }
}

/** Every record that ever was in quarantine for this step, and what else may stand in its lines once it is mended. */
async function keptKeys(
  session: Session,
  { source, origin }: Pick<SliceWork, 'source' | 'origin'>,
  snapshot: Snapshot,
): Promise<ReadonlySet<RecordKey>> {
  const keys = new Set<RecordKey>();
  for await (const { id } of session.journal.entries({ run: session.run, origin })) {
    const kept = await session.journal.entry(id);
    if (!kept || kept.entry.key === null) continue;
    keys.add(kept.entry.key);
    const { original } = kept.entry;
    if (original.kind === 'bytes')
      for (const key of await keysAlsoIn(snapshot, source, kept.entry.key, original.bytes)) keys.add(key);
  }
  return keys;
}

/** A quote too many may have swallowed records: mended, each of its lines may hold one. */
export async function keysAlsoIn(
  snapshot: Snapshot,
  source: Relation,
  key: RecordKey,
  original: Uint8Array,
): Promise<readonly RecordKey[]> {
  return ((await snapshot.alsoIn?.(source, keyValues(key), original)) ?? []).map(recordKey);
}
