import type { Seal } from '../../host/index.ts';
import { findField, type RecordKey, type Relation, recordKey } from '../../model/index.ts';
import type { UndoRequest, UndoResult } from '../port.ts';
import { netChanges, type RefusedEntry } from '../sql-servers/index.ts';
import { findCheckpoint, forgetSlice, lockSlice, sliceSettings } from './bookkeeping.ts';
import type { Session, Sessions } from './sessions.ts';
import { sliceTransaction } from './slice-transaction.ts';
import { readTargetTable, type TargetTable } from './target-table.ts';
import { nameChanged, removeLoaded, withoutGone } from './undo-loaded.ts';
import {
  type LoadedSlice,
  loadUndo,
  replaceUndo,
  type Undo,
  type UndoEntry,
  type UndoPack,
} from './undo-pack.ts';
import { undoRecords } from './undo-records.ts';
import { decodeValue } from './value-text.ts';

/**
 * Undoes a slice in one transaction: removes what it added, restores what it changed, touches nothing that is not as the
 * slice left it. What is refused keeps its undo information, and the slice its checkpoint, so that it can be tried again.
 */
export async function undoSlice(
  sessions: Sessions,
  namespace: string,
  seal: Seal,
  request: UndoRequest,
): Promise<UndoResult> {
  return sliceTransaction(sessions, namespace, request, async (session) => {
    await lockSlice(session, namespace, request);
    if ((await findCheckpoint(session, namespace, request)) === null) return nothingUndone;
    await session.run(sliceSettings);
    const table = await readTargetTable(session, namespace, request.relation);
    const kept = await loadUndo(session, seal, namespace, request);
    const one = new SliceUndoer(session, namespace, request, table);
    for (const pack of netChanges(kept.flatMap((undo) => ('loaded' in undo ? [] : [undo]))))
      await one.undoRecords(pack);
    for (const undo of kept) if ('loaded' in undo) await one.undoLoaded(undo.loaded);
    if (one.left.length === 0) await forgetSlice(session, namespace, request);
    else await replaceUndo(session, seal, namespace, request, one.left);
    return one.result;
  });
}

/** Undoes what a slice added and changed, piece by piece, and gathers what has to stay. */
class SliceUndoer {
  readonly #session: Session;
  readonly #namespace: string;
  readonly #request: UndoRequest;
  readonly #table: TargetTable;
  readonly #refused: { key: RecordKey; reason: string }[] = [];
  #rowsRemoved = 0;
  #rowsRestored = 0;
  readonly left: Undo[] = [];

  constructor(session: Session, namespace: string, request: UndoRequest, table: TargetTable) {
    this.#session = session;
    this.#namespace = namespace;
    this.#request = request;
    this.#table = table;
  }

  get result(): UndoResult {
    return { rowsRemoved: this.#rowsRemoved, rowsRestored: this.#rowsRestored, refused: this.#refused };
  }

  async undoRecords(pack: UndoPack): Promise<void> {
    const outcome = await this.#undo(pack);
    this.#rowsRemoved += outcome.removed;
    this.#rowsRestored += outcome.restored;
    if (outcome.refused.length === 0) return;
    this.left.push({ ...pack, entries: outcome.refused.map(({ entry }) => entry) });
    this.#refused.push(...outcome.refused.map((one) => named(this.#request.relation, pack, one)));
  }

  async undoLoaded(loaded: LoadedSlice): Promise<void> {
    const place = [this.#session, this.#namespace, this.#request, this.#table, loaded] as const;
    const { removed, singly, changed } = await removeLoaded(...place);
    const outcome = singly && (await this.#undo(singly));
    const rows = removed + (outcome?.removed ?? 0);
    this.#rowsRemoved += rows;
    const refused = (outcome?.refused ?? []).map((one) =>
      named(this.#request.relation, singly as UndoPack, one),
    );
    if (changed > 0) {
      const known = new Set(refused.map(({ key }) => key));
      refused.push(...(await nameChanged(...place, changed)).filter(({ key }) => !known.has(key)));
    }
    if (refused.length === 0) return;
    this.left.push({ loaded: await withoutGone(...place, rows) });
    this.#refused.push(...refused);
  }

  async #undo(pack: UndoPack): ReturnType<typeof undoRecords> {
    const { relation } = this.#request;
    return undoRecords(this.#session, this.#namespace, this.#request, relation, this.#table, pack);
  }
}

const nothingUndone: UndoResult = { rowsRemoved: 0, rowsRestored: 0, refused: [] };

function named(
  relation: Relation,
  pack: UndoPack,
  { entry, reason }: RefusedEntry<UndoEntry>,
): { readonly key: RecordKey; readonly reason: string } {
  if (pack.key.length === 0) return { key: recordKey([`content ${entry.after}`]), reason };
  const values = pack.key.map((name, at) => {
    const text = entry.key[at] ?? null;
    return text === null ? null : decodeValue(findField(relation, name)?.type ?? { kind: 'any' })(text);
  });
  return { key: recordKey(values), reason };
}
