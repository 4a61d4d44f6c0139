import { findField, type Relation, type Row, type Slice } from '../../model/index.ts';
import { postgresFault } from './faults.ts';
import type { Session, TextRow } from './sessions.ts';
import { fieldSql, isComparedAsText, keySql, literal, quoteName, rowSql, syntheticFields } from './sql.ts';

/**
 * The order in which the records of a relation are cut into slices: the one its own index keeps, so that a slice is read
 * from the index and its time does not grow with the relation. Any order will do, as long as it is the same for all slices:
 * every key is either beyond a bound or not. Where the index was built by another version of the library that sorts, it may
 * miss records and is not trusted: then text is ordered by its bytes, which costs a scan of the relation for each slice.
 *
 * Text was always ordered by its bytes before: of 1,000,000 records a slice of 10,000 took 265 ms, 3.5 times of what it took
 * of 100,000; by the index it takes 26 ms, for either (`npm run bench -- slice-read`). Not chosen: a cursor held open over one
 * sort, which serves neither a slice that is tried again nor a run that goes on in another process; places (ctid) in
 * place of keys, which change with every update of a record.
 */
export interface KeyOrder {
  /** An index keeps this order, so that records can be counted along it without sorting them. */
  readonly indexed: boolean;
  readonly fields: readonly OrderedField[];
  /** Two relations, also of different servers, whose keys have the same name of order are sorted alike. */
  readonly name: string;
}

interface OrderedField {
  /** The field as it is sorted and compared. */
  readonly sql: string;
  /** What makes a constant of its type that is compared in the same way: `::text COLLATE "C"`. */
  readonly cast: string;
  /** Null where the plain operators of the server itself are meant. */
  readonly operators: Operators | null;
}

type Operators = Readonly<Record<'less' | 'atMost' | 'equal' | 'atLeast' | 'greater', string>>;

const plain: Operators = { less: '<', atMost: '<=', equal: '=', atLeast: '>=', greater: '>' };

/**
 * How the fields of the identity are ordered in this relation.
 *
 * @param index `awaited`: where there is none yet, the order has the name that the index will give it
 */
export async function readKeyOrder(
  session: Session,
  schema: string,
  relation: Relation,
  index: 'present' | 'awaited' = 'present',
): Promise<KeyOrder> {
  const names = relation.identity.filter((name) => findField(relation, name)?.synthetic === false);
  if (names.length === 0)
    return {
      indexed: false,
      fields: relation.identity.map((name) => synthetic(relation, name)),
      name: 'place',
    };
  const [version] = await session.rows(`SELECT pg_catalog.current_setting('server_version_num')`);
  const query = orderQuery(Number(version?.[0]) >= 150_000);
  const rows = await session.rows(query, [schema, relation.name, JSON.stringify(names)]);
  const byIndex = rows.length === names.length && rows.every(([, , , trusted]) => trusted === 't');
  const named = (row: TextRow): boolean => byIndex || (index === 'awaited' && row[6] === 't');
  return {
    indexed: byIndex,
    fields: names.map((name, at) =>
      byIndex ? indexed(name, rows[at] ?? []) : byBytes(relation, name, rows[at]?.[0] ?? 'text'),
    ),
    name: names.map((name, at) => orderName(relation, name, rows.slice(at, at + 1).find(named))).join('; '),
  };
}

/** Without an index: in the order of bytes. Of enums the labels say it; of types of extensions also who they are. */
function orderName(relation: Relation, name: string, row: TextRow | undefined): string {
  const field = findField(relation, name);
  if (field?.type.kind === 'enum') return JSON.stringify(field.type.labels);
  if (row === undefined) return field && isComparedAsText(field) ? 'bytes' : '';
  const [type, , , , operators, collation] = row;
  return `${namedOperators(String(operators)) === null ? '' : type}${collation ?? ''}`;
}

/** SQL for the records behind a key, given by SQL for each of its fields. */
export function behindSql({ fields }: KeyOrder, key: readonly string[]): string {
  return comparison(fields, 'greater', [fields.map(({ sql }) => sql), key]);
}

/** ` WHERE ...` for the records of a slice; empty where the slice has no bounds. */
export function boundsSql({ fields }: KeyOrder, { after, upTo }: Pick<Slice, 'after' | 'upTo'>): string {
  const keys = fields.map(({ sql }) => sql);
  const bounds = [
    ...(after === null ? [] : [comparison(fields, 'greater', [keys, after.map(literal)])]),
    ...(upTo === null ? [] : [comparison(fields, 'atMost', [keys, upTo.map(literal)])]),
  ];
  return bounds.length === 0 ? '' : ` WHERE ${bounds.join(' AND ')}`;
}

