import type { Seal } from '../../host/index.ts';
import { findField, type RecordKey, type Relation, recordKey } from '../../model/index.ts';
import type { UndoRequest, UndoResult } from '../port.ts';
import { expectBookkeeping, findCheckpoint, forgetSlice, lockSlice, sliceSettings } from './bookkeeping.ts';
import type { Session, Sessions } from './sessions.ts';
import { readTargetTable, type TargetTable } from './target-table.ts';
import { nameChanged, removeLoaded } from './undo-loaded.ts';
import {
  type LoadedSlice,
  loadUndo,
  replaceUndo,
  type Undo,
  type UndoEntry,
  type UndoPack,
} from './undo-pack.ts';
import { RecordUndoer, type RefusedEntry } from './undo-records.ts';
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
  return sessions.transaction('BEGIN ISOLATION LEVEL READ COMMITTED', async (session) => {
    await expectBookkeeping(session);
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
    this.left.push({ loaded: { ...loaded, rows: loaded.rows - rows } });
    this.#refused.push(...refused);
  }

  async #undo(pack: UndoPack): Promise<Awaited<ReturnType<RecordUndoer['undo']>>> {
    const { relation } = this.#request;
    return new RecordUndoer(
      this.#session,
      this.#namespace,
      this.#request,
      relation,
      this.#table,
      pack,
    ).undo();
  }
}

const nothingUndone: UndoResult = { rowsRemoved: 0, rowsRestored: 0, refused: [] };

/**
 * One pack for each layout, one entry for each record: a record written twice in the slice goes from its last state
 * straight back to its first. The last added come first, so that children go before their parents.
 */
function netChanges(packs: readonly UndoPack[]): UndoPack[] {
  const layouts = new Map<string, { pack: UndoPack; entries: Map<string, UndoEntry> }>();
  for (const [number, pack] of packs.entries()) {
    const { key, columns, restored } = pack;
    const layout = JSON.stringify([key, columns, restored]);
    const merged = layouts.get(layout) ?? { pack, entries: new Map<string, UndoEntry>() };
    layouts.set(layout, merged);
    for (const [at, entry] of pack.entries.entries()) {
      const name = key.length === 0 ? `${number} ${at}` : JSON.stringify(entry.key);
      const earlier = merged.entries.get(name);
      merged.entries.set(name, earlier === undefined ? entry : { ...entry, before: earlier.before });
    }
  }
  return [...layouts.values()].map(({ pack, entries }) => ({
    ...pack,
    entries: [...entries.values()].reverse(),
  }));
}

function named(
  relation: Relation,
  pack: UndoPack,
  { entry, reason }: RefusedEntry,
): { readonly key: RecordKey; readonly reason: string } {
  if (pack.key.length === 0) return { key: recordKey([`content ${entry.after}`]), reason };
  const values = pack.key.map((name, at) => {
    const text = entry.key[at] ?? null;
    return text === null ? null : decodeValue(findField(relation, name)?.type ?? { kind: 'any' })(text);
  });
  return { key: recordKey(values), reason };
}
