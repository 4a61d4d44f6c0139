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
export function memberOf(found: Found, name: string): Found | undefined {
  return membersOf(found, name).at(-1);
}

function membersOf({ text, part }: Found, name: string): readonly Found[] {
  if (text[part.start] !== '{') return [];
  const found: Found[] = [];
  eachMember(text, part.start, (keyStart, keyEnd, start, end) => {
    if (isKey(text, keyStart, keyEnd, name)) found.push({ text, part: { start, end } });
  });
  return found;
}

/** Most keys hold no escape; then their characters are compared where they stand. */
function isKey(text: string, start: number, end: number, name: string): boolean {
  if (end - start === name.length + 2 && text.startsWith(name, start + 1) && !name.includes('\\'))
    return true;
  if (text.indexOf('\\', start) === -1) return false;
  const key = text.slice(start, end);
  return key.includes('\\') && textOfJsonString(key) === name;
}

/** The element at that place, counted from 0, from the end when negative. */
export function elementAt({ text, part }: Found, place: number): Found | undefined {
  if (text[part.start] !== '[') return undefined;
  const elements: JsonPart[] = [];
  eachElement(text, part.start, (start, end) => {
    elements.push({ start, end });
  });
  const found = elements.at(place);
  return found && { text, part: found };
}

/**
 * A path of names and places; places in it are decimal digits as the C function `strtol` reads them. Where a name is there
 * twice (only json keeps such), the last one from which the whole path can be gone counts.
 */
export function reachInto(found: Found | undefined, path: readonly Value[], from = 0): Found | undefined {
  if (found === undefined || from >= path.length) return found;
  const step = path[from];
  if (typeof step !== 'string') return undefined;
  if (found.text[found.part.start] === '[') return reachInto(elementAtText(found, step), path, from + 1);
  let reached: Found | undefined;
  for (const member of membersOf(found, step)) reached = reachInto(member, path, from + 1) ?? reached;
  return reached;
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
