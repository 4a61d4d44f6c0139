import { valueFault } from '../faults.ts';
import { civilOf, dayOf, daysInMonth, isLeapYear, julianOfEpoch } from './calendar.ts';
import { julianOfIsoWeek } from './julian-weeks.ts';
import { inDateRange, inTimestampRange, type Moment, momentOf } from './moment.ts';
import type { PatternFields } from './pattern-fields.ts';
import { readByPattern } from './pattern-reader.ts';
import { roundMoment } from './round-moment.ts';

/** to_date(text, format): days from 2000-01-01. */
export function readDateWithPattern(text: string, format: string): number {
  return inDateRange(dayOfDate(assemble(readByPattern(text, format)).date));
}

/** to_timestamp(text, format): an instant; a text without TZH is taken as UTC. */
export function readInstantWithPattern(text: string, format: string): Moment {
  const fields = readByPattern(text, format);
  const { date, clock, offset } = assemble(fields);
  const instant = inTimestampRange(momentOf(dayOfDate(date), clock - offset * 1_000_000));
  return fields.precision === 0 ? instant : roundMoment(instant, fields.precision);
}

/** Also what the caller does not need is checked, in PostgreSQL's order. */
function assemble(fields: PatternFields): { date: Draft; clock: number; offset: number } {
  const hour = hourOf(fields, fields.hour || Math.trunc(fields.secondOfDay / 3600));
  const date = assembleDate(fields);
  return { date, clock: assembleClock(fields, hour), offset: zoneOffset(fields) };
}

/** The date as it is put together; parts that nothing was said about are 0001-01-01 BC. */
interface Draft {
  year: number;
  month: number;
  day: number;
  /** Which of them were said, and are checked. */
  said: { year: boolean; month: boolean; day: boolean };
}

function overflow(): Error {
  return valueFault('22008', 'a field of the date or time is out of range');
}

function int32(value: number): number {
  if (value > 2_147_483_647 || value < -2_147_483_648) throw overflow();
  return value;
}

function assembleDate(fields: PatternFields): Draft {
  const draft: Draft = { year: 0, month: 1, day: 1, said: { year: false, month: false, day: false } };
  assembleYear(fields, draft);
  if (fields.julian !== 0) setCivil(draft, fields.julian);
  let { day, dayOfYear } = fields;
  if (fields.week !== 0) {
    if (fields.mode === 'iso') setIsoWeek(fields, draft);
    else dayOfYear = int32((fields.week - 1) * 7 + 1);
  }
  if (fields.weekOfMonth !== 0) day = int32((fields.weekOfMonth - 1) * 7 + 1);
  if (day !== 0) {
    draft.day = day;
    draft.said.day = true;
  }
  if (fields.month !== 0) {
    draft.month = fields.month;
    draft.said.month = true;
  }
  if (dayOfYear !== 0 && (draft.month <= 1 || draft.day <= 1)) setDayOfYear(fields, draft, dayOfYear);
  int32(int32(fields.ms * 1000) + fields.us);
  validate(draft);
  return draft;
}

function assembleYear(fields: PatternFields, draft: Draft): void {
  const century = fields.bc !== 0 ? 0 - fields.century : fields.century;
  if (fields.year !== 0) {
    if (fields.century !== 0 && fields.yearDigits <= 2)
      draft.year = yearInCentury(fields.year % 100, century);
    else {
      const year = fields.bc !== 0 ? 0 - fields.year : fields.year;
      draft.year = year < 0 ? year + 1 : year;
    }
    draft.said.year = true;
  } else if (fields.century !== 0) {
    draft.year = int32(century >= 0 ? (century - 1) * 100 + 1 : century * 100 + 1);
    draft.said.year = true;
  }
}

/** The 21st century runs from 2001 to 2100, the 6th BC from 600 BC to 501 BC. */
function yearInCentury(year: number, century: number): number {
  if (year === 0) return int32(century * 100 + (century >= 0 ? 0 : 1));
  return int32(century >= 0 ? (century - 1) * 100 + year : (century + 1) * 100 - year + 1);
}

function setCivil(draft: Draft, julian: number): void {
  const { year, month, day } = civilOf(julian - julianOfEpoch);
  Object.assign(draft, { year, month, day, said: { year: true, month: true, day: true } });
}

/** Without a day of the week: the Monday. */
function setIsoWeek(fields: PatternFields, draft: Draft): void {
  const monday = julianOfIsoWeek(draft.year, fields.week);
  const { weekday } = fields;
  setCivil(draft, weekday === 0 ? monday : weekday > 1 ? monday + weekday - 2 : monday + 6);
}

function setDayOfYear(fields: PatternFields, draft: Draft, dayOfYear: number): void {
  if (draft.year === 0 && fields.bc === 0)
    throw valueFault('22007', 'the day of a year says nothing without the year');
  if (fields.mode === 'iso') {
    setCivil(draft, julianOfIsoWeek(draft.year, 1) - 1 + dayOfYear);
    return;
  }
  const { month, before } = monthOfDay(draft.year, dayOfYear);
  if (draft.month <= 1) draft.month = month;
  if (draft.day <= 1) draft.day = dayOfYear - before;
  draft.said.month = true;
  draft.said.day = true;
}

/** The month a day of the year lies in (13 behind the last), and the days before that month. */
function monthOfDay(year: number, dayOfYear: number): { month: number; before: number } {
  let before = 0;
  for (let month = 1; month <= 12; month += 1) {
    const length = month === 2 && isLeapYear(year) ? 29 : daysInMonth(2001, month);
    if (dayOfYear <= before + length) return { month, before };
    before += length;
  }
  return { month: 13, before };
}

function validate({ year, month, day, said }: Draft): void {
  if (said.month && (month < 1 || month > 12)) throw overflow();
  if (said.day && (day < 1 || day > 31)) throw overflow();
  if (said.year && said.month && said.day && day > daysInMonth(year, month)) throw overflow();
}

/** Impossible days that nobody checked (31 without a month's year) move into the next month, as in PostgreSQL. */
function dayOfDate({ year, month, day }: Draft): number {
  if (year < -4713 || (year === -4713 && month < 11) || year > 5_874_898) throw overflow();
  return dayOf(year, month, 1) + day - 1;
}

function assembleClock(fields: PatternFields, hour: number): number {
  const minute = fields.minute || Math.trunc((fields.secondOfDay % 3600) / 60);
  const second = fields.second || fields.secondOfDay % 60;
  const us = fields.ms * 1000 + fields.us;
  const bad = (value: number, limit: number): boolean => value < 0 || value >= limit;
  if (bad(hour, 24) || bad(minute, 60) || bad(second, 60) || bad(us, 1_000_000)) throw overflow();
  return ((hour * 60 + minute) * 60 + second) * 1_000_000 + us;
}

function hourOf({ clock12, pm }: PatternFields, hour: number): number {
  if (!clock12) return hour;
  if (hour < 1 || hour > 12) throw valueFault('22007', `the hour ${hour} does not exist on a 12-hour clock`);
  if (pm !== 0 && hour < 12) return hour + 12;
  return pm === 0 && hour === 12 ? 0 : hour;
}

function zoneOffset({ zoneSign, zoneHour, zoneMinute }: PatternFields): number {
  if (zoneSign === 0) return 0;
  if (zoneHour < 0 || zoneHour > 15 || zoneMinute < 0 || zoneMinute > 59)
    throw valueFault('22009', 'the time zone offset is out of range');
  return (zoneHour * 60 + zoneMinute) * 60 * zoneSign;
}
