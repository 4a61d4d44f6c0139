import { expect, test } from 'vitest';
import { findField, findRelation } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import { writeRows } from '../contract/write-slices.contract.ts';
import { hubspot } from './index.ts';
import { PracticeAccount } from './practice-account.contract.ts';
import { readRules, splitRules, typeWithRules } from './property-rules.ts';
import { refusalByRules, uncheckedRules } from './rule-refusals.ts';

const ruleOf = (type: string, given: readonly string[], changes = false) => ({ type, given, changes });

/** Texts that fit, texts that certainly do not, and texts of which the vendor does not say what they are. */
test.each<
  [type: string, given: string[], fits: readonly string[], not: readonly string[], open: readonly string[]]
>([
  ['MAX_LENGTH', ['3'], ['abc', 'a'], ['abcd'], ['a💥💥']],
  ['MIN_LENGTH', ['3'], ['abc'], ['ab'], ['a💥']],
  ['ALPHANUMERIC', ['ALPHA_ONLY'], ['Ada'], ['R2', 'a-b', 'a_b', 'a~'], ['Åsa', 'Ada L']],
  ['ALPHANUMERIC', ['NUMERIC_ONLY'], ['00123'], ['12-3', '1.5', 'a', '+1'], ['12 3', '٣']],
  ['ALPHANUMERIC', ['ALPHANUMERIC'], ['R2D2'], ['R2-D2', 'a@b', '[1]'], ['R2 D2', 'Å2']],
  ['FORMAT', ['UPPER'], ['ABC 1'], ['ABc'], ['ÅSß']],
  ['FORMAT', ['LOWER'], ['abc 1'], ['aBc'], ['Åsa']],
  ['DECIMAL', ['2'], ['1', '1.25', '1.2500', '-0.5'], ['1.125', '-1.001'], []],
  [
    'MIN_NUMBER',
    ['-10.5'],
    ['-10.5', '-10.50', '0', '123456789012345678901234567890'],
    ['-10.51', '-11'],
    [],
  ],
  ['MAX_NUMBER', ['99.99'], ['99.99', '-100', '99.990'], ['99.991', '100'], []],
  [
    'START_DATETIME',
    ['1640995200000'],
    ['2022-01-01 00:00:00+00', '2022-01-01 00:00:00.5+00'],
    ['2021-12-31 23:59:59.999+00'],
    [],
  ],
  ['END_DATETIME', ['1640995200000'], ['2022-01-01 00:00:00+00'], ['2022-01-01 00:00:00.001+00'], []],
  ['EMAIL_ALLOWED_DOMAINS', ['company.com'], ['a@company.com'], ['a@partner.com'], ['a@eu.company.com']],
  [
    'EMAIL_BLOCKED_DOMAINS',
    ['competitor.com'],
    ['a@company.com'],
    ['a@competitor.com', 'a@Competitor.com'],
    ['a@eu.competitor.com'],
  ],
])('%s %j', (type, given, fits, not, open) => {
  const rule = ruleOf(type, given);
  expect(uncheckedRules([rule])).toEqual([]);
  expect([...fits, ...open].filter((text) => refusalByRules([rule], text) !== null)).toEqual([]);
  expect(not.filter((text) => refusalByRules([rule], text) === null)).toEqual([]);
});

test.each([
  ['REGEX', ['^[A-Z]+$', 'Must be uppercase']],
  ['SPECIAL_CHARACTERS', ['NOT_ALLOWED']],
  ['FORMAT', ['CAPITALIZATION']],
  ['START_DATE', ['1640995200000']],
  ['AFTER_DURATION', ['P7D']],
  ['PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE', []],
  ['ALPHANUMERIC', ['SOMETHING_NEW']],
  ['MAX_NUMBER', ['1e3']],
  ['A_RULE_OF_TOMORROW', []],
])('%s %j is not decided here, and told', (type, given) => {
  expect(uncheckedRules([ruleOf(type, given)])).toHaveLength(1);
  expect(refusalByRules([ruleOf(type, given)], '$ 12.345 ü')).toBeNull();
});

