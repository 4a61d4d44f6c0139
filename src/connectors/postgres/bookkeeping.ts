import type { SliceCounts } from '../../model/index.ts';
import type { AppliedSlice } from '../port.ts';
import { postgresFault } from './faults.ts';
import type { Session, Sessions } from './sessions.ts';
import { quoteText } from './sql.ts';

/**
 * What godwit keeps in a target database, in the schema `godwit`: which slices are in, what undo needs, new ids for old.
 *
 * Invariants: 1. every row belongs to a namespace (the schema that was written), so that a sandbox and production in one
 * database never see each other's. 2. a checkpoint commits with the data of its slice or not at all. 3. a newer format is
 * refused, never misread.
 */
const formatVersion = 1;

const comment = 'Bookkeeping of godwit migrations: checkpoints, undo information, new ids for old.';

const tables = `
  CREATE SCHEMA IF NOT EXISTS godwit;
  CREATE TABLE IF NOT EXISTS godwit.format (version integer PRIMARY KEY);
  CREATE TABLE IF NOT EXISTS godwit.checkpoint (
    namespace text NOT NULL, run text NOT NULL, step text NOT NULL, slice integer NOT NULL,
    rows_read bigint NOT NULL, rows_written bigint NOT NULL, rows_quarantined bigint NOT NULL, rows_purged bigint NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (namespace, run, step, slice));
  CREATE TABLE IF NOT EXISTS godwit.undo (
    namespace text NOT NULL, run text NOT NULL, step text NOT NULL, slice integer NOT NULL, pack integer NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (namespace, run, step, slice, pack));
  CREATE TABLE IF NOT EXISTS godwit.id_batch (
    batch integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    namespace text NOT NULL, run text NOT NULL, step text NOT NULL, slice integer NOT NULL, object text NOT NULL,
    UNIQUE (namespace, run, step, slice, object));
  CREATE TABLE IF NOT EXISTS godwit.id_map (
    source_digest bytea NOT NULL, batch integer NOT NULL, source_key text NOT NULL, target_key text NOT NULL,
    PRIMARY KEY (source_digest, batch));
  CREATE INDEX IF NOT EXISTS id_map_batch ON godwit.id_map (batch);
  CREATE TABLE IF NOT EXISTS godwit.own_transaction (
    namespace text NOT NULL, run text NOT NULL, step text NOT NULL, slice integer, transaction bigint NOT NULL, known_at xid8 NOT NULL,
    PRIMARY KEY (namespace, run, transaction));
  COMMENT ON SCHEMA godwit IS ${quoteText(comment)};
  INSERT INTO godwit.format (version) VALUES (${formatVersion}) ON CONFLICT DO NOTHING`;

/** Names one slice of one run in one namespace. */
export interface SlicePlace {
  readonly run: string;
  readonly step: string;
  readonly slice: number;
}

export async function prepareBookkeeping(sessions: Sessions): Promise<void> {
  await sessions.transaction('BEGIN', async (session) => {
    // CREATE ... IF NOT EXISTS of two sessions at once can still collide.
    await session.run(`SELECT pg_catalog.pg_advisory_xact_lock(${lockSpace}, 0)`);
    if (await isForeign(session))
      throw postgresFault('postgres.bookkeeping-foreign', 'it holds tables that godwit did not make');
    if (!(await isPrepared(session))) await session.run(tables);
    await refuseNewerFormat(session);
  });
}

const lockSpace = 0x676f6477;

/** The schema that is never a target: in it, godwit's own tables would be taken for the user's. */
export const bookkeepingSchema = 'godwit';

/** Whether the schema is there with somebody's tables in it; an empty one was made ready for godwit. */
export async function isForeign(session: Session): Promise<boolean> {
  const [row] = await session.rows(`
    SELECT EXISTS (SELECT FROM pg_catalog.pg_class WHERE relnamespace = n.oid)
      AND pg_catalog.obj_description(n.oid, 'pg_namespace') IS DISTINCT FROM ${quoteText(comment)}
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
        WHERE attrelid = pg_catalog.to_regclass('godwit.format') AND attname = 'version' AND NOT attisdropped)
    FROM pg_catalog.pg_namespace n WHERE n.nspname = ${quoteText(bookkeepingSchema)}`);
  return row?.[0] === 't';
}

export async function isPrepared(session: Session): Promise<boolean> {
  const [row] = await session.rows(
    `SELECT to_regclass('godwit.format'), to_regclass('godwit.own_transaction')`,
  );
  return row !== undefined && row[0] !== null && row[1] !== null;
}

async function refuseNewerFormat(session: Session): Promise<void> {
  const [row] = await session.rows('SELECT max(version) FROM godwit.format');
  if (Number(row?.[0]) > formatVersion)
    throw postgresFault(
      'postgres.bookkeeping-newer',
      `format ${row?.[0]}, this version of godwit knows ${formatVersion}`,
    );
}

