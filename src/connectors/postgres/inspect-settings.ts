import type { SchemaObject } from '../../model/index.ts';

const relationsHere = (kinds: string): string => `FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = $1 AND c.relkind IN (${kinds})`;

const columnsHere = `${relationsHere(`'r', 'p'`)}
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped`;

/** The same field of the relation a part belongs to. */
const ofParent = `JOIN pg_catalog.pg_inherits AS h ON h.inhrelid = c.oid AND c.relispartition
    JOIN pg_catalog.pg_attribute AS pa ON pa.attrelid = h.inhparent AND pa.attname = a.attname AND NOT pa.attisdropped`;

const options = (list: string, before = ''): string => `(
    SELECT string_agg(format('${before}%s=%L', split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)), ', ' ORDER BY o) FROM unnest(${list}) AS o)`;

const storedAs = `CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'x' THEN 'EXTENDED' ELSE 'MAIN' END`;

const expressionOf = (alias: string): string => `(
    SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid, true) FROM pg_catalog.pg_attrdef AS d
    WHERE d.adrelid = ${alias}.attrelid AND d.adnum = ${alias}.attnum)`;

/** Statistics per field: -1 and null are how different versions say that nobody said anything. */
const ofRelations = [
  `SELECT 'storage parameters', c.relname, format('ALTER TABLE %I SET (%s)', c.relname,
      concat_ws(', ', ${options('c.reloptions')}, ${options('w.reloptions', 'toast.')}))
    ${relationsHere(`'r', 'p'`)} LEFT JOIN pg_catalog.pg_class AS w ON w.oid = c.reltoastrelid
    WHERE c.reloptions IS NOT NULL OR w.reloptions IS NOT NULL`,
  `SELECT 'replica identity', c.relname, format('ALTER TABLE %I REPLICA IDENTITY %s', c.relname,
      CASE c.relreplident WHEN 'f' THEN 'FULL' ELSE 'NOTHING' END)
    ${relationsHere(`'r', 'p'`)} WHERE c.relreplident IN ('f', 'n')`,
  `SELECT 'storage of ' || a.attname, c.relname, format('ALTER TABLE %I ALTER COLUMN %I SET STORAGE %s', c.relname, a.attname, ${storedAs})
    ${columnsHere} JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid WHERE a.attstorage <> t.typstorage`,
  `SELECT 'compression of ' || a.attname, c.relname, format('ALTER TABLE %I ALTER COLUMN %I SET COMPRESSION %s', c.relname, a.attname,
      CASE a.attcompression WHEN 'l' THEN 'lz4' ELSE 'pglz' END)
    ${columnsHere} WHERE a.attcompression <> ''`,
  `SELECT 'statistics of ' || a.attname, c.relname, format('ALTER TABLE %I ALTER COLUMN %I SET STATISTICS %s', c.relname, a.attname, a.attstattarget)
    ${columnsHere} WHERE a.attstattarget >= 0`,
  `SELECT 'parameters of ' || a.attname, c.relname, format('ALTER TABLE %I ALTER COLUMN %I SET (%s)', c.relname, a.attname, ${options('a.attoptions')})
    ${columnsHere} WHERE a.attoptions IS NOT NULL`,
  `SELECT 'default of ' || a.attname, c.relname, format('ALTER TABLE %I ALTER COLUMN %I %s', c.relname, a.attname,
      coalesce('SET DEFAULT ' || ${expressionOf('a')}, 'DROP DEFAULT'))
    ${columnsHere} ${ofParent}
    WHERE a.attgenerated = '' AND pa.attgenerated = '' AND ${expressionOf('a')} IS DISTINCT FROM ${expressionOf('pa')}`,
  `SELECT 'required ' || a.attname, c.relname, format('ALTER TABLE %I ALTER COLUMN %I SET NOT NULL', c.relname, a.attname)
    ${columnsHere} ${ofParent} WHERE a.attnotnull AND NOT pa.attnotnull
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS r WHERE r.conrelid = c.oid AND r.contype = 'p' AND a.attnum = ANY (r.conkey))`,
];

/** A sequence that goes with a field which does not simply take its numbers. */
const ofSequences = `SELECT 'owner of sequence ' || s.relname, c.relname, format('ALTER SEQUENCE %I OWNED BY %I.%I', s.relname, c.relname, a.attname)
    ${columnsHere} JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
        AND d.refobjid = c.oid AND d.refobjsubid = a.attnum AND d.deptype = 'a'
      JOIN pg_catalog.pg_class AS s ON s.oid = d.objid AND s.relkind = 'S' AND s.relnamespace = c.relnamespace
    WHERE ${expressionOf('a')} IS DISTINCT FROM format('nextval(%L::regclass)', quote_ident(s.relname))`;

const indexesHere = `FROM pg_catalog.pg_index AS x JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
    JOIN pg_catalog.pg_class AS c ON c.oid = x.indrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = $1 AND c.relkind IN ('r', 'p')`;

const ofIndexes = [
  `SELECT 'replica identity ' || i.relname, c.relname, format('ALTER TABLE %I REPLICA IDENTITY USING INDEX %I', c.relname, i.relname)
    ${indexesHere} WHERE x.indisreplident AND c.relreplident = 'i'`,
  `SELECT 'cluster on ' || i.relname, c.relname, format('ALTER TABLE %I CLUSTER ON %I', c.relname, i.relname) ${indexesHere} WHERE x.indisclustered`,
  `SELECT format('statistics of field %s of %s', a.attnum, i.relname), c.relname,
      format('ALTER INDEX %I ALTER COLUMN %s SET STATISTICS %s', i.relname, a.attnum, a.attstattarget)
    ${indexesHere} JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.oid AND a.attnum > 0 WHERE a.attstattarget >= 0`,
];

