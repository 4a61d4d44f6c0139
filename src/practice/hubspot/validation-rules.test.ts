import { expect, test } from 'vitest';
import { definedProperty, type PropertyKind } from './property-definition.ts';
import { type RuleType, ruleTypes } from './validation-rule.ts';
import { ruleProblem } from './validation-rules.ts';

type Row = readonly [
  rule: RuleType,
  given: readonly string[],
  kind: PropertyKind,
  taken: string,
  refused: string,
];

const rows: readonly Row[] = [
  ['ALPHANUMERIC', ['ALPHA_ONLY'], 'string', 'Åsa', 'R2'],
  ['ALPHANUMERIC', ['NUMERIC_ONLY'], 'string', '00123', '12-3'],
  ['ALPHANUMERIC', ['ALPHANUMERIC'], 'string', 'R2D2', 'R2 D2'],
  ['DAYS_OF_WEEK', ['MONDAY'], 'date', '2026-11-23', '2026-11-22'],
  ['DECIMAL', ['2'], 'number', '1.25', '1.125'],
  ['EMAIL_ALLOWED_DOMAINS', ['company.com'], 'string', 'a@Company.com', 'a@partner.com'],
  ['EMAIL_BLOCKED_DOMAINS', ['competitor.com'], 'string', 'a@company.com', 'a@competitor.com'],
  ['END_DATE', ['1640995200000'], 'date', '2022-01-01', '2022-01-02'],
  ['END_DATETIME', ['1640995200000'], 'datetime', '2022-01-01T00:00:00.000Z', '2022-01-01T00:00:00.001Z'],
  ['FORMAT', ['UPPER'], 'string', 'ÅSA 1', 'Åsa 1'],
  ['FORMAT', ['LOWER'], 'string', 'åsa', 'Åsa'],
  ['FORMAT', ['CAPITALIZATION'], 'string', 'Ada Lovelace', 'Ada lovelace'],
  ['MAX_LENGTH', ['3'], 'string', 'abc', 'abcd'],
  ['MAX_NUMBER', ['99.99'], 'number', '99.99', '100'],
  ['MIN_LENGTH', ['3'], 'string', 'abc', 'ab'],
  ['MIN_NUMBER', ['-10.5'], 'number', '-10.5', '-11'],
  ['REGEX', ['^[A-Z]+$', 'Must be uppercase'], 'string', 'ABC', 'abc'],
  ['SPECIAL_CHARACTERS', ['NOT_ALLOWED'], 'string', 'Ada 1', 'Ada $1'],
  ['START_DATE', ['1640995200000'], 'date', '2022-01-01', '2021-12-31'],
  ['START_DATETIME', ['1640995200000'], 'datetime', '2022-01-01T00:00:00.000Z', '2021-12-31T23:59:59.999Z'],
  ['WHITESPACE', [], 'string', 'Ada', 'Ada L'],
  ['WHITESPACE', ['TRIM'], 'string', 'Ada L', ' Ada'],
];

test.each(rows)('%s %j of a %s takes %s and refuses %s', (ruleType, ruleArguments, kind, taken, refused) => {
  const rules = [{ ruleType, ruleArguments, shouldApplyNormalization: false }];
  const property = definedProperty('f', kind, { rules });
  expect(ruleProblem(property, taken)).toBeNull();
  expect(ruleProblem(property, refused)?.error).toMatch(/^INVALID_/);
  expect(ruleProblem(property, null)).toBeNull();
});

test('every rule that is kept is one of these', () => {
  expect([...new Set(rows.map(([rule]) => rule))].sort()).toEqual([...ruleTypes].sort());
});
