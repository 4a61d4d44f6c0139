import { sha256 } from '../../host/index.ts';
import type { SliceCounts } from '../../model/index.ts';
import type { AppliedSlice } from '../port.ts';
import { mysqlFault } from './faults.ts';
import type { Session, Sessions } from './sessions.ts';
import { quoteText } from './sql.ts';
import type { TextRow } from './wire-row.ts';

/**
 * What godwit keeps in a target database, in tables whose names begin with `_godwit_`: which slices are in, what undo needs,
 * new ids for old. They stand beside the records, so that no right on another database is needed and one commit holds both.
 *
 * Invariants: 1. a checkpoint commits with the data of its slice or not at all. 2. a newer format is refused, never misread.
 */
const formatVersion = 1;

const name = 'VARCHAR(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL';
const place = `run ${name}, step ${name}, slice INT NOT NULL`;

/** Each statement commits by itself on this system, so each has to bear being carried out again. The format comes last. */
const tables: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS _godwit_checkpoint (${place},
    rows_read BIGINT NOT NULL, rows_written BIGINT NOT NULL, rows_quarantined BIGINT NOT NULL, rows_purged BIGINT NOT NULL,
    applied_at DATETIME(3) NOT NULL, PRIMARY KEY (run, step, slice)) ENGINE=InnoDB`,
  `CREATE TABLE IF NOT EXISTS _godwit_undo (${place}, pack INT NOT NULL,
    sealed LONGBLOB NOT NULL, PRIMARY KEY (run, step, slice, pack)) ENGINE=InnoDB`,
  `CREATE TABLE IF NOT EXISTS _godwit_id_batch (batch INT AUTO_INCREMENT PRIMARY KEY, ${place},
    object VARCHAR(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, UNIQUE (run, step, slice, object)) ENGINE=InnoDB`,
  `CREATE TABLE IF NOT EXISTS _godwit_id_map (source_digest BINARY(16) NOT NULL, batch INT NOT NULL,
    source_key LONGTEXT CHARACTER SET utf8mb4 NOT NULL, target_key LONGTEXT CHARACTER SET utf8mb4 NOT NULL,
    PRIMARY KEY (source_digest, batch), INDEX (batch)) ENGINE=InnoDB`,
  'CREATE TABLE IF NOT EXISTS _godwit_format (version INT PRIMARY KEY) ENGINE=InnoDB',
  `INSERT IGNORE INTO _godwit_format VALUES (${formatVersion})`,
];

/** Names one slice of one run. */
export interface SlicePlace {
  readonly run: string;
  readonly step: string;
  readonly slice: number;
}

export async function prepareBookkeeping(sessions: Sessions): Promise<void> {
  await sessions.lend(async (session) => {
    if (!(await isPrepared(session))) for (const statement of tables) await session.run(statement);
    await refuseNewerFormat(session);
  });
}

export async function isPrepared(session: Session): Promise<boolean> {
  const [row] = await session.rows(
    `SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = database() AND TABLE_NAME = '_godwit_format'`,
  );
  if (row?.[0] !== '1') return false;
  const [format] = await session.rows('SELECT max(version) FROM _godwit_format');
  return format?.[0] !== null;
}

async function refuseNewerFormat(session: Session): Promise<void> {
  const [row] = await session.rows('SELECT max(version) FROM _godwit_format');
  if (Number(row?.[0]) > formatVersion)
    throw mysqlFault(
      'mysql.bookkeeping-newer',
      `format ${row?.[0]}, this version of godwit knows ${formatVersion}`,
    );
}

/** Throws when there is no bookkeeping, or one of a newer format. */
export async function expectBookkeeping(session: Session): Promise<void> {
  if (!(await isPrepared(session)))
    throw mysqlFault('mysql.not-prepared', 'the table _godwit_format is missing');
  await refuseNewerFormat(session);
}

const lockSeconds = 30;

/** Runs the work while nobody else writes or undoes this slice. The lock belongs to the session: it goes with it. */
export async function withSliceLock<Result>(
  session: Session,
  { run, step, slice }: SlicePlace,
  work: () => Promise<Result>,
): Promise<Result> {
  const [database] = await session.rows('SELECT database()');
  const lock = quoteText(`godwit ${sha256(JSON.stringify([database?.[0], run, step, slice])).slice(0, 40)}`);
  const [row] = await session.rows(`SELECT GET_LOCK(${lock}, ${lockSeconds})`);
  if (row?.[0] !== '1')
    throw mysqlFault('mysql.lock-timeout', `slice ${slice} of ${step} is being worked on by another session`);
  const result = await work();
  await session.rows(`SELECT RELEASE_LOCK(${lock})`);
  return result;
}

export async function findCheckpoint(session: Session, at: SlicePlace): Promise<SliceCounts | null> {
  const [row] = await session.rows(
    `SELECT rows_read, rows_written, rows_quarantined, rows_purged FROM _godwit_checkpoint WHERE ${placeCondition(at)}`,
  );
  return row === undefined ? null : countsOf(row);
}

export async function addCheckpoint(session: Session, at: SlicePlace, counts: SliceCounts): Promise<void> {
  const { rowsRead, rowsWritten, rowsQuarantined, rowsPurged } = counts;
  await session.run(
    `INSERT INTO _godwit_checkpoint VALUES (${placeValues(at)}, ${[rowsRead, rowsWritten, rowsQuarantined, rowsPurged].join(', ')}, UTC_TIMESTAMP(3))`,
  );
}

/** Every trace of a slice: its checkpoint, its undo information, the ids it captured. */
export async function forgetSlice(session: Session, at: SlicePlace): Promise<void> {
  const condition = placeCondition(at);
  await session.run(
    `DELETE FROM _godwit_id_map WHERE batch IN (SELECT batch FROM _godwit_id_batch WHERE ${condition})`,
  );
  for (const table of ['id_batch', 'undo', 'checkpoint'])
    await session.run(`DELETE FROM _godwit_${table} WHERE ${condition}`);
}

export async function appliedSlices(sessions: Sessions, run: string): Promise<readonly AppliedSlice[]> {
  return sessions.lend(async (session) => {
    if (!(await isPrepared(session))) return [];
    await refuseNewerFormat(session);
    const rows = await session.rows(
      `SELECT step, slice, date_format(applied_at, '%Y-%m-%dT%H:%i:%s.%f'), rows_read, rows_written, rows_quarantined, rows_purged
       FROM _godwit_checkpoint WHERE run = ${quoteText(run)} ORDER BY step, slice`,
    );
    return rows.map(([step, slice, appliedAt, ...counts]) => ({
      step: String(step),
      slice: Number(slice),
      counts: countsOf(counts),
      appliedAt: `${appliedAt?.slice(0, 23)}Z`,
    }));
  });
}

export function placeCondition({ run, step, slice }: SlicePlace): string {
  return `run = ${quoteText(run)} AND step = ${quoteText(step)} AND slice = ${slice}`;
}

export function placeValues({ run, step, slice }: SlicePlace): string {
  return `${quoteText(run)}, ${quoteText(step)}, ${slice}`;
}

function countsOf([read, written, quarantined, purged]: TextRow): SliceCounts {
  return {
    rowsRead: Number(read),
    rowsWritten: Number(written),
    rowsQuarantined: Number(quarantined),
    rowsPurged: Number(purged),
  };
}