const ofParts: readonly (readonly [SchemaObject['kind'], string])[] = [
  [
    'index',
    `SELECT i.relname, c.relname, pg_catalog.pg_get_indexdef(i.oid, 0, true) ${indexesHere}
      WHERE c.relispartition AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits AS h WHERE h.inhrelid = i.oid)
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS r WHERE r.conindid = i.oid AND r.conrelid = c.oid AND r.contype IN ('p', 'u', 'x'))`,
  ],
  [
    'constraint',
    `SELECT r.conname, c.relname, format('ALTER TABLE %I ADD CONSTRAINT %I %s', c.relname, r.conname, pg_catalog.pg_get_constraintdef(r.oid, true))
      ${relationsHere(`'r', 'p'`)} JOIN pg_catalog.pg_constraint AS r ON r.conrelid = c.oid
      WHERE c.relispartition AND r.contype IN ('c', 'p', 'u', 'x') AND r.conparentid = 0 AND r.coninhcount = 0`,
  ],
];

const ofStatistics = `SELECT s.stxname, c.relname, replace(pg_catalog.pg_get_statisticsobjdef(s.oid),
      format('CREATE STATISTICS %I.%I', sn.nspname, s.stxname), format('CREATE STATISTICS %I', s.stxname))
      || CASE WHEN (to_jsonb(s) ->> 'stxstattarget')::integer >= 0 THEN format('; ALTER STATISTICS %I SET STATISTICS %s', s.stxname, to_jsonb(s) ->> 'stxstattarget') ELSE '' END
    ${relationsHere(`'r', 'p'`)} JOIN pg_catalog.pg_statistic_ext AS s ON s.stxrelid = c.oid
      JOIN pg_catalog.pg_namespace AS sn ON sn.oid = s.stxnamespace`;

/** What a relation is besides a table; none of it comes along, and each is told. */
const properties = [
  `SELECT 'unlogged', c.relname, format('ALTER TABLE %I SET UNLOGGED', c.relname) ${relationsHere(`'r', 'p'`)} WHERE c.relpersistence = 'u'`,
  `SELECT 'tablespace of ' || c.relname, coalesce(t.relname, c.relname), format('ALTER %s %I SET TABLESPACE %I',
      CASE WHEN c.relkind IN ('i', 'I') THEN 'INDEX' ELSE 'TABLE' END, c.relname, s.spcname)
    ${relationsHere(`'r', 'p', 'i', 'I'`)} JOIN pg_catalog.pg_tablespace AS s ON s.oid = c.reltablespace
      LEFT JOIN pg_catalog.pg_index AS x ON x.indexrelid = c.oid LEFT JOIN pg_catalog.pg_class AS t ON t.oid = x.indrelid`,
  `SELECT 'access method', c.relname, format('ALTER TABLE %I SET ACCESS METHOD %I', c.relname, m.amname)
    ${relationsHere(`'r', 'p'`)} JOIN pg_catalog.pg_am AS m ON m.oid = c.relam WHERE m.amname <> 'heap'`,
  `SELECT 'row security', c.relname, concat_ws('; ',
      CASE WHEN c.relrowsecurity THEN format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', c.relname) END,
      CASE WHEN c.relforcerowsecurity THEN format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', c.relname) END)
    ${relationsHere(`'r', 'p'`)} WHERE c.relrowsecurity OR c.relforcerowsecurity`,
  `SELECT 'inherits ' || p.relname, c.relname, format('ALTER TABLE %I INHERIT %I', c.relname, p.relname)
    ${relationsHere(`'r', 'f'`)} JOIN pg_catalog.pg_inherits AS h ON h.inhrelid = c.oid AND NOT c.relispartition
      JOIN pg_catalog.pg_class AS p ON p.oid = h.inhparent`,
  `SELECT 'type', c.relname, format('ALTER TABLE %I OF %s', c.relname, pg_catalog.format_type(c.reloftype, NULL))
    ${relationsHere(`'r', 'p'`)} WHERE c.reloftype <> 0`,
  `SELECT 'foreign table', c.relname, format('SERVER %I OPTIONS (%s)', s.srvname, ${options('f.ftoptions')})
    ${relationsHere(`'f'`)} JOIN pg_catalog.pg_foreign_table AS f ON f.ftrelid = c.oid JOIN pg_catalog.pg_foreign_server AS s ON s.oid = f.ftserver`,
  `SELECT 'view options', c.relname, format('ALTER VIEW %I SET (%s)', c.relname, ${options('c.reloptions')})
    ${relationsHere(`'v', 'm'`)} WHERE c.reloptions IS NOT NULL`,
];

/**
 * What is said of relations, their fields, indexes and parts besides what they hold. Each query gives name, relation and the
 * statement that says it, without a schema in front of a name.
 */
export const settingQueries: readonly (readonly [SchemaObject['kind'], string])[] = [
  ...ofRelations.map((query) => ['setting', query] as const),
  ...ofIndexes.map((query) => ['index-setting', query] as const),
  ...ofParts,
  ['setting', ofSequences],
  ['statistics', ofStatistics],
  ...properties.map((query) => ['property', query] as const),
];
