import { decodeFieldsOf } from './decode-fields.ts';
import { type CsvDialect, type Dialect, inPattern } from './dialect.ts';
import type { RecordCursor } from './record-cursor.ts';
import { problemOf, type RecordProblem } from './record-problem.ts';

/** The values of the cursor's record in the order of the columns, or why it is none. */
export type ReadRecord = (cursor: RecordCursor) => (string | null)[] | RecordProblem;

/**
 * @param columns names; a record with another number of fields is ragged
 * @param headerTexts the header's own texts, so that a header that comes again is seen; null without header
 */
export function readCsvRecordWith(
  dialect: Dialect,
  csv: CsvDialect,
  columns: readonly string[],
  headerTexts: readonly string[] | null,
): ReadRecord {
  const decode = decodeFieldsOf(dialect.encoding);
  const unescape = unescapeOf(csv);
  return (cursor) => {
    const { shape } = cursor;
    if (cursor.oversize !== null || shape.problem !== null) return problemOf(cursor);
    const fields = decode(cursor.bytes, shape);
    if (fields === null) return { code: 'files.invalid-encoding', message: notText(dialect) };
    if (shape.nul) return { code: 'files.nul-byte', message: 'holds a zero byte' };
    if (fields.length !== columns.length) return ragged(fields.length, columns.length);
    for (let at = 0; at < fields.length; at += 1) {
      if (shape.quoting[at] === 2) fields[at] = unescape(fields[at] as string);
    }
    if (headerTexts !== null && sameTexts(fields, headerTexts)) return repeatedHeader;
    return csv.nullText === null ? fields : withNulls(fields, shape.quoting, csv.nullText);
  };
}

const repeatedHeader: RecordProblem = {
  code: 'files.repeated-header',
  message: 'is the header once more, not a record',
};

function notText(dialect: Dialect): string {
  return `holds bytes that are not ${dialect.encoding}`;
}

function ragged(found: number, expected: number): RecordProblem {
  const what = found < expected ? 'too few' : 'too many';
  return { code: 'files.ragged-record', message: `has ${what} fields: ${found} instead of ${expected}` };
}

/** Undoes what the escape did inside a quoted field: before a quote or itself it is taken away, elsewhere it stays. */
export function unescapeOf(csv: CsvDialect): (text: string) => string {
  const { quote, escape } = csv;
  if (quote === null) return (text) => text;
  if (quote === escape) return (text) => text.replaceAll(quote + quote, quote);
  const pattern = new RegExp(`${inPattern(escape)}([${inPattern(quote + escape)}])`, 'g');
  return (text) => text.replace(pattern, '$1');
}

function sameTexts(fields: readonly string[], header: readonly string[]): boolean {
  return fields[0] === header[0] && fields.every((field, at) => field === header[at]);
}

function withNulls(fields: readonly string[], quoting: Uint8Array, nullText: string): (string | null)[] {
  return fields.map((field, at) => (quoting[at] === 0 && field === nullText ? null : field));
}
