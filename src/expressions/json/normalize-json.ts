import { readDecimal } from '../numbers/read-decimal.ts';
import { compareText } from '../text/compare-text.ts';
import { encodeUtf8 } from '../text/utf8.ts';
import { jsonString, textOfJsonString } from './json-text.ts';
import {
  eachElement,
  eachMember,
  endOfScalar,
  endOfString,
  endOfValue,
  malformed,
  skipSpace,
} from './scan-json.ts';

/**
 * The text PostgreSQL prints for a document once it is jsonb: members ordered by the length of their keys in bytes and then
 * by the bytes, the last of equal keys kept, numbers written out (`1e2` as `100`, `1.50` as `1.50`), one space behind colons
 * and commas.
 */
export function normalizedJson(text: string): string {
  const start = skipSpace(text, 0);
  const { value, end } = normalized(text, start, 0);
  if (skipSpace(text, end) !== text.length) throw malformed();
  return value;
}

interface Normalized {
  readonly value: string;
  readonly end: number;
}

function normalized(text: string, at: number, depth: number): Normalized {
  switch (text[at]) {
    case '{':
      return normalizedObject(text, at, depth);
    case '[':
      return normalizedArray(text, at, depth);
    case '"': {
      const end = endOfString(text, at);
      return { value: jsonString(textOfJsonString(text.slice(at, end))), end };
    }
    default: {
      const end = endOfScalar(text, at);
      const token = text.slice(at, end);
      return { value: /^[tfn]/.test(token) ? token : readDecimal(token), end };
    }
  }
}

function normalizedObject(text: string, start: number, depth: number): Normalized {
  const members = new Map<string, string>();
  const end = eachMember(
    text,
    start,
    (keyStart, keyEnd, from) => {
      members.set(textOfJsonString(text.slice(keyStart, keyEnd)), normalized(text, from, depth + 1).value);
    },
    depth,
  );
  return { value: objectText(members), end };
}

function normalizedArray(text: string, start: number, depth: number): Normalized {
  const elements: string[] = [];
  const end = eachElement(
    text,
    start,
    (from) => {
      elements.push(normalized(text, from, depth + 1).value);
    },
    depth,
  );
  return { value: `[${elements.join(', ')}]`, end };
}

/** An object of canonical members. */
export function objectText(members: ReadonlyMap<string, string>): string {
  const sorted = [...members].sort(([a], [b]) => compareKeys(a, b));
  return `{${sorted.map(([key, value]) => `${jsonString(key)}: ${value}`).join(', ')}}`;
}

function compareKeys(a: string, b: string): number {
  return utf8Length(a) - utf8Length(b) || compareText(a, b);
}

const ascii = /^[\0-\x7f]*$/;

function utf8Length(text: string): number {
  return ascii.test(text) ? text.length : encodeUtf8(text).length;
}

/** Whether any object of the document has a key twice. */
export function repeatsKey(text: string): boolean {
  let repeats = false;
  const visit = (at: number): void => {
    if (text[at] === '[') eachElement(text, at, visit);
    if (text[at] !== '{') return;
    const keys = new Set<string>();
    eachMember(text, at, (keyStart, keyEnd, from) => {
      const name = textOfJsonString(text.slice(keyStart, keyEnd));
      if (keys.has(name)) repeats = true;
      keys.add(name);
      visit(from);
    });
  };
  visit(skipSpace(text, 0));
  return repeats;
}

/** Throws unless the text is one JSON document; the text itself is what type json keeps. */
export function checkedJson(text: string): string {
  const end = endOfValue(text, skipSpace(text, 0));
  if (skipSpace(text, end) !== text.length) throw malformed();
  return text;
}
