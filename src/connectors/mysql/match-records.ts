import type { Field, Value } from '../../model/index.ts';
import { traitsOf } from './field-types.ts';
import { rawColumn, rawLiteral } from './key-sql.ts';
import { hexLiteral, quoteName } from './sql.ts';
import { writerFor } from './write-values.ts';

/**
 * Many records looked for at once: their keys stand in a derived table `u` with their place `u.n`, counted from 0, and are
 * joined to the table `t`. What is equal is what the column calls equal, because that is what its key goes by.
 */
export interface Matching {
  /** FROM item and join with the condition, for records given as rows of literals; `values` stand beside them as `u.v0`, ... */
  join(rows: readonly (readonly string[])[], values?: readonly (readonly string[])[]): string;
}

export function matching(table: string, fields: readonly Field[]): Matching {
  const on = fields
    .map((field, at) => conditionFor(field, `t.${quoteName(field.name)}`, `u.k${at}`))
    .join(' AND ');
  return {
    join: (rows, values = []) => {
      const derived = rows.map((row, place) => derivedRow(place, row, values[place] ?? []));
      return `(${derived.join(' UNION ALL ')}) AS u STRAIGHT_JOIN ${table} AS t ON ${on}`;
    },
  };
}

function derivedRow(place: number, keys: readonly string[], values: readonly string[]): string {
  if (place > 0) return `SELECT ${[place, ...keys, ...values].join(', ')}`;
  const named = (prefix: string) => (literal: string, at: number) => `${literal} AS ${prefix}${at}`;
  return `SELECT ${['0 AS n', ...keys.map(named('k')), ...values.map(named('v'))].join(', ')}`;
}

/** The conversion stands on the side of what is looked for, so that the column's index is found. */
function conditionFor(field: Field, column: string, sought: string): string {
  const { base, inside, unsigned, charset, collation } = traitsOf(field.native);
  if (base === 'enum' || base === 'set')
    return `CAST(CONVERT(${column} USING utf8mb4) AS BINARY) = ${sought}`;
  if (charset !== null) return textCondition(column, sought, charset, String(collation));
  switch (base) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint':
    case 'year':
      return `${column} = CAST(${sought} AS ${unsigned ? 'UNSIGNED' : 'SIGNED'})`;
    case 'decimal':
      return `${column} = CAST(${sought} AS DECIMAL(${inside}))`;
    case 'float':
    case 'double':
      return `${column} = ${sought} + 0e0`;
    case 'date':
      return `${column} = CAST(${sought} AS DATE)`;
    case 'time':
      return `${column} = CAST(${sought} AS TIME(6))`;
    case 'datetime':
    case 'timestamp':
      return `${column} = CAST(${sought} AS DATETIME(6))`;
    case 'bit':
      return `BIN(${column}) = ${sought}`;
    case 'uuid':
    case 'inet4':
    case 'inet6':
      return `${column} = CAST(${sought} AS ${base})`;
    default:
      return `${column} = ${sought}`;
  }
}

/** A character that the column's set does not have would be looked for as a question mark. */
function textCondition(column: string, sought: string, charset: string, collation: string): string {
  if (charset === 'utf8mb4') return `${column} = ${sought} COLLATE ${collation}`;
  const converted = `CONVERT(${sought} USING ${charset})`;
  const same = `CONVERT(${converted} USING utf8mb4) = ${sought} COLLATE utf8mb4_bin`;
  return `${column} = ${converted} COLLATE ${collation} AND ${same}`;
}

/** A value of a key as it stands in `u`; throws UnfitValue. */
export function soughtLiteral(field: Field, value: Value): string {
  const { base } = traitsOf(field.native);
  if (base === 'enum' || base === 'set') return hexLiteral(Buffer.from(String(value)));
  if (base === 'bit') return `'${bitText(value)}'`;
  return value === null ? 'NULL' : writerFor({ ...field, nullable: true })(value);
}

function bitText(value: Value): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return String(value).replace(/^0+(?=[01])/, '');
}

/** The same for a key as it is stored: what `storedSql` gave. */
export function storedLiteral(field: Field, stored: string | null): string {
  if (stored === null) return 'NULL';
  const { base, charset } = traitsOf(field.native);
  const bytes = Buffer.from(stored, 'latin1');
  if (base === 'bit') return `'${stored}'`;
  if (base === 'enum' || base === 'set')
    return `CAST(CONVERT(${rawLiteral(base, charset, bytes)} USING utf8mb4) AS BINARY)`;
  const literal = rawLiteral(base, charset, bytes);
  return charset === null || charset === 'utf8mb4' ? literal : `CONVERT(${literal} USING utf8mb4)`;
}

/** A condition that names one record by its key as it is stored. */
export function isStored(fields: readonly Field[], stored: readonly (string | null)[]): string {
  const conditions = fields.map((field, at) => {
    const { base, charset } = traitsOf(field.native);
    const value = stored[at] ?? null;
    const column = quoteName(field.name);
    if (value === null) return `${column} IS NULL`;
    if (base === 'enum' || base === 'set')
      return `CAST(${column} AS BINARY) = CAST(${valueLiteral(field, value)} AS BINARY)`;
    return `${column} = ${charset === null ? valueLiteral(field, value) : rawLiteral(base, charset, Buffer.from(value, 'latin1'))}`;
  });
  return conditions.join(' AND ');
}

/**
 * A literal as it may stand in one column with others. Numbers are written as texts: as numbers they would get the type of
 * all of them together, and digits behind the point could be lost. A BIT makes bits of a text, a YEAR 2000 of a zero.
 */
export function literalAmongOthers(field: Field, literal: string): string {
  const plain = /^-?\d+(\.\d+)?$/.test(literal) && !/^(bit|year)$/.test(traitsOf(field.native).base);
  return plain ? `'${literal}'` : literal;
}

/** What to select so that a column's content can be put back exactly, or its record found again. */
export function storedSql(field: Field, alias: string): string {
  return rawColumn(field, alias === '' ? quoteName(field.name) : `${alias}.${quoteName(field.name)}`);
}

/** A column's content as it was stored, as a literal to write. */
export function valueLiteral(field: Field, stored: string | null): string {
  if (stored === null) return 'NULL';
  const { base, charset } = traitsOf(field.native);
  return rawLiteral(base, charset, Buffer.from(stored, 'latin1'));
}

/** Bytes of the wire as they are kept: one character for each byte. */
export function storedText(bytes: Buffer | null): string | null {
  return bytes === null ? null : bytes.toString('latin1');
}
