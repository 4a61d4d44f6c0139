import { expect, test } from 'vitest';
import { type CountedOfSides, noCalls, type Runbook } from '../../model/index.ts';
import { callsFacts, predictedCallsFacts } from './calls-facts.ts';

const target = { system: 'target' } as const;
const tenSeconds = { ...target, name: 'ten seconds', calls: 100, everyMs: 10_000, left: 100 };
const day = { ...target, name: 'a day', calls: 10_000, everyMs: 86_400_000, left: 2_000 };
const runbook = {
  callLimits: [tenSeconds, day],
  steps: [
    { id: '02-copy', calls: { source: 0, target: 24_000 } },
    { id: '03-audit', calls: { source: 0, target: 1_000 } },
    { id: '04-sign-off' },
  ],
} as unknown as Runbook;

test('says how many calls a runbook takes, how long these take, and for how many days it waits', () => {
  expect(predictedCallsFacts(runbook)).toEqual([
    [
      'calls of the target',
      "about 25,000; at 100 in ten seconds, 10,000 in a day they take at least 48 h; it waits 3 times until another day's calls are there",
    ],
  ]);
  const shared = { ...day, calls: 5_000, of: 10_000, left: 1_000 };
  expect(predictedCallsFacts({ ...runbook, callLimits: [shared] })[0]?.[1]).toBe(
    "about 25,000; at 5,000 of 10,000 in a day they take at least 4 days; it waits 5 times until another day's calls are there",
  );
  expect(predictedCallsFacts({ ...runbook, callLimits: [tenSeconds] })).toEqual([
    ['calls of the target', 'about 25,000; at 100 in ten seconds they take at least 42 min'],
  ]);
});

test('says how many calls were made beside those that were predicted for the same steps', () => {
  const calls = { '02-copy': { source: 0, target: 24_180 } };
  expect(callsFacts(runbook, { calls, of: null }, new Set(['02-copy']))).toEqual([
    [
      'calls of the target',
      'so far 24,180; predicted about 24,000 for the steps that are done, 1,000 for those to come',
    ],
  ]);
});

test('tells apart what a step made that is not done: nothing is predicted for a part of one', () => {
  const calls = { '02-copy': { source: 0, target: 24_180 }, '03-audit': { source: 0, target: 1_200 } };
  expect(callsFacts(runbook, { calls, of: null }, new Set(['02-copy']))[0]?.[1]).toBe(
    'so far 25,380, 1,200 of them by a step that is not done; predicted about 24,000 for the steps that are done, 1,000 for those to come',
  );
});

test('says what came of them where not all were answered at once', () => {
  const calls = { '02-copy': { source: 0, target: 24_180 } };
  const target = { made: 24_180, throttled: 27, lost: 2, failed: 1_001, again: 1_030 };
  const told = (of: CountedOfSides) => callsFacts(runbook, { calls, of }, new Set(['02-copy']))[0]?.[1];
  expect(told({ source: noCalls, target })).toContain(
    '1,000 for those to come; of those made 27 refused as too many, 2 without an answer, 1,001 failed, 1,030 made again',
  );
  expect(told({ source: target, target: { ...noCalls, made: 24_180 } })).toMatch(/for those to come$/);
});

test('says nothing where no system counts calls', () => {
  const plain = { steps: [{ id: '02-copy' }] } as unknown as Runbook;
  expect([predictedCallsFacts(plain), callsFacts(plain, { calls: {}, of: null }, new Set())]).toEqual([
    [],
    [],
  ]);
});
