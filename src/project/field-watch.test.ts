import { expect, test } from 'vitest';
import { isBetween } from './field-watch.ts';

test.each<[string, string | null, string | null, boolean]>([
  ['5', '5', '5', true],
  ['-3', '-3.5', null, true],
  ['-4', '-3.5', null, false],
  ['9007199254740993', null, '9007199254740992', false],
  ['1.10', '1.1', '1.1', true],
  ['0.0001', '0', '0', false],
  ['NaN', '0', null, false],
  ['Infinity', '0', null, false],
  ['2026-11-20', '2026-11-20', '2026-11-20', true],
  ['2026-11-20 23:59:59.5', null, '2026-11-20', true],
  ['2026-11-21 00:00:00', null, '2026-11-20', false],
  ['2026-11-20 12:45:00+00', '2026-11-20 12:45:00', '2026-11-20 12:45:00', true],
  ['1899-12-30', '1900-01-01', null, false],
  ['0044-03-15 BC', null, '2026-11-20', false],
  ['12026-11-20', '2001-01-01', null, false],
  ['infinity', '2001-01-01', null, false],
])('%s between %s and %s: %s', (value, from, to, expected) => {
  expect(isBetween(value, from, to)).toBe(expected);
});
