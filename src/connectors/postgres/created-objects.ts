import { prepareBookkeeping } from './bookkeeping.ts';
import type { Session, Sessions } from './sessions.ts';
import { quoteText } from './sql.ts';

/**
 * Types, functions and sequences that came into being with created relations. What was there before is not godwit's to take
 * away, and the statements make them only where they are missing: so what is new is found out by looking before and after.
 *
 * Invariants: 1. it is written down in the transaction that creates. 2. only what is written down is ever dropped, and only while
 * nothing the server knows of rests on it.
 */
export async function createRemembered(
  sessions: Sessions,
  schema: string,
  create: (session: Session) => Promise<void>,
): Promise<void> {
  await prepareBookkeeping(sessions);
  await sessions.transaction('BEGIN', async (session) => {
    await session.run(table);
    const before = new Set((await objectsIn(session, schema)).map(String));
    await create(session);
    for (const found of await objectsIn(session, schema))
      if (!before.has(String(found)))
        await session.rows(
          `INSERT INTO godwit.created_object (namespace, kind, identity) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
          [schema, ...found],
        );
  });
}

/** After the relations themselves: takes away what nothing uses any more. What is still used stays written down. */
export async function dropRemembered(session: Session, schema: string): Promise<void> {
  const [there] = await session.rows(`SELECT pg_catalog.to_regclass('godwit.created_object') IS NOT NULL`);
  if (there?.[0] !== 't') return;
  for (;;) {
    const left = await session.rows(
      'SELECT kind, identity FROM godwit.created_object WHERE namespace = $1 ORDER BY ordinal DESC',
      [schema],
    );
    for (const [kind, identity] of left) await session.run(dropUnlessUsed(String(kind), String(identity)));
    const gone = await session.rows(forgetGone, [schema]);
    // One rests on another: a round may free what the next one drops.
    if (gone.length === 0 || gone.length === left.length) return;
  }
}

const table = `
  CREATE TABLE IF NOT EXISTS godwit.created_object (
    namespace text NOT NULL, kind text NOT NULL, identity text NOT NULL,
    ordinal integer GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (namespace, kind, identity))`;

async function objectsIn(session: Session, schema: string): Promise<readonly string[][]> {
  const rows = await session.rows(objectsQuery, [schema]);
  return rows.map(([kind, identity]) => [String(kind), String(identity)]);
}

/** In the order of their making. What belongs to a table or an extension goes with it. */
const objectsQuery = `
  SELECT kind, identity FROM (
    SELECT 'TYPE' AS kind, t.oid, 'pg_catalog.pg_type'::regclass AS class,
      (pg_catalog.pg_identify_object('pg_catalog.pg_type'::regclass, t.oid, 0)).identity
    FROM pg_catalog.pg_type AS t LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid
    WHERE t.typnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace AS n WHERE n.nspname = $1) AND (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND c.relkind = 'c')
    UNION ALL
    SELECT 'COLLATION', l.oid, 'pg_catalog.pg_collation'::regclass,
      (pg_catalog.pg_identify_object('pg_catalog.pg_collation'::regclass, l.oid, 0)).identity
    FROM pg_catalog.pg_collation AS l WHERE l.collnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace AS n WHERE n.nspname = $1)
    UNION ALL
    SELECT 'ROUTINE', p.oid, 'pg_catalog.pg_proc'::regclass,
      (pg_catalog.pg_identify_object('pg_catalog.pg_proc'::regclass, p.oid, 0)).identity
    FROM pg_catalog.pg_proc AS p WHERE p.pronamespace = (SELECT n.oid FROM pg_catalog.pg_namespace AS n WHERE n.nspname = $1)
    UNION ALL
    SELECT 'SEQUENCE', c.oid, 'pg_catalog.pg_class'::regclass,
      (pg_catalog.pg_identify_object('pg_catalog.pg_class'::regclass, c.oid, 0)).identity
    FROM pg_catalog.pg_class AS c WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace AS n WHERE n.nspname = $1) AND c.relkind = 'S') AS object
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
    WHERE d.classid = object.class AND d.objid = object.oid AND d.deptype IN ('a', 'i', 'e'))
  ORDER BY oid`;

function dropUnlessUsed(kind: string, identity: string): string {
  const drop = quoteText(`DROP ${kind} IF EXISTS ${identity} RESTRICT`);
  const used = 'dependent_objects_still_exist OR insufficient_privilege';
  return `DO ${quoteText(`BEGIN EXECUTE ${drop}; EXCEPTION WHEN ${used} THEN NULL; END`)}`;
}

const forgetGone = `
  DELETE FROM godwit.created_object WHERE namespace = $1 AND CASE kind
    WHEN 'TYPE' THEN pg_catalog.to_regtype(identity) IS NULL
    WHEN 'COLLATION' THEN pg_catalog.to_regcollation(identity) IS NULL
    WHEN 'SEQUENCE' THEN pg_catalog.to_regclass(identity) IS NULL
    ELSE pg_catalog.to_regprocedure(identity) IS NULL END
  RETURNING identity`;
