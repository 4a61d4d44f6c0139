import { valueFault } from '../faults.ts';
import { civilOf, dayOf, daysInMonth } from './calendar.ts';
import { versionsDiffer } from './faults.ts';
import {
  inTimestampRange,
  isFinite,
  type Moment,
  microsecondsOf,
  momentOf,
  momentOfMicroseconds,
  usPerDay,
} from './moment.ts';
import { type Span, spanOf } from './span.ts';

/**
 * Timestamp or instant plus an interval: months first (the day stays within the month), then days, then time. Instants
 * are moved in the session's zone, which is UTC, so that both are the same arithmetic.
 */
export function addSpan(moment: Moment, span: Span): Moment {
  if (!isFinite(moment)) return moment;
  let { day } = moment;
  if (span.months !== 0) day = inTimestampRange({ day: addMonths(day, span.months), us: 0 }).day;
  day = inTimestampRange({ day: day + span.days, us: 0 }).day;
  const total = microsecondsOf({ day, us: moment.us }) + span.us;
  return inTimestampRange(momentOfMicroseconds(total));
}

/** The same day of another month, or that month's last day. */
function addMonths(day: number, months: number): number {
  const civil = civilOf(day);
  const count = civil.year * 12 + civil.month - 1 + months;
  const year = Math.floor(count / 12);
  const month = count - year * 12 + 1;
  return dayOf(year, month, Math.min(civil.day, daysInMonth(year, month)));
}

export function subtractSpan(moment: Moment, span: Span): Moment {
  if (!isFinite(moment)) return moment;
  return addSpan(moment, negateSpan(span));
}

export function negateSpan(span: Span): Span {
  return spanOf(0 - span.months, 0 - span.days, -span.us);
}

/** Timestamp minus timestamp: days and time, no months. */
export function momentDifference(a: Moment, b: Moment): Span {
  refuseInfinite(a, b);
  const us = microsecondsOf(a) - microsecondsOf(b);
  if (BigInt.asIntN(64, us) !== us) throw valueFault('22008', 'interval out of range');
  return { months: 0, days: Number(us / 86_400_000_000n), us: us % 86_400_000_000n };
}

/** Since 17 PostgreSQL gives an infinite interval where 15 fails. */
export function refuseInfinite(a: Moment, b: Moment): void {
  if (isFinite(a) && isFinite(b)) return;
  if (a.day === b.day) throw valueFault('22008', 'infinity minus infinity is no interval');
  throw versionsDiffer(
    'the distance to infinity is an error in PostgreSQL 15 and infinite since 17',
    "Leave infinity out: case when isfinite(field) then ... end, or nullif(field, 'infinity').",
  );
}

/** Date minus date in days. */
export function dayDifference(a: number, b: number): number {
  if (Number.isFinite(a) && Number.isFinite(b)) return a - b;
  throw valueFault('22008', 'cannot subtract infinite dates');
}

/** Time of day plus an interval: goes round midnight (and, as in PostgreSQL, round 64 bits); days and months do not count. */
export function addToClock(us: number, span: Span): number {
  const day = BigInt(usPerDay);
  const sum = BigInt.asIntN(64, BigInt(us) + span.us) % day;
  return Number(sum < 0n ? sum + day : sum);
}

/** A moment on a date, for date + time. */
export function momentOnDay(day: number, us: number): Moment {
  if (!Number.isFinite(day)) return { day, us: 0 };
  return inTimestampRange(momentOf(day, us));
}
