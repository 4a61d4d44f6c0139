import type { Relation } from '../../model/index.ts';
import { postgresFault } from './faults.ts';
import { readFieldTypes } from './inspect-fields.ts';
import { type Session, type Sessions, searchPath } from './sessions.ts';
import { qualifiedName } from './sql.ts';

/**
 * Keeps a relation as it was inspected for as long as the snapshot lasts. A snapshot shows the records of its moment, not
 * the structure: a field that changes its type is read in the new one, and after TRUNCATE or an ALTER that rewrites a table
 * an older snapshot finds it empty, without a word. So whoever holds the snapshot locks the relation (ACCESS SHARE, as a
 * dump does: it lets everything by but changes of structure), and what was changed before the lock is found.
 */
export async function holdRelation(
  holder: Session,
  sessions: Sessions,
  schema: string,
  relation: Relation,
): Promise<void> {
  await lock(holder, qualifiedName(schema, relation.name));
  const storedThen = await holder.rows(lockedQuery, [qualifiedName(schema, relation.name)]);
  const { types, storedNow } = await sessions.transaction('BEGIN READ ONLY', async (session) => {
    await session.rows(`SELECT ${searchPath(schema, 'none')}`);
    return {
      types: await readFieldTypes(session, schema, relation.name),
      storedNow: await session.rows(storedQuery, [`{${storedThen.map(([oid]) => oid).join(',')}}`]),
    };
  });
  expectSameFields(relation, types);
  if (storedThen.length === 0 || describe(storedThen) !== describe(storedNow))
    throw postgresFault('postgres.relation-rewritten', `the records of ${relation.name} were stored anew`);
}

async function lock(holder: Session, name: string): Promise<void> {
  await holder.run('SAVEPOINT hold');
  try {
    await holder.run(`SELECT FROM ${name} LIMIT 0`);
  } catch (error) {
    await holder.run('ROLLBACK TO hold');
    throw error;
  }
  await holder.run('RELEASE hold');
}

function expectSameFields(relation: Relation, types: ReadonlyMap<string, string>): void {
  for (const { name, native, synthetic } of relation.fields) {
    const now = types.get(name);
    if (synthetic || now === native) continue;
    const change = now === undefined ? 'is no longer there' : `was ${native}, is now ${now}`;
    throw postgresFault('postgres.structure', `${relation.name}.${name} ${change}`, { field: name });
  }
}

/**
 * Where the records of everything this session has locked are stored, as its snapshot knows it: partitions and what a view
 * reads included. Nothing at all when the relation itself is not in the snapshot.
 */
const lockedQuery = `
  SELECT c.oid, c.relfilenode
  FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
  WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND EXISTS (SELECT FROM pg_catalog.pg_class AS own WHERE own.oid = $1::regclass)
  ORDER BY c.oid`;

const storedQuery = `
  SELECT oid, relfilenode FROM pg_catalog.pg_class WHERE oid = ANY ($1::oid[]) ORDER BY oid`;

function describe(stored: readonly (readonly (string | null)[])[]): string {
  return stored.map((place) => place.join(':')).join(' ');
}
