import { placeParameters, type SlicePlace } from './bookkeeping.ts';
import type { Session } from './sessions.ts';
import { quoteName } from './sql.ts';
import { type TargetTable, targetColumn, unnested } from './target-table.ts';
import type { UndoPack } from './undo-pack.ts';

/**
 * The transactions in which a step loaded records in bulk or a repair put some of them back. A record whose `xmin` is among
 * them is as godwit left it: whoever changes a record gives it another one.
 *
 * Invariants: 1. a row is committed with the records it speaks of. 2. a number that may have come round again (they have 32
 * bits) is not recognized any more: records are then taken for changed, never for unchanged.
 */
export type Owner = Omit<SlicePlace, 'slice'>;

export async function keepOwnTransaction(
  session: Session,
  namespace: string,
  place: SlicePlace,
): Promise<void> {
  await session.rows(
    `INSERT INTO ${session.books}own_transaction (namespace, run, step, slice, transaction, known_at)
     SELECT $1, $2, $3, $4, pg_catalog.pg_current_xact_id()::xid::text::bigint, pg_catalog.pg_current_xact_id()`,
    placeParameters(namespace, place),
  );
}

/** For a part that was loaded under a savepoint, before that is released: its number is that of what is written under it. */
export async function keepOwnSavepoint(
  session: Session,
  namespace: string,
  place: SlicePlace,
): Promise<void> {
  await keepOwnTransaction(session, namespace, place);
  await session.rows(
    `UPDATE ${session.books}own_transaction SET transaction = xmin::text::bigint
     WHERE namespace = $1 AND run = $2 AND step = $3 AND slice = $4
       AND transaction = pg_catalog.pg_current_xact_id()::xid::text::bigint`,
    placeParameters(namespace, place),
  );
}

/** For records that a repair put back: savepoints give them numbers of their own. */
export async function keepTransactionsOf(
  session: Session,
  namespace: string,
  owner: Owner,
  table: TargetTable,
  { key, entries }: Pick<UndoPack, 'key' | 'entries'>,
): Promise<void> {
  if (key.length === 0) return;
  const keys = unnested(key.map((name) => targetColumn(table, name)));
  const condition = key.map((name, at) => `t.${quoteName(name)} = ${keys.values[at]}`).join(' AND ');
  const at = key.length;
  await session.rows(
    `INSERT INTO ${session.books}own_transaction (namespace, run, step, transaction, known_at)
     SELECT DISTINCT $${at + 1}, $${at + 2}, $${at + 3}, t.xmin::text::bigint, pg_catalog.pg_current_xact_id()
     FROM ${keys.from} JOIN ${table.name} AS t ON ${condition} ON CONFLICT DO NOTHING`,
    [...keys.parameters(entries.map((entry) => entry.key)), namespace, owner.run, owner.step],
  );
}

/** SQL for the step of this run that left a record `t` as it is, or null; namespace and run are the parameters behind `at`. */
export function ownerSql({ books }: Session, at: number): string {
  return `(SELECT o.step FROM ${books}own_transaction AS o
    WHERE o.namespace = $${at + 1} AND o.run = $${at + 2} AND o.transaction = t.xmin::text::bigint AND ${isRecent('o')})`;
}

/** As a literal of `xid[]`: all of the step, or those alone that loaded this slice. */
export async function ownTransactions(
  session: Session,
  namespace: string,
  { run, step, slice }: SlicePlace,
  onlySlice: boolean,
): Promise<string> {
  const rows = await session.rows(
    `SELECT transaction FROM ${session.books}own_transaction AS o WHERE namespace = $1 AND run = $2 AND step = $3
       AND (slice = $4 OR $4 IS NULL) AND ${isRecent('o')}`,
    [namespace, run, step, onlySlice ? String(slice) : null],
  );
  return `{${rows.map(([number]) => number).join(',')}}`;
}

/** Less than one round of numbers ago, with something to spare. */
function isRecent(alias: string): string {
  return `pg_catalog.pg_current_xact_id()::text::numeric - ${alias}.known_at::text::numeric < 4000000000`;
}
