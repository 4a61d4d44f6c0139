import { createHash } from 'node:crypto';
import type { Relation } from '../../model/index.ts';
import { fault } from './faults.ts';
import type { Session, Sessions } from './sessions.ts';
import { qualifiedName, quoteName, quoteNames } from './sql.ts';

/**
 * The server looks for each record that goes whether others refer to it. Where no index leads with the referring fields it
 * reads the referring relation whole, each time: an index is then made for as long as records are taken back.
 *
 * Invariants: 1. only where this role owns the relation, and without keeping others from writing to it. 2. what an earlier
 * process left is taken up, or taken away when it is only half there. 3. a failure is no reason not to go back: it is told.
 */
export async function beginUndo(
  sessions: Sessions,
  namespace: string,
  relations: readonly Relation[],
): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const reference of await sessions.lend(async (session) => unindexed(session, namespace, relations)))
    notes.push(await aid(sessions, namespace, reference));
  return notes;
}

/** Takes away the indexes that were made for this; answers how many there were. */
export async function endUndo(sessions: Sessions, namespace: string): Promise<number> {
  const found = await sessions.lend(async (session) => session.rows(ownIndexes, [prefixOf(namespace)]));
  for (const [schema, name] of found)
    await sessions.lend(async (session) =>
      session.run(`DROP INDEX CONCURRENTLY IF EXISTS ${qualifiedName(String(schema), String(name))}`),
    );
  return found.length;
}

interface Unindexed {
  readonly schema: string;
  readonly relation: string;
  readonly fields: readonly string[];
  readonly own: boolean;
}

async function aid(
  sessions: Sessions,
  namespace: string,
  { schema, relation, fields, own }: Unindexed,
): Promise<string> {
  const what = `${relation} (${fields.join(', ')})`;
  if (!own)
    return `no index leads with ${what}, which refers to records that go, and this role does not own it: each of them takes a look at all of ${relation}`;
  const name = `${prefixOf(namespace)}${digest([schema, relation, ...fields])}`;
  const index = qualifiedName(schema, name);
  try {
    await sessions.lend(async (session) => {
      await session.run(`DROP INDEX CONCURRENTLY IF EXISTS ${index}`);
      await session.run(
        `CREATE INDEX CONCURRENTLY ${quoteName(name)} ON ${qualifiedName(schema, relation)} (${quoteNames(fields)})`,
      );
    });
    return `an index on ${what} was made for as long as records were taken back: it refers to them`;
  } catch (error) {
    const { code } = fault(error, { relation });
    return `no index leads with ${what}, which refers to records that go, and none could be made (${code})`;
  }
}

/** References to these relations, from ones large enough for it to matter. */
async function unindexed(
  session: Session,
  namespace: string,
  relations: readonly Relation[],
): Promise<readonly Unindexed[]> {
  const names = JSON.stringify(relations.map(({ name }) => name));
  const rows = await session.rows(unindexedQuery, [namespace, names]);
  return rows.map(([schema, relation, fields, own]) => ({
    schema: String(schema),
    relation: String(relation),
    fields: JSON.parse(String(fields)) as string[],
    own: own === 't',
  }));
}

const digest = (words: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 16);

/** Another target schema of the same database may be taken back at the same time. */
const prefixOf = (namespace: string): string => `godwit_undo_${digest([namespace])}_`;

const ownIndexes = `
  SELECT n.nspname, c.relname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind = 'i' AND starts_with(c.relname::text, $1) AND pg_catalog.pg_has_role(c.relowner, 'USAGE')`;

/** Below ten pages a look at all of a relation costs what a look into an index does. */
const unindexedQuery = `
  SELECT DISTINCT n.nspname, c.relname, (
      SELECT json_agg(a.attname ORDER BY k.place) FROM unnest(r.conkey) WITH ORDINALITY AS k (number, place)
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = r.conrelid AND a.attnum = k.number)::text,
    pg_catalog.pg_has_role(c.relowner, 'USAGE')
  FROM pg_catalog.pg_constraint AS r
    JOIN pg_catalog.pg_class AS c ON c.oid = r.conrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_class AS t ON t.oid = r.confrelid
    JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.relnamespace
  WHERE r.contype = 'f' AND c.relkind = 'r' AND tn.nspname = $1
    AND t.relname IN (SELECT json_array_elements_text($2::json))
    AND pg_catalog.pg_relation_size(c.oid) > 10 * 8192
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_index AS i
      WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL
        AND (i.indkey::int2[])[0:cardinality(r.conkey) - 1] @> r.conkey)
  ORDER BY 1, 2, 3`;
