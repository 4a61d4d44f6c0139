import type { Seal } from '../../host/index.ts';
import type { Relation } from '../../model/index.ts';
import type { BulkField, BulkFormat, BulkPlan, BulkSlice, SliceResult } from '../port.ts';
import { addCheckpoint, findCheckpoint } from './bookkeeping.ts';
import { impossible, planLoad } from './bulk-fields.ts';
import { copyFormat } from './export-slice.ts';
import { enterSlice } from './fence.ts';
import { loadedSlice, placeOf } from './loaded-slice.ts';
import { keepOwnTransaction } from './own-transactions.ts';
import type { Session, Sessions } from './sessions.ts';
import { sliceTransaction } from './slice-transaction.ts';
import { qualifiedName, quoteNames } from './sql.ts';
import { keepUndo } from './undo-pack.ts';

/** See `Imports.plan`: besides the fields, the relation itself must be one that COPY fills as an insert would. */
export async function planImport(
  sessions: Sessions,
  namespace: string,
  relation: Relation,
  fields: readonly BulkField[],
  formats: readonly BulkFormat[],
): Promise<BulkPlan> {
  const obstacle = await sessions.lend(async (session) => obstacleIn(session, namespace, relation.name));
  return obstacle === null ? planLoad(relation, fields, formats) : impossible(`${relation.name} ${obstacle}`);
}

/** Undo tells the records of a slice by the transaction that made them: nothing else may touch them in it. */
async function obstacleIn(session: Session, namespace: string, relation: string): Promise<string | null> {
  const [row] = await session.rows(obstaclesQuery, [namespace, relation]);
  const [kind, triggers, rules, guarded] = row ?? [];
  if (kind !== 'r' && kind !== 'p') return 'is not a table of its own';
  if (triggers === 't') return 'has triggers, which see its records one by one';
  if (rules === 't') return 'has rules, which COPY passes by';
  return guarded === 't' ? 'has row-level security, under which COPY is refused' : null;
}

const obstaclesQuery = `
  SELECT c.relkind,
    EXISTS (SELECT FROM pg_catalog.pg_trigger AS g
      WHERE (g.tgrelid = c.oid OR g.tgrelid IN (SELECT relid FROM pg_catalog.pg_partition_tree(c.oid)))
        AND NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgtype & 4 <> 0),
    EXISTS (SELECT FROM pg_catalog.pg_rewrite AS r WHERE r.ev_class = c.oid AND r.ev_type = '3'),
    pg_catalog.row_security_active(c.oid)
  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relname = $2`;

/**
 * Loads a slice by one COPY. Undo needs no list of them: the transaction's number, which every record carries, and the
 * slice's bounds say which ones they are; where it has none the number alone. To name what others changed of them, their keys
 * are kept where records of others stand between the bounds.
 */
export async function importSlice(
  sessions: Sessions,
  namespace: string,
  seal: Seal,
  slice: BulkSlice,
): Promise<SliceResult> {
  return sliceTransaction(sessions, namespace, slice, async (session) => {
    await enterSlice(session, namespace, slice);
    const stored = await findCheckpoint(session, namespace, slice);
    if (stored !== null) return { applied: false, counts: stored };
    await session.run('SET CONSTRAINTS ALL IMMEDIATE');
    const place = await placeOf(session, namespace, slice);
    const rowsLoaded = await session.copyIn(copyInto(namespace, slice), slice.chunks);
    if (rowsLoaded > 0) {
      await keepOwnTransaction(session, namespace, slice);
      const loaded = await loadedSlice(session, namespace, slice, place, rowsLoaded);
      await keepUndo(session, seal, namespace, slice, 0, { loaded });
    }
    const counts = await slice.beforeCommit(rowsLoaded);
    await addCheckpoint(session, namespace, slice, counts);
    return { applied: true, counts };
  });
}

export function copyInto(
  namespace: string,
  { relation, load }: Pick<BulkSlice, 'relation' | 'load'>,
): string {
  const columns = quoteNames(load.fields.map(({ target }) => target.name));
  return `COPY ${qualifiedName(namespace, relation.name)} (${columns}) FROM STDIN (FORMAT ${copyFormat(load.format)})`;
}
