/** An identifier as SQLite reads it back whatever it holds: quotes, spaces, reserved words. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function textLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** What SQLite turns values into when they are stored in a column; decided by the declared type's name alone. */
export type Affinity = 'integer' | 'text' | 'blob' | 'real' | 'numeric';

/** The rules of https://www.sqlite.org/datatype3.html#determination_of_column_affinity, in their order. */
export function affinityOf(declared: string): Affinity {
  const name = declared.toUpperCase();
  if (name.includes('INT')) return 'integer';
  if (/CHAR|CLOB|TEXT/.test(name)) return 'text';
  if (name === '' || name.includes('BLOB')) return 'blob';
  return /REAL|FLOA|DOUB/.test(name) ? 'real' : 'numeric';
}

/** Names of everything godwit keeps in a target file begin with this. */
export const bookkeepingPrefix = '_godwit_';

/** `?, ?, ?` */
export function placeholders(count: number): string {
  return Array.from({ length: count }, () => '?').join(', ');
}

/** One expression, or a row value of several. */
export function rowValue(expressions: readonly string[]): string {
  return expressions.length === 1 ? (expressions[0] ?? '') : `(${expressions.join(', ')})`;
}
