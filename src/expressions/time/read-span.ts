import { isGodwitError } from '../../model/index.ts';
import { fractionUs } from './date-numbers.ts';
import { versionsDiffer } from './faults.ts';
import { readIsoSpan } from './read-iso-span.ts';
import type { Span } from './span.ts';
import { badInterval, intervalOverflow, SpanDraft } from './span-draft.ts';
import { type DateField, splitDateFields } from './split-date-fields.ts';

/**
 * Reads an interval as PostgreSQL's input function does: `1 year 2 mons -3 days 04:05:06`, `1-2`, `3 4:05`, `2 hours ago`,
 * ISO 8601 (`P1Y2M3DT4H`).
 *
 * @param unlabelled the unit of a last number without one (`interval '1' hour`); seconds when the type names none
 */
export function readSpan(text: string, unlabelled: Unit = 'second'): Span {
  const fields = splitDateFields(text);
  try {
    if (fields === undefined) throw badInterval();
    return new SpanReader(unlabelled).read(fields);
  } catch (error) {
    if (!isGodwitError(error, 'value.unreadable-time')) throw error;
    return readIsoSpan(text);
  }
}

export type Unit =
  | 'microsecond'
  | 'millisecond'
  | 'second'
  | 'minute'
  | 'hour'
  | 'day'
  | 'week'
  | 'month'
  | 'year'
  | 'decade'
  | 'century'
  | 'millennium';

const unitWords: ReadonlyMap<string, Unit> = new Map(
  (
    [
      ['microsecond', 'us usec usecs usecond useconds microsecon'],
      ['millisecond', 'ms msec msecs msecond mseconds millisecon'],
      ['second', 's sec secs second seconds'],
      ['minute', 'm min mins minute minutes'],
      ['hour', 'h hr hrs hour hours'],
      ['day', 'd day days'],
      ['week', 'w week weeks'],
      ['month', 'mon mons month months'],
      ['year', 'y yr yrs year years'],
      ['decade', 'dec decs decade decades'],
      ['century', 'c cent century centuries'],
      ['millennium', 'mil mils millennia millennium'],
    ] as const
  ).flatMap(([unit, names]) => names.split(' ').map((name) => [name, unit] as const)),
);

/** The unit a word names; only the first ten letters count, as in PostgreSQL. */
export function unitOfWord(word: string): Unit | undefined {
  return unitWords.get(word.slice(0, 10));
}

/** Reads the fields from right to left, so that a unit is known before its number. */
class SpanReader {
  readonly #draft = new SpanDraft();
  readonly #unlabelled: Unit;
  readonly #seen = new Set<string>();
  /** `none` behind `ago`, which needs a unit or a time in front of it. */
  #unit: Unit | 'none' | undefined;
  #unitWaits = false;
  #ago = false;
  #ignored = false;
  #count = 0;

  constructor(unlabelled: Unit) {
    this.#unlabelled = unlabelled;
  }

