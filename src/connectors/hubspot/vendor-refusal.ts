import type { RefusalCode } from '../port.ts';
import { type Json, listIn, memberOf } from './answer-parts.ts';
import { wordIn } from './refusal.ts';

/** Why the account did not take one record: a word of its own and the property, never its sentence, which repeats values. */
export interface VendorRefusal {
  readonly code: RefusalCode;
  readonly message: string;
  readonly field: string | null;
}

/** @param error the body of a refusal, or one entry of the errors of a batch */
export function vendorRefusal(error: Json, status: number): VendorRefusal {
  const sentence = memberOf(error, 'message');
  const text = typeof sentence === 'string' ? sentence : '';
  const category = wordIn(error, 'category') ?? `status ${status}`;
  if (category === 'CONFLICT') return refused('target.unique', 'another contact has that e-mail', 'email');
  const taken = /^Cannot set PropertyValueCoordinates\{.*?propertyName=(\w+)/s.exec(text)?.[1];
  if (taken !== undefined) return refused('target.unique', 'another record has that value', taken);
  const [first] = [...listIn(error, 'errors'), ...insideMessage(text)];
  if (first !== undefined) return ofValue(first, category);
  const missing = listIn(memberOf(error, 'context'), 'properties').find(
    (name): name is string => typeof name === 'string',
  );
  if (missing !== undefined && /required/i.test(text))
    return refused('target.not-null', 'the account asks for a value', missing);
  if (category === 'OBJECT_NOT_FOUND' || status === 404)
    return refused('target.missing', 'there is no such record', null);
  return refused('target.refused', `HubSpot says ${category}`, null);
}

function ofValue(told: Json, category: string): VendorRefusal {
  const word = wordIn(told, 'code') ?? wordIn(told, 'error') ?? category;
  const [named] = listIn(memberOf(told, 'context'), 'propertyName');
  const name = named ?? memberOf(told, 'name');
  const field = typeof name === 'string' && /^\w+$/.test(name) ? name : null;
  return refused(codes[word] ?? ruleCode(told, word), `HubSpot says ${word}`, field);
}

/** Any other value that is not valid is one that a rule of the admin refuses: of their words the vendor tells one, `INVALID_ALPHA`. */
const ruleCode = (told: Json, word: string): RefusalCode =>
  memberOf(told, 'isValid') === false || word.startsWith('INVALID_') ? 'target.check' : 'target.refused';

const codes: Readonly<Record<string, RefusalCode>> = {
  INVALID_OPTION: 'target.check',
  INVALID_OWNER_ID: 'target.foreign-key',
  INVALID_EMAIL: 'target.type',
  INVALID_LONG: 'target.type',
  INVALID_DATE: 'target.type',
  INVALID_TYPE: 'target.type',
  VALUE_TOO_LONG: 'target.type',
  MISSING_REQUIRED_PROPERTY: 'target.not-null',
  MISSING_CONDITIONAL_REQUIRED_PROPERTY: 'target.not-null',
};

/** The vendor puts a list as JSON into its sentence: `Property values were not valid: [{...}]`. */
function insideMessage(text: string): readonly Json[] {
  const from = text.indexOf('[{');
  if (from < 0) return [];
  try {
    const told = JSON.parse(text.slice(from)) as Json;
    return Array.isArray(told) ? (told as readonly Json[]) : [];
  } catch {
    return [];
  }
}

const refused = (code: RefusalCode, message: string, field: string | null): VendorRefusal => ({
  code,
  message,
  field,
});
