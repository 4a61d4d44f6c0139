import { answerUnreadable } from './faults.ts';

/** An answer of the API. Values of records are texts in it, so that no number loses a digit. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export function memberOf(value: Json, name: string): Json {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  return (value as { readonly [name: string]: Json })[name] ?? null;
}

export function listIn(value: Json, name: string): readonly Json[] {
  const found = memberOf(value, name);
  return Array.isArray(found) ? (found as readonly Json[]) : [];
}

/** Throws `hubspot.answer-unreadable`. */
export function textIn(value: Json, name: string): string {
  const found = memberOf(value, name);
  if (typeof found === 'string') return found;
  throw answerUnreadable('read', `an answer has no text under ${name}`);
}

/** The text there; the empty one where there is none. */
export function textOr(value: Json, name: string): string {
  const found = memberOf(value, name);
  return typeof found === 'string' ? found : '';
}

export const isTrue = (value: Json, name: string): boolean => memberOf(value, name) === true;

/** Ids come as texts, and those of links as numbers. Throws `hubspot.answer-unreadable`. */
export function idIn(value: Json, name: string): string {
  const found = memberOf(value, name);
  const text = typeof found === 'number' && Number.isSafeInteger(found) ? String(found) : found;
  if (typeof text === 'string' && /^\d+$/.test(text)) return text;
  throw answerUnreadable('read', `an answer has no id under ${name}`);
}

/** Where the next page begins; null behind the last one. */
export function nextPage(answer: Json): string | null {
  const after = memberOf(memberOf(memberOf(answer, 'paging'), 'next'), 'after');
  return typeof after === 'string' || typeof after === 'number' ? String(after) : null;
}
