import { isGodwitError } from '../../model/index.ts';
import { valueFault } from '../faults.ts';
import { dayOf, daysInMonth, unixEpochDay } from './calendar.ts';
import { roundHalfEven } from './date-numbers.ts';
import {
  inDateRange,
  infinite,
  inTimestampRange,
  type Moment,
  minusInfinite,
  momentOf,
  momentOfMicroseconds,
} from './moment.ts';
import { readOffset } from './read-moment.ts';
import { unixSecond } from './truncate.ts';
import { zoneOfText } from './zone-of-text.ts';

/** make_date: a negative year is BC; there is no year 0. */
export function makeDay(year: number, month: number, day: number): number {
  const astronomical = year < 0 ? year + 1 : year;
  const real = year !== 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(astronomical, month);
  if (!real || Math.abs(year) > 5_874_898) throw valueFault('22008', 'there is no such date');
  return inDateRange(dayOf(astronomical, month, day));
}

/** make_time: 24:00:00 is the latest, seconds are rounded to microseconds. */
export function makeClock(hour: number, minute: number, second: number): number {
  const us = roundHalfEven(second * 1_000_000);
  const clock = (hour * 60 + minute) * 60_000_000 + us;
  const real = hour >= 0 && hour <= 24 && minute >= 0 && minute <= 59 && us >= 0 && us <= 60_000_000;
  if (!real || clock > 86_400_000_000) throw valueFault('22008', 'there is no such time of day');
  return clock;
}

export type Parts = readonly [
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
];

export function makeMoment([year, month, day, hour, minute, second]: Parts): Moment {
  return inTimestampRange(momentOf(makeDay(year, month, day), makeClock(hour, minute, second)));
}

/** make_timestamptz with a zone: `+02` is two hours east here, names and abbreviations as everywhere. */
export function makeInstant(parts: Parts, zone: string): Moment {
  const local = makeMoment(parts);
  const offset = numericOffset(zone) ?? zoneOfText(zone).offsetOfLocal(unixSecond(local));
  return inTimestampRange(momentOf(local.day, local.us - offset * 1_000_000));
}

function numericOffset(zone: string): number | undefined {
  if (/^\d/.test(zone)) throw valueFault('22023', 'a numeric time zone needs a sign');
  try {
    return readOffset(zone);
  } catch (error) {
    if (isGodwitError(error, 'value.unreadable-time')) return undefined;
    throw valueFault('22023', `the numeric time zone ${JSON.stringify(zone)} is out of range`);
  }
}

/** to_timestamp(seconds since 1970): a binary float, rounded to microseconds. */
export function instantOfEpoch(seconds: number): Moment {
  if (Number.isNaN(seconds)) throw valueFault('22008', 'timestamp cannot be NaN');
  if (seconds === Number.POSITIVE_INFINITY) return infinite;
  if (seconds === Number.NEGATIVE_INFINITY) return minusInfinite;
  if (Math.abs(seconds) > 1e14) throw valueFault('22008', 'timestamp out of range');
  const us = roundHalfEven((seconds + unixEpochDay * 86_400) * 1_000_000);
  return inTimestampRange(momentOfMicroseconds(BigInt(us)));
}
