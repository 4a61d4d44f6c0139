import type { Seal } from '../../host/index.ts';
import type { Relation } from '../../model/index.ts';
import type { BulkField, BulkFormat, BulkPlan, BulkSlice, SliceResult } from '../port.ts';
import { addCheckpoint, expectBookkeeping, findCheckpoint, withSliceLock } from './bookkeeping.ts';
import { impossible, loadColumns, planLoad } from './bulk-fields.ts';
import { mysqlFault } from './faults.ts';
import { orderName } from './key-order.ts';
import { LineDigests } from './line-digests.ts';
import { keyPlaces, LoadedRecords } from './loaded-records.ts';
import { readBack } from './read-back.ts';
import type { Session, Sessions } from './sessions.ts';
import { quoteText } from './sql.ts';
import { readTargetTable, type TargetTable } from './target-table.ts';
import { keepLoaded, type LoadedSlice } from './undo-pack.ts';

/** See `Imports.plan`: besides the fields, the relation itself must be one that LOAD DATA fills as an insert would. */
export async function planImport(
  sessions: Sessions,
  relation: Relation,
  fields: readonly BulkField[],
  formats: readonly BulkFormat[],
): Promise<BulkPlan> {
  const obstacle = await sessions.lend(async (session) => obstacleIn(session, relation.name));
  return obstacle === null ? planLoad(relation, fields, formats) : impossible(obstacle);
}

async function obstacleIn(session: Session, relation: string): Promise<string | null> {
  const name = quoteText(relation);
  const [row] = await session.rows(
    `SELECT @@GLOBAL.local_infile,
       (SELECT TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA = database() AND TABLE_NAME = ${name}),
       EXISTS (SELECT 1 FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = database()
         AND EVENT_OBJECT_TABLE = ${name} AND EVENT_MANIPULATION = 'INSERT')`,
  );
  const [permitted, type, triggers] = row ?? [];
  if (permitted !== '1') return 'the server does not permit LOAD DATA LOCAL (local_infile is off)';
  if (type === 'VIEW') return `${relation} is not a table of its own`;
  return triggers === '1' ? `${relation} has triggers, which see its records one by one` : null;
}

/**
 * Loads a slice by one LOAD DATA LOCAL. That statement alters or passes over what it cannot add, and says so with a warning:
 * one warning, or one record fewer than there were lines, and nothing of the slice stays.
 *
 * For undo the digests of each line and of its key are kept, which costs the server nothing. Not chosen: digests that the server
 * computes of the records it holds, which read the slice once more (a fifth of the time of loading it).
 */
export async function importSlice(sessions: Sessions, seal: Seal, slice: BulkSlice): Promise<SliceResult> {
  return sessions.lend(async (session) => {
    await expectBookkeeping(session);
    return withSliceLock(session, slice, async () => {
      await session.run('START TRANSACTION');
      const result = await inTransaction(session, seal, slice);
      await session.run('COMMIT');
      return result;
    });
  });
}

async function inTransaction(session: Session, seal: Seal, slice: BulkSlice): Promise<SliceResult> {
  const stored = await findCheckpoint(session, slice);
  if (stored !== null) return { applied: false, counts: stored };
  const table = await readTargetTable(session, slice.relation);
  const fields = slice.load.fields.map(({ target }) => target.name);
  const digests = new LineDigests(keyPlaces({ fields, key: slice.key }));
  const { touched, warnings } = await session.load(loadStatement(table, slice), digests.of(slice.chunks));
  if (warnings > 0 || touched !== digests.count)
    throw mysqlFault('mysql.not-loaded', await reasonOf(session, digests.count - touched));
  if (touched > 0)
    await keepLoaded(session, seal, slice, await loadedSlice(session, table, slice, digests), digests.kept);
  const counts = await slice.beforeCommit(touched);
  await addCheckpoint(session, slice, counts);
  return { applied: true, counts };
}

function loadStatement({ name }: TargetTable, { load }: BulkSlice): string {
  const { columns, set } = loadColumns(load);
  return `LOAD DATA LOCAL INFILE 'slice' INTO TABLE ${name} CHARACTER SET utf8mb4
    FIELDS TERMINATED BY '\\t' ENCLOSED BY '' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' STARTING BY ''
    (${columns})${set}`;
}

/** Without the server's words: they hold values. */
async function reasonOf(session: Session, missing: number): Promise<string> {
  const [row] = await session.rows('SHOW WARNINGS LIMIT 1');
  const lost = missing === 0 ? 'all records were added' : `${missing} records were not added`;
  return row === undefined ? lost : `${lost}; the server warns (${row[1]})`;
}

async function loadedSlice(
  session: Session,
  table: TargetTable,
  slice: BulkSlice,
  digests: LineDigests,
): Promise<LoadedSlice> {
  const { key, load, relation } = slice;
  const { after, upTo } = slice.bounds ?? { after: null, upTo: null };
  const fields = load.fields.map(({ target }) => target.name);
  const others = table.fields
    .filter(({ name, generated }) => generated !== 'computed' && !fields.includes(name))
    .map(({ name }) => name);
  const order = orderName(relation, key);
  const bounds = { rows: digests.count, key, after, upTo, order };
  const loaded = { ...bounds, fields, others: { fields: others, line: '' } };
  const line = await readBack(new LoadedRecords(session, table, loaded), digests);
  return { ...loaded, others: { fields: others, line } };
}
