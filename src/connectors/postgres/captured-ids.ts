import { sha256 } from '../../host/index.ts';
import { keyValues, type RecordKey, type Row } from '../../model/index.ts';
import { textArray } from './array-text.ts';
import { expectBookkeeping, type SlicePlace } from './bookkeeping.ts';
import type { Session, Sessions } from './sessions.ts';

/** Source keys are found by their digest: a key may be longer than an index entry. */
function digestText(key: RecordKey): string {
  return `\\x${sha256(key)}`;
}

/** Keeps new ids for old; of several records made from one source record the first one is its id. */
export async function keepIds(
  session: Session,
  namespace: string,
  place: SlicePlace & { readonly object: string },
  ids: readonly (readonly [source: RecordKey, target: RecordKey])[],
): Promise<void> {
  await session.rows(
    `INSERT INTO godwit.id_map (namespace, run, object, source_digest, source_key, target_key, step, slice)
     SELECT $1, $2, $3, d, s, t, $7, $8 FROM unnest($4::bytea[], $5::text[], $6::text[]) WITH ORDINALITY AS u(d, s, t, n)
     ORDER BY n ON CONFLICT DO NOTHING`,
    [
      namespace,
      place.run,
      place.object,
      textArray(ids.map(([source]) => digestText(source))),
      textArray(ids.map(([source]) => source)),
      textArray(ids.map(([, target]) => target)),
      place.step,
      String(place.slice),
    ],
  );
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
      `SELECT m.source_key, m.target_key FROM unnest($4::bytea[]) WITH ORDINALITY AS u(d, n)
       JOIN godwit.id_map AS m ON m.namespace = $1 AND m.run = $2 AND m.object = $3 AND m.source_digest = u.d ORDER BY u.n`,
      [namespace, run, object, textArray(sourceKeys.map(digestText))],
    );
    return new Map(rows.map(([source, target]) => [String(source), keyValues(String(target))]));
  });
}
