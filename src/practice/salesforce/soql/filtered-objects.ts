import { refusal } from '../refusal.ts';
import type { Condition, SoqlQuery } from './parse-soql.ts';

/** Objects of which an org shows records only by what they hang on. */
const filtered: ReadonlyMap<string, readonly string[]> = new Map([
  ['contentdocumentlink', ['contentdocumentid', 'linkedentityid']],
]);

/** Throws MALFORMED_QUERY where a query of such an object has no filter by one of its ends. */
export function checkFilter({ object, where }: SoqlQuery): void {
  const ends = filtered.get(object.toLowerCase());
  if (ends === undefined || narrows(where, ends)) return;
  throw refusal(
    400,
    'MALFORMED_QUERY',
    "Implementation restriction: ContentDocumentLink requires a filter by a single Id on ContentDocumentId or LinkedEntityId using the equals operator or multiple Id's using the IN operator.",
  );
}

function narrows(condition: Condition | null, ends: readonly string[]): boolean {
  if (condition?.kind === 'and') return condition.parts.some((part) => narrows(part, ends));
  if (condition?.kind !== 'compare' || condition.path.names.length !== 1) return false;
  const name = condition.path.names[0]?.toLowerCase() ?? '';
  return ends.includes(name) && ['=', 'in'].includes(condition.sign.toLowerCase());
}
