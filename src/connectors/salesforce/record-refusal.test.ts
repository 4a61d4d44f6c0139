import { expect, test } from 'vitest';
import type { Json } from './exact-json.ts';
import { refusalInBulk, refusalOf } from './record-refusal.ts';

/** What an org says of one record: the code it is kept under, the field, and the rule that can be told without a value. */
const rule = 'A title begins with a capital';
const trigger =
  'npsp.TDTM_Opportunity: execution of AfterInsert\n\ncaused by: System.DmlException: Insert failed. First exception on row 0; first error: UNKNOWN_EXCEPTION, invalid parameter value: []\n\n(npsp)';

test.each<[what: string, error: Json, expected: object]>([
  [
    'a validation rule, by its sentence: the API names none',
    { statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: rule, fields: ['Title'] },
    { code: 'target.check', field: 'Title', constraint: rule, passing: false },
  ],
  [
    'a duplicate rule, by the key as the vendor spells it',
    {
      statusCode: 'DUPLICATES_DETECTED',
      message: 'Use one of these records?',
      fields: [],
      duplicateResut: { duplicateRule: 'Same_Email', allowSave: true },
    },
    { code: 'target.refused', field: null, constraint: 'Same_Email', passing: false },
  ],
  [
    'a parent that was deleted',
    { statusCode: 'ENTITY_IS_DELETED', message: 'entity is deleted', fields: [] },
    { code: 'target.foreign-key', constraint: null, passing: false },
  ],
  [
    'a record that others hold, which passes',
    { statusCode: 'UNABLE_TO_LOCK_ROW', message: 'unable to obtain exclusive access', fields: [] },
    { passing: true },
  ],
  [
    'an option that was taken out: the sentence repeats the value, so no rule is made of it',
    {
      statusCode: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      message: 'Tier: bad value for restricted picklist field: x',
      fields: ['Tier__c'],
    },
    { code: 'target.type', field: 'Tier__c', constraint: null },
  ],
  [
    'a trigger whose code failed, by its name',
    { statusCode: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', message: trigger, fields: [] },
    { code: 'target.refused', field: null, constraint: 'npsp.TDTM_Opportunity', passing: false },
  ],
])('%s', (_what, error, expected) => {
  expect(refusalOf([error])).toMatchObject(expected);
});

test('a validation rule in the line of a bulk job', () => {
  expect(refusalInBulk(`FIELD_CUSTOM_VALIDATION_EXCEPTION:${rule}:Title --`)).toMatchObject({
    code: 'target.check',
    field: 'Title',
    constraint: rule,
  });
});

test("a trigger's text in the line of a bulk job, over several lines", () => {
  expect(refusalInBulk(`CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY:${trigger}:--`)).toMatchObject({
    message: expect.stringContaining('caused by: System.DmlException') as unknown,
    constraint: 'npsp.TDTM_Opportunity',
    field: null,
  });
});
