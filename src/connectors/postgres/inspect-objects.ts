import type { SchemaObject } from '../../model/index.ts';
import { aroundQueries } from './inspect-around.ts';
import { commentQueries } from './inspect-comments.ts';
import { settingQueries } from './inspect-settings.ts';
import type { Session } from './sessions.ts';
import { quoteName, quoteText } from './sql.ts';

/** What a schema holds besides relations: every text that does something, and every type that is its own. */
export async function readObjects(session: Session, schema: string): Promise<SchemaObject[]> {
  const objects: SchemaObject[] = [];
  for (const [kind, query] of everyQuery)
    for (const [name, relation, definition] of await session.rows(
      query,
      query.includes('$1') ? [schema] : [],
    ))
      objects.push({
        kind,
        name: String(name),
        relation: relation ?? null,
        definition: definition ?? null,
      });
  return [...objects, ...(await readEnums(session, schema)), ...(await readDomains(session, schema))];
}

async function readEnums(session: Session, schema: string): Promise<SchemaObject[]> {
  const rows = await session.rows(
    `SELECT t.typname, json_agg(e.enumlabel ORDER BY e.enumsortorder)
     FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
       JOIN pg_catalog.pg_enum AS e ON e.enumtypid = t.oid
     WHERE n.nspname = $1 AND ${notOfExtension('pg_type', 't.oid')} GROUP BY t.oid, t.typname`,
    [schema],
  );
  return rows.map(([name, labels]) => ({
    kind: 'enum',
    name: String(name),
    relation: null,
    definition: `CREATE TYPE ${quoteName(String(name))} AS ENUM (${(JSON.parse(String(labels)) as string[]).map(quoteText).join(', ')})`,
  }));
}

async function readDomains(session: Session, schema: string): Promise<SchemaObject[]> {
  const rows = await session.rows(
    `SELECT t.typname, pg_catalog.format_type(t.typbasetype, t.typtypmod) || ${collated('t.typcollation', 'b.typcollation')}, t.typdefault, t.typnotnull,
       (SELECT string_agg(' CONSTRAINT ' || quote_ident(r.conname) || ' ' || pg_catalog.pg_get_constraintdef(r.oid, true), '' ORDER BY r.conname COLLATE "C")
        FROM pg_catalog.pg_constraint AS r WHERE r.contypid = t.oid AND r.contype = 'c' AND r.convalidated),
       (SELECT string_agg(format('; ALTER DOMAIN %I ADD CONSTRAINT %I %s', t.typname, r.conname, pg_catalog.pg_get_constraintdef(r.oid, true)), '' ORDER BY r.conname COLLATE "C")
        FROM pg_catalog.pg_constraint AS r WHERE r.contypid = t.oid AND r.contype = 'c' AND NOT r.convalidated)
     FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
       JOIN pg_catalog.pg_type AS b ON b.oid = t.typbasetype
     WHERE n.nspname = $1 AND t.typtype = 'd' AND ${notOfExtension('pg_type', 't.oid')}`,
    [schema],
  );
  return rows.map(([name, base, preset, notNull, checks, unproven]) => ({
    kind: 'domain',
    name: String(name),
    relation: null,
    definition: `CREATE DOMAIN ${quoteName(String(name))} AS ${base}${preset === null ? '' : ` DEFAULT ${preset}`}${notNull === 't' ? ' NOT NULL' : ''}${checks ?? ''}${unproven ?? ''}`,
  }));
}

/** Nor, with `'i'`, what the server made with something else: the functions of a range. */
const notOfExtension = (catalog: string, oid: string, kinds = `'e'`): string => `NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend AS e
    WHERE e.classid = 'pg_catalog.${catalog}'::regclass AND e.objid = ${oid} AND e.deptype IN (${kinds}))`;

const inSchema = (alias: string, column: string): string =>
  `JOIN pg_catalog.pg_namespace AS n ON n.oid = ${alias}.${column} AND n.nspname = $1`;

/** ` COLLATE x` where it is not the one of the type anyway; of this schema without the schema's name. */
const collated = (own: string, usual: string): string => `CASE WHEN ${own} <> 0 AND ${own} <> ${usual} THEN (
        SELECT ' COLLATE ' || CASE WHEN cn.nspname = $1 THEN '' ELSE quote_ident(cn.nspname) || '.' END || quote_ident(l.collname)
        FROM pg_catalog.pg_collation AS l JOIN pg_catalog.pg_namespace AS cn ON cn.oid = l.collnamespace WHERE l.oid = ${own}) ELSE '' END`;

