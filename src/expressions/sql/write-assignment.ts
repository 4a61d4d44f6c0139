import { describeFieldType, type FieldType } from '../../model/index.ts';
import { typeOfField } from '../check/type-names.ts';
import { byBytes, failure, quotedText, typeThere, unwritable } from './sql-text.ts';

type Decimal = Extract<FieldType, { kind: 'decimal' }>;
type Text = Extract<FieldType, { kind: 'text' }>;
type Enum = Extract<FieldType, { kind: 'enum' }>;

/**
 * `assignment()` as SQL: the same value in a field of another type, or a failure where something would be cut, rounded or
 * lost. The server's own assignment does all of that without a word, so it is compared afterwards.
 */
export function writeAssignment(sql: string, from: FieldType, to: FieldType): string {
  switch (to.kind) {
    case 'text':
      return intoText(sql, from, to);
    case 'integer':
      return intoInteger(sql, from, to);
    case 'decimal':
      return intoDecimal(sql, from, to);
    case 'date':
    case 'timestamp':
    case 'instant':
      return intoTime(sql, from, to);
    case 'enum':
      return intoEnum(sql, from, to);
    case 'boolean':
    case 'uuid':
      return from.kind === to.kind ? sql : unfit(from, to);
    case 'float':
    case 'json':
      return typeOfField(from) === typeOfField(to) ? sql : unfit(from, to);
    default:
      return unfit(from, to);
  }
}

/** The type as which a field of that type is sent. */
export function typeSent(to: FieldType): string {
  return to.kind === 'enum' ? 'pg_catalog.text' : typeThere(typeOfField(to));
}

function unfit(from: FieldType, to: FieldType): never {
  return unwritable(`${describeFieldType(from)} into ${describeFieldType(to)} is computed here`);
}

const printed: ReadonlySet<string> = new Set(
  'boolean integer decimal text date timestamp instant uuid enum'.split(' '),
);

function intoText(sql: string, from: FieldType, to: Text): string {
  if (to.padded || !printed.has(from.kind)) return unfit(from, to);
  const text = `${sql}::pg_catalog.text`;
  const most = to.charactersMax;
  const fits =
    from.kind === 'text' && from.charactersMax !== null && from.charactersMax <= (most ?? Infinity);
  return most === null || fits ? text : checked(atMost(text, most), text, text, to);
}

/** Bytes are counted already: where they are few enough, characters are. */
function atMost(text: string, most: number): string {
  return `pg_catalog."octet_length"(${text}) <= ${most} OR pg_catalog."char_length"(${text}) <= ${most}`;
}

/** Compared here: a target may take another text for a label, or for a label's number. */
function intoEnum(sql: string, from: FieldType, to: Enum): string {
  if (from.kind !== 'text' && from.kind !== 'enum') return unfit(from, to);
  const text = `${sql}::pg_catalog.text`;
  const labels = to.labels.map(quotedText).join(', ');
  return checked(`${byBytes(text)} = ANY (ARRAY[${labels}]::pg_catalog.text[])`, text, text, to);
}

function intoInteger(sql: string, from: FieldType, to: FieldType): string {
  const fitted = `${sql}::${typeSent(to)}`;
  if (from.kind === 'integer') return fitted;
  if (from.kind !== 'decimal') return unfit(from, to);
  return checked(`${fitted} OPERATOR(pg_catalog.=) ${sql}`, fitted, sql, to);
}

function intoDecimal(sql: string, from: FieldType, to: Decimal): string {
  if (from.kind !== 'integer' && from.kind !== 'decimal') return unfit(from, to);
  const number = `${sql}::pg_catalog.numeric`;
  if (to.precision === null) return number;
  const fitted = `${number}(${to.precision}, ${to.scale ?? 0})`;
  if (from.kind === 'integer' && (to.scale ?? 0) >= 0) return fitted;
  return checked(`${fitted} OPERATOR(pg_catalog.=) ${number}`, fitted, number, to);
}

function intoTime(sql: string, from: FieldType, to: FieldType): string {
  if (from.kind === 'date' && to.kind === 'timestamp') return `${sql}::pg_catalog.timestamp`;
  const digits = 'fractionDigits' in to ? to.fractionDigits : 6;
  if (from.kind === to.kind && 'fractionDigits' in from && from.fractionDigits > digits) {
    const fitted = `${sql}::${typeSent(to)}(${digits})`;
    return checked(`${fitted} OPERATOR(pg_catalog.=) ${sql}`, fitted, sql, to);
  }
  if (from.kind === 'timestamp' && to.kind === 'date') {
    const day = `${sql}::pg_catalog.date`;
    return checked(`${day}::pg_catalog.timestamp OPERATOR(pg_catalog.=) ${sql}`, day, sql, to);
  }
  return from.kind === to.kind ? sql : unfit(from, to);
}

/** The value where it holds; null for null; else a failure. */
function checked(condition: string, fitted: string, sql: string, to: FieldType): string {
  const failed = failure(`${sql}::pg_catalog.text`, typeOfField(to.kind === 'enum' ? textOnly : to));
  return `CASE WHEN ${condition} THEN ${fitted} ELSE ${failed} END`;
}

const textOnly: FieldType = { kind: 'text', charactersMax: null, padded: false };
