import { findField, type RecordKey, type Relation, recordKey } from '../../model/index.ts';
import type { UndoRequest } from '../port.ts';
import { boundsSql, readKeyOrder } from './key-order.ts';
import { keyDigestBytes, keyDigestSql } from './loaded-slice.ts';
import { ownTransactions } from './own-transactions.ts';
import { isAboutRecord } from './refusals.ts';
import type { Session, TextRow } from './sessions.ts';
import { quoteName } from './sql.ts';
import { digestSql, type TargetTable } from './target-table.ts';
import { referencesThatAct } from './undo-dependents.ts';
import type { LoadedSlice, UndoEntry, UndoPack } from './undo-pack.ts';
import { decodeValue } from './value-text.ts';

export interface LoadedUndone {
  readonly removed: number;
  /** Records that cannot go in one stroke, to be undone one by one. */
  readonly singly: UndoPack | null;
  /** How many of the slice's records are not as it left them. */
  readonly changed: number;
}

/** Takes back the records of a bulk-loaded slice that are as it left them, in one statement where the relation allows it. */
export async function removeLoaded(
  session: Session,
  namespace: string,
  request: UndoRequest,
  table: TargetTable,
  loaded: LoadedSlice,
): Promise<LoadedUndone> {
  const bounds = await boundsOf(session, namespace, request.relation, loaded);
  const own = await ownTransactions(session, namespace, request, bounds === null);
  const condition = `${bounds ? `${bounds} AND` : 'WHERE'} t.xmin = ANY ($1::xid[])`;
  const removed = (await referencesThatAct(session, namespace, request.relation)).length
    ? null
    : await removeAtOnce(session, table, condition, own);
  if (removed !== null) return { removed, singly: null, changed: loaded.rows - removed };
  const singly = await asEntries(session, table, loaded, condition, own);
  return { removed: 0, singly, changed: loaded.rows - singly.entries.length };
}

/** Null when other records need some of them. */
async function removeAtOnce(
  session: Session,
  table: TargetTable,
  condition: string,
  own: string,
): Promise<number | null> {
  await session.run('SAVEPOINT loaded');
  try {
    const [row] = await session.rows(
      `WITH gone AS (DELETE FROM ${table.name} AS t ${condition} RETURNING 1) SELECT count(*) FROM gone`,
      [own],
    );
    await session.run('RELEASE SAVEPOINT loaded');
    return Number(row?.[0]);
  } catch (error) {
    if (!isAboutRecord(error)) throw error;
    await session.run('ROLLBACK TO SAVEPOINT loaded; RELEASE SAVEPOINT loaded');
    return null;
  }
}

async function asEntries(
  session: Session,
  table: TargetTable,
  { key }: LoadedSlice,
  condition: string,
  own: string,
): Promise<UndoPack> {
  const columns = table.columns.map(({ name }) => name);
  const names = key.map((name) => `, t.${quoteName(name)}`).join('');
  const rows = await session.rows(
    `SELECT ${digestSql(columns)}${names} FROM ${table.name} AS t ${condition}`,
    [own],
  );
  const entries = rows.map(
    ([digest, ...values]): UndoEntry => ({ key: values, after: String(digest), before: null }),
  );
  return { key, columns, restored: [], entries };
}

const namedMax = 1000;

/**
 * The records of the slice that somebody changed since; and, as one entry, those that are nowhere. Where keys were not kept,
 * records between the bounds that others added since are among them, but none that were there before the slice was. Called
 * after everything of the slice that could go is gone.
 */
