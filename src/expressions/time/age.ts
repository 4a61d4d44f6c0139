import { refuseInfinite } from './add-span.ts';
import { daysInMonth } from './calendar.ts';
import { compareMoments, fieldsOf, type Moment } from './moment.ts';
import type { Span } from './span.ts';

/**
 * age(a, b): years, months, days and time as people count them. Days are borrowed from the month of the earlier one.
 */
export function ageBetween(a: Moment, b: Moment): Span {
  refuseInfinite(a, b);
  const negative = compareMoments(a, b) < 0;
  const [late, early] = negative ? [fieldsOf(b), fieldsOf(a)] : [fieldsOf(a), fieldsOf(b)];
  const us = late.us - early.us;
  const second = late.second - early.second + (us < 0 ? -1 : 0);
  const minute = late.minute - early.minute + (second < 0 ? -1 : 0);
  const hour = late.hour - early.hour + (minute < 0 ? -1 : 0);
  let day = late.day - early.day + (hour < 0 ? -1 : 0);
  let months = (late.year - early.year) * 12 + late.month - early.month;
  while (day < 0) {
    day += daysInMonth(early.year, early.month);
    months -= 1;
  }
  const clock =
    ((wrap(hour, 24) * 60 + wrap(minute, 60)) * 60 + wrap(second, 60)) * 1_000_000 + wrap(us, 1_000_000);
  const sign = negative ? -1 : 1;
  return { months: months * sign + 0, days: day * sign + 0, us: BigInt(clock * sign) };
}

function wrap(value: number, size: number): number {
  return value < 0 ? value + size : value;
}
