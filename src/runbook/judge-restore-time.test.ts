import { expect, test } from 'vitest';
import { durationInWords, judgeRestoreTime, judgeWayBackTime } from './judge-restore-time.ts';

const minutes = 60_000;
const restore = {
  evidence: 'sha256:0',
  backup: 'sha256:1',
  drilledAt: '2026-11-20T10:00:00.000Z',
  durationMs: 120 * minutes,
  factor: 1,
  allowedMs: null,
};
const window = { notBefore: '2026-11-20T20:00:00.000Z', notAfter: '2026-11-20T20:20:00.000Z' };

test('a restore of two hours does not fit into an outage, or a window, of twenty minutes', () => {
  expect(judgeRestoreTime({ ...restore, allowedMs: 20 * minutes }, window)).toEqual([
    {
      code: 'runbook.restore-too-slow',
      what: 'restoring the backup took 2 h in the drill of 2026-11-20T10:00:00.000Z; the allowed outage is 20 min',
    },
    {
      code: 'runbook.restore-too-slow',
      what: 'restoring the backup took 2 h in the drill of 2026-11-20T10:00:00.000Z; the window is 20 min',
    },
  ]);
  expect(judgeRestoreTime(restore, null)).toEqual([]);
});

test('what fits exactly fits, unless the agreed factor makes it longer', () => {
  const fitting = { ...restore, durationMs: 20 * minutes, allowedMs: 20 * minutes };
  expect(judgeRestoreTime(fitting, window)).toEqual([]);
  expect(judgeRestoreTime({ ...fitting, factor: 1.5 }, null)[0]?.what).toContain(
    'took 20 min in the drill of 2026-11-20T10:00:00.000Z, 1.5 times that is 30 min; the allowed outage is 20 min',
  );
});

test('taking the run back has to fit as well, times its own factor', () => {
  const back = {
    rehearsedAt: '2026-11-20T10:00:00.000Z',
    durationMs: 20 * minutes,
    factor: 1,
    allowedMs: 20 * minutes,
  };
  expect(judgeWayBackTime(back, window)).toEqual([]);
  expect(judgeWayBackTime({ ...back, factor: 1.5 }, window)).toEqual([
    {
      code: 'runbook.way-back-too-slow',
      what: 'taking the run back took 20 min in the rehearsal of 2026-11-20T10:00:00.000Z, 1.5 times that is 30 min; the allowed outage is 20 min',
    },
    {
      code: 'runbook.way-back-too-slow',
      what: 'taking the run back took 20 min in the rehearsal of 2026-11-20T10:00:00.000Z, 1.5 times that is 30 min; the window is 20 min',
    },
  ]);
});

test('durations in words', () => {
  expect([0, 999, 14_200, 59_999, 60_000, 61_000, 3_600_000, 3_900_000].map(durationInWords)).toEqual([
    '0 s',
    '1 s',
    '14.2 s',
    '60 s',
    '1 min',
    '2 min',
    '1 h',
    '1 h 5 min',
  ]);
});
