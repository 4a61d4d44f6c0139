import type { Field, Relation } from '../../model/index.ts';
import { traitsOf } from './field-types.ts';
import { quoteName } from './sql.ts';

/** What to read a relation from, under the alias `t`. */
export function fromRelation(relation: Relation): string {
  const name = quoteName(relation.name);
  if (!relation.identity.includes('#row')) return `${name} AS t`;
  const fields = realFields(relation.fields);
  const digest = digestSql(fields, 'v');
  // A star leaves out fields that are invisible.
  const listed = fields.map((field) => `v.${quoteName(field.name)}`).join(', ');
  // Records that look alike are alike: whichever of them gets which number, the same slices hold the same content.
  return `(SELECT ${listed}, ROW_NUMBER() OVER (ORDER BY ${digest}) AS ${quoteName('#row')} FROM ${name} AS v) AS t`;
}

function realFields(fields: readonly Field[]): readonly Field[] {
  return fields.filter(({ synthetic }) => !synthetic);
}

/**
 * A digest over a whole record as it is stored. Long values are digested alone, so that nothing grows beyond what the server
 * lets a function give; the others fit into the 65,535 bytes of a row. FLOAT prints six digits: its DOUBLE is taken.
 */
export function digestSql(fields: readonly Field[], alias = 't'): string {
  const parts = fields.map((field) => partSql(field, `${alias}.${quoteName(field.name)}`));
  return `SHA2(CONCAT(${parts.join(', ')}), 256)`;
}

function partSql(field: Field, column: string): string {
  const { base, charset } = traitsOf(field.native);
  if (/text$|blob$|^json$/.test(base))
    return `IFNULL(SHA2(${charset === null ? column : `CAST(${column} AS BINARY)`}, 256), '-')`;
  const exact = exactSql(base, charset, column);
  return `IFNULL(CONCAT(LENGTH(${exact}), ':', ${exact}), '-')`;
}

function exactSql(base: string, charset: string | null, column: string): string {
  if (base === 'float' || base === 'double') return `(${column} + 0e0)`;
  if (base === 'bit') return `BIN(${column})`;
  if (charset !== null) return `CAST(${column} AS BINARY)`;
  return base.endsWith('binary') || /int$|decimal|date|time|year|uuid|inet/.test(base)
    ? column
    : `HEX(${column})`;
}
