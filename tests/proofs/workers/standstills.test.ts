import { expect, test } from 'vitest';
import { longMs, Standstills } from './standstills.ts';

test('a machine that stood still is noticed once, by whoever looks first; one that is only slow is not', () => {
  let nowMs = 0;
  using standstills = new Standstills(() => nowMs);
  nowMs += longMs;
  expect(standstills.count).toBe(0);
  nowMs += longMs + 1;
  expect(standstills.count).toBe(1);
  expect(standstills.count).toBe(1);
});
