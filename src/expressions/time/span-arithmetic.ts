import { valueFault } from '../faults.ts';
import { roundHalfEven } from './date-numbers.ts';
import { versionsDiffer } from './faults.ts';
import { compareSpans, fits32, type Span, spanOf } from './span.ts';

export function addSpans(a: Span, b: Span): Span {
  return spanOf(a.months + b.months, a.days + b.days, a.us + b.us);
}

export function subtractSpans(a: Span, b: Span): Span {
  return spanOf(a.months - b.months, a.days - b.days, a.us - b.us);
}

/** What PostgreSQL does with the parts of an interval times a number: fractions of months become days, of days time. */
export function multiplySpan(span: Span, factor: number): Span {
  const infinite = factor === Number.POSITIVE_INFINITY || factor === Number.NEGATIVE_INFINITY;
  if (infinite && compareSpans(span, noSpan) !== 0)
    throw versionsDiffer(
      'an interval times infinity is an error in PostgreSQL 15',
      'Guard the factor with nullif().',
    );
  return scaled(span, (value) => value * factor);
}

export function divideSpan(span: Span, divisor: number): Span {
  if (divisor === 0) throw valueFault('22012', 'an interval is divided by zero');
  return scaled(span, (value) => value / divisor);
}

const noSpan: Span = { months: 0, days: 0, us: 0n };

const secondsPerDay = 86_400;

function scaled(span: Span, scale: (value: number) => number): Span {
  const months = whole32(scale(span.months));
  const days = whole32(scale(span.days));
  const monthRestDays = toMicro((scale(span.months) - months) * 30);
  let restSeconds = toMicro(
    (scale(span.days) - days + monthRestDays - Math.trunc(monthRestDays)) * secondsPerDay,
  );
  let moreDays = Math.trunc(monthRestDays);
  if (Math.abs(restSeconds) >= secondsPerDay) {
    const carried = Math.trunc(restSeconds / secondsPerDay);
    moreDays += carried;
    restSeconds -= carried * secondsPerDay;
  }
  const us = roundHalfEven(scale(Number(span.us)) + restSeconds * 1_000_000);
  if (!(us >= -9_223_372_036_854_775_808 && us < 9_223_372_036_854_775_808)) throw outOfRange();
  return spanOf(months, days + moreDays, BigInt(us));
}

function outOfRange(): Error {
  return valueFault('22008', 'interval out of range');
}

function whole32(value: number): number {
  if (Number.isNaN(value) || !fits32(Math.trunc(value))) throw outOfRange();
  return Math.trunc(value) + 0;
}

/** Six decimals, as PostgreSQL hides the noise of binary fractions. */
function toMicro(value: number): number {
  return roundHalfEven(value * 1_000_000) / 1_000_000;
}

const dayUs = 86_400_000_000n;

/** 24 hours become a day. */
export function justifyHours(span: Span): Span {
  let days = span.days + Number(span.us / dayUs);
  let us = span.us % dayUs;
  if (days > 0 && us < 0n) {
    us += dayUs;
    days -= 1;
  } else if (days < 0 && us > 0n) {
    us -= dayUs;
    days += 1;
  }
  return spanOf(span.months, days, us);
}

/** 30 days become a month. */
export function justifyDays(span: Span): Span {
  let months = span.months + Math.trunc(span.days / 30);
  let days = span.days % 30;
  if (months > 0 && days < 0) {
    days += 30;
    months -= 1;
  } else if (months < 0 && days > 0) {
    days -= 30;
    months += 1;
  }
  return spanOf(months, days, span.us);
}

/** Both, and all parts with one sign. */
export function justifyInterval(span: Span): Span {
  const allDays = span.days + Number(span.us / dayUs);
  let us = span.us % dayUs;
  let months = span.months + Math.trunc(allDays / 30);
  let days = allDays % 30;
  if (months > 0 && (days < 0 || (days === 0 && us < 0n))) {
    days += 30;
    months -= 1;
  } else if (months < 0 && (days > 0 || (days === 0 && us > 0n))) {
    days -= 30;
    months += 1;
  }
  if (days > 0 && us < 0n) {
    us += dayUs;
    days -= 1;
  } else if (days < 0 && us > 0n) {
    us -= dayUs;
    days += 1;
  }
  return spanOf(months, days, us);
}