/**
 * The order of a key can change between two looks: an index was dropped, a library that sorts was exchanged. Slices cut
 * before would then overlap. When each ends behind its beginning, all bounds ascend, and every key is in exactly one.
 */
export async function expectAscending(
  session: Session,
  relation: Relation,
  { fields }: KeyOrder,
  { number, after, upTo }: Slice,
): Promise<void> {
  if (after === null || upTo === null || relation.identity.some((name) => name in syntheticFields)) return;
  const constants = (row: Row): string[] =>
    row.map((value, at) => `${literal(value)}${fields[at]?.cast ?? ''}`);
  const ascends = comparison(fields, 'greater', [constants(upTo), constants(after)]);
  const [row] = await session.rows(`SELECT ${ascends}`);
  if (row?.[0] !== 't')
    throw postgresFault('postgres.order-changed', `slice ${number}`, { relation: relation.name });
}

/**
 * Rows are compared field by field. Operators that have to be named do not go together with a row, so there the comparison
 * is spelled out; what it says of the first field alone is all that an index needs.
 */
function comparison(
  fields: readonly OrderedField[],
  by: 'greater' | 'atMost',
  [left, right]: readonly [readonly string[], readonly string[]],
): string {
  if (fields.every(({ operators }) => operators === null))
    return `${rowSql(left)} ${plain[by]} ${rowSql(right)}`;
  const one = (at: number, operator: keyof Operators): string =>
    `${left[at]} ${(fields[at]?.operators ?? plain)[operator]} ${right[at]}`;
  const strict = by === 'greater' ? 'greater' : 'less';
  const cases = fields.map((_field, at) => {
    const before = fields.slice(0, at).map((_earlier, place) => one(place, 'equal'));
    return [...before, one(at, at === fields.length - 1 ? by : strict)].join(' AND ');
  });
  if (cases.length === 1) return String(cases[0]);
  return `${one(0, by === 'greater' ? 'atLeast' : 'atMost')} AND (${cases.join(' OR ')})`;
}

function synthetic(relation: Relation, name: string): OrderedField {
  return { sql: keySql(relation, name), cast: '', operators: null };
}

function indexed(name: string, [type, collation, own, , operators]: TextRow): OrderedField {
  const collate = collation === null ? '' : ` COLLATE ${collation}`;
  return {
    sql: `${fieldSql(name, false)}${own === 't' ? '' : collate}`,
    cast: `::${type}${collate}`,
    operators: namedOperators(String(operators)),
  };
}

/** The operators of the index: of types that extensions bring, others may be found on the search path. */
function namedOperators(json: string): Operators | null {
  type Named = Readonly<Record<string, readonly [schema: string, name: string]>>;
  const found = (JSON.parse(json) ?? {}) as Named;
  if (Object.values(found).every(([schema]) => schema === 'pg_catalog')) return null;
  const spelled = (strategy: string): string => {
    const [schema, name] = found[strategy] ?? ['pg_catalog', '?'];
    return `OPERATOR(${quoteName(schema)}.${name})`;
  };
  const [less, atMost, equal, atLeast, greater] = ['1', '2', '3', '4', '5'].map(spelled);
  return { less, atMost, equal, atLeast, greater } as Operators;
}

function byBytes(relation: Relation, name: string, type: string): OrderedField {
  const field = findField(relation, name);
  const asText = field !== undefined && isComparedAsText(field);
  return {
    sql: keySql(relation, name),
    cast: asText ? '::text COLLATE "C"' : `::${type}`,
    operators: null,
  };
}

