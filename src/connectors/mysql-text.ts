import type { Row, Value } from '../model/index.ts';

/**
 * The bulk format `mysql-text`, which LOAD DATA reads: fields between tabs, a line feed behind each record, `\N` for null,
 * UTF-8. In front of a tab, line feed, carriage return, backspace, NUL and backslash stands a backslash (`\t \n \r \b \0 \\`),
 * before nothing else.
 *
 * Each value has one spelling, that of `model/value.ts`, with three exceptions: a boolean is 1 or 0, bytes are lower-case
 * hexadecimal digits, an instant is without its `+00`. Who gives the format keeps to it to the byte: going back tells the
 * records of a slice by the digests of their lines.
 */
export function mysqlTextLine(kinds: readonly string[], row: Row): string {
  return `${row.map((value, at) => mysqlTextValue(kinds[at] ?? '', value)).join('\t')}\n`;
}

function mysqlTextValue(kind: string, value: Value): string {
  if (value === null) return '\\N';
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex');
  if (typeof value !== 'string') throw new RangeError('mysql-text has no lists');
  return escaped(kind === 'instant' ? value.replace(/\+00$/, '') : value);
}

/** The values of a line without its line feed. */
export function mysqlTextRow(kinds: readonly string[], line: string): Row {
  return line.split('\t').map((text, at) => readValue(kinds[at] ?? '', text));
}

function readValue(kind: string, text: string): Value {
  if (text === '\\N') return null;
  if (kind === 'boolean') return text === '1';
  if (kind === 'bytes') return Uint8Array.from(Buffer.from(text, 'hex'));
  const plain = text.replace(/\\[0btnr\\]/g, (found) => unescapes.get(found) ?? found);
  return kind === 'instant' ? `${plain}+00` : plain;
}

const escapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\\': '\\\\',
};

const unescapes = new Map(Object.entries(escapes).map(([plain, found]) => [found, plain]));

function escaped(text: string): string {
  return text.replace(/[\0\b\t\n\r\\]/g, (found) => escapes[found] ?? found);
}
