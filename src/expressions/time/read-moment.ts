import { valueFault } from '../faults.ts';
import { dayOf, unixEpochDay } from './calendar.ts';
import { badDate, type DateDraft, outOfRange, part } from './date-draft.ts';
import {
  fractionUs,
  int32,
  readClock,
  readDelimitedDate,
  readNumber,
  readRunTogether,
} from './date-numbers.ts';
import { type DateWord, dateWord } from './date-words.ts';
import { dependsOnClock, versionsDiffer } from './faults.ts';
import { infinite, minusInfinite, momentOf } from './moment.ts';
import type { ReadMoment } from './moment-of-text.ts';
import { readInAnyOrder } from './read-in-any-order.ts';
import { readPlainMoment } from './read-plain-moment.ts';
import { type DateField, splitDateFields } from './split-date-fields.ts';
import { abbreviationMinutes, isMovingAbbreviation } from './zone-abbreviations.ts';
import { isZoneName, namedZone } from './zone-of-text.ts';
import type { ZoneRules } from './zone-rules.ts';

/**
 * Reads a text as PostgreSQL's input functions of date, timestamp and timestamptz do.
 *
 * Invariants: 1. a text is read under one DateStyle; when that mattered it is read under the others too, and refused
 * with `expression.ambiguous-date` unless all agree. 2. nothing that depends on the clock is read.
 *
 * @param settle makes the type's value of what was read, and checks the type's range
 */
export function readMoment(text: string, settle: (read: ReadMoment) => string): string {
  const plain = readPlainMoment(text);
  if (plain !== undefined) return settle(plain);
  return readInAnyOrder(text, (draft) => settle(new MomentReader(draft).read(text)));
}

/** Words that wait for the field behind them. */
type Waiting = 'none' | 'julian' | 'time' | 'unit';

export class MomentReader {
  readonly draft: DateDraft;
  waiting: Waiting = 'none';
  whole: Whole | undefined;
  zone: ZoneRules | undefined;
  /** Seconds east. */
  offset = 0;

  constructor(draft: DateDraft) {
    this.draft = draft;
  }

  read(text: string): ReadMoment {
    const fields = splitDateFields(text);
    if (fields === undefined) throw badDate();
    for (const field of fields) this.draft.add(this.#readField(field));
    if (this.waiting !== 'none') throw badDate();
    return this.whole === undefined ? this.#finish() : wholeMoment(this.whole);
  }

  #finish(): ReadMoment {
    const { draft, zone } = this;
    draft.validateDate();
    draft.applyMeridiem();
    if (!draft.has(part.date)) throw badDate();
    if (draft.has(part.summer) && (zone !== undefined || !draft.has(part.zone))) throw badDate();
    const day = checkedDay(draft);
    const local = momentOf(day, draft.clockUs());
    const second = (day - unixEpochDay) * 86_400 + Math.floor(draft.clockUs() / 1_000_000);
    const { offset } = this;
    return { day, local, offset: () => (zone === undefined ? offset : zone.offsetOfLocal(second)) };
  }

