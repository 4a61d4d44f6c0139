import { type FieldType, hex, type Row, type Value } from '../../model/index.ts';
import { type CsvDialect, type Dialect, inPattern, lineEndText } from './dialect.ts';
import { tokenizeJsonObject } from './tokenize-json.ts';

/** Why a record cannot be written as it is. */
export interface UnwritableValue {
  readonly code: 'target.not-null' | 'target.type';
  readonly message: string;
  readonly field: string;
}

/** The text of one record with its line end, or why it has none. Values are in the order of `fields`. */
export type FormatRecord = (row: Row) => string | UnwritableValue;

export interface WrittenField {
  readonly name: string;
  readonly type: FieldType;
  readonly nullable: boolean;
}

/**
 * @param columns all of the file's, in order
 * @param places for each column the place of its value in a row; -1 where none is written
 */
export function formatCsvWith(
  dialect: Dialect,
  csv: CsvDialect,
  columns: readonly WrittenField[],
  places: readonly number[],
): FormatRecord {
  const quoted = quoteWith(csv);
  const lineEnd = lineEndText(dialect.lineEnd);
  return (row) => {
    let text = '';
    for (let at = 0; at < columns.length; at += 1) {
      const column = columns[at] as WrittenField;
      const value = valueAt(row, places[at]);
      if (at > 0) text += csv.delimiter;
      if (value === null) {
        if (csv.nullText === null) return notNull(column);
        text += csv.nullText;
        continue;
      }
      const field = plainText(value);
      const problem = unwritable(field, column);
      if (problem !== null) return problem;
      const written = quoted(field, columns.length === 1);
      if (written === null) return unquotable(column);
      text += written;
    }
    return text + lineEnd;
  };
}

export function formatHeader(dialect: Dialect, csv: CsvDialect, names: readonly string[]): string {
  const quoted = quoteWith(csv);
  return (
    names.map((name) => quoted(name, names.length === 1) ?? name).join(csv.delimiter) +
    lineEndText(dialect.lineEnd)
  );
}

export function formatJsonWith(
  dialect: Dialect,
  fields: readonly WrittenField[],
  places: readonly number[],
): FormatRecord {
  const lineEnd = lineEndText(dialect.lineEnd);
  const keys = fields.map(({ name }) => JSON.stringify(name));
  return (row) => {
    const parts: string[] = [];
    for (let at = 0; at < fields.length; at += 1) {
      const place = places[at] as number;
      if (place < 0) continue;
      const field = fields[at] as WrittenField;
      const text = jsonText(field, row[place] as Value);
      if (typeof text !== 'string') return text;
      parts.push(`${keys[at]}:${text}`);
    }
    return `{${parts.join(',')}}${lineEnd}`;
  };
}

/** Why no file of that format can have the value in that field; null when one can. */
export function unwritableIn(format: 'csv' | 'jsonl', field: WrittenField, value: Value): string | null {
  if (value === null) return null;
  const found = format === 'csv' ? unwritable(plainText(value), field) : jsonText(field, value);
  return found === null || typeof found === 'string' ? null : found.message;
}

function valueAt(row: Row, place: number | undefined): Value {
  return place === undefined || place < 0 ? null : (row[place] as Value);
}

/** Every value has one text in a CSV file: PostgreSQL's own, lists as JSON. */
function plainText(value: Exclude<Value, null>): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value instanceof Uint8Array) return `\\x${hex(value)}`;
  return jsonOfList(value);
}

function jsonOfList(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Uint8Array) return JSON.stringify(`\\x${hex(value)}`);
  return `[${value.map(jsonOfList).join(',')}]`;
}

function unwritable(text: string, field: WrittenField): UnwritableValue | null {
  if (text.includes('\0'))
    return { code: 'target.type', message: 'a zero byte cannot stand in a text file', field: field.name };
  if (text.isWellFormed()) return null;
  return {
    code: 'target.type',
    message: 'half a character (a lone surrogate) cannot be written',
    field: field.name,
  };
}

function notNull(field: WrittenField): UnwritableValue {
  return { code: 'target.not-null', message: 'this file has no way to write null', field: field.name };
}

function unquotable(field: WrittenField): UnwritableValue {
  return {
    code: 'target.type',
    message: 'this file has no quotes, and the text needs them',
    field: field.name,
  };
}

/** Null where the dialect cannot say it. Quotes where the text would be read otherwise: structure, quotes, blank edges, the text of null, an empty single column. */
function quoteWith(csv: CsvDialect): (text: string, onlyColumn: boolean) => string | null {
  const { quote, escape, nullText } = csv;
  const special = new RegExp(`[${inPattern((quote ?? '') + escape + csv.delimiter)}\r\n\t\uFEFF]|^\\s|\\s$`);
  if (quote === null) return (text) => (text === nullText || special.test(text) ? null : text);
  const inside = new RegExp(`[${inPattern(quote + escape)}]`, 'g');
  return (text, onlyColumn) => {
    const must = text === nullText || (onlyColumn && text === '') || special.test(text);
    return must ? quote + text.replace(inside, `${escape === '$' ? '$$' : escape}$&`) + quote : text;
  };
}

function jsonText(field: WrittenField, value: Value): string | UnwritableValue {
  if (value === null) return 'null';
  if (value instanceof Uint8Array) return JSON.stringify(`\\x${hex(value)}`);
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return jsonOfList(value);
  switch (field.type.kind) {
    case 'integer':
    case 'decimal':
    case 'float':
      return /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(value) ? value : JSON.stringify(value);
    case 'json':
    case 'any':
    case 'list':
      return documentText(field, oneLine(value));
    case 'boolean':
    case 'text':
    case 'bytes':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'instant':
    case 'interval':
    case 'uuid':
    case 'enum':
    case 'native':
      return unwritable(value.replaceAll('\0', ''), field) ?? JSON.stringify(value);
  }
}

/** Databases keep documents that no reader of this file would take: a key twice, half a character, a thousand levels. */
function documentText(field: WrittenField, document: string): string | UnwritableValue {
  const found = tokenizeJsonObject(`{"":${document}}`);
  if (!('code' in found) && found[0]?.kind !== 'null') return document;
  const message =
    'code' in found ? `it ${found.message}` : 'the JSON document `null` would be read back as no value';
  return { code: 'target.type', message, field: field.name };
}

/** Line ends in a JSON document stand between its tokens only; inside strings they are always escaped. */
function oneLine(document: string): string {
  return document.replace(/[\r\n]+/g, ' ');
}
