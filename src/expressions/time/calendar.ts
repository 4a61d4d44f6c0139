/**
 * The proleptic Gregorian calendar in whole days.
 *
 * Invariants: 1. day 0 is 2000-01-01 (PostgreSQL's epoch). 2. years are astronomical: 0 is 1 BC, -1 is 2 BC.
 * 3. `civilOf(dayOf(y, m, d))` gives y, m, d back for every real date.
 */
export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Days from 2000-01-01. Months and days are taken as they are; the caller checks them. */
export function dayOf(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * daysPerEra + dayOfEra - epochShift;
}

/** 400 years are always this many days. */
const daysPerEra = 146_097;

/** Days from 0000-03-01, where the eras above begin, to 2000-01-01. */
const epochShift = 730_425;

/** What PostgreSQL's Julian day numbers have for 2000-01-01. */
export const julianOfEpoch = 2_451_545;

/** Days from 1970-01-01 to 2000-01-01. */
export const unixEpochDay = -10_957;

export function civilOf(dayNumber: number): Civil {
  const shifted = dayNumber + epochShift;
  const era = Math.floor(shifted / daysPerEra);
  const dayOfEra = shifted - era * daysPerEra;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** Days in a month counted from 1. */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (lengths[month - 1] ?? 31);
}

/** Sunday is 0. */
export function weekdayOf(dayNumber: number): number {
  return (((dayNumber + 6) % 7) + 7) % 7;
}

/** Day 0 of the ISO 8601 year that `week` 1 starts: the Monday of the week with January 4th, moved by whole weeks. */
export function isoWeekStart(isoYear: number, week: number): number {
  const fourth = dayOf(isoYear, 1, 4);
  return fourth - ((weekdayOf(fourth) + 6) % 7) + (week - 1) * 7;
}

/** ISO 8601 year, week and day of that year (counted from 1). */
export function isoWeekOf(dayNumber: number): { year: number; week: number; dayOfYear: number } {
  let { year } = civilOf(dayNumber);
  if (dayNumber < isoWeekStart(year, 1)) year -= 1;
  else if (dayNumber >= isoWeekStart(year + 1, 1)) year += 1;
  const start = isoWeekStart(year, 1);
  return { year, week: Math.floor((dayNumber - start) / 7) + 1, dayOfYear: dayNumber - start + 1 };
}