// The index of the key: complete, in this order of fields, with the order that the types have by themselves. A collation whose
// recorded version is not that of the library in use may sort otherwise than the index was built.
const orderQuery = (databaseHasVersion: boolean): string => `
  WITH wanted AS (
    SELECT value AS name, ordinality::int AS place FROM json_array_elements_text($3::json) WITH ORDINALITY
  ), relation AS (
    SELECT c.oid FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relname = $2
  ), key AS (
    SELECT i.* FROM relation JOIN pg_catalog.pg_index AS i ON i.indrelid = relation.oid
      JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid JOIN pg_catalog.pg_am AS m ON m.oid = x.relam
    WHERE m.amname = 'btree' AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
      AND i.indnkeyatts >= (SELECT count(*) FROM wanted)
      AND NOT EXISTS (
        SELECT FROM wanted AS w
          LEFT JOIN pg_catalog.pg_attribute AS a
            ON a.attrelid = i.indrelid AND a.attnum = i.indkey[w.place - 1] AND a.attname = w.name
          LEFT JOIN pg_catalog.pg_opclass AS o ON o.oid = i.indclass[w.place - 1] AND o.opcdefault
        WHERE a.attname IS NULL OR o.oid IS NULL)
    ORDER BY i.indisunique DESC, i.indexrelid LIMIT 1
  )
  SELECT pg_catalog.format_type(a.atttypid, -1),
    (SELECT format('%I.%I', n.nspname, l.collname) FROM pg_catalog.pg_namespace AS n WHERE n.oid = l.collnamespace),
    l.oid IS NOT DISTINCT FROM nullif(a.attcollation, 0),
    key.indexrelid IS NOT NULL AND (l.oid IS NULL OR ${sortsAsRecorded(databaseHasVersion)}),
    (SELECT json_object_agg(p.amopstrategy, json_build_array(pn.nspname, op.oprname))
      FROM pg_catalog.pg_opclass AS o
        JOIN pg_catalog.pg_amop AS p ON p.amopfamily = o.opcfamily AND p.amoplefttype = o.opcintype
          AND p.amoprighttype = o.opcintype AND p.amoppurpose = 's'
        JOIN pg_catalog.pg_operator AS op ON op.oid = p.amopopr
        JOIN pg_catalog.pg_namespace AS pn ON pn.oid = op.oprnamespace
      WHERE o.oid = coalesce(key.indclass[w.place - 1], (
        SELECT d.oid FROM pg_catalog.pg_opclass AS d JOIN pg_catalog.pg_am AS m ON m.oid = d.opcmethod
        WHERE m.amname = 'btree' AND d.opcdefault AND d.opcintype = a.atttypid))),
    CASE WHEN l.oid IS NULL THEN '' WHEN l.collprovider = 'd' THEN ${nameOfDatabaseOrder(databaseHasVersion)}
      ELSE ${nameOfCollation} END,
    key.indexrelid IS NULL
  FROM wanted AS w CROSS JOIN relation
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = relation.oid AND a.attname = w.name
    LEFT JOIN key ON true
    LEFT JOIN pg_catalog.pg_collation AS l ON l.oid = coalesce(key.indcollation[w.place - 1], nullif(a.attcollation, 0))
  ORDER BY w.place`;

/** Who sorts, by which rules, in which version; the columns have other names in other versions of the server. */
const nameOfCollation = nameOfOrder(
  `l.collprovider::text`,
  `coalesce(to_jsonb(l) ->> 'colllocale', to_jsonb(l) ->> 'colliculocale', l.collcollate)`,
  `concat(to_jsonb(l) ->> 'collicurules', l.collisdeterministic)`,
  'pg_catalog.pg_collation_actual_version(l.oid)',
);

function nameOfDatabaseOrder(databaseHasVersion: boolean): string {
  const name = nameOfOrder(
    `coalesce(to_jsonb(d) ->> 'datlocprovider', 'c')`,
    `coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', d.datcollate)`,
    `concat(to_jsonb(d) ->> 'daticurules', true)`,
    databaseHasVersion ? 'pg_catalog.pg_database_collation_actual_version(d.oid)' : `''`,
  );
  return `(SELECT ${name} FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())`;
}

function nameOfOrder(provider: string, locale: string, rules: string, version: string): string {
  return `CASE WHEN ${provider} = 'c' AND ${locale} IN ('C', 'POSIX') THEN 'bytes'
    ELSE concat_ws(' ', ${provider}, ${locale}, ${rules}, ${version}, pg_catalog.getdatabaseencoding()) END`;
}

/** Since version 15 a database, too, records which version of the library sorted its indexes. */
function sortsAsRecorded(databaseHasVersion: boolean): string {
  const same = (recorded: string, actual: string): string =>
    `${recorded} IS NULL OR ${recorded} IS NOT DISTINCT FROM ${actual}`;
  const ofDatabase = databaseHasVersion
    ? `(SELECT ${same('d.datcollversion', 'pg_catalog.pg_database_collation_actual_version(d.oid)')}
        FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())`
    : 'true';
  return `CASE WHEN l.collprovider = 'd' THEN ${ofDatabase}
    ELSE ${same('l.collversion', 'pg_catalog.pg_collation_actual_version(l.oid)')} END`;
}
