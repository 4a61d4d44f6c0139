import type { Value } from '../../model/index.ts';
import { UnfitValue } from './unfit-value.ts';

/** Reads PostgreSQL's text form of an array without bounds; nested arrays give nested lists, an unquoted NULL gives null. */
export function parseArray(text: string, decode: (element: string) => Value, separator = ','): Value {
  let at = 0;
  const list = (): Value[] => {
    const values: Value[] = [];
    at += 1;
    while (text[at] !== '}') {
      values.push(element());
      if (text[at] === separator) at += 1;
    }
    at += 1;
    return values;
  };
  const element = (): Value => {
    if (text[at] === '{') return list();
    if (text[at] === '"') return decode(quoted());
    const from = at;
    while (text[at] !== separator && text[at] !== '}') at += 1;
    const plain = text.slice(from, at);
    return plain === 'NULL' ? null : decode(plain);
  };
  const quoted = (): string => {
    let content = '';
    let from = at + 1;
    for (at = from; text[at] !== '"'; at += 1) {
      if (text[at] !== '\\') continue;
      content += text.slice(from, at);
      at += 1;
      from = at;
    }
    content += text.slice(from, at);
    at += 1;
    return content;
  };
  return list();
}

/** The inverse; every text is quoted, so that neither `NULL` nor an empty text nor a brace is mistaken. */
export function formatArray(
  values: readonly Value[],
  encode: (value: Value) => string | null,
  separator = ',',
): string {
  expectRectangle(values);
  const parts = values.map((value) => {
    if (value === null) return 'NULL';
    if (Array.isArray(value)) return formatArray(notEmpty(value), encode, separator);
    return quoteElement(encode(value) ?? '');
  });
  return `{${parts.join(separator)}}`;
}

/** The server reads `{{}}` as `{}`: an empty list inside a list would be lost without a word. */
function notEmpty(list: readonly Value[]): readonly Value[] {
  if (list.length === 0)
    throw new UnfitValue('target.type', 'PostgreSQL cannot hold an empty list inside a list');
  return list;
}

/** Its arrays are rectangles: lists of one length beside each other, and nothing else beside them. */
function expectRectangle(values: readonly Value[]): void {
  const lengths = new Set(values.map((value) => (Array.isArray(value) ? value.length : -1)));
  if (lengths.size > 1)
    throw new UnfitValue('target.type', 'PostgreSQL cannot hold lists of different lengths inside a list');
}

/** An array literal of texts, as a parameter for `unnest`. */
export function textArray(texts: readonly (string | null)[]): string {
  return `{${texts.map((text) => (text === null ? 'NULL' : quoteElement(text))).join(',')}}`;
}

function quoteElement(text: string): string {
  const needsEscape = text.includes('"') || text.includes('\\');
  return needsEscape ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;
}
