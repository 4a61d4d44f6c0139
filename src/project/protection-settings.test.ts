import { expect, test } from 'vitest';
import {
  type ProtectionSettings,
  protectedSource,
  protectedTarget,
  protectionOf,
} from './protection-settings.ts';

const settled = (source: unknown, target: unknown = {}): ProtectionSettings => ({
  source: protectedSource.parse(source),
  target: protectedTarget.parse(target),
});

test('where nobody says otherwise a source that serves others is spared', () => {
  expect(protectionOf(settled({}))).toEqual({
    source: { read: { mibPerSecondMax: 8, holds: 'shared' } },
    target: {},
  });
});

test('a budget that somebody wrote down holds always, unless he says otherwise', () => {
  const read = (source: unknown): unknown => protectionOf(settled(source)).source.read;
  expect(read({ read_mib_per_second: '20' })).toEqual({ mibPerSecondMax: 20, holds: 'always' });
  expect(read({ read_mib_per_second: '20', read_budget: 'shared' })).toEqual({
    mibPerSecondMax: 20,
    holds: 'shared',
  });
  expect(read({ read_time_percent: '25' })).toEqual({ timePercentMax: 25, holds: 'always' });
  expect(read({ read_mib_per_second: 'unlimited', read_time_percent: '25' })).toEqual({
    timePercentMax: 25,
    holds: 'always',
  });
  expect(read({ read_mib_per_second: 'unlimited' })).toBeUndefined();
});

test('limits of the systems are taken as they are written, and nonsense is refused', () => {
  const limits = { replica_lag_seconds: '5', log_mib_per_second: '40', log_kept_mib: '1000' };
  const kept = { replicaLagSecondsMax: 5, logMibPerSecondMax: 40, logKeptMibMax: 1000 };
  expect(protectionOf(settled(limits, { ...limits, lock_timeout_seconds: '10' }))).toMatchObject({
    source: kept,
    target: { ...kept, lockTimeoutSeconds: 10 },
  });
  for (const source of [{ read_mib_per_second: '0' }, { read_time_percent: '101' }, { read_mib: '5' }])
    expect(protectedSource.safeParse(source).success).toBe(false);
  expect(protectedTarget.safeParse({ lock_timeout_seconds: '0' }).success).toBe(false);
});