  #readField(field: DateField): number {
    switch (field.kind) {
      case 'date':
        return this.#readDateField(field.text);
      case 'time': {
        const set = this.readTimeField(field.text);
        this.draft.validateClock();
        return set;
      }
      case 'zone':
        return this.readOffsetField(field.text);
      case 'number':
        return this.#readNumberField(field.text);
      case 'word':
      case 'special':
        return this.#readWord(field.text);
    }
  }

  readOffsetField(text: string): number {
    this.offset = readOffset(text);
    return part.zone;
  }

  #readDateField(text: string): number {
    if (this.waiting === 'julian') return this.#readZonedJulian(text);
    if (this.waiting === 'none' && !this.draft.has(part.month | part.day))
      return readDelimitedDate(this.draft, text, this.draft.mask);
    if (this.waiting === 'none' && !/^\d/.test(text)) return this.setZone(text);
    return this.readZonedClock(text, this.draft.mask);
  }

  #readZonedJulian(text: string): number {
    const digits = (/^\d*/.exec(text) as RegExpExecArray)[0];
    this.draft.setJulian(int32(digits));
    this.offset = readOffset(text.slice(digits.length));
    this.waiting = 'none';
    return part.date | part.time | part.zone;
  }

  /** `101530-05` behind a date. */
  readZonedClock(text: string, mask: number): number {
    if (this.waiting === 'unit') throw badDate();
    this.waiting = 'none';
    const dash = text.indexOf('-');
    if (this.draft.has(part.time) || dash < 0) throw badDate();
    this.offset = readOffset(text.slice(dash));
    return readRunTogether(this.draft, text.slice(0, dash), mask) | part.zone;
  }

  readTimeField(text: string): number {
    if (this.waiting === 'julian' || this.waiting === 'unit') throw badDate();
    this.waiting = 'none';
    readClock(this.draft, text);
    return part.time;
  }

  #readNumberField(text: string): number {
    if (this.waiting !== 'none') return this.readAwaitedNumber(text);
    const { draft } = this;
    const point = text.indexOf('.');
    if (point >= 0 && (draft.mask & part.date) === 0) return readDelimitedDate(draft, text, draft.mask);
    if (point > 2 || (text.length >= 6 && ((draft.mask & part.date) === 0 || (draft.mask & part.time) === 0)))
      return readRunTogether(draft, text, draft.mask);
    return readNumber(draft, text, draft.textMonth, draft.mask);
  }

  readAwaitedNumber(text: string): number {
    const { waiting, draft } = this;
    if (waiting === 'unit') throw badDate();
    this.waiting = 'none';
    if (waiting === 'time') {
      const set = readRunTogether(draft, text, draft.mask | part.date);
      if (set !== part.time) throw badDate();
      return set;
    }
    const [, digits = '', fraction] = /^(\d*)(\..*)?$/.exec(text) ?? [];
    draft.setJulian(int32(digits));
    if (fraction === undefined) return part.date;
    fractionUs(fraction);
    setDayFraction(draft, Number(`0${fraction}`));
    return part.date | part.time;
  }

  #readWord(text: string): number {
    const zone = this.readZoneWord(text);
    if (zone !== undefined) return zone;
    const word = dateWord(text);
    if (word !== undefined) return this.#applyWord(word, text);
    if (!isZoneName(text)) throw badDate();
    return this.setZone(text);
  }

  /** An abbreviation; undefined when the word is none. */
  readZoneWord(text: string): number | undefined {
    const minutes = abbreviationMinutes(text);
    if (minutes !== undefined) {
      this.offset = minutes * 60;
      return part.zone;
    }
    return isMovingAbbreviation(text) ? this.setZone(text) : undefined;
  }

  setZone(text: string): number {
    this.zone = namedZone(text);
    return part.zone;
  }

  #applyWord(word: DateWord, text: string): number {
    const { draft } = this;
    switch (word.kind) {
      case 'ignored':
        return 0;
      case 'month':
        return this.#applyMonth(word.month);
      case 'weekday':
        return part.weekday;
      case 'era':
        draft.bc = word.bc;
        return part.era;
      case 'whole':
        return this.#applyWhole(text === '+infinity' ? text : word.value);
      case 'time-mark':
        if (!draft.has(part.date)) throw badDate();
        return this.wait('time');
      case 'julian':
        return this.wait('julian');
      case 'meridiem':
      case 'summer':
        return this.applyModifier(word);
      case 'clock':
        throw dependsOnClock(text);
      case 'unit':
        return this.wait('unit');
    }
  }

  applyModifier(word: DateWord & { kind: 'meridiem' | 'summer' }): number {
    if (word.kind === 'meridiem') {
      this.draft.afternoon = word.afternoon;
      return part.meridiem;
    }
    this.offset += 3600;
    return part.summer | part.summerZone;
  }

  wait(what: Waiting): number {
    if (this.waiting !== 'none') throw badDate();
    this.waiting = what;
    return 0;
  }

  /** A month name behind a number that was taken for the month: then the number was the day. */
  #applyMonth(month: number): number {
    const { draft } = this;
    const wasDay =
      draft.has(part.month) &&
      !draft.textMonth &&
      (draft.mask & part.day) === 0 &&
      draft.month >= 1 &&
      draft.month <= 31;
    if (wasDay) draft.day = draft.month;
    draft.textMonth = true;
    draft.month = month;
    return wasDay ? part.day : part.month;
  }

  #applyWhole(value: Whole | 'midnight'): number {
    if (value === 'midnight') return part.time | part.zone;
    this.whole = value;
    return part.date | part.time | part.zone;
  }
}

type Whole = 'epoch' | 'infinity' | '+infinity' | '-infinity';

function wholeMoment(whole: Whole): ReadMoment {
  if (whole === '+infinity')
    throw versionsDiffer('+infinity is a date since PostgreSQL 16 only', 'Write infinity without a sign.');
  const infinity = whole === 'infinity' ? infinite : minusInfinite;
  const local = whole === 'epoch' ? { day: unixEpochDay, us: 0 } : infinity;
  return { day: local.day, local, offset: () => 0 };
}

/** PostgreSQL's Julian day numbers reach from 4714-11-24 BC to 5874898-06-03. */
function checkedDay({ year, month, day }: DateDraft): number {
  const early = year < -4713 || (year === -4713 && month < 11);
  const late = year > 5_874_898 || (year === 5_874_898 && month >= 6);
  if (early || late) throw outOfRange();
  return dayOf(year, month, day);
}

function setDayFraction(draft: DateDraft, fraction: number): void {
  const us = Math.trunc(fraction * 86_400_000_000);
  draft.hour = Math.floor(us / 3_600_000_000);
  draft.minute = Math.floor(us / 60_000_000) % 60;
  draft.second = Math.floor(us / 1_000_000) % 60;
  draft.us = us % 1_000_000;
}

/** `+02`, `-0530`, `+05:30:15`: seconds east. */
export function readOffset(text: string): number {
  const match = /^([-+])([-+]?\d*)(?::([-+]?\d*)(?::([-+]?\d*))?)?(.*)$/.exec(text);
  if (match === null) throw badDate();
  const [, sign, first = '', minutes, seconds = '', rest = ''] = match;
  const together = minutes === undefined && rest === '' && text.length > 3;
  const hour = together ? Math.trunc(Number(first) / 100) : Number(first);
  const minute = together ? Number(first) % 100 : Number(minutes ?? '0');
  const second = Number(seconds);
  if (hour < 0 || hour > 15 || minute < 0 || minute > 59 || second < 0 || second > 59)
    throw valueFault('22009', `the time zone offset ${text} is out of range`);
  if (rest !== '') throw badDate();
  const offset = hour * 3600 + minute * 60 + second;
  return sign === '-' ? 0 - offset : offset;
}
