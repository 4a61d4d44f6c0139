import { julianOfEpoch, weekdayOf } from './calendar.ts';

/**
 * Julian days and ISO weeks for any year, month and day, also the impossible ones that intervals bring (month 0, day -3):
 * the same integer arithmetic as PostgreSQL's, so that even those come out the same.
 */
export function julianDayOf(year: number, month: number, day: number): number {
  const late = month > 2;
  const shiftedYear = year + (late ? 4800 : 4799);
  const shiftedMonth = month + (late ? 1 : 13);
  const century = Math.trunc(shiftedYear / 100);
  const leapDays = Math.trunc(shiftedYear / 4) - century + Math.trunc(century / 4);
  // 32 bits, as in PostgreSQL: years of intervals may be that large.
  return (
    (Math.imul(shiftedYear, 365) - 32_167 + leapDays + Math.trunc((7834 * shiftedMonth) / 256) + day) | 0
  );
}

/** Julian day on which a week of an ISO year begins. */
export function julianOfIsoWeek(isoYear: number, week: number): number {
  const fourth = julianDayOf(isoYear, 1, 4);
  return (week - 1) * 7 + fourth - weekdayOf(fourth - 1 - julianOfEpoch);
}

export function isoWeek(year: number, month: number, day: number): { year: number; week: number } {
  const at = julianDayOf(year, month, day);
  let isoYear = year;
  if (at < julianOfIsoWeek(year, 1)) isoYear = year - 1;
  let week = Math.trunc((at - julianOfIsoWeek(isoYear, 1)) / 7) + 1;
  if (week >= 52 && at >= julianOfIsoWeek(year + 1, 1)) {
    isoYear = year + 1;
    week = Math.trunc((at - julianOfIsoWeek(isoYear, 1)) / 7) + 1;
  }
  return { year: isoYear, week };
}

export function isoDayOfYear(year: number, month: number, day: number): number {
  return julianDayOf(year, month, day) - julianOfIsoWeek(isoWeek(year, month, day).year, 1) + 1;
}
