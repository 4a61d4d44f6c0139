import { valueFault } from '../faults.ts';
import { dayOf, isoWeekOf, isoWeekStart, unixEpochDay } from './calendar.ts';
import { type FieldName, unitNamed, unsupportedField } from './field-names.ts';
import {
  fieldsOf,
  inTimestampRange,
  isFinite,
  type Moment,
  microsecondsOf,
  momentOf,
  momentOfMicroseconds,
  usPerHour,
  usPerMinute,
} from './moment.ts';
import { type Span, spanOf } from './span.ts';
import { zoneOfText } from './zone-of-text.ts';

/** date_trunc(unit, timestamp), and of an instant in the session's zone UTC. */
export function truncateMoment(unit: string, moment: Moment, type: string): Moment {
  const field = cutUnit(unit, type);
  return isFinite(moment) ? inTimestampRange(cutMoment(field, moment)) : moment;
}

/** date_trunc(unit, instant, zone): cut where the zone's clocks show the beginning of the unit. */
export function truncateInZone(unit: string, instant: Moment, zoneText: string): Moment {
  const zone = zoneOfText(zoneText);
  const field = cutUnit(unit, 'timestamptz');
  if (!isFinite(instant)) return instant;
  const before = zone.offsetAt(unixSecond(instant));
  const local = cutMoment(field, momentOf(instant.day, instant.us + before * 1_000_000));
  const offset = wholeDays.has(field) ? zone.offsetOfLocal(unixSecond(local)) : before;
  return inTimestampRange(momentOf(local.day, local.us - offset * 1_000_000));
}

export function unixSecond(moment: Moment): number {
  return (moment.day - unixEpochDay) * 86_400 + Math.floor(moment.us / 1_000_000);
}

const wholeDays: ReadonlySet<FieldName> = new Set<FieldName>([
  'millennium',
  'century',
  'decade',
  'year',
  'quarter',
  'month',
  'week',
  'day',
]);

function cutUnit(unit: string, type: string): FieldName {
  const field = unitNamed(unit);
  if (field === undefined) throw valueFault('22023', `${JSON.stringify(unit)} is not a unit of ${type}`);
  if (field.startsWith('timezone')) throw unsupportedField(field, type);
  return field;
}

function cutMoment(field: FieldName, { day, us }: Moment): Moment {
  if (wholeDays.has(field)) return { day: cutDay(field, day), us: 0 };
  const size = clockSizes[field as keyof typeof clockSizes];
  return { day, us: us - (us % size) };
}

const clockSizes = {
  hour: usPerHour,
  minute: usPerMinute,
  second: 1_000_000,
  millisecond: 1_000,
  microsecond: 1,
} as const;

function cutDay(field: FieldName, dayNumber: number): number {
  const { year, month } = fieldsOf({ day: dayNumber, us: 0 });
  switch (field) {
    case 'millennium':
      return dayOf(Math.floor((year - 1) / 1000) * 1000 + 1, 1, 1);
    case 'century':
      return dayOf(Math.floor((year - 1) / 100) * 100 + 1, 1, 1);
    case 'decade':
      return dayOf(Math.floor(year / 10) * 10, 1, 1);
    case 'year':
      return dayOf(year, 1, 1);
    case 'quarter':
      return dayOf(year, Math.floor((month - 1) / 3) * 3 + 1, 1);
    case 'month':
      return dayOf(year, month, 1);
    case 'week': {
      const week = isoWeekOf(dayNumber);
      return isoWeekStart(week.year, week.week);
    }
    default:
      return dayNumber;
  }
}

/** date_trunc(unit, interval). */
export function truncateSpan(unit: string, span: Span): Span {
  const field = cutUnit(unit, 'interval');
  const years = yearSizes[field as keyof typeof yearSizes];
  if (years !== undefined) return spanOf(span.months - (span.months % (years * 12)), 0, 0n);
  switch (field) {
    case 'quarter':
      return spanOf(span.months - (span.months % 3), 0, 0n);
    case 'month':
      return spanOf(span.months, 0, 0n);
    case 'week':
      throw valueFault('0A000', 'an interval cannot be cut to weeks: its months have none');
    case 'day':
      return spanOf(span.months, span.days, 0n);
    default: {
      const size = BigInt(clockSizes[field as keyof typeof clockSizes]);
      return spanOf(span.months, span.days, span.us - (span.us % size));
    }
  }
}

const yearSizes = { millennium: 1000, century: 100, decade: 10, year: 1 } as const;

/** date_bin(stride, moment, origin): the beginning of the bin, bins counted from the origin. */
export function binMoment(stride: Span, moment: Moment, origin: Moment): Moment {
  if (!isFinite(moment)) return moment;
  if (!isFinite(origin)) throw valueFault('22008', 'the origin is infinite');
  if (stride.months !== 0) throw valueFault('0A000', 'bins of months or years have no fixed length');
  const size = BigInt(stride.days) * 86_400_000_000n + stride.us;
  if (BigInt.asIntN(64, size) !== size) throw valueFault('22008', 'interval out of range');
  if (size <= 0n) throw valueFault('22008', 'the stride must be greater than zero');
  return inTimestampRange(binned(moment, origin, size));
}

function binned(moment: Moment, origin: Moment, size: bigint): Moment {
  const distance = microsecondsOf(moment) - microsecondsOf(origin);
  if (BigInt.asIntN(64, distance) !== distance) throw valueFault('22008', 'interval out of range');
  const rest = distance % size;
  const start = distance - (rest < 0n ? rest + size : rest);
  return momentOfMicroseconds(microsecondsOf(origin) + start);
}
