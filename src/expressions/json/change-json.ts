import type { Value } from '../../model/index.ts';
import { valueFault } from '../faults.ts';
import { jsonString, textOfJsonString } from './json-text.ts';
import { objectText } from './normalize-json.ts';
import { kindOfJson } from './reach-into-json.ts';
import { eachElement, eachMember } from './scan-json.ts';

/** Canonical elements of an array; an object or a scalar counts as one element. */
function elementsOf(text: string): readonly string[] {
  if (kindOfJson(text) !== 'array') return [text];
  const elements: string[] = [];
  eachElement(text, 0, (start, end) => {
    elements.push(text.slice(start, end));
  });
  return elements;
}

function membersOf(text: string): Map<string, string> {
  const members = new Map<string, string>();
  eachMember(text, 0, (keyStart, keyEnd, start, end) => {
    members.set(textOfJsonString(text.slice(keyStart, keyEnd)), text.slice(start, end));
  });
  return members;
}

/** `jsonb || jsonb`: objects merge, everything else becomes one array. */
export function concatenatedJson(a: string, b: string): string {
  if (kindOfJson(a) === 'object' && kindOfJson(b) === 'object')
    return objectText(new Map([...membersOf(a), ...membersOf(b)]));
  return `[${[...elementsOf(a), ...elementsOf(b)].join(', ')}]`;
}

/** `jsonb - text`, `jsonb - text[]`: without members of these names, or without strings of these texts. */
export function withoutKeys(text: string, keys: readonly Value[]): string {
  const kind = kindOfJson(text);
  if (kind === 'array') {
    const gone = new Set(keys.map((key) => (typeof key === 'string' ? jsonString(key) : '')));
    return `[${elementsOf(text)
      .filter((element) => !gone.has(element))
      .join(', ')}]`;
  }
  if (kind !== 'object') throw valueFault('22023', 'nothing can be taken out of a JSON scalar');
  const members = membersOf(text);
  for (const key of keys) if (typeof key === 'string') members.delete(key);
  return objectText(members);
}

/** `jsonb - int4`: without the element at that place, counted from 0, from the end when negative. */
export function withoutElement(text: string, placeText: string): string {
  const kind = kindOfJson(text);
  if (kind !== 'array') throw valueFault('22023', 'only an array has elements by their place');
  const elements = [...elementsOf(text)];
  const place = Number(placeText) < 0 ? elements.length + Number(placeText) : Number(placeText);
  return `[${elements.filter((_, at) => at !== place).join(', ')}]`;
}