test('a rule by which the account changes values is told as such; rules stand behind a type and come back from it', () => {
  expect(refusalByRules([ruleOf('FORMAT', ['UPPER'], true)], 'a')).toBe(
    'by the rule FORMAT (UPPER) HubSpot would change the value, or refuse it',
  );
  const rules = [ruleOf('REGEX', ['^a with @ in lower case$', 'x']), ruleOf('MAX_LENGTH', ['3'])];
  const native = typeWithRules('string text in lower case', rules);
  expect(splitRules(native)).toEqual({ native: 'string text in lower case', rules: rules.toReversed() });
  expect(typeWithRules('string text in lower case', rules.toReversed())).toBe(native);
  expect(splitRules('enumeration checkbox of a with rules;b').rules).toEqual([]);
  expect([...readRules({ results: [] })]).toEqual([]);
});

const max = { ruleType: 'MAX_LENGTH', ruleArguments: ['5'] };
const form = { ruleType: 'REGEX', ruleArguments: ['^[A-Z]', 'Begins with a capital'] };
const contacts = (rules: readonly object[]) => ({
  objects: [
    {
      name: 'contacts',
      properties: [
        { name: 'legacy_id', unique: true },
        { name: 'lastname', rules },
      ],
    },
  ],
});

test('rules are read in one call an object, seen again when they change, and held against values as the account holds them', async () => {
  await using account = await PracticeAccount.open(contacts([max]));
  const calls: string[] = [];
  const log = {
    debug: (message: string, details: Readonly<Record<string, unknown>> = {}) => {
      if (message === 'call') calls.push(String(details['label']));
    },
    info: () => undefined,
    warn: () => undefined,
  };
  const address = { ...account.address, objects: ['companies', 'contacts'] };
  await using system = await hubspot.open(address, { ...contextFor('target'), log });
  const { inspects } = system;
  const contact = findRelation(await inspects.inspect(), 'contacts')!;
  expect(calls.filter((label) => label.startsWith('rules of'))).toEqual([
    'rules of companies',
    'rules of contacts',
  ]);
  const field = findField(contact, 'lastname')!;
  expect(inspects.holds(field, false)?.refusal('Lovelace')).toBe(
    'the rule MAX_LENGTH (5) of the property refuses it',
  );
  expect(inspects.holds(field, false)?.refusal('Ada')).toBeNull();
  await account.ask('POST', '/__practice/account', contacts([max, form]));
  const again = await inspects.lookAgain?.('contacts');
  expect(findField(findRelation(again!, 'contacts')!, 'lastname')?.native).toContain('REGEX');
  // What was agreed does not know the new rule: the account does.
  const rows = [
    ['1', 'Ada'],
    ['2', 'ada'],
    ['3', 'Lovelace'],
  ];
  const { refused } = await writeRows(system, 'contacts', {
    fields: ['legacy_id', 'lastname'],
    rows,
    key: [],
    object: 'contacts',
  });
  expect(refused.map(({ row, code, field: at }) => [row[0], code, at])).toEqual([
    ['3', 'target.type', 'lastname'],
    ['2', 'target.check', 'lastname'],
  ]);
  expect((await account.records('contacts', ['lastname'])).map(({ lastname }) => lastname)).toEqual(['Ada']);
});

test('a rule that cannot be decided is foreseen for what a mapping feeds', async () => {
  await using account = await PracticeAccount.open(contacts([max, form]));
  const address = { ...account.address, objects: ['contacts'] };
  await using system = await hubspot.open(address, contextFor('target'));
  const feed = (field: string) => ({
    object: 'people',
    relation: 'contacts',
    mode: 'append' as const,
    fields: [{ field, constants: [], lookedUp: [] }],
  });
  expect(await system.inspects.foresees?.([feed('lastname'), feed('firstname')])).toEqual([
    {
      kind: 'rule-unchecked',
      object: 'people',
      field: 'lastname',
      why: 'the account holds values against REGEX (^[A-Z], Begins with a capital), and how exactly is not known here',
    },
  ]);
});

test.each([404, 403])(
  'rules that this app may not see are told among the facts: status %d',
  async (status) => {
    const fault = { kind: 'refuse', path: 'property-validations', status, body: '{"status":"error"}' };
    await using account = await PracticeAccount.open(contacts([max]), { faults: [fault] });
    const address = { ...account.address, objects: ['contacts'] };
    await using system = await hubspot.open(address, contextFor('target'));
    const schema = await system.inspects.inspect();
    expect(schema.objects.find(({ name }) => name === 'contacts rules')?.definition).toBe(
      'validation rules of properties that this app may not see',
    );
    expect(findField(findRelation(schema, 'contacts')!, 'lastname')?.native).toBe('string text');
  },
);
