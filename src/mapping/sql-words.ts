import type { Field } from '../model/index.ts';

/** The systems whose structure is said in words that others can say too. */
export type SqlWords = 'mysql' | 'postgres';

export function quotedIn(words: SqlWords, name: string): string {
  const quote = words === 'mysql' ? '`' : '"';
  return quote + name.replaceAll(quote, quote + quote) + quote;
}

export function textIn(words: SqlWords, text: string): string {
  const escaped = words === 'mysql' ? text.replaceAll('\\', '\\\\') : text;
  return `'${escaped.replaceAll("'", "''")}'`;
}

/** Every system takes it for a date: no day that is none, none of a leap year, and none of a year without four digits. */
export function isDay(text: string): boolean {
  return /^(?!0000)\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)$/.test(
    text,
  );
}

/** Two values are equal there when they are the same, letter for letter and space for space, and only then. */
export function isExactlyCompared({ type, native }: Field, words: SqlWords): boolean {
  if (type.kind === 'text' && type.padded) return false;
  if (words === 'mysql') return /_(nopad|0900)_bin$/.test(native);
  return !/ COLLATE (?!"(?:C|POSIX)"$)/.test(native);
}
