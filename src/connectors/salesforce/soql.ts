import type { Row, Value } from '../../model/index.ts';
import type { DescribedField } from './described.ts';

/** Field types whose literals stand without quotes. */
const plain = new Set([
  'double',
  'currency',
  'percent',
  'int',
  'long',
  'boolean',
  'date',
  'datetime',
  'time',
]);

const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}'`;

/** As it stands in an address: quotes are written out there, too. */
export const inAddress = (soql: string): string => encodeURIComponent(soql).replaceAll("'", '%27');

/** A canonical value as a literal of that field; null where no record of the field can have it. */
function literal({ type }: DescribedField, value: Value): string | null {
  if (typeof value === 'boolean') return type === 'boolean' ? String(value) : null;
  if (typeof value !== 'string' || value === '') return null;
  if (!plain.has(type)) return quoted(value);
  if (type === 'datetime') return instantLiteral(value);
  if (type === 'time') return `${value}Z`;
  return /^-?[\d.-]+$/.test(value) ? value : null;
}

function instantLiteral(value: string): string | null {
  const [, day, time] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,3})?)\+00$/.exec(value) ?? [];
  return day === undefined || time === undefined ? null : `${day}T${time}Z`;
}

/** Records with one of the keys; null where none can have one. */
export function anyOf(fields: readonly DescribedField[], keys: readonly Row[]): string | null {
  const [field] = fields;
  if (fields.length === 1 && field !== undefined) {
    const literals = keys.flatMap(([value = null]) => literal(field, value) ?? []);
    return literals.length === 0 ? null : `${field.name} IN (${[...new Set(literals)].join(',')})`;
  }
  const each = keys.flatMap((key) => allOf(fields, key) ?? []);
  return each.length === 0 ? null : each.join(' OR ');
}

function allOf(fields: readonly DescribedField[], key: Row): string | null {
  const parts = fields.map((field, at) => {
    const value = literal(field, key[at] ?? null);
    return value === null ? null : `${field.name} = ${value}`;
  });
  return parts.includes(null) ? null : `(${parts.join(' AND ')})`;
}

/** Records behind one id, up to another one. */
export function between(after: string | null, upTo: string | null): readonly string[] {
  return [
    ...(after === null ? [] : [`Id > ${quoted(after)}`]),
    ...(upTo === null ? [] : [`Id <= ${quoted(upTo)}`]),
  ];
}

/** @param conditions all of them hold */
export function selectAll(fields: readonly string[], object: string, conditions: readonly string[]): string {
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  return `SELECT ${fields.join(',')} FROM ${object}${where}`;
}

/** The same, in the order of the ids. */
export const selectInOrder = (
  fields: readonly string[],
  object: string,
  conditions: readonly string[],
  limit: number,
): string => `${selectAll(fields, object, conditions)} ORDER BY Id LIMIT ${limit}`;
