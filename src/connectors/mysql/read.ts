import type { RecordBatch, Relation, Row, Slice } from '../../model/index.ts';
import type { ReadOptions } from '../port.ts';
import { isBehind, isUpTo, type KeyField, keyFields, keyLiterals, rawKeyLiterals } from './key-sql.ts';
import { RecordReader } from './record-reader.ts';
import { fromRelation } from './relation-sql.ts';
import type { RawRow } from './wire-row.ts';

/** The rows of one query in the snapshot as they are wanted; answers with whether these were all. See `RowFlow`. */
export type Flow = (sql: string) => AsyncGenerator<readonly RawRow[], boolean>;

/** Runs one query in the snapshot; rows behind the point where `take` answers false are passed over. */
export type Stream = (sql: string, take: (row: RawRow) => boolean) => Promise<void>;

/**
 * The records of a slice in the order of the identity, batch by batch: each batch is a query of its own that goes on behind
 * the last key. A connection of this wire can do nothing else while a result is open, so none is left open between batches.
 */
export async function* readSlice(
  stream: Stream,
  relation: Relation,
  slice: Slice,
  options: ReadOptions,
): AsyncGenerator<RecordBatch> {
  const { batchRowsMax = 1000, batchBytesMax = 8 * 1024 * 1024 } = options;
  const keys = keyFields(relation, relation.identity);
  const { upTo, behind: from } = rangeOf(keys, slice);
  let behind = from;
  let limit = batchRowsMax;
  for (;;) {
    const reader = new RecordReader(relation, keys);
    let last: RawRow | null = null;
    let [seen, kept] = [0, 0];
    await stream(sliceQuery(relation, reader, keys, { behind, upTo, limit }), (row) => {
      seen += 1;
      if (kept > 0 && reader.bytes >= batchBytesMax) return false;
      last = reader.add(row);
      kept += 1;
      return true;
    });
    if (last === null) return;
    yield* reader.batches(batchRowsMax, batchBytesMax);
    if (seen === kept && kept < limit) return;
    behind = rawKeyLiterals(keys, last);
    // What does not fit into a batch was sent for nothing: ask for as many as fitted, and carefully for more again.
    limit = seen === kept ? Math.min(batchRowsMax, limit * 2) : kept;
  }
}

/**
 * The records of a slice of a relation without a key. To number them the server sorts all of them: that is done once for a slice
 * and not once for a batch, so the one result stays open between batches.
 */
export async function* readNumberedSlice(
  flow: Flow,
  relation: Relation,
  slice: Slice,
  options: ReadOptions,
): AsyncGenerator<RecordBatch> {
  const { batchRowsMax = 1000, batchBytesMax = 8 * 1024 * 1024 } = options;
  const keys = keyFields(relation, relation.identity);
  const { upTo, behind: from } = rangeOf(keys, slice);
  let behind = from;
  for (let whole = false; !whole; ) {
    const reader = new RecordReader(relation, keys);
    const rows = flow(sliceQuery(relation, reader, keys, { behind, upTo, limit: null }));
    let last: RawRow | null = null;
    let kept = 0;
    try {
      for (let next = await rows.next(); ; next = await rows.next()) {
        if (next.done) {
          whole = next.value;
          break;
        }
        for (const row of next.value) {
          last = reader.add(row);
          kept += 1;
          if (kept < batchRowsMax && reader.bytes < batchBytesMax) continue;
          yield* reader.batches(batchRowsMax, batchBytesMax);
          kept = 0;
        }
      }
    } finally {
      await rows.return(false);
    }
    yield* reader.batches(batchRowsMax, batchBytesMax);
    if (last !== null) behind = rawKeyLiterals(keys, last);
  }
}

function rangeOf(keys: readonly KeyField[], { after, upTo }: Slice): Omit<Range, 'limit'> {
  return {
    behind: after === null ? null : keyLiterals(keys, after),
    upTo: upTo === null ? null : isUpTo(keys, keyLiterals(keys, upTo)),
  };
}

interface Range {
  readonly behind: readonly string[] | null;
  readonly upTo: string | null;
  readonly limit: number | null;
}

function sliceQuery(
  relation: Relation,
  reader: RecordReader,
  keys: readonly KeyField[],
  { behind, upTo, limit }: Range,
): string {
  const conditions = [...(behind === null ? [] : [isBehind(keys, behind)]), ...(upTo === null ? [] : [upTo])];
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const order = keys.map(({ sql }) => sql).join(', ');
  return `SELECT ${reader.columns} FROM ${fromRelation(relation)}${where} ORDER BY ${order}${limit === null ? '' : ` LIMIT ${limit}`}`;
}

/** The records whose fields equal one of the keys; see `Snapshot.fetch`. */
export async function* readKeys(
  stream: Stream,
  relation: Relation,
  fields: readonly string[],
  wanted: readonly Row[],
): AsyncGenerator<RecordBatch> {
  const condition = equalsOne(keyFields(relation, fields), wanted);
  if (condition === null) return;
  const reader = new RecordReader(relation, keyFields(relation, relation.identity));
  await stream(`SELECT ${reader.columns} FROM ${fromRelation(relation)} WHERE ${condition}`, (row) => {
    reader.add(row);
    return true;
  });
  yield* reader.batches(1000, 8 * 1024 * 1024);
}

/** Found by what the column calls equal, which has an index, and then held against the very bytes. */
function equalsOne(keys: readonly KeyField[], wanted: readonly Row[]): string | null {
  const rows = wanted.flatMap((row) => searchable(keys, row) ?? []);
  if (rows.length === 0) return null;
  const listed = (of: (key: KeyField) => string, at: 'plain' | 'exact'): string =>
    `(${keys.map(of).join(', ')}) IN (${rows.map((row) => `(${row[at].join(', ')})`).join(', ')})`;
  const plain = listed(({ sql }) => sql, 'plain');
  const isText = keys.some(({ exactSql }) => exactSql !== null);
  return isText ? `${plain} AND ${listed((key) => key.exactSql ?? key.sql, 'exact')}` : plain;
}

/** No record equals null; a key with half a character in it, or that the column's type cannot hold, is nowhere either. */
function searchable(
  keys: readonly KeyField[],
  row: Row,
): readonly { readonly plain: readonly string[]; readonly exact: readonly string[] }[] | null {
  if (keys.some((_key, at) => (row[at] ?? null) === null)) return null;
  const plain = keys.map((key, at) => key.search(row[at] ?? null));
  if (plain.includes(null)) return null;
  const exact = keys.map((key, at) =>
    key.exactSql === null ? plain[at] : key.exactLiteral(row[at] ?? null),
  );
  return [{ plain: plain as string[], exact: exact as string[] }];
}
