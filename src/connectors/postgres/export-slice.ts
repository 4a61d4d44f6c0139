import type { Relation, Slice } from '../../model/index.ts';
import type { BulkFormat, BulkLoad } from '../port.ts';
import { boundsSql, expectAscending, type KeyOrder } from './key-order.ts';
import { inMysqlText, withoutForeignEscapes } from './mysql-text.ts';
import type { Session } from './sessions.ts';
import { fieldSql, fromRelation } from './sql.ts';

/** Unparsed: the target takes these bytes as they are. Sorted only where it asks for that. */
export async function* exportSlice(
  session: Session,
  schema: string,
  relation: Relation,
  order: KeyOrder,
  slice: Slice,
  load: BulkLoad,
): AsyncGenerator<Buffer> {
  await expectAscending(session, relation, order, slice);
  const values = load.fields.map(({ source, exportAs }) => {
    const sql =
      source.kind === 'computed' ? `(${source.sql})` : fieldSql(source.field.name, source.field.synthetic);
    const value = exportAs === null ? sql : `${sql}::${exportAs}`;
    const { kind } = source.kind === 'computed' ? source.type : source.field.type;
    return load.format === 'mysql-text' ? inMysqlText(kind, value) : value;
  });
  const records = `${fromRelation(schema, relation)}${recordsSql(order, slice, load)}`;
  const sorted = load.sorted ? ` ORDER BY ${order.fields.map(({ sql }) => sql).join(', ')}` : '';
  const query = `SELECT ${values.join(', ')} FROM ${withNamed(records, load)}${sorted}`;
  const copied = session.copyOut(`COPY (${query}) TO STDOUT (FORMAT ${copyFormat(load.format)})`);
  yield* load.format === 'mysql-text' ? withoutForeignEscapes(copied) : copied;
}

/** The records with what has to be computed once for each; OFFSET keeps a planner from writing it wherever it is named. */
function withNamed(records: string, { fields }: BulkLoad): string {
  const named = fields.flatMap(({ source }) =>
    source.kind === 'computed' && source.once !== null ? [`${source.once.sql} AS ${source.once.name}`] : [],
  );
  return named.length === 0 ? records : `(SELECT t.*, ${named.join(', ')} FROM ${records} OFFSET 0) AS t`;
}

/** See `Exports.countPurged`. */
export async function countPurged(
  session: Session,
  schema: string,
  relation: Relation,
  order: KeyOrder,
  slice: Slice,
  { purges = [] }: BulkLoad,
): Promise<readonly number[]> {
  const counts = purges.map((_rule, at) => `count(*) FILTER (WHERE rule = ${at})`).join(', ');
  const ruled = `SELECT ${ruleSql(purges)} AS rule FROM ${fromRelation(schema, relation)}${boundsSql(order, slice)}`;
  const [row] = await session.rows(`SELECT ${counts} FROM (${ruled}) AS r`);
  return (row ?? []).map(Number);
}

function recordsSql(order: KeyOrder, slice: Slice, load: BulkLoad): string {
  const bounds = boundsSql(order, slice);
  const wanted = wantedSql(load);
  return wanted === null ? bounds : `${bounds === '' ? ' WHERE' : `${bounds} AND`} ${wanted}`;
}

/**
 * Which records come along; null for all of them. An array whose first element is not number 1 is no list, whatever a rule
 * says of its record: the cast fails, and the record is found and kept back one by one.
 */
function wantedSql({ fields, purges = [] }: BulkLoad): string | null {
  const stays = purges.length === 0 ? 'true' : `(${ruleSql(purges)}) IS NULL`;
  const dimensions = fields.flatMap(({ source }) =>
    source.kind === 'field' && source.field.type.kind === 'list'
      ? [`pg_catalog.array_dims(${fieldSql(source.field.name, source.field.synthetic)})`]
      : [],
  );
  if (dimensions.length === 0) return purges.length === 0 ? null : stays;
  const odd = dimensions.map((dims) => `WHEN ${dims} !~ '^(\\[1:\\d+\\])+$' THEN ${dims}::boolean`);
  return `CASE ${odd.join(' ')} ELSE ${stays} END`;
}

/** The place of the rule by which a record stays behind, null for none: CASE asks them in their order, AND and OR might not. */
function ruleSql(purges: readonly string[]): string {
  return `CASE ${purges.map((rule, at) => `WHEN ${rule} THEN ${at}`).join(' ')} END`;
}

export function copyFormat(format: BulkFormat): string {
  return format === 'postgres-text' || format === 'mysql-text' ? 'text' : 'binary';
}
