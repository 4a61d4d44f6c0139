import { findField, type Value } from '../../model/index.ts';
import type { SliceWrite, WriteRecord } from '../port.ts';
import { isDataException } from './faults.ts';
import type { Session } from './sessions.ts';
import { type TargetTable, targetColumn } from './target-table.ts';
import { UnfitValue } from './unfit-value.ts';
import { encodeValue } from './value-text.ts';

/**
 * Which field of a refused record does not fit its type: the server does not say. Each value is read alone as the declared
 * type; a text that is too long is found by counting, for a cast would cut it instead of failing.
 */
export async function fieldToBlame(
  session: Session,
  table: TargetTable,
  write: SliceWrite,
  record: WriteRecord,
  error: unknown,
): Promise<string | null> {
  if (!(error instanceof UnfitValue) && !isDataException(error)) return null;
  for (const [at, name] of write.fields.entries())
    if (await isUnfit(session, table, write, name, record.row[at] ?? null)) return name;
  return null;
}

async function isUnfit(
  session: Session,
  table: TargetTable,
  write: SliceWrite,
  name: string,
  value: Value,
): Promise<boolean> {
  const type = findField(write.relation, name)?.type;
  if (type?.kind === 'text' && type.charactersMax !== null && typeof value === 'string')
    if (Array.from(value.trimEnd()).length > type.charactersMax) return true;
  await session.run('SAVEPOINT one_value');
  try {
    const text = encodeValue(value, type);
    await session.rows(`SELECT $1::${targetColumn(table, name).declared}`, [text]);
    return false;
  } catch (error) {
    if (error instanceof UnfitValue || isDataException(error)) return true;
    throw error;
  } finally {
    await session.run('ROLLBACK TO SAVEPOINT one_value; RELEASE SAVEPOINT one_value');
  }
}