/** Each gives name, relation, definition. */
const queries: Readonly<Partial<Record<SchemaObject['kind'], string>>> = {
  view: `SELECT c.relname, c.relname, pg_catalog.pg_get_viewdef(c.oid, true)
    FROM pg_catalog.pg_class AS c ${inSchema('c', 'relnamespace')} WHERE c.relkind = 'v'`,
  'materialized-view': `SELECT c.relname, c.relname, pg_catalog.pg_get_viewdef(c.oid, true)
    FROM pg_catalog.pg_class AS c ${inSchema('c', 'relnamespace')} WHERE c.relkind = 'm'`,
  trigger: `SELECT t.tgname, c.relname, pg_catalog.pg_get_triggerdef(t.oid, true)
      || CASE t.tgenabled WHEN 'D' THEN ' -- disabled' WHEN 'R' THEN ' -- replica' ELSE '' END
    FROM pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid ${inSchema('c', 'relnamespace')}
    WHERE NOT t.tgisinternal AND t.tgparentid = 0`,
  rule: `SELECT r.rulename, c.relname, pg_catalog.pg_get_ruledef(r.oid, true)
    FROM pg_catalog.pg_rewrite AS r JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class ${inSchema('c', 'relnamespace')}
    WHERE r.rulename <> '_RETURN'`,
  policy: `SELECT p.polname, c.relname, concat_ws(' ', CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
      'FOR', CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
      'USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid, true) || ')',
      'WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid, true) || ')')
    FROM pg_catalog.pg_policy AS p JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid ${inSchema('c', 'relnamespace')}`,
  function: `SELECT f.proname || '(' || pg_catalog.pg_get_function_identity_arguments(f.oid) || ')', NULL,
      CASE WHEN f.prokind IN ('f', 'p') THEN pg_catalog.pg_get_functiondef(f.oid) END
    FROM pg_catalog.pg_proc AS f ${inSchema('f', 'pronamespace')} WHERE ${notOfExtension('pg_proc', 'f.oid', `'e', 'i'`)}`,
  sequence: `SELECT c.relname, (SELECT o.relname FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_class AS o ON o.oid = d.refobjid
        WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
          AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0),
      format('CREATE SEQUENCE %I AS %s START %s INCREMENT %s MINVALUE %s MAXVALUE %s CACHE %s%s', c.relname,
        pg_catalog.format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
        CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END)
    FROM pg_catalog.pg_sequence AS s JOIN pg_catalog.pg_class AS c ON c.oid = s.seqrelid ${inSchema('c', 'relnamespace')}`,
  composite: `SELECT t.typname, NULL, format('CREATE TYPE %I AS (%s)', t.typname, (
        SELECT string_agg(format('%I %s%s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), ${collated('a.attcollation', 'b.typcollation')}), ', ' ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS b ON b.oid = a.atttypid WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
    FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid AND c.relkind = 'c' ${inSchema('t', 'typnamespace')}
    WHERE ${notOfExtension('pg_type', 't.oid')}`,
  range: `SELECT t.typname, NULL, format('CREATE TYPE %I AS RANGE (%s)', t.typname, concat_ws(', ', 'SUBTYPE = ' || pg_catalog.format_type(r.rngsubtype, NULL),
        CASE WHEN NOT o.opcdefault THEN format('SUBTYPE_OPCLASS = %I', o.opcname) END,
        'COLLATION = ' || nullif(substr(${collated('r.rngcollation', 'b.typcollation')}, 10), ''),
        CASE WHEN r.rngcanonical <> 0 THEN 'CANONICAL = ' || r.rngcanonical::regproc END,
        CASE WHEN r.rngsubdiff <> 0 THEN 'SUBTYPE_DIFF = ' || r.rngsubdiff::regproc END,
        CASE WHEN m.typname <> CASE WHEN t.typname LIKE '%range%' THEN replace(t.typname, 'range', 'multirange') ELSE t.typname || '_multirange' END
          THEN format('MULTIRANGE_TYPE_NAME = %I', m.typname) END))
    FROM pg_catalog.pg_range AS r JOIN pg_catalog.pg_type AS t ON t.oid = r.rngtypid ${inSchema('t', 'typnamespace')}
      JOIN pg_catalog.pg_type AS b ON b.oid = r.rngsubtype JOIN pg_catalog.pg_opclass AS o ON o.oid = r.rngsubopc
      JOIN pg_catalog.pg_type AS m ON m.oid = r.rngmultitypid
    WHERE ${notOfExtension('pg_type', 't.oid')}`,
  collation: `SELECT l.collname, NULL, format('CREATE COLLATION %I (%s)', l.collname, concat_ws(', ',
        'provider = ' || CASE l.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
        'locale = ' || quote_literal(coalesce(m.more ->> 'colllocale', m.more ->> 'colliculocale', CASE l.collprovider WHEN 'i' THEN l.collcollate END)),
        CASE WHEN l.collprovider = 'c' THEN format('lc_collate = %L, lc_ctype = %L', l.collcollate, l.collctype) END,
        CASE WHEN NOT l.collisdeterministic THEN 'deterministic = false' END,
        'rules = ' || quote_literal(m.more ->> 'collicurules')))
    FROM pg_catalog.pg_collation AS l ${inSchema('l', 'collnamespace')} CROSS JOIN LATERAL (SELECT to_jsonb(l) AS more) AS m
    WHERE ${notOfExtension('pg_collation', 'l.oid')}`,
  partition: `SELECT c.relname, p.relname, 'PARTITION OF ' || quote_ident(p.relname) || ' ' || pg_catalog.pg_get_expr(c.relpartbound, c.oid, true)
      || coalesce(' PARTITION BY ' || pg_catalog.pg_get_partkeydef(c.oid), '')
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_inherits AS i ON i.inhrelid = c.oid
      JOIN pg_catalog.pg_class AS p ON p.oid = i.inhparent ${inSchema('c', 'relnamespace')} WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f')
    UNION ALL SELECT c.relname, c.relname, 'PARTITION BY ' || pg_catalog.pg_get_partkeydef(c.oid)
    FROM pg_catalog.pg_class AS c ${inSchema('c', 'relnamespace')} WHERE c.relkind = 'p' AND NOT c.relispartition`,
  extension: `SELECT extname, NULL, 'version ' || extversion FROM pg_catalog.pg_extension`,
};

const everyQuery: readonly (readonly [SchemaObject['kind'], string])[] = [
  ...(Object.entries(queries) as [SchemaObject['kind'], string][]),
  ...settingQueries,
  ...commentQueries.map((query) => ['comment', query] as const),
  ...aroundQueries,
];
