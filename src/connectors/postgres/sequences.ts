import type { Relation } from '../../model/index.ts';
import type { GivenNumbers } from '../port.ts';
import type { Session, Sessions } from './sessions.ts';
import { qualifiedName, quoteName } from './sql.ts';

/**
 * See `Snapshot.lastNumbers`. Of a sequence that was never asked since it was set to begin elsewhere, the number before that
 * one; one that begins where it was made to, or that the role may not read, says nothing.
 */
export async function lastNumbers(
  session: Session,
  namespace: string,
  relation: Relation,
): Promise<ReadonlyMap<string, string>> {
  const rows = await session.rows(
    `SELECT q.attname, s.last_value, q.nspname, q.relname, q.seqincrement,
         s.last_value IS NULL AND pg_catalog.has_sequence_privilege(pg_catalog.format('%I.%I', q.nspname, q.relname), 'SELECT')
       FROM (${sequencesQuery}) AS q
       JOIN pg_catalog.pg_sequences AS s ON s.schemaname = q.nspname AND s.sequencename = q.relname`,
    [namespace, relation.name],
  );
  const numbers = new Map<string, string>();
  for (const [field, last, schema, sequence, increment, unasked] of rows) {
    const name = qualifiedName(String(schema), String(sequence));
    const number = unasked === 't' ? await numberBefore(session, name, String(increment)) : (last ?? null);
    if (number !== null) numbers.set(String(field), number);
  }
  return numbers;
}

async function numberBefore(session: Session, name: string, increment: string): Promise<string | null> {
  const [row] = await session.rows(
    `SELECT s.last_value::numeric - $1::numeric FROM ${name} AS s JOIN pg_catalog.pg_sequence AS q ON q.seqrelid = $2::regclass
     WHERE NOT s.is_called AND s.last_value <> q.seqstart AND s.last_value::numeric - $1::numeric BETWEEN q.seqmin AND q.seqmax`,
    [increment, name],
  );
  return row?.[0] ?? null;
}

/**
 * Sets the sequences of these relations past the values that are there, and past the numbers given before, never back:
 * identity columns, serial columns, and sequences a default takes its value from.
 */
export async function advanceSequences(
  sessions: Sessions,
  namespace: string,
  relations: readonly Relation[],
  given: GivenNumbers = new Map(),
): Promise<readonly string[]> {
  return sessions.transaction('BEGIN', async (session) =>
    advanceInside(session, namespace, relations, given),
  );
}

/** The same within a transaction of the caller's. */
export async function advanceInside(
  session: Session,
  namespace: string,
  relations: readonly Relation[],
  given: GivenNumbers = new Map(),
): Promise<readonly string[]> {
  const said: string[] = [];
  for (const relation of relations)
    for (const [column, schema, sequence, increment, counts] of await session.rows(sequencesQuery, [
      namespace,
      relation.name,
    ])) {
      const name = qualifiedName(String(schema), String(sequence));
      // A field may say its number in a text of its own, which is not read here.
      const field = counts === 't' ? quoteName(String(column)) : 'NULL';
      const column_ = { table: qualifiedName(namespace, relation.name), field };
      const before = given.get(relation.name)?.get(String(column)) ?? null;
      const next = await advance(session, name, { ...column_, before }, String(increment).startsWith('-'));
      if (next !== null) said.push(`${relation.name}.${column}: sequence ${sequence} goes on after ${next}`);
    }
  return said;
}

async function advance(
  session: Session,
  sequence: string,
  {
    table,
    field,
    before,
  }: { readonly table: string; readonly field: string; readonly before: string | null },
  downwards: boolean,
): Promise<string | null> {
  const [extreme, beyond, further] = downwards ? ['min', '<', 'least'] : ['max', '>', 'greatest'];
  // Locked against others who take numbers meanwhile only by the comparison itself: they can but move it further.
  const rows = await session.rows(
    `SELECT pg_catalog.setval('${sequence.replaceAll("'", "''")}'::regclass, m.value, true)
     FROM (SELECT ${further}(${extreme}(${field})::bigint, (
         SELECT $1::bigint FROM pg_catalog.pg_sequence AS q
         WHERE q.seqrelid = $2::regclass AND $1::bigint BETWEEN q.seqmin AND q.seqmax)) AS value FROM ${table}) AS m, ${sequence} AS s
     WHERE m.value IS NOT NULL AND (m.value ${beyond} s.last_value OR (m.value = s.last_value AND NOT s.is_called))`,
    [before, sequence],
  );
  return rows[0]?.[0] ?? null;
}

const sequencesQuery = `
  SELECT a.attname, sn.nspname, s.relname, q.seqincrement,
    pg_catalog.format_type(coalesce(nullif(t.typbasetype, 0), t.oid), NULL) IN ('smallint', 'integer', 'bigint', 'numeric')
  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
    JOIN LATERAL (
      SELECT d.objid FROM pg_catalog.pg_depend AS d
      WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
        AND d.refobjid = c.oid AND d.refobjsubid = a.attnum AND d.deptype IN ('a', 'i')
      UNION SELECT d.refobjid FROM pg_catalog.pg_attrdef AS p JOIN pg_catalog.pg_depend AS d
        ON d.classid = 'pg_catalog.pg_attrdef'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass
      WHERE p.adrelid = c.oid AND p.adnum = a.attnum) AS o ON true
    JOIN pg_catalog.pg_class AS s ON s.oid = o.objid AND s.relkind = 'S'
    JOIN pg_catalog.pg_namespace AS sn ON sn.oid = s.relnamespace
    JOIN pg_catalog.pg_sequence AS q ON q.seqrelid = s.oid
  WHERE n.nspname = $1 AND c.relname = $2 ORDER BY a.attnum, s.relname`;
