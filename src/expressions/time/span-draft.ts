import { valueFault } from '../faults.ts';
import { roundHalfEven } from './date-numbers.ts';
import { fits32, type Span } from './span.ts';

/**
 * An interval while its text is read: PostgreSQL's sums of whole parts and of fractions, with its overflows (22015).
 * A fraction of a year becomes whole months, one of a month becomes days (30 each) and time, one of a day time.
 */
export class SpanDraft {
  #years = 0;
  #months = 0;
  #days = 0;
  us = 0n;

  addUs(value: bigint, fraction: number, scale: number): void {
    const product = value * BigInt(scale);
    if (BigInt.asIntN(64, product) !== product) throw intervalOverflow();
    this.#setUs(this.us + product);
    this.addFractionOf(fraction, scale);
  }

  /** `scale` microseconds times a fraction, rounded. */
  addFractionOf(fraction: number, scale: number): void {
    const scaled = fraction * scale;
    const whole = Math.trunc(scaled);
    const rest = scaled - whole;
    const rounded = rest > 0.5 ? whole + 1 : rest < -0.5 ? whole - 1 : whole;
    this.#setUs(this.us + BigInt(rounded));
  }

  #setUs(us: bigint): void {
    if (BigInt.asIntN(64, us) !== us) throw intervalOverflow();
    this.us = us;
  }

  addDays(value: bigint, fraction: number, scale: number): void {
    this.#days = checked(this.#days + whole(value) * scale);
    this.#addFractionDays(fraction, scale);
  }

  addMonths(value: bigint, fraction: number): void {
    this.#months = checked(this.#months + whole(value));
    this.#addFractionDays(fraction, 30);
  }

  addYears(value: bigint, fraction: number, scale: number): void {
    this.#years = checked(this.#years + checked(whole(value) * scale));
    this.#months = checked(this.#months + roundHalfEven(fraction * scale * 12));
  }

  #addFractionDays(fraction: number, scale: number): void {
    if (fraction === 0) return;
    const scaled = fraction * scale;
    const days = Math.trunc(scaled);
    this.#days = checked(this.#days + days);
    this.addFractionOf(scaled - days, 86_400_000_000);
  }

  negate(): void {
    this.#years = checked(0 - this.#years);
    this.#months = checked(0 - this.#months);
    this.#days = checked(0 - this.#days);
    this.#setUs(-this.us);
  }

  finish(): Span {
    const months = this.#years * 12 + this.#months;
    if (!fits32(months)) throw valueFault('22008', 'interval out of range');
    return { months, days: this.#days, us: this.us };
  }
}

function whole(value: bigint): number {
  if (BigInt.asIntN(32, value) !== value) throw intervalOverflow();
  return Number(value);
}

function checked(value: number): number {
  if (!fits32(value)) throw intervalOverflow();
  return value + 0;
}

export function intervalOverflow(): Error {
  return valueFault('22015', 'a field of the interval is out of range');
}

export function badInterval(): Error {
  return valueFault('22007', 'the text does not have the form of an interval');
}
