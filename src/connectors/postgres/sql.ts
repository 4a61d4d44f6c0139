import {
  type Field,
  type FieldType,
  findField,
  type Relation,
  type Row,
  type Value,
} from '../../model/index.ts';
import { encodeValue } from './value-text.ts';

/** Fields this shelf makes up to name records of relations without a key, and the SQL they stand for. */
export const syntheticFields: Readonly<Record<string, { readonly sql: string; readonly type: FieldType }>> = {
  '#ctid': { sql: 't.ctid', type: { kind: 'native', engine: 'postgres', name: 'tid' } },
  '#tableoid': { sql: 't.tableoid', type: { kind: 'integer', bits: 32, signed: false } },
  '#row': { sql: 't."#row"', type: { kind: 'integer', bits: 64, signed: true } },
};

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Needs standard_conforming_strings, which every session fixes. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function quoteNames(names: readonly string[]): string {
  return names.map(quoteName).join(', ');
}

/** `"schema"."relation"`, or `"relation"."field"`. */
export function qualifiedName(outer: string, inner: string): string {
  return `${quoteName(outer)}.${quoteName(inner)}`;
}

/** What to read a relation from, under the alias `t`; children of an inherited table are relations of their own. */
export function fromRelation(schema: string, relation: Relation): string {
  const name = qualifiedName(schema, relation.name);
  if (relation.identity.includes('#row')) {
    const columns = relation.fields.filter(({ synthetic }) => !synthetic);
    const order = columns.map((field) => `v.${quoteName(field.name)}::text COLLATE "C"`).join(', ');
    // Records that look alike are alike: whichever of them gets which number, the same slices hold the same content.
    const numbered = `row_number() OVER (${order === '' ? '' : `ORDER BY ${order}`})`;
    return `(SELECT v.*, ${numbered} AS "#row" FROM ${name} AS v) AS t`;
  }
  return `${relation.kind === 'table' ? 'ONLY ' : ''}${name} AS t`;
}

export function fieldSql(name: string, synthetic: boolean): string {
  return (synthetic ? syntheticFields[name]?.sql : undefined) ?? `t.${quoteName(name)}`;
}

/** All fields, from whatever has the alias `t`. */
export function selectFields({ fields }: Relation): string {
  return `SELECT ${fields.map(({ name, synthetic }) => fieldSql(name, synthetic)).join(', ')}`;
}

/** A field in the order of its bytes: text under the binary collation, everything else in its type's own order. */
export function keySql(relation: Relation, name: string): string {
  const field = findField(relation, name);
  const sql = fieldSql(name, field?.synthetic ?? false);
  if (field === undefined || field.synthetic || !isComparedAsText(field)) return sql;
  return `${isPlainText(field) ? sql : `${sql}::text`} COLLATE "C"`;
}

/** A field as it is searched by equal values: exactly the same text, also where the type calls different texts equal. */
export function equalitySql(relation: Relation, name: string): string {
  const field = findField(relation, name);
  const sql = fieldSql(name, field?.synthetic ?? false);
  if (field === undefined || field.synthetic) return sql;
  const hasEquality = !(field.type.kind === 'json' && !field.type.binary);
  return hasEquality && (isPlainText(field) || !isComparedAsText(field)) ? sql : `${sql}::text`;
}

/** Types of the server itself that have an order; others might be ordered by operators that the search path does not show. */
const orderedNatives: ReadonlySet<string> = new Set(
  'inet cidr macaddr macaddr8 bit money tid pg_lsn int4range int8range numrange daterange tsrange tstzrange'.split(
    ' ',
  ),
);

/** Types whose own order need not be the server's: their text is compared. */
export function isComparedAsText({ type }: Field): boolean {
  if (type.kind === 'text') return true;
  return type.kind === 'native' && !orderedNatives.has(type.name.replace(/\(\d+\)$/, ''));
}

/** Not citext and its like, which compare otherwise. */
function isPlainText({ type, native }: Field): boolean {
  return type.kind === 'text' && /^(text|character)\b/.test(native);
}

/** A literal without a cast: the server reads it as the type of what it is compared with. */
export function literal(value: Value): string {
  const text = encodeValue(value);
  return text === null ? 'NULL' : quoteText(text);
}

export function rowLiteral(row: Row): string {
  return row.length === 1 ? literal(row[0] ?? null) : `(${row.map(literal).join(', ')})`;
}

export function rowSql(expressions: readonly string[]): string {
  return expressions.length === 1 ? String(expressions[0]) : `(${expressions.join(', ')})`;
}
