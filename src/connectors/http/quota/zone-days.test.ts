import { expect, test } from 'vitest';
import { ZoneDays } from './zone-days.ts';

const hours = 3_600_000;

test.each([
  ['a day of 23 hours', 'Europe/Stockholm', '2026-03-29T10:00:00Z', '2026-03-28T23:00:00Z', 23],
  ['a day of 25 hours', 'Europe/Stockholm', '2026-10-25T10:00:00Z', '2026-10-24T22:00:00Z', 25],
  ['a day that begins at 01:00', 'Africa/Cairo', '2026-04-24T10:00:00Z', '2026-04-23T22:00:00Z', 23],
  ['an odd offset', 'Asia/Kathmandu', '2026-05-01T00:00:00Z', '2026-04-30T18:15:00Z', 24],
  [
    'the other side of the date line',
    'Pacific/Kiritimati',
    '2026-05-01T09:59:59Z',
    '2026-04-30T10:00:00Z',
    24,
  ],
])('%s', (_name, zone, at, start, length) => {
  const { startMs, endMs } = new ZoneDays(zone).dayOf(Date.parse(at));
  expect(new Date(startMs).toISOString()).toBe(new Date(start).toISOString());
  expect((endMs - startMs) / hours).toBe(length);
});

test('a day is the same from its first to its last millisecond', () => {
  const days = new ZoneDays('America/New_York');
  const day = days.dayOf(Date.parse('2026-11-01T12:00:00Z'));
  expect(new ZoneDays('America/New_York').dayOf(day.startMs)).toEqual(day);
  expect(new ZoneDays('America/New_York').dayOf(day.endMs - 1)).toEqual(day);
  expect(days.dayOf(day.endMs).startMs).toBe(day.endMs);
});

test('a zone that does not exist is refused', () => {
  expect(() => new ZoneDays('Europe/Atlantis')).toThrow(RangeError);
});
