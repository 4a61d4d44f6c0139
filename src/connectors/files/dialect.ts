/**
 * How a file spells its records. What is found in a file and what a person says in `options` are the same words.
 * Every part is shown in the schema; none is ever assumed where the file fits two of them and they read differently.
 */
export interface Dialect {
  readonly encoding: Encoding;
  /** The file starts with a byte order mark. */
  readonly byteOrderMark: boolean;
  readonly compression: Compression;
  /** What ends a record: `lf` and `crlf` files are read with either; `mixed` holds both; `cr` is the old Macintosh way. */
  readonly lineEnd: LineEnd;
  /** Null for JSON Lines. */
  readonly csv: CsvDialect | null;
}

export interface CsvDialect {
  /** One to four ASCII characters. */
  readonly delimiter: string;
  /** Null: no character quotes, every one stands for itself. */
  readonly quote: string | null;
  /** The quote itself (doubled inside a quoted field) or a backslash. */
  readonly escape: string;
  readonly header: boolean;
  /** Lines before the header or the first record that are not records. */
  readonly skipLines: number;
  /** The unquoted text that means null; null: the file knows no null. */
  readonly nullText: string | null;
  /** What a quote inside an unquoted field is: a bad record, or a character like any other. */
  readonly strayQuotes: 'bad' | 'keep';
}

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin-1' | 'windows-1252';
export type Compression = 'none' | 'gzip' | 'zstd';
export type LineEnd = 'lf' | 'crlf' | 'cr' | 'mixed';

const lineEndTexts = { lf: '\n', crlf: '\r\n', cr: '\r', mixed: '\n' } as const;

/** The characters that end a record when one is written. */
export function lineEndText(lineEnd: LineEnd): string {
  return lineEndTexts[lineEnd];
}

/** A dialect's characters as they stand for themselves in a regular expression. */
export function inPattern(characters: string): string {
  return characters.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** One line for people, in the schema as the relation's comment: two files read alike exactly when theirs are the same. */
export function describeDialect(dialect: Dialect): string {
  const { csv, encoding, byteOrderMark, compression, lineEnd } = dialect;
  const parts = csv ? describeCsv(csv) : ['JSON Lines'];
  parts.push(`encoding ${encoding}${byteOrderMark ? ' with byte order mark' : ''}`, `line ends ${lineEnd}`);
  if (compression !== 'none') parts.push(`compressed with ${compression}`);
  return parts.join(', ');
}

function describeCsv(csv: CsvDialect): string[] {
  const parts = [`CSV: delimiter ${JSON.stringify(csv.delimiter)}`];
  if (csv.quote === null) parts.push('no quotes');
  else
    parts.push(
      `quote ${csv.quote}`,
      csv.escape === csv.quote ? 'doubled inside' : `escaped by ${csv.escape}`,
    );
  parts.push(csv.header ? 'with header' : 'without header');
  if (csv.skipLines > 0) parts.push(`${csv.skipLines} lines skipped in front`);
  if (csv.nullText !== null) parts.push(`null is ${JSON.stringify(csv.nullText)}`);
  if (csv.strayQuotes === 'keep') parts.push('stray quotes kept');
  return parts;
}
