import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { civilOf, dayOf, isoWeekOf, isoWeekStart, weekdayOf } from './calendar.ts';
import {
  clockOfText,
  momentOfText,
  textOfClock,
  textOfDay,
  textOfInstant,
  textOfTimestamp,
} from './canonical-text.ts';
import { microsecondsOf, momentOfMicroseconds } from './moment.ts';
import { spanOfText, textOfSpan } from './span.ts';

const days = fc.integer({ min: -2_451_545, max: 106_751_982 });
const clocks = fc.integer({ min: 0, max: 86_399_999_999 });

describe('canonical texts', () => {
  it('give back the moment they were made from', () => {
    fc.assert(
      fc.property(days, clocks, (day, us) => {
        const moment = { day, us };
        expect(momentOfText(textOfTimestamp(moment))).toEqual(moment);
        expect(momentOfText(textOfInstant(moment))).toEqual(moment);
        expect(momentOfText(textOfDay(day))).toEqual({ day, us: 0 });
        expect(clockOfText(textOfClock(us))).toBe(us);
        expect(momentOfMicroseconds(microsecondsOf(moment))).toEqual(moment);
      }),
    );
  });

  it('give back the interval they were made from', () => {
    const part = fc.integer({ min: -100_000, max: 100_000 });
    fc.assert(
      fc.property(
        part,
        part,
        fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }),
        (months, daysOfSpan, us) => {
          const span = { months: months + 0, days: daysOfSpan + 0, us };
          expect(spanOfText(textOfSpan(span))).toEqual(span);
        },
      ),
    );
  });

  it('keep infinity, BC and the last microsecond', () => {
    for (const text of ['infinity', '-infinity', '0044-03-15 00:00:00 BC', '294276-12-31 23:59:59.999999'])
      expect(textOfTimestamp(momentOfText(text))).toBe(text);
    expect(textOfInstant(momentOfText('0001-12-31 23:59:59.5+00 BC'))).toBe('0001-12-31 23:59:59.5+00 BC');
  });

  it('refuse what is not canonical', () => {
    for (const text of ['', 'today', '2024-1-5', '20240105', '2024-01-05 1:2:3'])
      expect(() => momentOfText(text)).toThrow();
    for (const text of ['', '1 fortnight', 'P1D']) expect(() => spanOfText(text)).toThrow();
  });
});

describe('calendar', () => {
  it('counts days without a gap', () => {
    fc.assert(
      fc.property(days, (day) => {
        const { year, month, day: ofMonth } = civilOf(day);
        expect(dayOf(year, month, ofMonth)).toBe(day);
        expect(weekdayOf(day + 1)).toBe((weekdayOf(day) + 1) % 7);
      }),
    );
    expect(civilOf(0)).toEqual({ year: 2000, month: 1, day: 1 });
    expect(weekdayOf(0)).toBe(6);
  });

  it('puts every day into one ISO week that begins on Monday', () => {
    fc.assert(
      fc.property(days, (day) => {
        const { year, week } = isoWeekOf(day);
        const start = isoWeekStart(year, week);
        expect(weekdayOf(start)).toBe(1);
        expect(day - start).toBeGreaterThanOrEqual(0);
        expect(day - start).toBeLessThan(7);
      }),
    );
  });
});