  read(fields: readonly DateField[]): Span {
    this.#count = fields.length;
    for (let index = fields.length - 1; index >= 0; index -= 1) {
      const field = fields[index] as DateField;
      if (field.kind === 'word' || field.kind === 'special')
        this.#readWord(field.text, index === fields.length - 1);
      else this.#readValue(field);
    }
    if (this.#seen.size === 0 || this.#unitWaits) throw badInterval();
    if (this.#ago) this.#draft.negate();
    const span = this.#draft.finish();
    if (this.#ignored)
      throw versionsDiffer('at and on are ignored in intervals since PostgreSQL 16', 'Leave the word out.');
    return span;
  }

  #see(...parts: readonly string[]): void {
    for (const one of parts) {
      if (this.#seen.has(one)) throw badInterval();
      this.#seen.add(one);
    }
  }

  #readWord(word: string, last: boolean): void {
    if (word === 'at' || word === 'on') {
      this.#ignored = true;
      this.#unit = undefined;
      return;
    }
    if (this.#unitWaits) throw badInterval();
    if (/^[+-]?infinity$/.test(word)) {
      if (this.#count > 1) throw badInterval();
      throw infiniteInterval();
    }
    if (word === 'ago') {
      if (!last) throw badInterval();
      this.#ago = true;
      this.#unit = 'none';
      return;
    }
    const unit = unitOfWord(word);
    if (unit === undefined) throw badInterval();
    this.#unit = unit;
    this.#unitWaits = true;
  }

  #readValue(field: DateField): void {
    if (field.kind === 'time' || (field.kind === 'zone' && field.text.includes(':'))) {
      if (this.#readClock(field)) return;
    }
    this.#unit ??= this.#unlabelled;
    this.#readNumber(field.text);
    this.#unitWaits = false;
  }

  /** Gives false for a signed field that is no time. */
  #readClock(field: DateField): boolean {
    const signed = field.kind === 'zone';
    const us = clockUs(signed ? field.text.slice(1) : field.text, signed);
    if (us === undefined) return false;
    this.#draft.us = signed && field.text.startsWith('-') ? -us : us;
    this.#see('hour', 'minute', 'second', 'millisecond', 'microsecond');
    this.#unit = 'day';
    this.#unitWaits = false;
    return true;
  }

  #readNumber(text: string): void {
    const match = /^([-+]?)(\d*)(.*)$/.exec(text) as RegExpExecArray;
    const [, sign = '', digits = '', rest = ''] = match;
    const negative = sign === '-';
    const value = signedValue(digits, negative);
    if (rest.startsWith('-') && digits !== '') {
      this.#unit = 'month';
      this.#draft.addMonths(yearsAndMonths(value, rest, negative), 0);
      this.#see('month');
      return;
    }
    if (rest !== '') fractionUs(rest);
    const fraction = rest === '' || rest === '.' ? 0 : Number(rest);
    const unit = this.#unit ?? this.#unlabelled;
    if (unit === 'none') throw badInterval();
    this.#add(unit, value, negative ? 0 - fraction : fraction);
  }

  #add(unit: Unit, value: bigint, fraction: number): void {
    addUnit(this.#draft, unit, value, fraction);
    if (unit === 'second' && fraction !== 0) this.#see('second', 'millisecond', 'microsecond');
    else this.#see(unit);
    if (unit === 'hour') this.#unit = 'day';
  }
}

function signedValue(digits: string, negative: boolean): bigint {
  const value = BigInt(digits === '' ? '0' : digits) * (negative ? -1n : 1n);
  if (BigInt.asIntN(64, value) !== value) throw intervalOverflow();
  return value;
}

/** `1-2`: one year and two months. */
function yearsAndMonths(years: bigint, rest: string, negative: boolean): bigint {
  const [, digits = '', behind = ''] = /^-([-+]?\d*)(.*)$/.exec(rest) ?? [];
  const months = Number(digits || '0');
  if (months < 0 || months > 11) throw intervalOverflow();
  if (behind !== '') throw badInterval();
  return years * 12n + BigInt(negative ? 0 - months : months);
}

function addUnit(draft: SpanDraft, unit: Unit, value: bigint, fraction: number): void {
  switch (unit) {
    case 'microsecond':
      return draft.addUs(value, fraction, 1);
    case 'millisecond':
      return draft.addUs(value, fraction, 1_000);
    case 'second':
      return draft.addUs(value, fraction, 1_000_000);
    case 'minute':
      return draft.addUs(value, fraction, 60_000_000);
    case 'hour':
      return draft.addUs(value, fraction, 3_600_000_000);
    case 'day':
      draft.addDays(value, 0, 1);
      return draft.addFractionOf(fraction, 86_400_000_000);
    case 'week':
      return draft.addDays(value, fraction, 7);
    case 'month':
      return draft.addMonths(value, fraction);
    case 'year':
      return draft.addYears(value, fraction, 1);
    case 'decade':
      return draft.addYears(value, fraction, 10);
    case 'century':
      return draft.addYears(value, fraction, 100);
    case 'millennium':
      return draft.addYears(value, fraction, 1000);
  }
}

/** Hours without a limit; `mm:ss.fff` when only two parts have a fraction. undefined for a signed field of another form. */
function clockUs(text: string, signed: boolean): bigint | undefined {
  const match = /^(\d+):([-+]?\d*)(?::([-+]?\d*))?(\.\d*)?$/.exec(text);
  if (match === null) {
    if (signed) return undefined;
    throw badInterval();
  }
  const [, first = '', second = '', third, fraction] = match;
  const shifted = third === undefined && fraction !== undefined;
  const hours = BigInt(shifted ? '0' : first);
  const minutes = int64((shifted ? first : second) || '0');
  const seconds = int64((shifted ? second : third) || '0');
  if (minutes < 0n || minutes > 59n || seconds < 0n || seconds > 60n) {
    if (signed) return undefined;
    throw intervalOverflow();
  }
  const us =
    hours * 3_600_000_000n +
    minutes * 60_000_000n +
    seconds * 1_000_000n +
    BigInt(fraction ? fractionUs(fraction) : 0);
  if (BigInt.asIntN(64, us) === us) return us;
  if (signed) return undefined;
  throw intervalOverflow();
}

/** A number with or without a sign; a sign alone is no number. */
function int64(text: string): bigint {
  if (!/\d/.test(text)) throw badInterval();
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text.replace('+', ''));
}

function infiniteInterval(): Error {
  return versionsDiffer(
    'infinite intervals exist since PostgreSQL 17 only',
    "Use a large finite interval, or NULL: nullif(text, 'infinity').",
  );
}
