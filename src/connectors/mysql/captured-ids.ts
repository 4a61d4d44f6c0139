import { sha256 } from '../../host/index.ts';
import { keyValues, type RecordKey, type Row, recordKey } from '../../model/index.ts';
import { readableId } from '../kept-ids.ts';
import type { AskedIds, KeptId } from '../port.ts';
import {
  expectBookkeeping,
  isPrepared,
  placeCondition,
  placeValues,
  type SlicePlace,
} from './bookkeeping.ts';
import type { Session, Sessions } from './sessions.ts';
import { quoteText } from './sql.ts';

/**
 * Source keys are found by their digest: a key may be longer than an index entry. 128 bits of it: the index over them is
 * what capturing costs, and none of 10^15 keys would share them by chance.
 */
function digestLiteral(key: RecordKey): string {
  return `X'${sha256(key).slice(0, 32)}'`;
}

const idsPerStatement = 500;

/** Keeps new ids for old; of several records made from one source record the first one is its id. */
export async function keepIds(
  session: Session,
  place: SlicePlace & { readonly object: string },
  ids: readonly (readonly [source: RecordKey, target: RecordKey])[],
): Promise<void> {
  if (ids.length === 0) return;
  const batch = await batchOf(session, place);
  for (let at = 0; at < ids.length; at += idsPerStatement) {
    const rows = ids
      .slice(at, at + idsPerStatement)
      .map(
        ([source, target]) =>
          `(${digestLiteral(source)}, ${batch}, ${quoteText(source)}, ${quoteText(target)})`,
      );
    await session.run(
      `INSERT INTO _godwit_id_map VALUES ${rows.join(', ')} ON DUPLICATE KEY UPDATE batch = _godwit_id_map.batch`,
    );
  }
}

/** One number stands for run, step, slice and object, so that millions of ids do not repeat those texts. */
async function batchOf(session: Session, place: SlicePlace & { readonly object: string }): Promise<string> {
  const find = `SELECT batch FROM _godwit_id_batch WHERE ${placeCondition(place)} AND object = ${quoteText(place.object)}`;
  const [found] = await session.rows(find);
  if (found !== undefined) return String(found[0]);
  await session.run(
    `INSERT INTO _godwit_id_batch (run, step, slice, object) VALUES (${placeValues(place)}, ${quoteText(place.object)})`,
  );
  const [added] = await session.rows(find);
  return String(added?.[0]);
}

/** In the order of the keys asked for; keys without a new id are left out. */
export async function resolveIds(
  sessions: Sessions,
  run: string,
  object: string,
  sourceKeys: readonly RecordKey[],
): Promise<ReadonlyMap<RecordKey, Row>> {
  return sessions.lend(async (session) => {
    await expectBookkeeping(session);
    const targets = new Map<RecordKey, Row>();
    for (let at = 0; at < sourceKeys.length; at += idsPerStatement)
      for (const [source, target] of await session.rows(
        `SELECT m.source_key, m.target_key FROM _godwit_id_map AS m JOIN _godwit_id_batch AS b ON b.batch = m.batch
         WHERE b.run = ${quoteText(run)} AND b.object = ${quoteText(object)}
           AND m.source_digest IN (${sourceKeys
             .slice(at, at + idsPerStatement)
             .map(digestLiteral)
             .join(', ')})
         ORDER BY m.batch`,
      ))
        if (!targets.has(String(source))) targets.set(String(source), keyValues(String(target)));
    const found = sourceKeys.flatMap((key) => {
      const row = targets.get(key);
      return row === undefined ? [] : [[key, row] as const];
    });
    return new Map(found);
  });
}

/** The server alone reads through the map where it is asked from the target's side. Texts are the same byte for byte or not. */
export async function keptIds(sessions: Sessions, asked: AskedIds): Promise<readonly KeptId[]> {
  const condition =
    'source' in asked
      ? `m.source_digest = ${digestLiteral(asked.source)} AND BINARY m.source_key = BINARY ${quoteText(asked.source)}`
      : `BINARY m.target_key = BINARY ${quoteText(recordKey(asked.target))}`;
  return sessions.lend(async (session) => {
    if (!(await isPrepared(session))) return [];
    await expectBookkeeping(session);
    const rows = await session.rows(
      `SELECT b.step, b.slice, m.source_key, m.target_key FROM _godwit_id_map AS m
         JOIN _godwit_id_batch AS b ON b.batch = m.batch
       WHERE b.run = ${quoteText(asked.run)} AND b.object = ${quoteText(asked.object)} AND ${condition}
       ORDER BY m.batch, m.source_digest LIMIT ${asked.most}`,
    );
    return rows.map(([step, slice, source, target]) => readableId(step, slice, { source, target }));
  });
}
