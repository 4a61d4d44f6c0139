import type { Schema, SchemaObject } from '../../model/index.ts';
import { functionsCalledIn, withoutSchema } from './create-functions.ts';
import type { Session } from './sessions.ts';

/** What a sandbox takes over of the triggers on its relations. */
export interface ClonedTriggers {
  /** Functions first. */
  readonly statements: readonly string[];
  /** What cannot come along, one line each, with the reason. */
  readonly leftOut: readonly string[];
}

/**
 * The triggers on these relations, with their functions. Nobody but the server understands a function's text, and a name that
 * the sandbox lacks would be looked for behind it, in the live schema: so a trigger comes along only when no text of it names
 * anything of the database but what the sandbox has. Rather too many are left out than one that writes where people work.
 */
export function cloneTriggers(
  schema: Schema,
  relations: readonly string[],
  outside: NamesOutside,
): ClonedTriggers {
  const statements: string[] = [];
  const leftOut: string[] = [];
  for (const object of schema.objects) {
    if (object.relation === null || !relations.includes(object.relation)) continue;
    const what = `${object.kind} ${object.name} on ${object.relation}`;
    if (object.kind === 'rule') leftOut.push(`${what}: rules are not taken over`);
    if (object.kind !== 'trigger' || object.definition === null || isAsleep(object.definition)) continue;
    const functions = functionsCalledIn(schema, [object.definition]);
    const reason = whyNot(object.definition, functions, outside);
    if (reason === null)
      statements.push(
        ...functions.map(({ definition }) => withoutSchema(schema, definition ?? '')),
        object.definition,
      );
    else leftOut.push(`${what}: ${reason}`);
  }
  return { statements: [...new Set(statements)], leftOut };
}

/** What a text could name outside the sandbox. */
export interface NamesOutside {
  readonly schemas: readonly string[];
  /** Tables, views, sequences of any schema that the sandbox does not have under that name. */
  readonly relations: readonly string[];
  /** Of other schemas; those of the live one come along. */
  readonly functions: readonly string[];
}

/** @param inside names of the relations the sandbox has */
export async function readNamesOutside(
  session: Session,
  schema: string,
  inside: readonly string[],
): Promise<NamesOutside> {
  const namesOf = async (query: string): Promise<readonly string[]> =>
    (await session.rows(query)).map(([name]) => String(name));
  const ours = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;
  const relations = await namesOf(`SELECT DISTINCT c.relname FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace AND ${ours} WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')`);
  const functions = await session.rows(
    `SELECT DISTINCT p.proname FROM pg_catalog.pg_proc AS p
     JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace AND ${ours} AND n.nspname <> $1
     WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS e
       WHERE e.classid = 'pg_catalog.pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')`,
    [schema],
  );
  return {
    schemas: await namesOf(`SELECT n.nspname FROM pg_catalog.pg_namespace AS n WHERE ${ours}`),
    relations: relations.filter((name) => !inside.includes(name)),
    functions: functions.map(([name]) => String(name)),
  };
}

/** Disabled, or only for what a replica applies. */
function isAsleep(definition: string): boolean {
  return / -- (?:disabled|replica)$/.test(definition);
}

function whyNot(
  definition: string,
  functions: readonly SchemaObject[],
  outside: NamesOutside,
): string | null {
  if (/ EXECUTE FUNCTION (?:"(?:[^"]|"")+"|\w+)\./.test(definition))
    return 'its function belongs to another schema';
  for (const { name, definition: text } of functions) {
    const [head, body] = headAndBody(text ?? '');
    if (/\bSET search_path\b/.test(head)) return `${name} sets a search path of its own`;
    if (/\bexecute\b/i.test(body)) return `${name} makes its statements while it runs`;
    const found = [
      ...outside.schemas.filter((one) => names(body, one, '\\s*\\.')),
      ...outside.relations.filter((one) => names(body, one)),
      ...outside.functions.filter((one) => names(body, one, '\\s*\\(')),
    ][0];
    if (found !== undefined) return `${name} names ${found}, which the sandbox does not have`;
  }
  return null;
}

/** `pg_get_functiondef` writes what the function is, then its text. */
function headAndBody(definition: string): readonly [head: string, body: string] {
  const at = definition.search(/^(?:AS |BEGIN ATOMIC|RETURN )/m);
  return at < 0 ? ['', definition] : [definition.slice(0, at), definition.slice(at)];
}

/** Names without quotes are read in lower case. */
function names(text: string, name: string, behind = ''): boolean {
  const literal = name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`(?<![\\w$])"?${literal.replaceAll('"', '""')}"?(?![\\w$])${behind}`, 'i').test(text);
}
