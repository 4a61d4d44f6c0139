import { expect, test } from 'vitest';
import { goesInBulk } from './choose-way.ts';

const calls = (left: number) => ({ left, most: 100_000 });

test.each([
  ['many records, whatever is left', 10_000, calls(100_000), true],
  ['many records, before anything is known of the calls', 10_000, null, true],
  ['a slice, with a day of calls left', 5_000, calls(100_000), false],
  ['a slice, where it would take more than a hundredth of what is left', 5_000, calls(2_499), true],
  ['a slice, where it takes just a hundredth', 5_000, calls(2_500), false],
  ['few records, however few calls are left: a job would take more', 1_999, calls(10), false],
  ['a slice, before anything is known of the calls', 5_000, null, false],
])('%s', (_title, records, left, expected) => {
  expect(goesInBulk(records, left)).toBe(expected);
});
