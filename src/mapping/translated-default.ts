import type { Field, FieldType } from '../model/index.ts';
import { isDay, type SqlWords, textIn } from './sql-words.ts';

/** What a field is when nobody gives it a value: a literal, or when its record is added. */
type Preset =
  | { readonly kind: 'number' | 'text' | 'boolean'; readonly text: string }
  | { readonly kind: 'now' | 'today'; readonly text: string };

/**
 * A default of one system in the words of another one, where it gives the same value there; null where that is not certain.
 * The present is that of the statement in MySQL and that of the transaction in PostgreSQL, in the same digits.
 */
export function translatedDefault(field: Field, from: SqlWords, to: SqlWords): string | null {
  const preset =
    field.default === null ? null : (from === 'mysql' ? ofMysql : ofPostgres)(field.default, field);
  return preset && isValueOf(field.type, preset) ? writers[to](preset, field.type) : null;
}

function ofMysql(text: string, { type }: Field): Preset | null {
  const quoted = /^'(?<inside>(?:[^'\\]|''|\\['\\])*)'$/s.exec(text)?.groups?.['inside'];
  if (quoted !== undefined)
    return { kind: 'text', text: quoted.replaceAll(/''|\\(.)/g, (_all, one) => one ?? "'") };
  const digits = /^current_timestamp\((?<digits>[0-6]?)\)$/.exec(text)?.groups?.['digits'];
  if (digits !== undefined) return { kind: 'now', text: digits || '0' };
  if (text === 'curdate()') return { kind: 'today', text };
  if (type.kind !== 'boolean') return number.test(text) ? { kind: 'number', text } : null;
  const bit = /^(?:b'(?<bit>[01])'|(?<flag>[01]))$/.exec(text)?.groups;
  return bit ? { kind: 'boolean', text: String((bit['bit'] ?? bit['flag']) === '1') } : null;
}

function ofPostgres(text: string, { type }: Field): Preset | null {
  if (text === 'true' || text === 'false') return { kind: 'boolean', text };
  if (/^(now\(\)|CURRENT_TIMESTAMP)$/.test(text)) return { kind: 'now', text: '6' };
  const digits = /^CURRENT_TIMESTAMP\((?<digits>[0-6])\)$/.exec(text)?.groups?.['digits'];
  if (digits !== undefined) return { kind: 'now', text: digits };
  if (text === 'CURRENT_DATE') return { kind: 'today', text };
  if (number.test(text)) return { kind: 'number', text };
  const quoted = /^'(?<inside>(?:[^'\\]|'')*)'::[^']+$/s
    .exec(text)
    ?.groups?.['inside']?.replaceAll("''", "'");
  if (quoted === undefined) return null;
  const numeric = /^(integer|decimal|float)$/.test(type.kind) && number.test(quoted);
  return { kind: numeric ? 'number' : 'text', text: quoted };
}

const number = /^-?\d+(\.\d+)?$/;

function isValueOf(type: FieldType, { kind, text }: Preset): boolean {
  switch (type.kind) {
    case 'integer':
    case 'decimal':
    case 'float':
      return kind === 'number';
    case 'boolean':
      return kind === 'boolean';
    case 'text':
    case 'enum':
      return kind === 'text';
    case 'json':
      return kind === 'text' && /^(\{\}|\[\])$/.test(text);
    case 'date':
      return kind === 'today' || (kind === 'text' && isDay(text));
    case 'timestamp':
      return isNow(type.fractionDigits, kind, text) || (kind === 'text' && isMoment(text));
    case 'instant':
      return isNow(type.fractionDigits, kind, text);
    default:
      return false;
  }
}

function isNow(digits: number, kind: Preset['kind'], text: string): boolean {
  return kind === 'now' && Number(text) === Math.min(6, digits);
}

function isMoment(text: string): boolean {
  return (
    isDay(text.slice(0, 10)) && /^ (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?$/.test(text.slice(10))
  );
}

const writers: Readonly<Record<SqlWords, (preset: Preset, type: FieldType) => string>> = {
  postgres: ({ kind, text }) => {
    if (kind === 'now') return text === '6' ? 'CURRENT_TIMESTAMP' : `CURRENT_TIMESTAMP(${text})`;
    if (kind === 'today') return 'CURRENT_DATE';
    return kind === 'text' ? textIn('postgres', text) : text;
  },
  mysql: ({ kind, text }, type) => {
    if (kind === 'now') return text === '0' ? 'CURRENT_TIMESTAMP' : `CURRENT_TIMESTAMP(${text})`;
    if (kind === 'today') return '(CURRENT_DATE)';
    if (kind === 'boolean') return text === 'true' ? '1' : '0';
    // A long text takes an expression, which a list of labels does not.
    return kind !== 'text'
      ? text
      : type.kind === 'enum'
        ? textIn('mysql', text)
        : `(${textIn('mysql', text)})`;
  },
};
