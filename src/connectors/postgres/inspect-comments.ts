const described = (catalog: string, oid: string): string => `JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.${catalog}'::regclass AND d.objoid = ${oid}`;

const here = (alias: string, column: string): string =>
  `JOIN pg_catalog.pg_namespace AS n ON n.oid = ${alias}.${column} AND n.nspname = $1`;

const notOfExtension = `NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS e
    WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e')`;

const onRelation = (word: string, catalog: string, alias: string, name: string, relation: string): string =>
  `SELECT '${word.toLowerCase()} ' || ${alias}.${name}, c.relname, format('COMMENT ON ${word} %I ON %I IS %L', ${alias}.${name}, c.relname, d.description)
    FROM pg_catalog.${catalog} AS ${alias} JOIN pg_catalog.pg_class AS c ON c.oid = ${alias}.${relation} ${here('c', 'relnamespace')} ${described(catalog, `${alias}.oid`)}`;

const ofRelations = [
  onRelation('CONSTRAINT', 'pg_constraint', 'r', 'conname', 'conrelid'),
  onRelation('TRIGGER', 'pg_trigger', 't', 'tgname', 'tgrelid'),
  onRelation('POLICY', 'pg_policy', 'p', 'polname', 'polrelid'),
  onRelation('RULE', 'pg_rewrite', 'r', 'rulename', 'ev_class'),
  `SELECT 'index ' || i.relname, c.relname, format('COMMENT ON INDEX %I IS %L', i.relname, d.description)
    FROM pg_catalog.pg_index AS x JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
      JOIN pg_catalog.pg_class AS c ON c.oid = x.indrelid ${here('c', 'relnamespace')} ${described('pg_class', 'i.oid')}`,
  `SELECT 'statistics ' || s.stxname, c.relname, format('COMMENT ON STATISTICS %I IS %L', s.stxname, d.description)
    FROM pg_catalog.pg_statistic_ext AS s JOIN pg_catalog.pg_class AS c ON c.oid = s.stxrelid ${here('c', 'relnamespace')} ${described('pg_statistic_ext', 's.oid')}`,
  `SELECT CASE d.objsubid WHEN 0 THEN 'table ' || c.relname ELSE format('field %s of %s', a.attname, c.relname) END, c.relname,
      CASE d.objsubid WHEN 0 THEN format('COMMENT ON TABLE %I IS %L', c.relname, d.description)
        ELSE format('COMMENT ON COLUMN %I.%I IS %L', c.relname, a.attname, d.description) END
    FROM pg_catalog.pg_class AS c ${here('c', 'relnamespace')} ${described('pg_class', 'c.oid')}
      LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND d.objsubid > 0
    WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f')`,
];

/** Of types, functions and sequences, in the words in which these objects are told. */
const ofObjects = [
  `SELECT CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite' WHEN 'r' THEN 'range' ELSE 'type' END || ' ' || t.typname,
      NULL, format('COMMENT ON %s %I IS %L', CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, t.typname, d.description)
    FROM pg_catalog.pg_type AS t ${here('t', 'typnamespace')} ${described('pg_type', 't.oid')} WHERE ${notOfExtension}`,
  `SELECT format('constraint %s of domain %s', r.conname, t.typname), NULL, format('COMMENT ON CONSTRAINT %I ON DOMAIN %I IS %L', r.conname, t.typname, d.description)
    FROM pg_catalog.pg_constraint AS r JOIN pg_catalog.pg_type AS t ON t.oid = r.contypid ${here('t', 'typnamespace')} ${described('pg_constraint', 'r.oid')}`,
  `SELECT format('field %s of composite %s', a.attname, c.relname), NULL, format('COMMENT ON COLUMN %I.%I IS %L', c.relname, a.attname, d.description)
    FROM pg_catalog.pg_class AS c ${here('c', 'relnamespace')} AND c.relkind = 'c' ${described('pg_class', 'c.oid')}
      JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.objsubid WHERE d.objsubid > 0`,
  `SELECT format('function %s(%s)', f.proname, pg_catalog.pg_get_function_identity_arguments(f.oid)), NULL,
      format('COMMENT ON %s %I(%s) IS %L', CASE f.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END,
        f.proname, pg_catalog.pg_get_function_identity_arguments(f.oid), d.description)
    FROM pg_catalog.pg_proc AS f ${here('f', 'pronamespace')} ${described('pg_proc', 'f.oid')} WHERE ${notOfExtension}`,
  `SELECT 'sequence ' || c.relname, NULL, format('COMMENT ON SEQUENCE %I IS %L', c.relname, d.description)
    FROM pg_catalog.pg_class AS c ${here('c', 'relnamespace')} AND c.relkind = 'S' ${described('pg_class', 'c.oid')}`,
  `SELECT 'collation ' || l.collname, NULL, format('COMMENT ON COLLATION %I IS %L', l.collname, d.description)
    FROM pg_catalog.pg_collation AS l ${here('l', 'collnamespace')} ${described('pg_collation', 'l.oid')} WHERE ${notOfExtension}`,
];

/** What is told in the server's own words: of views, operators, text search and whatever a later version brings. */
const ofOthers = `
  SELECT o.type || ' ' || o.identity, NULL, d.description
  FROM (SELECT classoid, objoid, objsubid, description FROM pg_catalog.pg_description
      WHERE objoid >= 16384 OR classoid = 'pg_catalog.pg_namespace'::regclass AND description <> 'standard public schema') AS d
    CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classoid, d.objoid, d.objsubid) AS o
  WHERE (o.schema = $1 OR d.classoid = 'pg_catalog.pg_namespace'::regclass AND d.objoid = (SELECT n.oid FROM pg_catalog.pg_namespace AS n WHERE n.nspname = $1))
    AND d.classoid NOT IN ('pg_catalog.pg_constraint'::regclass, 'pg_catalog.pg_type'::regclass, 'pg_catalog.pg_proc'::regclass,
      'pg_catalog.pg_collation'::regclass, 'pg_catalog.pg_statistic_ext'::regclass)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE d.classoid = 'pg_catalog.pg_class'::regclass AND c.oid = d.objoid
      AND c.relkind NOT IN ('v', 'm')) AND ${notOfExtension}`;

/**
 * Comments on everything but relations and their fields, which have their own. Each query gives what the comment is on, the
 * relation it hangs on, and the statement that makes it.
 */
export const commentQueries: readonly string[] = [...ofRelations, ...ofObjects, ofOthers];
