import type { SchemaObject } from '../../model/index.ts';

const here = (alias: string, column: string): string =>
  `JOIN pg_catalog.pg_namespace AS n ON n.oid = ${alias}.${column} AND n.nspname = $1`;

const notOfExtension = (catalog: string, oid: string, kinds = `'e'`): string => `NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend AS x
    WHERE x.classid = 'pg_catalog.${catalog}'::regclass AND x.objid = ${oid} AND x.deptype IN (${kinds}))`;

/** Everything somebody may be given a right to, as its kind, its name, its owner and its rights. */
const ownedAndGranted = `(
    SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, quote_ident(c.relname) AS name, c.relowner AS owner, c.relacl AS acl
    FROM pg_catalog.pg_class AS c ${here('c', 'relnamespace')} WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND ${notOfExtension('pg_class', 'c.oid')}
    UNION ALL
    SELECT format('COLUMN %I OF TABLE', a.attname), quote_ident(c.relname), c.relowner, a.attacl
    FROM pg_catalog.pg_class AS c ${here('c', 'relnamespace')} JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped
    UNION ALL
    SELECT 'ROUTINE', format('%I(%s)', f.proname, pg_catalog.pg_get_function_identity_arguments(f.oid)), f.proowner, f.proacl
    FROM pg_catalog.pg_proc AS f ${here('f', 'pronamespace')} WHERE ${notOfExtension('pg_proc', 'f.oid')}
    UNION ALL
    SELECT 'TYPE', quote_ident(t.typname), t.typowner, t.typacl
    FROM pg_catalog.pg_type AS t ${here('t', 'typnamespace')} WHERE t.typtype IN ('e', 'd', 'r') AND ${notOfExtension('pg_type', 't.oid')}
    UNION ALL SELECT 'SCHEMA', quote_ident(n.nspname), n.nspowner, n.nspacl FROM pg_catalog.pg_namespace AS n WHERE n.nspname = $1)`;

const roleOf = (oid: string): string =>
  `CASE ${oid} WHEN 0 THEN 'everybody' ELSE pg_catalog.pg_get_userbyid(${oid}) END`;

/** One for each role: hundreds of relations with the same rights are one thing to decide. */
const grants = `
  SELECT 'to ' || ${roleOf('g.grantee')}, NULL, string_agg(DISTINCT format('%s ON %s %s%s', g.privilege_type, o.kind, o.name,
      CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END), '; ')
  FROM ${ownedAndGranted} AS o CROSS JOIN LATERAL pg_catalog.aclexplode(o.acl) AS g
  WHERE g.grantee <> o.owner AND NOT (g.grantee = 0 AND (o.kind IN ('ROUTINE', 'TYPE') OR o.kind = 'SCHEMA' AND o.name = 'public')) GROUP BY g.grantee`;

const owners = `
  SELECT pg_catalog.pg_get_userbyid(o.owner), NULL, string_agg(o.kind || ' ' || o.name, '; ' ORDER BY o.kind, o.name COLLATE "C")
  FROM ${ownedAndGranted} AS o WHERE pg_catalog.pg_get_userbyid(o.owner) NOT IN (current_user, 'pg_database_owner') AND o.kind NOT LIKE 'COLUMN%' GROUP BY o.owner`;

const defaultRights = `
  SELECT 'later ' || CASE a.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' ELSE 'objects' END
      || ' of ' || pg_catalog.pg_get_userbyid(a.defaclrole), NULL, a.defaclacl::text
  FROM pg_catalog.pg_default_acl AS a ${here('a', 'defaclnamespace')}`;

const publications = `
  SELECT t.pubname, NULL, 'publishes ' || string_agg(quote_ident(t.tablename), ', ' ORDER BY t.tablename COLLATE "C")
  FROM pg_catalog.pg_publication_tables AS t WHERE t.schemaname = $1 GROUP BY t.pubname`;

const eventTriggers = `
  SELECT e.evtname, NULL, format('CREATE EVENT TRIGGER %I ON %s EXECUTE FUNCTION %I.%I()', e.evtname, e.evtevent, f.pronamespace::regnamespace, f.proname)
  FROM pg_catalog.pg_event_trigger AS e JOIN pg_catalog.pg_proc AS f ON f.oid = e.evtfoid WHERE $1::text IS NOT NULL AND ${notOfExtension('pg_event_trigger', 'e.oid')}`;

const identified = (catalog: string, alias: string, namespace: string, name: string): string => `
  SELECT ${name}, NULL, pg_catalog.pg_describe_object('pg_catalog.${catalog}'::regclass, ${alias}.oid, 0)
  FROM pg_catalog.${catalog} AS ${alias} ${here(alias, namespace)} WHERE ${notOfExtension(catalog, `${alias}.oid`)}`;

const casts = `
  SELECT format('%s to %s', pg_catalog.format_type(k.castsource, NULL), pg_catalog.format_type(k.casttarget, NULL)), NULL,
    pg_catalog.pg_describe_object('pg_catalog.pg_cast'::regclass, k.oid, 0)
  FROM pg_catalog.pg_cast AS k WHERE ${notOfExtension('pg_cast', 'k.oid', `'e', 'i'`)}
    AND EXISTS (SELECT FROM pg_catalog.pg_type AS t ${here('t', 'typnamespace')} WHERE t.oid IN (k.castsource, k.casttarget))`;

/**
 * What lies around the relations of a schema and is not made with them: rights, owners, what is published, what the database
 * does by itself, and kinds of objects that few have. Each query gives name, relation and a text for people.
 */
export const aroundQueries: readonly (readonly [SchemaObject['kind'], string])[] = [
  ['grant', grants],
  ['grant', defaultRights],
  ['owner', owners],
  ['publication', publications],
  ['event-trigger', eventTriggers],
  [
    'operator',
    identified(
      'pg_operator',
      'o',
      'oprnamespace',
      `format('%s (%s, %s)', o.oprname, pg_catalog.format_type(o.oprleft, NULL), pg_catalog.format_type(o.oprright, NULL))`,
    ),
  ],
  ['operator-class', identified('pg_opclass', 'o', 'opcnamespace', 'o.opcname')],
  ['operator-class', identified('pg_opfamily', 'o', 'opfnamespace', `'family ' || o.opfname`)],
  ['text-search', identified('pg_ts_config', 'o', 'cfgnamespace', 'o.cfgname')],
  ['text-search', identified('pg_ts_dict', 'o', 'dictnamespace', `'dictionary ' || o.dictname`)],
  ['text-search', identified('pg_ts_parser', 'o', 'prsnamespace', `'parser ' || o.prsname`)],
  ['text-search', identified('pg_ts_template', 'o', 'tmplnamespace', `'template ' || o.tmplname`)],
  ['conversion', identified('pg_conversion', 'o', 'connamespace', 'o.conname')],
  ['cast', casts],
];
