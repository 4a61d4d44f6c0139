import type { BulkSlice } from '../port.ts';
import type { SlicePlace } from './bookkeeping.ts';
import { boundsSql, type KeyOrder, readKeyOrder } from './key-order.ts';
import { ownTransactions } from './own-transactions.ts';
import type { Session } from './sessions.ts';
import { qualifiedName, quoteName } from './sql.ts';
import type { LoadedSlice } from './undo-pack.ts';

export type SlicedRelation = Pick<BulkSlice, 'relation' | 'key' | 'bounds'>;

/** Where a slice is loaded; looked at before it is. */
export interface LoadPlace {
  readonly kept: Omit<LoadedSlice, 'rows' | 'keys'>;
  /** The bounds that records of others stand between; null where none do, and where no index tells that quickly. */
  readonly shared: string | null;
}

export async function placeOf(
  session: Session,
  namespace: string,
  { relation, key, bounds }: SlicedRelation,
): Promise<LoadPlace> {
  if (bounds === null) return { kept: { key, after: null, upTo: null, order: null }, shared: null };
  const order = await readKeyOrder(session, namespace, { ...relation, identity: key }, 'awaited');
  const between = boundsSql(order, bounds);
  const [row] = await session.rows(
    `SELECT pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text,
       ${order.indexed ? holdsAny(qualifiedName(namespace, relation.name), order, between) : 'false'}`,
  );
  const kept = { key, ...bounds, order: order.name, since: String(row?.[0]) };
  return { kept, shared: row?.[1] === 't' ? between : null };
}

/** In the order of the index: of a relation that grows the statistics lag behind, and every page of it would be read. */
function holdsAny(name: string, { fields }: KeyOrder, between: string): string {
  const order = fields.map(({ sql }) => sql).join(', ');
  return `EXISTS (SELECT FROM (SELECT FROM ${name} AS t${between} ORDER BY ${order} LIMIT 1) AS found)`;
}

/** What undo has to know of the records that were loaded there; called when their transaction is kept as the slice's own. */
export async function loadedSlice(
  session: Session,
  namespace: string,
  slice: SlicePlace & SlicedRelation,
  { kept, shared }: LoadPlace,
  rows: number,
): Promise<LoadedSlice> {
  if (shared === null) return { rows, ...kept };
  const own = await ownTransactions(session, namespace, slice, true);
  const [row] = await session.rows(
    `SELECT pg_catalog.string_agg(${keyDigestSql(slice.key)}, '') FROM ${qualifiedName(namespace, slice.relation.name)} AS t${shared}${shared === '' ? ' WHERE' : ' AND'} t.xmin = ANY ($1::xid[])`,
    [own],
  );
  return { rows, ...kept, keys: Buffer.from(String(row?.[0]).slice(2), 'hex').toString('base64') };
}

export const keyDigestBytes = 6;

/**
 * What tells the key of a record `t` from others, 6 bytes of it: of a million records of others beside a slice of a million
 * one in 280 times one is taken for a record of the slice, and named in vain.
 */
export function keyDigestSql(key: readonly string[]): string {
  const text = `ROW(${key.map((name) => `t.${quoteName(name)}`).join(', ')})::text COLLATE "C"`;
  return `pg_catalog.substring(pg_catalog.int8send(pg_catalog.hashtextextended(${text}, 0)), 3)`;
}
