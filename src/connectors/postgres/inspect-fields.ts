import type { Field } from '../../model/index.ts';
import { type CatalogType, fieldTypeOf } from './field-types.ts';
import type { Session } from './sessions.ts';

/** The fields of every relation in a schema, by the relation's oid, in their own order. */
export async function readFields(
  session: Session,
  schema: string,
): Promise<ReadonlyMap<string, readonly Field[]>> {
  const types = await readTypes(session);
  const byRelation = new Map<string, Field[]>();
  for (const row of await session.rows(fieldsQuery, [schema])) {
    const [relation, name, typeOid, modifier, native, notNull, identity, generated, expression, comment] =
      row;
    const [counter, byType] = row.slice(10);
    const fields = byRelation.get(String(relation)) ?? [];
    byRelation.set(String(relation), fields);
    fields.push({
      name: String(name),
      type: fieldTypeOf(types, String(typeOid), Number(modifier)),
      native: String(native),
      nullable: notNull === 'f',
      default: expression ?? null,
      generated: generatedKind(identity ?? '', generated ?? ''),
      synthetic: false,
      comment: comment ?? null,
      ...(counter == null ? {} : { counter: JSON.parse(counter) as NonNullable<Field['counter']> }),
      ...(generated === 'v' ? { virtual: true } : {}),
      ...(byType === 't' ? { requiredByType: true } : {}),
    });
  }
  return byRelation;
}

/** The types of one relation's fields as they are now, in the words of `Field.native`. */
export async function readFieldTypes(
  session: Session,
  schema: string,
  relation: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await session.rows(`SELECT a.attname, ${nativeSql} ${fromFields} AND c.relname = $2`, [
    schema,
    relation,
  ]);
  return new Map(rows.map(([name, native]) => [String(name), String(native)]));
}

function generatedKind(identity: string, generated: string): Field['generated'] {
  if (generated !== '') return 'computed';
  if (identity === '') return 'no';
  return identity === 'a' ? 'identity-always' : 'identity-default';
}

const nativeSql = `
    pg_catalog.format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attcollation <> t.typcollation AND a.attcollation <> 0
      THEN (SELECT ' COLLATE ' || CASE WHEN cn.nspname = $1 THEN '' ELSE quote_ident(cn.nspname) || '.' END || quote_ident(l.collname) FROM pg_catalog.pg_collation AS l
        JOIN pg_catalog.pg_namespace AS cn ON cn.oid = l.collnamespace WHERE l.oid = a.attcollation) ELSE '' END`;

const fromFields = `
  FROM pg_catalog.pg_attribute AS a
    JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped`;

/** What an identity's counter is, and of that what it would not be if nobody had said so. */
const counterSql = `(
    SELECT json_build_object('name', s.relname, 'options', concat_ws(' ',
      CASE WHEN s.relname <> c.relname || '_' || a.attname || '_seq' THEN 'SEQUENCE NAME ' || quote_ident(s.relname) END,
      CASE WHEN q.seqstart <> CASE WHEN q.seqincrement > 0 THEN q.seqmin ELSE q.seqmax END THEN 'START WITH ' || q.seqstart END,
      CASE WHEN q.seqincrement <> 1 THEN 'INCREMENT BY ' || q.seqincrement END,
      CASE WHEN q.seqmin <> CASE WHEN q.seqincrement > 0 THEN 1 ELSE -widest.max - 1 END THEN 'MINVALUE ' || q.seqmin END,
      CASE WHEN q.seqmax <> CASE WHEN q.seqincrement > 0 THEN widest.max ELSE -1 END THEN 'MAXVALUE ' || q.seqmax END,
      CASE WHEN q.seqcache <> 1 THEN 'CACHE ' || q.seqcache END, CASE WHEN q.seqcycle THEN 'CYCLE' END))
    FROM pg_catalog.pg_depend AS p JOIN pg_catalog.pg_class AS s ON s.oid = p.objid
      JOIN pg_catalog.pg_sequence AS q ON q.seqrelid = s.oid
      CROSS JOIN LATERAL (SELECT CASE q.seqtypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647
        ELSE 9223372036854775807 END) AS widest (max)
    WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.refclassid = 'pg_catalog.pg_class'::regclass
      AND p.refobjid = a.attrelid AND p.refobjsubid = a.attnum AND p.deptype = 'i' AND a.attidentity <> '')`;

/** Until it is held against all records, nobody knows whether there are nulls. */
const notNullForSure = `a.attnotnull AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_constraint AS nn
    WHERE nn.conrelid = a.attrelid AND nn.contype = 'n' AND nn.conkey = ARRAY[a.attnum] AND NOT nn.convalidated)`;

// A domain may forbid null where the column does not say so.
const fieldsQuery = `
  SELECT a.attrelid, a.attname, a.atttypid, a.atttypmod, ${nativeSql},
    ${notNullForSure} OR (t.typtype = 'd' AND t.typnotnull), a.attidentity, a.attgenerated,
    pg_catalog.pg_get_expr(d.adbin, d.adrelid, true), pg_catalog.col_description(a.attrelid, a.attnum), ${counterSql},
    t.typtype = 'd' AND t.typnotnull AND NOT a.attnotnull
  ${fromFields}
  ORDER BY a.attrelid, a.attnum`;

async function readTypes(session: Session): Promise<ReadonlyMap<string, CatalogType>> {
  const labels = new Map<string, string[]>();
  for (const [type, label] of await session.rows(
    'SELECT enumtypid, enumlabel FROM pg_catalog.pg_enum ORDER BY enumtypid, enumsortorder',
  ))
    labels.set(String(type), [...(labels.get(String(type)) ?? []), String(label)]);
  const rows = await session.rows(typesQuery);
  return new Map(
    rows.map(([oid, schema, name, spelling, isArray, element, kind, base, baseModifier]) => [
      String(oid),
      {
        oid: String(oid),
        schema: String(schema),
        name: String(name),
        spelling: String(spelling),
        isArray: isArray === 't',
        element: String(element),
        kind: String(kind),
        base: String(base),
        baseModifier: Number(baseModifier),
        labels: labels.get(String(oid)) ?? [],
      },
    ]),
  );
}

const typesQuery = `
  SELECT t.oid, n.nspname, t.typname, pg_catalog.format_type(t.oid, NULL),
    t.typinput = 'pg_catalog.array_in'::regproc, t.typelem, t.typtype, t.typbasetype, t.typtypmod
  FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace`;
