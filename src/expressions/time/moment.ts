import { valueFault } from '../faults.ts';
import { civilOf, julianOfEpoch } from './calendar.ts';

/**
 * A point on the time line without a zone: days from 2000-01-01 and microseconds of that day. Timestamps, instants (in
 * UTC) and dates (microseconds 0) are all moments; which one it is, the caller knows.
 *
 * Invariants: 1. `us` is an integer from 0 to 86 399 999 999. 2. infinity is day Infinity or -Infinity with `us` 0, so
 * that moments compare by day, then by `us`. 3. both numbers are exact: no date of PostgreSQL's range leaves 2^53.
 */
export interface Moment {
  readonly day: number;
  readonly us: number;
}

export const usPerSecond = 1_000_000;
export const usPerMinute = 60_000_000;
export const usPerHour = 3_600_000_000;
export const usPerDay = 86_400_000_000;

export const infinite: Moment = { day: Number.POSITIVE_INFINITY, us: 0 };
export const minusInfinite: Moment = { day: Number.NEGATIVE_INFINITY, us: 0 };

export function isFinite(moment: Moment): boolean {
  return Number.isFinite(moment.day);
}

export function compareMoments(a: Moment, b: Moment): number {
  if (a.day !== b.day) return a.day < b.day ? -1 : 1;
  return a.us - b.us;
}

/** Moves by microseconds that may leave the day in either direction. */
export function momentOf(day: number, us: number): Moment {
  if (us >= 0 && us < usPerDay) return { day, us };
  const days = Math.floor(us / usPerDay);
  return { day: day + days, us: us - days * usPerDay };
}

/** First day of both ranges: 24 November 4714 BC, Julian day 0. */
const firstDay = -julianOfEpoch;
/** 294277-01-01. */
const afterLastTimestampDay = 106_751_983;
/** 5874898-06-03, where PostgreSQL's Julian day numbers end. */
const afterLastDateDay = 2_147_483_494 - julianOfEpoch;

/** The moment itself when a timestamp can hold it; else throws 22008. */
export function inTimestampRange(moment: Moment): Moment {
  if (moment.day >= firstDay && moment.day < afterLastTimestampDay) return moment;
  if (!isFinite(moment)) return moment;
  throw valueFault('22008', 'timestamp out of range (4713 BC to 294276 AD)');
}

/** The day itself when a date can hold it; else throws 22008. */
export function inDateRange(day: number): number {
  if (day >= firstDay && day < afterLastDateDay) return day;
  if (!Number.isFinite(day)) return day;
  throw valueFault('22008', 'date out of range (4713 BC to 5874897 AD)');
}

/** Microseconds since 2000-01-01, exact; not for infinity. */
export function microsecondsOf(moment: Moment): bigint {
  return BigInt(moment.day) * 86_400_000_000n + BigInt(moment.us);
}

export function momentOfMicroseconds(microseconds: bigint): Moment {
  let day = microseconds / 86_400_000_000n;
  let us = microseconds % 86_400_000_000n;
  if (us < 0n) {
    us += 86_400_000_000n;
    day -= 1n;
  }
  return { day: Number(day), us: Number(us) };
}

/** Civil fields of a moment in the order people read them. */
export interface Fields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly us: number;
}

export function fieldsOf(moment: Moment): Fields {
  const { year, month, day } = civilOf(moment.day);
  const hour = Math.floor(moment.us / usPerHour);
  const afterHour = moment.us - hour * usPerHour;
  const minute = Math.floor(afterHour / usPerMinute);
  const afterMinute = afterHour - minute * usPerMinute;
  const second = Math.floor(afterMinute / usPerSecond);
  return { year, month, day, hour, minute, second, us: afterMinute - second * usPerSecond };
}
