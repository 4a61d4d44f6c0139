import type { RefusalCode } from '../port.ts';
import { listOf } from './described.ts';
import type { Json } from './exact-json.ts';
import { memberOf } from './org-api.ts';

/** Why the org does not save one record, in its own words. */
export interface RecordRefusal {
  readonly code: RefusalCode;
  readonly message: string;
  readonly field: string | null;
  readonly constraint: string | null;
  /** Others hold the record, or the org was busy: it may go later as it is. */
  readonly passing: boolean;
}

const passing = new Set(['UNABLE_TO_LOCK_ROW', 'SERVER_UNAVAILABLE', 'REQUEST_RUNNING_TOO_LONG']);

const codes: ReadonlyMap<string, RefusalCode> = new Map<string, RefusalCode>([
  ['DUPLICATE_VALUE', 'target.unique'],
  ['DUPLICATE_EXTERNAL_ID', 'target.unique'],
  ['REQUIRED_FIELD_MISSING', 'target.not-null'],
  ['FIELD_CUSTOM_VALIDATION_EXCEPTION', 'target.check'],
  ['STRING_TOO_LONG', 'target.type'],
  ['NUMBER_OUTSIDE_VALID_RANGE', 'target.type'],
  ['INVALID_EMAIL_ADDRESS', 'target.type'],
  ['INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', 'target.type'],
  ['INVALID_TYPE_ON_FIELD_IN_RECORD', 'target.type'],
  ['JSON_PARSER_ERROR', 'target.type'],
  ['MALFORMED_ID', 'target.foreign-key'],
  ['INVALID_CROSS_REFERENCE_KEY', 'target.foreign-key'],
  ['FIELD_INTEGRITY_EXCEPTION', 'target.foreign-key'],
  ['ENTITY_IS_DELETED', 'target.foreign-key'],
]);

/** The first error of a result `{success: false, errors: [...]}`, or of a refused body `[{errorCode, message}]`. */
export function refusalOf(errors: readonly Json[]): RecordRefusal {
  const [error = null] = errors;
  // A result of a collection says `statusCode`, a body that is refused `errorCode`.
  const word = textOf(error, 'statusCode') ?? textOf(error, 'errorCode') ?? 'no code';
  const [field = null] = listOf(error, 'fields').filter((one) => typeof one === 'string');
  const rule = textOf(memberOf(error, 'duplicateResut'), 'duplicateRule');
  const message = textOf(error, 'message') ?? 'no reason was given';
  return {
    code: codes.get(word) ?? 'target.refused',
    message: `${word}: ${message}`,
    field: field ?? fieldIn(word, message),
    constraint: rule ?? ruleIn(word, message),
    passing: passing.has(word),
  };
}

/** A line of a bulk job: `CODE:message:Field__c, Other__c --`. */
export function refusalInBulk(text: string): RecordRefusal {
  const [, word = 'no code', message = text, fields = ''] =
    /^([A-Z_]+):([\s\S]*?)(?::([\w, .]*) --)?$/.exec(text) ?? [];
  const [field = ''] = fields.split(', ');
  return {
    code: codes.get(word) ?? 'target.refused',
    message: `${word}: ${message}`,
    field: field === '' ? fieldIn(word, message) : field,
    constraint: ruleIn(word, message),
    passing: passing.has(word),
  };
}

/** `duplicate value found: Legacy_Id__c duplicates value on record with id: 001...` */
const fieldIn = (word: string, message: string): string | null =>
  word === 'DUPLICATE_VALUE' ? (/^duplicate value found: (\w+) /.exec(message)?.[1] ?? null) : null;

/**
 * The API names no validation rule: what tells one is the sentence its admin wrote, in which there is no value of a record. A trigger
 * whose code failed is named before what came of it: `Audit_Trigger: execution of BeforeInsert`.
 */
function ruleIn(word: string, message: string): string | null {
  if (word === 'FIELD_CUSTOM_VALIDATION_EXCEPTION') return message;
  if (word !== 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY') return null;
  return /^([\w.]+): execution of \w+/.exec(message)?.[1] ?? null;
}

function textOf(told: Json, name: string): string | null {
  const value = memberOf(told, name);
  return typeof value === 'string' ? value : null;
}
