import { textArray } from './array-text.ts';
import { instantSql, placeCondition, placeParameters, type SlicePlace } from './bookkeeping.ts';
import type { BooksFile, OwnTransaction, SliceChange } from './books-file.ts';
import type { Session } from './sessions.ts';

/**
 * Books that are kept beside the target, as tables of one session: `carryIn` lays what the file knows into them, `carryOut`
 * reads what the transaction made of it. They are empty again at its end.
 */
const tables = `
  CREATE TEMPORARY TABLE godwit_checkpoint (
    namespace text NOT NULL, run text NOT NULL, step text NOT NULL, slice integer NOT NULL,
    rows_read bigint NOT NULL, rows_written bigint NOT NULL, rows_quarantined bigint NOT NULL, rows_purged bigint NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (namespace, run, step, slice)) ON COMMIT DELETE ROWS;
  CREATE TEMPORARY TABLE godwit_undo (
    namespace text NOT NULL, run text NOT NULL, step text NOT NULL, slice integer NOT NULL, pack integer NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (namespace, run, step, slice, pack)) ON COMMIT DELETE ROWS;
  CREATE TEMPORARY TABLE godwit_id_batch (
    batch integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    namespace text NOT NULL, run text NOT NULL, step text NOT NULL, slice integer NOT NULL, object text NOT NULL)
    ON COMMIT DELETE ROWS;
  CREATE TEMPORARY TABLE godwit_id_map (
    source_digest bytea NOT NULL, batch integer NOT NULL, source_key text NOT NULL, target_key text NOT NULL,
    PRIMARY KEY (source_digest, batch)) ON COMMIT DELETE ROWS;
  CREATE TEMPORARY TABLE godwit_own_transaction (
    namespace text NOT NULL, run text NOT NULL, step text NOT NULL, slice integer, transaction bigint NOT NULL, known_at xid8 NOT NULL,
    PRIMARY KEY (namespace, run, transaction)) ON COMMIT DELETE ROWS`;

/** What the books held before, to tell what a transaction changed. */
export interface Carried {
  readonly own: ReadonlySet<string>;
  readonly checkpoint: string;
}

/** @param carries sessions that have the tables already */
export async function carryIn(
  session: Session,
  file: BooksFile,
  namespace: string,
  place: SlicePlace,
  carries: WeakSet<Session>,
): Promise<Carried> {
  if (!carries.has(session)) await session.run(tables);
  carries.add(session);
  const owner = file.runOf(namespace, place.run);
  const checkpoints = file.checkpoints(owner, place.step);
  await session.rows(
    `INSERT INTO godwit_checkpoint
     SELECT $1, $2, $3, s, r, w, q, p, a FROM unnest($4::int[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::timestamptz[])
       AS u (s, r, w, q, p, a)`,
    [namespace, place.run, place.step, ...columnsOf(checkpoints, 6)],
  );
  await session.rows(
    `INSERT INTO godwit_undo SELECT $1, $2, $3, $4, p, b FROM unnest($5::int[], $6::bytea[]) AS u (p, b)`,
    [...placeParameters(namespace, place), ...columnsOf(file.packs(owner, place), 2)],
  );
  const own = file.ownTransactions(owner);
  await session.rows(
    `INSERT INTO godwit_own_transaction SELECT $1, $2, st, sl, t, k
     FROM unnest($3::text[], $4::int[], $5::bigint[], $6::xid8[]) AS u (st, sl, t, k)`,
    [namespace, place.run, ...columnsOf(own, 4)],
  );
  return {
    own: new Set(own.map(([, , transaction]) => transaction)),
    checkpoint: JSON.stringify(await checkpointOf(session, namespace, place)),
  };
}

/** Null where the transaction changed nothing of them: then it changed no record either. */
export async function carryOut(
  session: Session,
  file: BooksFile,
  namespace: string,
  place: SlicePlace,
  carried: Carried,
): Promise<SliceChange | null> {
  const checkpoint = await checkpointOf(session, namespace, place);
  const packs = await session.rows(
    `SELECT pack, sealed FROM godwit_undo WHERE ${placeCondition} ORDER BY pack`,
    placeParameters(namespace, place),
  );
  const own = (await session.rows(
    'SELECT step, slice, transaction, known_at FROM godwit_own_transaction WHERE namespace = $1 AND run = $2',
    [namespace, place.run],
  )) as unknown as readonly OwnTransaction[];
  const ids = await session.rows(
    `SELECT b.object, m.source_key, m.target_key FROM godwit_id_map AS m JOIN godwit_id_batch AS b USING (batch)`,
  );
  const stays = new Set(own.map(([, , transaction]) => transaction));
  const change: SliceChange = {
    checkpoint,
    packs: packs.map(([pack, sealed]) => [String(pack), String(sealed)]),
    ownAdded: own.filter(([, , transaction]) => !carried.own.has(transaction)),
    ownGone: [...carried.own].filter((transaction) => !stays.has(transaction)),
    ids: file.sealedIds(
      ids.map(([object, source, target]) => [String(object), String(source), String(target)]),
    ),
  };
  const same = JSON.stringify(checkpoint) === carried.checkpoint;
  // A slice that stays there after an undo has another list of what is left.
  const packsBefore = file.packs(file.runOf(namespace, place.run), place);
  return same && JSON.stringify(packsBefore) === JSON.stringify(change.packs) ? null : change;
}

async function checkpointOf(
  session: Session,
  namespace: string,
  place: SlicePlace,
): Promise<SliceChange['checkpoint']> {
  const [row] = await session.rows(
    `SELECT rows_read, rows_written, rows_quarantined, rows_purged, ${instantSql('applied_at')}
     FROM godwit_checkpoint WHERE ${placeCondition}`,
    placeParameters(namespace, place),
  );
  return row === undefined ? null : row.map(String);
}

/** Rows as one array literal for each column. */
function columnsOf(rows: readonly (readonly (string | null)[])[], count: number): string[] {
  return Array.from({ length: count }, (_, at) => textArray(rows.map((row) => row[at] ?? null)));
}
