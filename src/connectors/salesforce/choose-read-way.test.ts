import { expect, test } from 'vitest';
import { callsOfCopy, copyPays } from './choose-read-way.ts';

const calls = (left: number) => ({ left, most: 100_000 });

test.each([
  [1, 8],
  [2_000, 8],
  [2_001, 9],
  [52_000, 9],
  [250_000, 13],
])('%d records of narrow lines take %d calls', (records, expected) => {
  expect(callsOfCopy(records, 30)).toBe(expected);
});

test('wider lines take more', () => {
  expect(callsOfCopy(250_000, 200)).toBe(8 + 24);
});

test.each([
  ['pages that take twice as many calls, whatever is left', 18, calls(100_000), true],
  ['pages that take less than twice as many', 17, calls(100_000), false],
  ['the same, where they would take more than a hundredth of what is left', 17, calls(1_699), true],
  ['the same, where they take just a hundredth', 17, calls(1_700), false],
  ['pages that take no more, however few calls are left', 9, calls(10), false],
  ['the same, before anything is known of the calls', 17, null, false],
])('%s', (_title, pages, left, expected) => {
  expect(copyPays({ records: 20_000, fields: 30, pages }, left)).toBe(expected);
});

test('what is too much for the disk is read page by page', () => {
  expect(copyPays({ records: 2_000_001, fields: 3, pages: 10_000 }, null)).toBe(false);
});
