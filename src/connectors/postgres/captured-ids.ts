import { sha256 } from '../../host/index.ts';
import { keyValues, type RecordKey, type Row, recordKey } from '../../model/index.ts';
import { readableId } from '../kept-ids.ts';
import type { AskedIds, KeptId } from '../port.ts';
import { textArray } from './array-text.ts';
import {
  expectBookkeeping,
  isPrepared,
  placeCondition,
  placeParameters,
  type SlicePlace,
} from './bookkeeping.ts';
import type { Session, Sessions } from './sessions.ts';

/**
 * Source keys are found by their digest: a key may be longer than an index entry. 128 bits of it: the index over them is
 * what capturing costs, and none of 10^15 keys would share them by chance.
 */
function digestText(key: RecordKey): string {
  return `\\x${sha256(key).slice(0, 32)}`;
}

/** Keeps new ids for old; of several records made from one source record the first one is its id. */
export async function keepIds(
  session: Session,
  namespace: string,
  place: SlicePlace & { readonly object: string },
  ids: readonly (readonly [source: RecordKey, target: RecordKey])[],
): Promise<void> {
  await session.rows(
    `INSERT INTO ${session.books}id_map (source_digest, batch, source_key, target_key)
     SELECT d, $1, s, t FROM unnest($2::bytea[], $3::text[], $4::text[]) WITH ORDINALITY AS u(d, s, t, n)
     ORDER BY n ON CONFLICT DO NOTHING`,
    [
      await batchOf(session, namespace, place),
      textArray(ids.map(([source]) => digestText(source))),
      textArray(ids.map(([source]) => source)),
      textArray(ids.map(([, target]) => target)),
    ],
  );
}

/** One number stands for namespace, run, step, slice and object, so that millions of ids do not repeat those texts. */
async function batchOf(
  session: Session,
  namespace: string,
  place: SlicePlace & { readonly object: string },
): Promise<string> {
  const parameters = [...placeParameters(namespace, place), place.object];
  const find = `SELECT batch FROM ${session.books}id_batch WHERE ${placeCondition} AND object = $5`;
  const [found] = await session.rows(find, parameters);
  if (found !== undefined) return String(found[0]);
  const [added] = await session.rows(
    `INSERT INTO ${session.books}id_batch (namespace, run, step, slice, object) VALUES ($1, $2, $3, $4, $5) RETURNING batch`,
    parameters,
  );
  return String(added?.[0]);
}

/** In the order of the keys asked for; keys without a new id are left out. */
export async function resolveIds(
  sessions: Sessions,
  namespace: string,
  run: string,
  object: string,
  sourceKeys: readonly RecordKey[],
): Promise<ReadonlyMap<RecordKey, Row>> {
  return sessions.lend(async (session) => {
    await expectBookkeeping(session);
    const rows = await session.rows(
      `SELECT DISTINCT ON (u.n) m.source_key, m.target_key FROM unnest($4::bytea[]) WITH ORDINALITY AS u(d, n)
         JOIN ${session.books}id_map AS m ON m.source_digest = u.d
         JOIN ${session.books}id_batch AS b ON b.batch = m.batch AND b.namespace = $1 AND b.run = $2 AND b.object = $3
       ORDER BY u.n, m.batch`,
      [namespace, run, object, textArray(sourceKeys.map(digestText))],
    );
    return new Map(rows.map(([source, target]) => [String(source), keyValues(String(target))]));
  });
}

/** The server alone reads through the map where it is asked from the target's side. */
export async function keptIds(
  sessions: Sessions,
  namespace: string,
  asked: AskedIds,
): Promise<readonly KeptId[]> {
  const [condition, key] =
    'source' in asked
      ? [`m.source_digest = '${digestText(asked.source)}'::bytea AND m.source_key = $4`, asked.source]
      : ['m.target_key = $4', recordKey(asked.target)];
  return sessions.lend(async (session) => {
    if (!(await isPrepared(session))) return [];
    await expectBookkeeping(session);
    const rows = await session.rows(
      `SELECT b.step, b.slice, m.source_key, m.target_key FROM ${session.books}id_map AS m
         JOIN ${session.books}id_batch AS b ON b.batch = m.batch AND b.namespace = $1 AND b.run = $2 AND b.object = $3
       WHERE ${condition} ORDER BY m.batch, m.source_key LIMIT $5`,
      [namespace, asked.run, asked.object, key, String(asked.most)],
    );
    return rows.map(([step, slice, source, target]) => readableId(step, slice, { source, target }));
  });
}