/** Throws when there is no bookkeeping, or one of a newer format. */
export async function expectBookkeeping(session: Session): Promise<void> {
  if (!(await isPrepared(session)))
    throw postgresFault('postgres.not-prepared', 'the schema godwit is missing');
  await refuseNewerFormat(session);
}

/**
 * Settings of a transaction that changes a slice. Constraints are checked at each statement, deferrable ones too. And records
 * are looked up by index where there is one: joined with a thousand keys the planner prefers to read a table of 100,000
 * records whole, each time (21 ms against 3 ms for a thousand records).
 */
export const sliceSettings = 'SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL enable_seqscan = off';

/** Until the end of the transaction nobody else writes or undoes this slice. */
export async function lockSlice(session: Session, namespace: string, place: SlicePlace): Promise<void> {
  const name = JSON.stringify([namespace, place.run, place.step, place.slice]);
  await session.rows('SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended($1, $2))', [
    name,
    String(lockSpace),
  ]);
}

export async function findCheckpoint(
  session: Session,
  namespace: string,
  place: SlicePlace,
): Promise<SliceCounts | null> {
  const [row] = await session.rows(
    `SELECT rows_read, rows_written, rows_quarantined, rows_purged FROM ${session.books}checkpoint WHERE ${placeCondition}`,
    placeParameters(namespace, place),
  );
  return row === undefined ? null : countsOf(row);
}

export async function addCheckpoint(
  session: Session,
  namespace: string,
  place: SlicePlace,
  counts: SliceCounts,
): Promise<void> {
  const numbers = [counts.rowsRead, counts.rowsWritten, counts.rowsQuarantined, counts.rowsPurged].map(
    String,
  );
  await session.rows(
    `INSERT INTO ${session.books}checkpoint (namespace, run, step, slice, rows_read, rows_written, rows_quarantined, rows_purged)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [...placeParameters(namespace, place), ...numbers],
  );
}

/** Every trace of a slice: its checkpoint, its undo information, the ids it captured; with the last one the step's. */
export async function forgetSlice(session: Session, namespace: string, place: SlicePlace): Promise<void> {
  await forget(session, placeCondition, placeParameters(namespace, place));
  const step = 'namespace = $1 AND run = $2 AND step = $3';
  await session.rows(
    `DELETE FROM ${session.books}own_transaction WHERE ${step} AND NOT EXISTS (SELECT FROM ${session.books}checkpoint WHERE ${step})`,
    [namespace, place.run, place.step],
  );
}

/** Everything that belongs to a namespace, when the namespace itself goes. */
export async function forgetNamespace(session: Session, namespace: string): Promise<void> {
  if (!(await isPrepared(session))) return;
  await forget(session, 'namespace = $1', [namespace]);
  await session.rows(`DELETE FROM ${session.books}own_transaction WHERE namespace = $1`, [namespace]);
}

async function forget(session: Session, condition: string, parameters: readonly string[]): Promise<void> {
  const batches = `(SELECT batch FROM ${session.books}id_batch WHERE ${condition})`;
  await session.rows(`DELETE FROM ${session.books}id_map WHERE batch IN ${batches}`, parameters);
  for (const table of ['id_batch', 'undo', 'checkpoint'])
    await session.rows(`DELETE FROM ${session.books}${table} WHERE ${condition}`, parameters);
}

export async function appliedSlices(
  sessions: Sessions,
  namespace: string,
  run: string,
): Promise<readonly AppliedSlice[]> {
  return sessions.lend(async (session) => {
    if (!(await isPrepared(session))) return [];
    await refuseNewerFormat(session);
    const rows = await session.rows(appliedQuery, [namespace, run]);
    return rows.map(([step, slice, read, written, quarantined, purged, appliedAt]) => ({
      step: String(step),
      slice: Number(slice),
      counts: countsOf([read ?? null, written ?? null, quarantined ?? null, purged ?? null]),
      appliedAt: String(appliedAt),
    }));
  });
}

/** SQL for a point in time as an ISO instant in UTC, as `AppliedSlice` has it. */
export function instantSql(value: string): string {
  return `to_char(${value} AT TIME ZONE 'UTC', ${quoteText('YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')})`;
}

const appliedQuery = `
  SELECT step, slice, rows_read, rows_written, rows_quarantined, rows_purged,
    ${instantSql('applied_at')}
  FROM godwit.checkpoint WHERE namespace = $1 AND run = $2 ORDER BY step COLLATE "C", slice`;

export const placeCondition = 'namespace = $1 AND run = $2 AND step = $3 AND slice = $4';

export function placeParameters(namespace: string, { run, step, slice }: SlicePlace): string[] {
  return [namespace, run, step, String(slice)];
}

function countsOf([read, written, quarantined, purged]: readonly (string | null)[]): SliceCounts {
  return {
    rowsRead: Number(read),
    rowsWritten: Number(written),
    rowsQuarantined: Number(quarantined),
    rowsPurged: Number(purged),
  };
}
