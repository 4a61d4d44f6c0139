import type { Field, FieldType, Relation, Schema } from '../../model/index.ts';
import type { SandboxHolds } from '../port.ts';
import { sandboxStructure } from '../sandbox-structure.ts';
import { forgetNamespace } from './bookkeeping.ts';
import { cloneTriggers, readNamesOutside } from './clone-triggers.ts';
import { createStatements, referencesAmong } from './create.ts';
import { postgresFault } from './faults.ts';
import { inspectSchema } from './inspect.ts';
import { advanceInside } from './sequences.ts';
import type { Session, Sessions } from './sessions.ts';
import { qualifiedName, quoteName, quoteNames, quoteText } from './sql.ts';

const mark = 'godwit sandbox';

interface AskedSandbox {
  readonly name: string;
  readonly relations: readonly string[];
  readonly holds?: SandboxHolds | undefined;
}

/**
 * A schema beside the live one with the same structure, with the records of relations that are only referred to and, where they
 * are asked for, with those of the others; references come behind them, so that no order of the relations matters. Answers with what could not come along. Invariants: 1. only a schema that carries the mark of a sandbox is ever dropped.
 * 2. inside the sandbox nothing refers to the live schema's tables, types or sequences: all that is needed is cloned.
 */
export async function createSandbox(
  sessions: Sessions,
  schema: string,
  { name, relations, holds }: AskedSandbox,
): Promise<readonly string[]> {
  expectSandboxName(name);
  const structure = sandboxStructure(await inspectSchema(sessions, schema), relations, holds);
  const names = [...structure.rehearsed, ...structure.referredTo.map((relation) => relation.name)];
  const statements = createStatements(withoutReferences(structure.schema), names);
  refuseBodiesThatReachOut(statements, schema);
  return sessions.transaction('BEGIN', async (session) => {
    await drop(session, name);
    const outside = await readNamesOutside(session, schema, names);
    const triggers = cloneTriggers(structure.schema, structure.rehearsed, outside);
    await session.run(`CREATE SCHEMA ${quoteName(name)}`);
    await session.run(`COMMENT ON SCHEMA ${quoteName(name)} IS ${quoteText(mark)}`);
    // The live schema stays on the path behind the sandbox: types of extensions may live there.
    await session.run(
      `SET LOCAL search_path = ${quoteName(name)}, ${quoteName(schema)}, pg_temp; SET LOCAL check_function_bodies = off`,
    );
    for (const statement of statements) await session.run(statement);
    for (const relation of structure.filled) await session.run(copyRecords(relation, schema, name));
    await advanceInside(session, name, structure.filled);
    // What a deferred rule still has to look at keeps a relation from being changed.
    await session.run('SET CONSTRAINTS ALL IMMEDIATE');
    for (const statement of referencesAmong(structure.schema, names)) await session.run(statement);
    for (const statement of triggers.statements) await session.run(statement);
    await refuseReachingOut(session, name, schema);
    return triggers.leftOut;
  });
}

function withoutReferences(schema: Schema): Schema {
  return { ...schema, relations: schema.relations.map((relation) => ({ ...relation, foreignKeys: [] })) };
}

function copyRecords(relation: Relation, schema: string, sandbox: string): string {
  const fields = relation.fields.filter(({ synthetic, generated }) => !synthetic && generated !== 'computed');
  const names = quoteNames(fields.map((field) => field.name));
  const values = fields.map(valueSql).join(', ');
  return `INSERT INTO ${qualifiedName(sandbox, relation.name)} (${names}) OVERRIDING SYSTEM VALUE SELECT ${values} FROM ${qualifiedName(schema, relation.name)}`;
}

/** A type of the live schema is another type in the sandbox: such a value travels as text. */
function valueSql({ name, type, native }: Field): string {
  return isOfSchema(type) ? `CAST(CAST(${quoteName(name)} AS text) AS ${native})` : quoteName(name);
}

function isOfSchema(type: FieldType): boolean {
  return type.kind === 'list' ? isOfSchema(type.of) : type.kind === 'enum' || type.kind === 'native';
}

/** The catalog does not know what the text of a function names; a schema in front of a name is looked for in the text. */
function refuseBodiesThatReachOut(statements: readonly string[], schema: string): void {
  const functions = statements.filter((statement) => statement.startsWith('CREATE OR REPLACE '));
  const reaching = functions.find(
    (text) => text.includes(`${quoteName(schema)}.`) || text.includes(`${schema}.`),
  );
  if (reaching === undefined) return;
  const [head] = reaching.split('\n');
  throw postgresFault('postgres.sandbox-reaches-out', `${head} ... names the schema ${schema}`);
}

/** Whatever the statements said: the catalog knows what defaults, checks and columns really rest on. */
async function refuseReachingOut(session: Session, name: string, schema: string): Promise<void> {
  const rows = await session.rows(reachesQuery, [name, schema]);
  if (rows.length === 0) return;
  const reached = rows.map(([what]) => String(what)).join(', ');
  throw postgresFault('postgres.sandbox-reaches-out', `it would use ${reached} of the schema ${schema}`);
}

const reachesQuery = `
  SELECT DISTINCT pg_catalog.pg_describe_object(d.refclassid, d.refobjid, 0)
  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = $1
    LEFT JOIN pg_catalog.pg_attrdef AS a ON a.adrelid = c.oid
    LEFT JOIN pg_catalog.pg_constraint AS r ON r.conrelid = c.oid
    JOIN pg_catalog.pg_depend AS d ON d.objid IN (c.oid, a.oid, r.oid)
    JOIN pg_catalog.pg_namespace AS live ON live.nspname = $2
    LEFT JOIN pg_catalog.pg_proc AS f ON d.refclassid = 'pg_catalog.pg_proc'::regclass AND f.oid = d.refobjid
    LEFT JOIN pg_catalog.pg_type AS t ON d.refclassid = 'pg_catalog.pg_type'::regclass AND t.oid = d.refobjid
    LEFT JOIN pg_catalog.pg_class AS o ON d.refclassid = 'pg_catalog.pg_class'::regclass AND o.oid = d.refobjid
  WHERE live.oid IN (f.pronamespace, t.typnamespace, o.relnamespace)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS e
      WHERE e.classid = d.refclassid AND e.objid = d.refobjid AND e.deptype = 'e')
  ORDER BY 1`;

export async function dropSandbox(sessions: Sessions, name: string): Promise<void> {
  expectSandboxName(name);
  await sessions.transaction('BEGIN', async (session) => drop(session, name));
}

async function drop(session: Session, name: string): Promise<void> {
  const [row] = await session.rows(
    `SELECT pg_catalog.obj_description(oid, 'pg_namespace') FROM pg_catalog.pg_namespace WHERE nspname = $1`,
    [name],
  );
  if (row !== undefined && row[0] !== mark) throw postgresFault('postgres.not-a-sandbox', name);
  await session.run(`DROP SCHEMA IF EXISTS ${quoteName(name)} CASCADE`);
  await forgetNamespace(session, name);
}

function expectSandboxName(name: string): void {
  if (!/^godwit_[A-Za-z0-9_]{1,56}$/.test(name))
    throw postgresFault('postgres.sandbox-name', JSON.stringify(name));
}
