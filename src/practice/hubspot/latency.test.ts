import { expect, test } from 'vitest';
import { PracticeClock, systemClock, systemRandom } from '../../host/index.ts';
import { noRowTrouble } from '../practice-message.ts';
import { PracticeState } from '../practice-state.ts';
import { parseAccount } from './account-file.ts';
import { HubspotSystem } from './hubspot-system.ts';

/** How long the account works on each of some calls. */
function workOf(latency: object, calls: number): readonly number[] {
  const clock = new PracticeClock(systemClock, Date.parse('2026-11-22T09:00:00Z'), 1);
  const account = parseAccount({ latency, callsPerTenSeconds: 1_000 }, '(given)');
  const state = new PracticeState(':memory:', 'hubspot');
  using system = new HubspotSystem({ state, clock, random: systemRandom, account });
  const request = {
    method: 'GET',
    path: '/crm/v3/owners',
    query: new URLSearchParams(),
    headers: { authorization: 'Bearer pat-practice' },
    body: Buffer.alloc(0),
    bodyBytes: 0,
    origin: 'http://127.0.0.1',
    nowMs: clock.nowMs(),
    rows: noRowTrouble,
  };
  return Array.from({ length: calls }, () => system.answer(request).workMs ?? 0);
}

test('an account takes as long for each call as was told, or as was drawn between two times', () => {
  expect(workOf({}, 2)).toEqual([0, 0]);
  expect(workOf({ callMs: 100 }, 3)).toEqual([100, 100, 100]);
  const drawn = workOf({ callMs: 100, upToMs: 250 }, 500);
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(100);
  expect(Math.max(...drawn)).toBeLessThan(250);
  expect(drawn.reduce((sum, one) => sum + one, 0) / drawn.length).toBeCloseTo(175, -1);
  expect(workOf({ callMs: 100, upToMs: 250 }, 500)).toEqual(drawn);
});
