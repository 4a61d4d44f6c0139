import type { GodwitError } from '../../model/index.ts';
import { type HttpAnswer, textOf } from '../http/index.ts';
import { type Json, listIn, memberOf } from './answer-parts.ts';
import { callRefused, scopeMissing } from './faults.ts';

/** The error for an answer that refuses a call. @param what which call, without keys and values */
export function refusalOf(what: string, answer: HttpAnswer): GodwitError {
  const body = bodyOf(answer);
  const category = wordIn(body, 'category') ?? wordIn(body, 'errorType') ?? 'no category';
  if (answer.status === 403) return scopeMissing(what, scopesIn(body));
  return callRefused(what, answer.status, category);
}

export function bodyOf(answer: HttpAnswer): Json {
  try {
    return JSON.parse(textOf(answer)) as Json;
  } catch {
    return null;
  }
}

/** A word of the vendor's own: never a sentence, which may repeat values. */
export function wordIn(body: Json, name: string): string | null {
  const word = memberOf(body, name);
  return typeof word === 'string' && /^[A-Z0-9_]{1,80}$/.test(word) ? word : null;
}

function scopesIn(body: Json): readonly string[] {
  return listIn(body, 'errors')
    .flatMap((error) => listIn(memberOf(error, 'context'), 'requiredGranularScopes'))
    .filter((scope) => typeof scope === 'string' && /^[\w.-]{1,80}$/.test(scope))
    .map(String);
}