export async function nameChanged(
  session: Session,
  namespace: string,
  request: UndoRequest,
  table: TargetTable,
  loaded: LoadedSlice,
  changed: number,
): Promise<{ readonly key: RecordKey; readonly reason: string }[]> {
  const bounds = await boundsOf(session, namespace, request.relation, loaded);
  const left = (count: number): RecordKey => recordKey([`${count} of slice ${request.slice}`]);
  if (bounds === null) return [{ key: left(changed), reason: 'changed or deleted since' }];
  const own = await ownTransactions(session, namespace, request, false);
  const conditions = [
    bounds || ' WHERE true',
    't.xmin <> ALL ($1::xid[])',
    ...[sinceSql(loaded), ownKeySql(loaded, '$2')].filter((one) => one !== null),
  ];
  const names = loaded.key.map((name) => `t.${quoteName(name)}`).join(', ');
  const rows = await session.rows(
    `SELECT ${names} FROM ${table.name} AS t${conditions.join(' AND ')} ORDER BY ${names} LIMIT ${namedMax}`,
    [own, ...keysParameter(loaded)],
  );
  const added = loaded.keys === undefined ? ', or added it' : '';
  const named = rows.map((texts) => ({
    key: keyOf(request.relation, loaded, texts),
    reason: `somebody changed it since${added}`,
  }));
  if (named.length >= Math.min(changed, namedMax)) return named;
  return [...named, { key: left(changed - named.length), reason: 'not there under their keys any more' }];
}

/** The slice when so many of its records are gone: others may put records under the keys of those. */
export async function withoutGone(
  session: Session,
  namespace: string,
  { relation }: UndoRequest,
  table: TargetTable,
  loaded: LoadedSlice,
  gone: number,
): Promise<LoadedSlice> {
  const left = { ...loaded, rows: loaded.rows - gone };
  const keys = ownKeySql(loaded, '$1');
  const bounds = keys && (await boundsOf(session, namespace, relation, loaded));
  if (bounds === null) return left;
  const [row] = await session.rows(
    `SELECT pg_catalog.string_agg(${keyDigestSql(loaded.key)}, '') FROM ${table.name} AS t${bounds || ' WHERE true'} AND ${keys}`,
    keysParameter(loaded),
  );
  return { ...left, keys: Buffer.from((row?.[0] ?? '').slice(2), 'hex').toString('base64') };
}

function keysParameter({ keys }: LoadedSlice): string[] {
  return keys === undefined ? [] : [`\\x${Buffer.from(keys, 'base64').toString('hex')}`];
}

function keyOf(relation: Relation, { key }: LoadedSlice, texts: TextRow): RecordKey {
  const decoded = texts.map((text, at) => {
    const type = findField(relation, key[at] ?? '')?.type ?? { kind: 'any' as const };
    return text === null ? null : decodeValue(type)(text);
  });
  return recordKey(decoded);
}

/** Whether a record `t` has the key of one of the slice; null where keys were not kept. */
function ownKeySql({ key, keys }: LoadedSlice, parameter: string): string | null {
  if (keys === undefined) return null;
  const last = Buffer.byteLength(keys, 'base64') / keyDigestBytes - 1;
  return `${keyDigestSql(key)} IN (SELECT pg_catalog.substring(${parameter}::bytea, ${keyDigestBytes} * i + 1, ${keyDigestBytes})
    FROM pg_catalog.generate_series(0, ${last}) AS i)`;
}

/**
 * Whether a record `t` is of a transaction that had not ended before the slice was loaded; null where nobody kept that. Numbers
 * come round again: one that is older than half a round looks like one to come, of which few belong to somebody at work.
 */
function sinceSql({ since }: LoadedSlice): string | null {
  if (since === undefined) return null;
  const ago = `pg_catalog.pg_current_xact_id()::text::numeric - ${BigInt(since)}`;
  return `pg_catalog.age(t.xmin) BETWEEN -1000000 AND ${ago}`;
}

/**
 * Bounds are those of the mapping's key, whatever the relation itself is sorted by. Null where the slice has none, and when
 * the order is not the one they were meant in any more: then only the transaction that loaded the slice tells its records.
 */
async function boundsOf(
  session: Session,
  namespace: string,
  relation: Relation,
  loaded: LoadedSlice,
): Promise<string | null> {
  if (loaded.order === null) return null;
  const order = await readKeyOrder(session, namespace, { ...relation, identity: loaded.key });
  return order.name === loaded.order ? boundsSql(order, loaded) : null;
}
