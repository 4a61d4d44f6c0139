import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StopRules } from '../model/index.ts';
import { evaluateStopRules, type Observation } from './evaluate-stop-rules.ts';

const rules: StopRules = {
  quarantinedPer10000: 5,
  quarantinedFloor: 10,
  auditDifferencesMax: 2,
  idsMax: 1,
  timestampsMax: 0,
  stepTimeFactor: 3,
  window: { notBefore: '2026-11-20T20:00:00.000Z', notAfter: '2026-11-21T04:00:00.000Z' },
};
const now = '2026-11-20T22:00:00.000Z';
const codes = (seen: Partial<Observation>): string[] =>
  evaluateStopRules(rules, { now, ...seen }).map(({ code }) => code.replace('runbook.stop-', ''));

describe('the agreed rules', () => {
  test.each<[string, Partial<Observation>, string[]]>([
    ['nothing seen', {}, []],
    ['all well', { rowsRead: 100, rowsWritten: 90, rowsQuarantined: 4, rowsPurged: 6 }, []],
    ['a record too few', { rowsRead: 100, rowsWritten: 99 }, ['counts']],
    ['a record too many', { rowsRead: 100, rowsWritten: 101 }, ['counts']],
    ['at the floor', { rowsRead: 20, rowsWritten: 10, rowsQuarantined: 10 }, []],
    [
      'above the floor, within the budget',
      { rowsRead: 22_000, rowsWritten: 21_989, rowsQuarantined: 11 },
      [],
    ],
    ['above both', { rowsRead: 21_999, rowsWritten: 21_988, rowsQuarantined: 11 }, ['quarantine']],
    ['as many differences as agreed', { auditDifferences: 2 }, []],
    ['one difference more', { auditDifferences: 3 }, ['audit']],
    ['as many ids as agreed', { idsDiffer: 1 }, []],
    ['one id more', { auditDifferences: 2, idsDiffer: 2 }, ['ids']],
    ['no time differs', { timestampsDiffer: 0 }, []],
    ['a time differs', { auditDifferences: 1, timestampsDiffer: 1 }, ['timestamps']],
    ['as slow as agreed', { step: { id: '03', elapsedMs: 90_000, rehearsedMs: 30_000 } }, []],
    ['slower', { step: { id: '03', elapsedMs: 90_001, rehearsedMs: 30_000 } }, ['slow']],
    ['a short step that takes a minute', { step: { id: '03', elapsedMs: 60_000, rehearsedMs: 7 } }, []],
    ['a short step that takes longer', { step: { id: '03', elapsedMs: 60_001, rehearsedMs: 7 } }, ['slow']],
    ['never rehearsed, for a day', { step: { id: '03', elapsedMs: 86_400_000, rehearsedMs: null } }, []],
    ['never rehearsed, longer', { step: { id: '03', elapsedMs: 86_400_001, rehearsedMs: null } }, ['slow']],
    [
      'the target grows',
      { target: { relation: 'a', before: '9007199254740993', now: '9007199254740993' } },
      [],
    ],
    [
      'the target shrinks',
      { target: { relation: 'a', before: '9007199254740993', now: '9007199254740992' } },
      ['shrinking'],
    ],
    [
      'the target holds less than was added to it',
      { target: { relation: 'a', before: '3', added: '100', now: '102' } },
      ['shrinking'],
    ],
    [
      'the target holds what was added to it',
      { target: { relation: 'a', before: '3', added: '100', now: '103' } },
      [],
    ],
    ['the window opens', { now: '2026-11-20T20:00:00.000Z' }, []],
    ['before the window', { now: '2026-11-20T19:59:59.999Z' }, ['window']],
    ['the window closes', { now: '2026-11-21T04:00:00.000Z' }, ['window']],
    [
      'much at once',
      { rowsRead: 100, rowsWritten: 1, rowsQuarantined: 50, auditDifferences: 9 },
      ['counts', 'quarantine', 'audit'],
    ],
  ])('%s', (_name, seen, expected) => {
    expect(codes(seen)).toEqual(expected);
  });

  test('say what was seen and what was agreed', () => {
    const [stop] = evaluateStopRules(rules, {
      now,
      rowsRead: 10_000,
      rowsWritten: 9_939,
      rowsQuarantined: 61,
    });
    expect(stop?.reason).toBe('61 of 10000 records are in quarantine; agreed are 5 of 10000, or 10');
  });

  test('without a rule of their own ids and times are differences like others', () => {
    const { idsMax: _ids, timestampsMax: _times, ...others } = rules;
    expect(evaluateStopRules(others, { now, idsDiffer: 9, timestampsDiffer: 9 })).toEqual([]);
  });

  test('without a window never speak of it', () => {
    expect(evaluateStopRules({ ...rules, window: null }, { now: '1999-01-01T00:00:00.000Z' })).toEqual([]);
  });
});

test('the quarantine rule is the fraction, exactly', () => {
  fc.assert(
    fc.property(
      fc.nat(10 ** 9),
      fc.nat(10 ** 6),
      fc.nat(10_000),
      (rowsRead, rowsQuarantined, quarantinedPer10000) => {
        const seen = { now, rowsRead, rowsQuarantined };
        const stops =
          evaluateStopRules({ ...rules, quarantinedPer10000, quarantinedFloor: 0 }, seen).length > 0;
        const above = BigInt(rowsQuarantined) * 10_000n > BigInt(quarantinedPer10000) * BigInt(rowsRead);
        expect(stops).toBe(rowsQuarantined > 0 && above);
      },
    ),
  );
});
