import { DatabaseError } from 'pg';
import { findField, type Value } from '../../model/index.ts';
import type { PlannedWrite, WriteRecord } from '../port.ts';
import { isDataException } from './faults.ts';
import { isAboutRecord, isUnreadText } from './refusals.ts';
import type { Session } from './sessions.ts';
import type { TargetTable } from './target-table.ts';
import { UnfitValue } from './unfit-value.ts';
import { encodeValue } from './value-text.ts';

/**
 * Which field of a refused record does not fit its type: the server does not say, so each value is read alone as its
 * column would read it, length and precision included. (A cast would not do: it cuts what is too long.)
 */
export async function fieldToBlame(
  session: Session,
  table: TargetTable,
  write: PlannedWrite,
  record: WriteRecord,
  error: unknown,
): Promise<string | null> {
  if (error instanceof DatabaseError && error.constraint !== undefined && /^2350[35]/.test(error.code ?? ''))
    return fieldOfConstraint(session, table, write, error.constraint);
  if (!isAboutValue(error)) return null;
  for (const [at, name] of write.fields.entries())
    if (await isUnfit(session, table, write, name, record.row[at] ?? null)) return name;
  return null;
}

function isAboutValue(error: unknown): boolean {
  return error instanceof UnfitValue || isDataException(error) || isUnreadText(error);
}

/** A key or a foreign key that came after the relation was looked at, over one field. */
async function fieldOfConstraint(
  session: Session,
  table: TargetTable,
  { relation: { primaryKey, uniques, foreignKeys } }: PlannedWrite,
  constraint: string,
): Promise<string | null> {
  if ([primaryKey, ...uniques, ...foreignKeys].some((key) => key?.name === constraint)) return null;
  const [row] = await session.rows(
    `SELECT a.attname FROM pg_catalog.pg_constraint AS r
       JOIN pg_catalog.pg_attribute AS a ON a.attrelid = r.conrelid AND a.attnum = r.conkey[1]
     WHERE r.conrelid = $1::regclass AND r.conname = $2 AND cardinality(r.conkey) = 1`,
    [table.name, constraint],
  );
  return row?.[0] ?? null;
}

async function isUnfit(
  session: Session,
  table: TargetTable,
  write: PlannedWrite,
  name: string,
  value: Value,
): Promise<boolean> {
  await session.run('SAVEPOINT one_value');
  try {
    const text = encodeValue(value, findField(write.relation, name)?.type);
    if (text !== null)
      await session.rows(
        `SELECT pg_catalog.jsonb_populate_record(NULL::${table.name}, pg_catalog.jsonb_build_object($1::text, $2::text))`,
        [name, text],
      );
    return false;
  } catch (error) {
    if (isAboutValue(error)) return true;
    // A domain that wants a value in one of the fields left empty here: nothing is said about this one.
    if (isAboutRecord(error)) return false;
    throw error;
  } finally {
    await session.run('ROLLBACK TO SAVEPOINT one_value; RELEASE SAVEPOINT one_value');
  }
}
