import { badDate, type DateDraft, outOfRange, part } from './date-draft.ts';
import { dateWord } from './date-words.ts';

/** Rounds half to even, as C's rint does. */
export function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** Microseconds of `.123`; the point alone is 0. */
export function fractionUs(text: string): number {
  if (text === '.') return 0;
  if (!/^\.\d+$/.test(text)) throw badDate();
  return roundHalfEven(Number(text) * 1_000_000);
}

/** A whole number that fits 32 bits; larger ones are out of range. */
export function int32(text: string): number {
  const value = Number(text);
  if (value > 2_147_483_647 || value < -2_147_483_648) throw outOfRange();
  return value;
}

/** `10:30`, `10:30:15.5`; `30:15.5` with a fraction is minutes and seconds. */
export function readClock(draft: DateDraft, text: string): void {
  const match = /^(\d+):(\d*)(?::(\d*))?(\.[\d.]*)?$/.exec(text);
  if (match === null) throw badDate();
  const [, first = '', second = '', third, fraction] = match;
  const us = fraction === undefined ? 0 : fractionUs(fraction);
  if (third === undefined && fraction !== undefined) {
    draft.hour = 0;
    draft.minute = int32(first);
    draft.second = int32(second);
  } else {
    draft.hour = int32(first);
    draft.minute = int32(second);
    draft.second = int32(third ?? '0');
  }
  draft.us = us;
  if (draft.minute > 59 || draft.second > 60) throw outOfRange();
}

/** A field with delimiters: `2024-01-05`, `5/1/2024`, `05-Jan-2024`. Gives the parts it set. */
export function readDelimitedDate(draft: DateDraft, text: string, mask: number): number {
  const pieces = piecesOf(text);
  let known = mask;
  let textMonth = false;
  const add = (bits: number): void => {
    if ((known & bits) !== 0) throw badDate();
    known |= bits;
  };
  for (const piece of pieces) {
    if (!/^[a-z]/i.test(piece)) continue;
    const word = dateWord(piece);
    if (word?.kind === 'ignored') continue;
    if (word?.kind !== 'month') throw badDate();
    draft.month = word.month;
    textMonth = true;
    add(part.month);
  }
  for (const piece of pieces) if (/^\d/.test(piece)) add(readNumber(draft, piece, textMonth, known));
  if ((known & ~(part.dayOfYear | part.zone)) !== part.date) throw badDate();
  return known & ~mask;
}

/** Runs of letters and of digits; the one character behind a run is dropped, whatever it is, as PostgreSQL does. */
function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const match = /^[^A-Za-z\d]*([A-Za-z]+|\d+)/.exec(text.slice(at));
    if (match === null) throw badDate();
    pieces.push(match[1] ?? '');
    at += match[0].length + 1;
  }
  return pieces;
}

/** A number whose meaning follows from what is known already (`mask`). Gives the parts it set. */
export function readNumber(draft: DateDraft, text: string, textMonth: boolean, mask: number): number {
  const point = text.indexOf('.');
  if (point === 0) throw badDate();
  if (point > 2) return readRunTogether(draft, text, mask | part.date);
  const value = int32(point < 0 ? text : text.slice(0, point));
  if (point >= 0) draft.us = fractionUs(text.slice(point));
  if (text.length === 3 && (mask & part.date) === part.year && value >= 1 && value <= 366) {
    draft.dayOfYear = value;
    return part.dayOfYear | part.month | part.day;
  }
  if ((mask & part.date) === part.date) return readRunTogether(draft, text, mask);
  return placeNumber(draft, text, value, textMonth, mask & part.date);
}

function placeNumber(
  draft: DateDraft,
  text: string,
  value: number,
  textMonth: boolean,
  known: number,
): number {
  switch (known) {
    case 0:
      if (text.length >= 3) return setYear(draft, text, value);
      if (draft.ask() === 'ymd') return setYear(draft, text, value);
      return draft.order === 'dmy' ? setDay(draft, value) : setMonth(draft, value);
    case part.month:
      if (textMonth && (text.length >= 3 || draft.ask() === 'ymd')) return setYear(draft, text, value);
      return setDay(draft, value);
    case part.year:
    case part.day:
      return setMonth(draft, value);
    case part.year | part.month:
      return textMonth && text.length >= 3 && draft.shortYear
        ? swapDayAndYear(draft, value)
        : setDay(draft, value);
    case part.month | part.day:
      return setYear(draft, text, value);
    default:
      throw badDate();
  }
}

function setYear(draft: DateDraft, text: string, value: number): number {
  draft.year = value;
  draft.shortYear = text.length <= 2;
  return part.year;
}

function setMonth(draft: DateDraft, value: number): number {
  draft.month = value;
  return part.month;
}

function setDay(draft: DateDraft, value: number): number {
  draft.day = value;
  return part.day;
}

/** `05-Jan-2024` with years first: what was taken for the year was the day. */
function swapDayAndYear(draft: DateDraft, year: number): number {
  draft.day = draft.year;
  draft.year = year;
  draft.shortYear = false;
  return part.day;
}

/** `20240105`, `101530.5`, `1015`: date while there is none, else time. Gives the parts it set. */
export function readRunTogether(draft: DateDraft, text: string, mask: number): number {
  const point = text.indexOf('.');
  const digits = point < 0 ? text : text.slice(0, point);
  if (point >= 0) draft.us = fractionUs(`.${(/^\d*/.exec(text.slice(point + 1)) as RegExpExecArray)[0]}`);
  else if ((mask & part.date) !== part.date && digits.length >= 6) return setWholeDate(draft, digits);
  if ((mask & part.time) !== part.time && (digits.length === 6 || digits.length === 4)) {
    draft.hour = Number(digits.slice(0, 2));
    draft.minute = Number(digits.slice(2, 4));
    draft.second = Number(digits.slice(4) || '0');
    return part.time;
  }
  throw badDate();
}

function setWholeDate(draft: DateDraft, digits: string): number {
  const size = digits.length;
  draft.day = Number(digits.slice(size - 2));
  draft.month = Number(digits.slice(size - 4, size - 2));
  draft.year = Number(digits.slice(0, size - 4)) | 0;
  if (size === 6) draft.shortYear = true;
  return part.date;
}
