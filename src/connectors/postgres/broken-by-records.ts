import { DatabaseError } from 'pg';
import type { Completion, GodwitError } from '../../model/index.ts';
import { postgresFault } from './faults.ts';
import type { Session, Sessions } from './sessions.ts';
import { qualifiedName, quoteNames } from './sql.ts';

/**
 * Records break a key or a foreign key that the source says it holds: they came past it (disabled triggers, a replica's session,
 * a collation that was changed under an index). Null where the failure is another one.
 */
export async function brokenByRecords(
  sessions: Sessions,
  schema: string,
  completion: Completion,
  error: unknown,
): Promise<GodwitError | null> {
  if (!(error instanceof DatabaseError)) return null;
  const { relation, name } = completion;
  const broken = async (what: string, query: string | null): Promise<GodwitError> => {
    const counted = query === null ? null : await sessions.lend(async (session) => countOf(session, query));
    const found = query === null ? '' : `: ${counted} of them. They are found by ${query}`;
    return postgresFault('postgres.records-break-key', what + found, { relation });
  };
  if (error.code === '23505')
    return broken(
      `Records of ${relation} have the same values in the key ${name}`,
      repeatedQuery(schema, completion),
    );
  if (error.code !== '23503') return null;
  const query = await sessions.lend(async (session) => danglingQuery(session, schema, completion));
  return broken(`Records of ${relation} point nowhere by ${name}`, query);
}

async function countOf(session: Session, query: string): Promise<string | null> {
  const [row] = await session.rows(`SELECT count(*) FROM (${query}) AS found`);
  return row?.[0] ?? null;
}

/** Only for keys over plain fields; null where the statement says more than a person should be shown a query for. */
function repeatedQuery(schema: string, { relation, statement }: Completion): string | null {
  const found =
    / ON (?:ONLY )?(?:"(?:[^"]|"")*"|\S+)(?: USING \w+)? \((?<list>(?:"(?:[^"]|"")*"|[^"()])*)\)(?<rest>.*)$/s.exec(
      statement,
    );
  const { list = '', rest = '' } = found?.groups ?? {};
  if (list === '' || rest.includes(' WHERE ')) return null;
  const fields = list
    .split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    .map((one) => /^\s*("(?:[^"]|"")*"|[^\s"]+)/.exec(one)?.[1] ?? '');
  const own = fields.join(', ');
  const filled = rest.includes(' NULLS NOT DISTINCT')
    ? ''
    : ` WHERE ${fields.map((field) => `${field} IS NOT NULL`).join(' AND ')}`;
  return `SELECT ${own} FROM (SELECT ${own}, count(*) OVER (PARTITION BY ${own}) AS alike FROM ${qualifiedName(schema, relation)}${filled}) AS r WHERE alike > 1`;
}

async function danglingQuery(
  session: Session,
  schema: string,
  { relation, name }: Completion,
): Promise<string | null> {
  const [row] = await session.rows(referenceQuery, [schema, relation, name]);
  if (row === undefined) return null;
  const [child, otherSchema, other, own, theirs] = row;
  const [fields, keys] = [own, theirs].map((json) => JSON.parse(String(json)) as string[]);
  const pairs = (fields ?? []).map(
    (field, at) => `c.${quoteNames([field])} = p.${quoteNames([keys?.[at] ?? ''])}`,
  );
  const filled = (fields ?? []).map((field) => `c.${quoteNames([field])} IS NOT NULL`);
  return `SELECT ${(fields ?? []).map((field) => `c.${quoteNames([field])}`).join(', ')} FROM ${qualifiedName(schema, String(child))} AS c WHERE ${filled.join(' AND ')} AND NOT EXISTS (SELECT FROM ${qualifiedName(String(otherSchema), String(other))} AS p WHERE ${pairs.join(' AND ')})`;
}

const namesOf = (relation: string, numbers: string): string => `(
    SELECT json_agg(a.attname ORDER BY k.place) FROM unnest(${numbers}) WITH ORDINALITY AS k(number, place)
      JOIN pg_catalog.pg_attribute AS a ON a.attrelid = ${relation} AND a.attnum = k.number)`;

const referenceQuery = `
  SELECT c.relname, fn.nspname, f.relname, ${namesOf('r.conrelid', 'r.conkey')}, ${namesOf('r.confrelid', 'r.confkey')}
  FROM pg_catalog.pg_constraint AS r JOIN pg_catalog.pg_class AS c ON c.oid = r.conrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_class AS f ON f.oid = r.confrelid JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.relnamespace
  WHERE n.nspname = $1 AND c.relname = $2 AND r.conname = $3 AND r.contype = 'f'`;
