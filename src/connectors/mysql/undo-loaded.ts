import { type RecordKey, recordKey } from '../../model/index.ts';
import type { UndoRequest, UndoResult } from '../port.ts';
import type { RefusedEntry, UndoEntry, UndoPack } from '../sql-servers/index.ts';
import type { Digest, KeptDigests, KnownRecords } from './line-digests.ts';
import { type LoadedRecord, LoadedRecords } from './loaded-records.ts';
import { isStored } from './match-records.ts';
import { isAboutRecord } from './refusals.ts';
import type { Session } from './sessions.ts';
import { type TargetTable, targetField } from './target-table.ts';
import { hasDependents } from './undo-dependents.ts';
import type { LoadedSlice } from './undo-pack.ts';
import { undoRecords } from './undo-records.ts';

export interface LoadedUndone extends UndoResult {
  /** What is left of the slice; null when nothing is. */
  readonly left: { readonly loaded: LoadedSlice; readonly digests: KeptDigests } | null;
}

/** Names a record in the words of the port. */
export type Name = (pack: UndoPack, refused: RefusedEntry<UndoEntry>) => UndoResult['refused'][number];

const namedMax = 1000;
/** Each of them is compared with every record that goes. */
const sparedMax = 100;

/**
 * Takes back the records of a bulk-loaded slice that are as it left them, in few statements where the relation allows it.
 * A record of its keys that is otherwise by now was changed; those of others are nobody's business. Where keys were not kept,
 * all records between the bounds that it does not know are named when some of its own are missing.
 */
export async function undoLoaded(
  session: Session,
  request: UndoRequest,
  table: TargetTable,
  loaded: LoadedSlice,
  known: KnownRecords,
  name: Name,
): Promise<LoadedUndone> {
  const records = new LoadedRecords(session, table, loaded);
  let found = await findOwn(records, loaded, known, false);
  const pack = (): UndoPack => ({
    key: loaded.key,
    columns: table.fields.map((field) => field.name),
    restored: [],
    entries: [...found.own.keys()],
  });
  let refused: readonly RefusedEntry<UndoEntry>[] = [];
  if (found.own.size > 0 && !(await removeAtOnce(session, table, loaded, found))) {
    found = await findOwn(records, loaded, known, true);
    refused = (await undoRecords(session, table, pack())).refused;
  }
  const layout = pack();
  const rowsRemoved = found.own.size - refused.length;
  for (const { entry } of refused) found.own.delete(entry);
  const gone = new Set(found.own.values());
  const result = {
    rowsRemoved,
    rowsRestored: 0,
    refused: [
      ...refused.map((one) => name(layout, one)),
      ...nameChanged(request, loaded.rows - rowsRemoved - refused.length, found, (entry, reason) =>
        name(layout, { entry, reason }),
      ),
    ],
  };
  if (result.refused.length === 0) return { ...result, left: null };
  const left = { loaded: { ...loaded, rows: loaded.rows - rowsRemoved }, digests: known.without(gone) };
  return { ...result, left };
}

interface Found {
  readonly bounds: string;
  readonly bounded: boolean;
  /** The slice's records that are as it left them. */
  readonly own: Map<UndoEntry, Digest>;
  /** How many others stand between the bounds, and the first of them. */
  readonly others: number;
  readonly firstOthers: readonly UndoEntry[];
  /** The first of its records that somebody changed; null where keys do not tell. */
  readonly changed: readonly UndoEntry[] | null;
}

async function findOwn(
  records: LoadedRecords,
  { others }: LoadedSlice,
  known: KnownRecords,
  stored: boolean,
): Promise<Found> {
  const own = new Map<UndoEntry, Digest>();
  const firstOthers: UndoEntry[] = [];
  const changed: UndoEntry[] = [];
  let count = 0;
  const look = (record: LoadedRecord): void => {
    const entry: UndoEntry = { key: record.key, after: record.stored, before: null };
    if (record.digest !== null && known.hasLine(record.digest) && record.others === others.line) {
      own.set(entry, record.digest);
      return;
    }
    count += 1;
    if (firstOthers.length < namedMax) firstOthers.push(entry);
    if (changed.length >= namedMax || !known.keysTell) return;
    const key = record.keyDigest();
    if (key !== null && known.hasKey(key)) changed.push(entry);
  };
  await records.each(look, { stored, locked: true });
  const { bounds, bounded } = records;
  return { bounds, bounded, own, others: count, firstOthers, changed: known.keysTell ? changed : null };
}

/** Keys in one statement; as many as `undoRecords` takes. */
const keysMax = 500;

/** False when other records need some of them; then all of them are still there. The records are locked since they were looked at. */
async function removeAtOnce(
  session: Session,
  table: TargetTable,
  { key }: LoadedSlice,
  found: Found,
): Promise<boolean> {
  // Without a key nothing tells the records of others apart.
  if ((key.length === 0 && found.others > 0) || (await hasDependents(session, table))) return false;
  await session.run('SAVEPOINT loaded');
  try {
    let removed = 0;
    for (const where of conditionsOf(table, key, found))
      removed += await session.each(`DELETE t FROM ${table.name} AS t${where}`, () => undefined);
    if (removed === found.own.size) {
      await session.run('RELEASE SAVEPOINT loaded');
      return true;
    }
  } catch (error) {
    if (!isAboutRecord(error)) throw error;
  }
  await session.run('ROLLBACK TO SAVEPOINT loaded');
  return false;
}

/** All between the bounds but those of others, where these are few; else the slice's own, some at a time. */
function* conditionsOf(table: TargetTable, key: readonly string[], found: Found): Generator<string> {
  const keyFields = key.map((name) => targetField(table, name));
  const anyOf = (entries: readonly UndoEntry[]): string =>
    entries.map((entry) => `(${isStored(keyFields, entry.key)})`).join(' OR ');
  if (found.others <= sparedMax) {
    const spared = `${found.bounds === '' ? ' WHERE' : ' AND'} NOT (${anyOf(found.firstOthers)})`;
    yield `${found.bounds}${found.others === 0 ? '' : spared}`;
    return;
  }
  const own = [...found.own.keys()];
  for (let at = 0; at < own.length; at += keysMax) yield ` WHERE ${anyOf(own.slice(at, at + keysMax))}`;
}

function nameChanged(
  { slice }: UndoRequest,
  changed: number,
  found: Found,
  name: (entry: UndoEntry, reason: string) => UndoResult['refused'][number],
): UndoResult['refused'] {
  if (changed <= 0) return [];
  const whole = (count: number): RecordKey => recordKey([`${count} of slice ${slice}`]);
  if (found.changed === null && !found.bounded)
    return [{ key: whole(changed), reason: 'changed or deleted since' }];
  const named =
    found.changed?.map((entry) => name(entry, 'somebody changed it since')) ??
    found.firstOthers.map((entry) => name(entry, 'somebody changed it since, or added it'));
  if (named.length >= Math.min(changed, namedMax)) return named;
  const gone = whole(changed - named.length);
  return [...named, { key: gone, reason: 'not there under their keys any more' }];
}
