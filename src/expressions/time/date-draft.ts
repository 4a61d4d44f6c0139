import { valueFault } from '../faults.ts';
import { civilOf, dayOf, daysInMonth } from './calendar.ts';

/**
 * What has been read of a date or time text so far, and PostgreSQL's rules for the next piece.
 *
 * Invariants: 1. `mask` says which parts are set; a part is set once. 2. `askedOrder` becomes true when the answer
 * depended on `order`, the reader's DateStyle.
 */
export type DateOrder = 'mdy' | 'dmy' | 'ymd';

/** Bits of `mask`. */
export const part = {
  month: 1,
  year: 2,
  day: 4,
  date: 7,
  hour: 8,
  minute: 16,
  second: 32,
  time: 56,
  zone: 64,
  summerZone: 128,
  summer: 256,
  dayOfYear: 512,
  weekday: 1024,
  meridiem: 2048,
  era: 4096,
} as const;

export class DateDraft {
  readonly order: DateOrder;
  askedOrder = false;
  mask = 0;
  year = 0;
  month = 0;
  day = 0;
  dayOfYear = 0;
  hour = 0;
  minute = 0;
  second = 0;
  us = 0;
  textMonth = false;
  shortYear = false;
  julian = false;
  bc = false;
  /** null: 24-hour clock. */
  afternoon: boolean | null = null;

  constructor(order: DateOrder) {
    this.order = order;
  }

  has(bits: number): boolean {
    return (this.mask & bits) === bits;
  }

  /** Marks parts as set; a part that is set already makes the text wrong. */
  add(bits: number): void {
    if ((this.mask & bits) !== 0) throw badDate();
    this.mask |= bits;
  }

  /** Asks for the DateStyle's order, and remembers that it mattered. */
  ask(): DateOrder {
    this.askedOrder = true;
    return this.order;
  }

  setJulian(julianDay: number): void {
    if (julianDay < 0) throw outOfRange();
    const civil = civilOf(julianDay - 2_451_545);
    this.year = civil.year;
    this.month = civil.month;
    this.day = civil.day;
    this.julian = true;
  }

  /** Year, month and day checked together, once all pieces are read. */
  validateDate(): void {
    if (this.has(part.year) && !this.julian) this.#settleYear();
    if (this.has(part.dayOfYear)) {
      const civil = civilOf(dayOf(this.year, 1, 1) + this.dayOfYear - 1);
      this.year = civil.year;
      this.month = civil.month;
      this.day = civil.day;
    }
    if (this.has(part.month) && (this.month < 1 || this.month > 12)) throw outOfRange();
    if (this.has(part.day) && (this.day < 1 || this.day > 31)) throw outOfRange();
    if (this.has(part.date) && this.day > daysInMonth(this.year, this.month)) throw outOfRange();
  }

  #settleYear(): void {
    if (this.bc) {
      if (this.year <= 0) throw outOfRange();
      this.year = 1 - this.year;
    } else if (this.shortYear) {
      if (this.year < 0) throw outOfRange();
      if (this.year < 70) this.year += 2000;
      else if (this.year < 100) this.year += 1900;
    } else if (this.year <= 0) throw outOfRange();
  }

  applyMeridiem(): void {
    if (this.afternoon === null) return;
    if (this.hour > 12) throw outOfRange();
    if (!this.afternoon && this.hour === 12) this.hour = 0;
    else if (this.afternoon && this.hour !== 12) this.hour += 12;
  }

  /** 24:00:00 is the latest time; 60 seconds are allowed and carried. */
  validateClock(): void {
    const { hour, minute, second, us } = this;
    if (
      hour < 0 ||
      hour > 24 ||
      minute < 0 ||
      minute > 59 ||
      second < 0 ||
      second > 60 ||
      us < 0 ||
      us > 1_000_000
    )
      throw outOfRange();
    if (this.clockUs() > 86_400_000_000) throw outOfRange();
  }

  clockUs(): number {
    return ((this.hour * 60 + this.minute) * 60 + this.second) * 1_000_000 + this.us;
  }
}

export function badDate(): Error {
  return valueFault('22007', 'the text does not have the form of a date or time');
}

export function outOfRange(): Error {
  return valueFault('22008', 'a field of the date or time is out of range');
}
