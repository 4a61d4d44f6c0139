import type { Value } from '../../model/index.ts';
import { textOfJsonString } from './json-text.ts';
import { eachElement, eachMember, type JsonPart, skipSpace, wholeDocument } from './scan-json.ts';

/** Part of a document; the documents of `->` and its sisters, read in place. */
interface Found {
  readonly text: string;
  readonly part: JsonPart;
}

/** The whole document. */
export function documentOf(text: string): Found {
  return { text, part: wholeDocument(text) };
}

/** The member of that name, the last one when there are more; undefined when it is no object or has none. */
export function memberOf({ text, part }: Found, name: string): Found | undefined {
  if (text[part.start] !== '{') return undefined;
  let found: JsonPart | undefined;
  eachMember(text, part.start, (key, value) => {
    if (isKey(text, key, name)) found = value;
  });
  return found && { text, part: found };
}

function isKey(text: string, key: JsonPart, name: string): boolean {
  // Most keys hold no escape; then their characters are compared where they stand.
  if (text.startsWith(name, key.start + 1) && key.end - key.start === name.length + 2)
    return !name.includes('\\');
  return (
    text.slice(key.start, key.end).includes('\\') && textOfJsonString(text.slice(key.start, key.end)) === name
  );
}

/** The element at that place, counted from 0, from the end when negative. */
export function elementAt({ text, part }: Found, place: number): Found | undefined {
  if (text[part.start] !== '[') return undefined;
  const elements: JsonPart[] = [];
  eachElement(text, part.start, (element) => {
    elements.push(element);
  });
  const found = elements.at(place < 0 ? place : place);
  return found === undefined || place >= elements.length ? undefined : { text, part: found };
}

/** A path of names and places; places in it are decimal digits as the C function `strtol` reads them. */
export function reachInto(found: Found | undefined, path: readonly Value[]): Found | undefined {
  let here = found;
  for (const step of path) {
    if (here === undefined || typeof step !== 'string') return undefined;
    here = here.text[here.part.start] === '[' ? elementAtText(here, step) : memberOf(here, step);
  }
  return here;
}

function elementAtText(here: Found, step: string): Found | undefined {
  if (!/^[ \t\n\v\f\r]*[+-]?\d+$/.test(step)) return undefined;
  const place = Number(step);
  return Math.abs(place) > 2_147_483_647 ? undefined : elementAt(here, place);
}

/** The part as JSON. */
export function asJson(found: Found | undefined): Value {
  return found === undefined ? null : found.text.slice(found.part.start, found.part.end);
}

/** The part as text: a string without quotes and escapes, null as null. */
export function asText(found: Found | undefined): Value {
  const json = asJson(found);
  if (typeof json !== 'string' || json === 'null') return null;
  return json.startsWith('"') ? textOfJsonString(json) : json;
}

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

const kinds: Readonly<Record<string, JsonKind>> = {
  '{': 'object',
  '[': 'array',
  '"': 'string',
  t: 'boolean',
  f: 'boolean',
  n: 'null',
};

export function kindOfJson(text: string): JsonKind {
  return kinds[text[skipSpace(text, 0)] ?? ''] ?? 'number';
}

/** Number of elements of the array the document is; undefined for anything else. */
export function elementCount(text: string): number | undefined {
  const { part } = documentOf(text);
  if (text[part.start] !== '[') return undefined;
  let count = 0;
  eachElement(text, part.start, () => {
    count += 1;
  });
  return count;
}
