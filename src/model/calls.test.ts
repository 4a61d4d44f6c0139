import { expect, test } from 'vitest';
import { type AgreedCallLimit, callsTakeMs, daysWaited } from './index.ts';

const dayMs = 86_400_000;
const tenSeconds: AgreedCallLimit = {
  system: 'target',
  name: 'ten seconds',
  calls: 100,
  everyMs: 10_000,
  left: 100,
};
const day: AgreedCallLimit = { system: 'target', name: 'a day', calls: 1_000, everyMs: dayMs, left: 400 };

test.each([
  [0, 0, 0],
  [100, 0, 0],
  // 200 behind the first 100, at 100 in ten seconds.
  [300, 20_000, 0],
  // 401: one more than the day has left; of the first night nobody knows how long it is.
  [401, 30_100, 1],
  [1_400, 130_000, 1],
  [1_401, dayMs, 2],
  [2_401, 2 * dayMs, 3],
])('%i calls take at least %i ms and wait for %i other days', (calls, ms, days) => {
  expect([callsTakeMs(calls, [tenSeconds, day]), daysWaited(calls, [tenSeconds, day])]).toEqual([ms, days]);
});

test('without a limit nobody waits', () => {
  expect([callsTakeMs(1_000_000, []), daysWaited(1_000_000, [])]).toEqual([0, 0]);
});
