import type { Seal } from '../../host/index.ts';
import { type Field, type RecordKey, recordKey, type Value } from '../../model/index.ts';
import type { UndoRequest, UndoResult } from '../port.ts';
import { netChanges, type RefusedEntry, type UndoEntry, type UndoPack } from '../sql-servers/index.ts';
import { expectBookkeeping, findCheckpoint, forgetSlice, withSliceLock } from './bookkeeping.ts';
import { KnownRecords } from './line-digests.ts';
import { readField } from './read-values.ts';
import type { Session, Sessions } from './sessions.ts';
import { readTargetTable, type TargetTable, targetField } from './target-table.ts';
import { undoLoaded } from './undo-loaded.ts';
import { digestsOf, dropUndo, keepLoaded, loadUndo, replaceUndoPacks, type Undo } from './undo-pack.ts';
import { undoRecords } from './undo-records.ts';
import { UnfitValue } from './unfit-value.ts';

/**
 * Undoes a slice in one transaction: removes what it added, restores what it changed, touches nothing that is not as the
 * slice left it. What is refused keeps its undo information, and the slice its checkpoint, so that it can be tried again.
 */
export async function undoSlice(sessions: Sessions, seal: Seal, request: UndoRequest): Promise<UndoResult> {
  return sessions.lend(async (session) => {
    await expectBookkeeping(session);
    return withSliceLock(session, request, async () => {
      await session.run('START TRANSACTION');
      const result = await inTransaction(session, seal, request);
      await session.run('COMMIT');
      return result;
    });
  });
}

async function inTransaction(session: Session, seal: Seal, request: UndoRequest): Promise<UndoResult> {
  if ((await findCheckpoint(session, request)) === null) return nothingUndone;
  const table = await readTargetTable(session, request.relation);
  const kept = await loadUndo(session, seal, request);
  const [first] = kept;
  if (first !== undefined && 'loaded' in first) return loadedUndone(session, seal, request, table, kept);
  const packs = netChanges(kept.flatMap((undo) => ('entries' in undo ? [undo] : [])));
  const left: UndoPack[] = [];
  const refused: { key: RecordKey; reason: string }[] = [];
  let [rowsRemoved, rowsRestored] = [0, 0];
  for (const pack of packs) {
    const outcome = await undoRecords(session, table, pack);
    rowsRemoved += outcome.removed;
    rowsRestored += outcome.restored;
    if (outcome.refused.length === 0) continue;
    left.push({ ...pack, entries: outcome.refused.map(({ entry }) => entry) });
    refused.push(...outcome.refused.map((one) => named(table, pack, one)));
  }
  if (left.length === 0) await forgetSlice(session, request);
  else await replaceUndoPacks(session, seal, request, left);
  return { rowsRemoved, rowsRestored, refused };
}

async function loadedUndone(
  session: Session,
  seal: Seal,
  request: UndoRequest,
  table: TargetTable,
  kept: readonly Undo[],
): Promise<UndoResult> {
  const loaded = kept.flatMap((undo) => ('loaded' in undo ? [undo.loaded] : []))[0];
  if (loaded === undefined) return nothingUndone;
  const { left, ...result } = await undoLoaded(
    session,
    request,
    table,
    loaded,
    new KnownRecords(digestsOf(kept)),
    (pack, refused) => named(table, pack, refused),
  );
  if (left === null) await forgetSlice(session, request);
  else {
    await dropUndo(session, request);
    await keepLoaded(session, seal, request, left.loaded, left.digests);
  }
  return result;
}

const nothingUndone: UndoResult = { rowsRemoved: 0, rowsRestored: 0, refused: [] };

function named(
  table: TargetTable,
  pack: UndoPack,
  { entry, reason }: RefusedEntry<UndoEntry>,
): { readonly key: RecordKey; readonly reason: string } {
  if (pack.key.length === 0) return { key: recordKey([`content ${entry.after}`]), reason };
  const values = pack.key.map((name, at) => keyValue(targetField(table, name), entry.key[at] ?? null));
  return { key: recordKey(values), reason };
}

/** A stored key that is no value of its type (a zero date) is named by what is stored. */
function keyValue(field: Field, stored: string | null): Value {
  if (stored === null) return null;
  try {
    return readField(field).decode(Buffer.from(stored, 'latin1'));
  } catch (error) {
    if (error instanceof UnfitValue) return stored;
    throw error;
  }
}
