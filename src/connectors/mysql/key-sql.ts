import { type Field, findField, type Relation, type Row, type Value } from '../../model/index.ts';
import { traitsOf } from './field-types.ts';
import { hexLiteral, quoteName, storedTextLiteral } from './sql.ts';
import { UnfitValue } from './unfit-value.ts';
import type { RawRow } from './wire-row.ts';
import { type Write, writerFor } from './write-values.ts';

/**
 * The fields that name a record, as they are ordered, compared and written in conditions.
 *
 * A text key is ordered in its own collation: only that has an index, and since the key is unique under it, its order has no
 * ties. Labels are ordered as texts: their column orders by number, but compares with a text as a text.
 */
export interface KeyField {
  readonly field: Field;
  /** What is ordered and compared. */
  readonly sql: string;
  /** A value as the other side of a comparison; throws UnfitValue. */
  literal(value: Value): string;
  /** The same for bytes as they came over the wire from `rawSql`. */
  readonly rawSql: string;
  rawLiteral(bytes: Buffer): string;
  /** A value that is looked for, or null where the column cannot hold it. */
  search(value: Value): string | null;
  /** Of texts, the very bytes in UTF-8: what the column calls equal may be spelled otherwise. Null where equal is the same. */
  readonly exactSql: string | null;
  exactLiteral(value: Value): string;
}

export function keyFields(relation: Relation, names: readonly string[], alias = 't'): readonly KeyField[] {
  return names.map((name) => keyField(relation, name, alias));
}

function keyField(relation: Relation, name: string, alias: string): KeyField {
  const field = findField(relation, name);
  const column = `${alias}.${quoteName(name)}`;
  if (field === undefined) throw new RangeError(`${relation.name} has no field ${name}`);
  if (field.synthetic) return { ...numberKey(column), field };
  const { base, charset, collation } = traitsOf(field.native);
  const bytesSql = `CAST(CONVERT(${column} USING utf8mb4) AS BINARY)`;
  if (base === 'enum' || base === 'set') return { ...labelKey(bytesSql), field };
  const write = comparable(writerFor({ ...field, nullable: true }), charset, collation);
  return {
    field,
    sql: column,
    literal: write,
    rawSql: rawColumn(field, column),
    rawLiteral: (bytes) => rawLiteral(base, charset, bytes),
    search: (value) => unlessUnfit(() => write(value)),
    exactSql: charset === null ? null : bytesSql,
    exactLiteral: textBytes,
  };
}

/** Several texts in one comparison that a column's character set does not have are refused, unless they are converted to it. */
function comparable(write: Write, charset: string | null, collation: string | null): Write {
  if (charset === null || charset === 'utf8mb4') return write;
  return (value) => `CONVERT(${write(value)} USING ${charset}) COLLATE ${collation}`;
}

type Spelling = Omit<KeyField, 'field'>;

function numberKey(sql: string): Spelling {
  return {
    sql,
    literal: String,
    rawSql: sql,
    rawLiteral: String,
    search: String,
    exactSql: null,
    exactLiteral: String,
  };
}

function labelKey(sql: string): Spelling {
  return {
    sql,
    literal: textBytes,
    rawSql: sql,
    rawLiteral: hexLiteral,
    search: textBytes,
    exactSql: null,
    exactLiteral: textBytes,
  };
}

function textBytes(value: Value): string {
  return hexLiteral(Buffer.from(String(value)));
}

function unlessUnfit(write: () => string): string | null {
  try {
    return write();
  } catch (error) {
    if (error instanceof UnfitValue) return null;
    throw error;
  }
}

/** The column's exact content: bytes as stored for texts and bytes, the server's text for the rest. */
export function rawColumn(field: Field, column: string): string {
  const { base } = traitsOf(field.native);
  if (base === 'float' || base === 'double') return `${column} + 0e0`;
  return base === 'bit' ? `BIN(${column})` : column;
}

/** What `rawColumn` gave, as a literal that puts exactly that back. */
export function rawLiteral(base: string, charset: string | null, bytes: Buffer): string {
  if (charset !== null) return storedTextLiteral(charset, bytes);
  if (/int$|^decimal$|^float$|^double$/.test(base)) return number(base, bytes.toString('latin1'));
  if (base === 'bit') return `b'${bytes.toString('latin1')}'`;
  if (/^(date|time|datetime|timestamp|year|uuid|inet\d?)$/.test(base)) return `'${bytes.toString('latin1')}'`;
  return hexLiteral(bytes);
}

function number(base: string, text: string): string {
  return /^(float|double)$/.test(base) && !text.includes('e') ? `${text}e0` : text;
}

/**
 * Everything behind a key in the order of its fields. Told field by field, because neither family of servers finds a range of
 * an index in a comparison of rows.
 */
export function isBehind(keys: readonly KeyField[], literals: readonly string[], inclusive = false): string {
  const [key, ...others] = keys;
  const [literal, ...more] = literals;
  if (key === undefined) return inclusive ? 'TRUE' : 'FALSE';
  if (others.length === 0) return `${key.sql} ${inclusive ? '>=' : '>'} ${literal}`;
  return `(${key.sql} >= ${literal} AND (${key.sql} > ${literal} OR ${isBehind(others, more, inclusive)}))`;
}

/** Everything up to a key and including it. */
export function isUpTo(keys: readonly KeyField[], literals: readonly string[]): string {
  const [key, ...others] = keys;
  const [literal, ...more] = literals;
  if (key === undefined) return 'TRUE';
  if (others.length === 0) return `${key.sql} <= ${literal}`;
  return `(${key.sql} <= ${literal} AND (${key.sql} < ${literal} OR ${isUpTo(others, more)}))`;
}

export function keyLiterals(keys: readonly KeyField[], row: Row): readonly string[] {
  return keys.map((key, at) => key.literal(row[at] ?? null));
}

export function rawKeyLiterals(keys: readonly KeyField[], row: RawRow): readonly string[] {
  return keys.map((key, at) => {
    const bytes = row[at];
    if (bytes === null || bytes === undefined) throw new UnfitValue('mysql.bad-bound', 'a key is null');
    return key.rawLiteral(bytes);
  });
}
