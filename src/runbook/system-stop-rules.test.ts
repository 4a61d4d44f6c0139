import { expect, test } from 'vitest';
import type { StopRules } from '../model/index.ts';
import { evaluateStopRules } from './evaluate-stop-rules.ts';
import { ruleName } from './stop-reason.ts';
import type { SystemSeen } from './system-stop-rules.ts';

const rules: StopRules = {
  quarantinedPer10000: 5,
  quarantinedFloor: 10,
  auditDifferencesMax: 0,
  stepTimeFactor: 3,
  window: null,
  replicaLagSecondsMax: { source: 5, target: 30 },
  lockWaitSecondsMax: { source: 2 },
  logWrittenMibMax: { target: 1 },
  logKeptMibMax: { target: 2 },
  apiCallsLeftMin: { source: 100 },
};
const now = '2026-11-20T22:00:00.000Z';
const stops = (seen: SystemSeen): readonly string[] =>
  evaluateStopRules(rules, { now, systems: [seen] }).map((stop) => `${ruleName(stop)} at ${stop.observed}`);

test.each<[string, SystemSeen, string[]]>([
  ['nothing was said', { role: 'target' }, []],
  ['a lag as agreed', { role: 'target', replicaLag: { name: 'a', ms: 30_000 } }, []],
  [
    'a lag beyond that',
    { role: 'target', replicaLag: { name: 'a', ms: 30_100 } },
    ['runbook.stop-replica-lag (target) at 30.1'],
  ],
  [
    'of the other system',
    { role: 'source', replicaLag: { name: 'a', ms: 5_040 } },
    ['runbook.stop-replica-lag (source) at 5.0'],
  ],
  ['a wait as agreed', { role: 'source', lockWait: { sessions: 1, ms: 2_000 } }, []],
  [
    'a wait beyond that',
    { role: 'source', lockWait: { sessions: 2, ms: 2_600 } },
    ['runbook.stop-lock-wait (source) at 2.6'],
  ],
  ['a wait where nobody agreed', { role: 'target', lockWait: { sessions: 2, ms: 9_999_999 } }, []],
  ['a log as agreed', { role: 'target', logWritten: '1048576', logKept: '2097152' }, []],
  [
    'a byte beyond that',
    { role: 'target', logWritten: '1048577', logKept: '9007199254740993' },
    ['runbook.stop-log-written (target) at 1048577', 'runbook.stop-log-kept (target) at 9007199254740993'],
  ],
  ['calls enough', { role: 'source', apiCallsLeft: '100' }, []],
  ['a call too few', { role: 'source', apiCallsLeft: '93' }, ['runbook.stop-api-calls (source) at 7']],
  ['a minute of silence', { role: 'source', silentMs: 60_000 }, []],
  ['more', { role: 'source', silentMs: 60_001 }, ['runbook.stop-unseen (source) at null']],
])('%s', (_name, seen, expected) => {
  expect(stops(seen)).toEqual(expected);
});

test('a signature for one system is none for the other, and none beyond its value', () => {
  const signed = { step: '02', rule: 'runbook.stop-replica-lag (target)', observed: '40.0' };
  const step = { id: '02', elapsedMs: 0, rehearsedMs: null };
  const lag = (role: 'source' | 'target', ms: number): readonly string[] =>
    evaluateStopRules(rules, { now, step, systems: [{ role, replicaLag: { name: 'a', ms } }] }, [signed]).map(
      ({ about = '' }) => about,
    );
  expect(lag('target', 40_000)).toEqual([]);
  expect(lag('target', 40_100)).toEqual(['target']);
  expect(lag('source', 10_000)).toEqual(['source']);
});
