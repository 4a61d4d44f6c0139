import { valueFault } from '../faults.ts';
import type { Unit } from './read-span.ts';
import { roundSpanUs } from './round-moment.ts';
import { type Span, spanOf } from './span.ts';

/**
 * `interval day to second(3)`: PostgreSQL's modifiers are a bit mask of fields and, behind it, the digits of a second.
 * Smaller fields than the last one named are cut off, never rounded; the digits are rounded.
 */
export function fitSpan(span: Span, modifiers: readonly number[]): Span {
  const [mask = fullRange, digits = 6] = modifiers;
  const last = lastUnit(mask);
  switch (last) {
    case 'year':
      return { months: span.months - (span.months % 12), days: 0, us: 0n };
    case 'month':
      return { months: span.months, days: 0, us: 0n };
    case 'day':
      return { ...span, us: 0n };
    case 'hour':
      return { ...span, us: span.us - (span.us % 3_600_000_000n) };
    case 'minute':
      return { ...span, us: span.us - (span.us % 60_000_000n) };
    default:
      return spanOf(span.months, span.days, roundSpanUs(span.us, digits));
  }
}

const fullRange = 0x7fff;

const unitBits: readonly (readonly [bit: number, unit: Unit])[] = [
  [1 << 12, 'second'],
  [1 << 11, 'minute'],
  [1 << 10, 'hour'],
  [1 << 3, 'day'],
  [1 << 1, 'month'],
  [1 << 2, 'year'],
];

/** The smallest field a type names; seconds when it names none. */
export function lastUnit(mask: number): Unit {
  if (mask === fullRange) return 'second';
  return unitBits.find(([bit]) => (mask & bit) !== 0)?.[1] ?? 'second';
}

/** Throws 22023 for digits no type has. */
export function checkDigits(modifiers: readonly number[]): void {
  const digits = modifiers.at(-1) ?? 6;
  if (digits < 0) throw valueFault('22023', `${digits} digits of a second`);
}
