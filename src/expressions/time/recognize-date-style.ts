import { daysInMonth } from './calendar.ts';

/** How a date is written, for profiling; never for reading it. */
export type DateStyleName =
  | 'ISO'
  | 'YYYY/MM/DD'
  | 'YYYYMMDD'
  | 'YYYYMMDDHHMISS'
  | 'DD/MM/YYYY'
  | 'MM/DD/YYYY'
  | 'DD-MM-YYYY'
  | 'MM-DD-YYYY'
  | 'DD.MM.YYYY'
  | 'DD/MM/YY'
  | 'MM/DD/YY'
  | 'DD Mon YYYY'
  | 'Mon DD, YYYY'
  | 'epoch seconds'
  | 'epoch milliseconds';

export interface DateStyle {
  readonly name: DateStyleName;
  /** The form is right, but there is no such day or hour (31.02.2024). */
  readonly impossible: boolean;
  readonly time: 'none' | 'zoneless' | 'zoned';
}

/**
 * The styles a text may be written in: none when it is no date, several when it can be read in more than one way
 * (03/04/2024). Nothing is allocated for texts that are no dates; about 2 million texts a second.
 */
export function recognizeDateStyle(text: string): readonly DateStyle[] {
  const { length } = text;
  if (length < 8 || length > 40) return length === 6 || length === 7 ? shortForms(text) : none;
  const first = text.charCodeAt(0);
  if (first >= 48 && first <= 57) return numericForms(text);
  return (first | 32) >= 97 && (first | 32) <= 122 ? worded(text) : none;
}

const none: readonly DateStyle[] = [];

/** 1/2/24, 1/2/2024 with few digits. */
function shortForms(text: string): readonly DateStyle[] {
  return numericForms(text);
}

function numericForms(text: string): readonly DateStyle[] {
  const run = digitsFrom(text, 0);
  if (run === text.length) return digitsOnly(text);
  const mark = text.charCodeAt(run);
  if (run === 4 && (mark === dash || mark === slash)) return yearFirst(text, mark);
  if (run <= 2 && (mark === dash || mark === slash || mark === dot)) return yearLast(text, run, mark);
  return run <= 2 ? worded(text) : none;
}

const dash = 45;
const slash = 47;
const dot = 46;

function digitsFrom(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) break;
    at += 1;
  }
  return at - from;
}

function numberAt(text: string, from: number, length: number): number {
  let value = 0;
  for (let at = from; at < from + length; at += 1) value = value * 10 + text.charCodeAt(at) - 48;
  return value;
}

function isImpossible(year: number, month: number, day: number): boolean {
  return month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month);
}

function digitsOnly(text: string): readonly DateStyle[] {
  switch (text.length) {
    case 8:
      return compact(text, 'YYYYMMDD', 'none');
    case 14:
      return compact(text, 'YYYYMMDDHHMISS', 'zoneless');
    case 9:
    case 10:
      return numberAt(text, 0, text.length) < 4_102_444_800 && text.charCodeAt(0) !== 48 ? seconds : none;
    case 12:
    case 13:
      return numberAt(text, 0, text.length) < 4_102_444_800_000 && text.charCodeAt(0) !== 48
        ? milliseconds
        : none;
    default:
      return none;
  }
}

const seconds: readonly DateStyle[] = [{ name: 'epoch seconds', impossible: false, time: 'zoned' }];
const milliseconds: readonly DateStyle[] = [{ name: 'epoch milliseconds', impossible: false, time: 'zoned' }];

/** Eight digits are only taken for a date when they begin like a year of our time; else they are just a number. */
function compact(text: string, name: DateStyleName, time: DateStyle['time']): readonly DateStyle[] {
  const year = numberAt(text, 0, 4);
  if (year < 1800 || year > 2199) return none;
  const hour = time === 'none' ? 0 : numberAt(text, 8, 2);
  return [
    { name, impossible: isImpossible(year, numberAt(text, 4, 2), numberAt(text, 6, 2)) || hour > 24, time },
  ];
}

function yearFirst(text: string, mark: number): readonly DateStyle[] {
  const month = digitsFrom(text, 5);
  if (month < 1 || month > 2 || text.charCodeAt(5 + month) !== mark) return none;
  const dayAt = 6 + month;
  const day = digitsFrom(text, dayAt);
  if (day < 1 || day > 2) return none;
  const clock = clockAfter(text, dayAt + day);
  if (clock === undefined) return none;
  const date = isImpossible(numberAt(text, 0, 4), numberAt(text, 5, month), numberAt(text, dayAt, day));
  return [
    { name: mark === dash ? 'ISO' : 'YYYY/MM/DD', impossible: date || clock.impossible, time: clock.time },
  ];
}

function yearLast(text: string, firstLength: number, mark: number): readonly DateStyle[] {
  const secondAt = firstLength + 1;
  const secondLength = digitsFrom(text, secondAt);
  if (secondLength === 0) return worded(text);
  const yearAt = secondAt + secondLength + 1;
  const yearLength = digitsFrom(text, yearAt);
  if (secondLength > 2 || text.charCodeAt(yearAt - 1) !== mark || (yearLength !== 4 && yearLength !== 2))
    return none;
  const clock = clockAfter(text, yearAt + yearLength);
  if (clock === undefined) return none;
  const written = numberAt(text, yearAt, yearLength);
  const year = yearLength === 4 ? written : 2000 + written;
  return orders(
    numberAt(text, 0, firstLength),
    numberAt(text, secondAt, secondLength),
    year,
    clock,
    namesFor(mark, yearLength),
  );
}

type Names = readonly [dayFirst: DateStyleName, monthFirst: DateStyleName | undefined];

function namesFor(mark: number, yearLength: number): Names {
  if (mark === dot) return ['DD.MM.YYYY', undefined];
  if (yearLength === 2) return ['DD/MM/YY', 'MM/DD/YY'];
  return mark === slash ? ['DD/MM/YYYY', 'MM/DD/YYYY'] : ['DD-MM-YYYY', 'MM-DD-YYYY'];
}

/** An order is out when its month cannot be a month, unless that holds for both. */
function orders(
  first: number,
  second: number,
  year: number,
  clock: Clock,
  [dayFirst, monthFirst]: Names,
): readonly DateStyle[] {
  const style = (name: DateStyleName, month: number, day: number): DateStyle => ({
    name,
    impossible: isImpossible(year, month, day) || clock.impossible,
    time: clock.time,
  });
  if (monthFirst === undefined) return [style(dayFirst, second, first)];
  const neither = !isMonth(first) && !isMonth(second);
  const styles: DateStyle[] = [];
  if (neither || isMonth(second)) styles.push(style(dayFirst, second, first));
  if (neither || isMonth(first)) styles.push(style(monthFirst, first, second));
  const possible = styles.filter(({ impossible }) => !impossible);
  return possible.length > 0 ? possible : styles;
}

function isMonth(value: number): boolean {
  return value >= 1 && value <= 12;
}

interface Clock {
  readonly impossible: boolean;
  readonly time: DateStyle['time'];
}

const noClock: Clock = { impossible: false, time: 'none' };

const clockForm =
  /^(?:T|,? )(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(?: ?[AaPp]\.?[Mm]\.?)?( ?(?:[Zz]|[-+]\d{2}(?::?\d{2})?|[A-Z]{2,5}))?$/;

/** What stands behind the date; undefined when it is no time. */
function clockAfter(text: string, at: number): Clock | undefined {
  if (at === text.length) return noClock;
  const match = clockForm.exec(text.slice(at));
  if (match === null) return undefined;
  const impossible = Number(match[1]) > 24 || Number(match[2]) > 59 || Number(match[3] ?? '0') > 60;
  return { impossible, time: match[4] === undefined ? 'zoneless' : 'zoned' };
}

const monthForm = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const monthWord =
  `(${monthForm.join('|')})` +
  '(?:(?<=jan)uary|(?<=feb)ruary|(?<=mar)ch|(?<=apr)il|(?<=jun)e|(?<=jul)y|(?<=aug)ust|(?<=sep)t(?:ember)?|(?<=oct)ober|(?<=nov|dec)ember)?\\.?';
const weekday = '(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\\.?,? )?';
const dayThenMonth = new RegExp(
  `^${weekday}(\\d{1,2})(?:st|nd|rd|th)?[ -]${monthWord},?[ -](\\d{4})(.*)$`,
  'i',
);
const monthThenDay = new RegExp(`^${weekday}${monthWord} (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})(.*)$`, 'i');

function worded(text: string): readonly DateStyle[] {
  const dayFirst = dayThenMonth.exec(text);
  if (dayFirst !== null)
    return wordedStyle('DD Mon YYYY', dayFirst[2], dayFirst[1], dayFirst[3], dayFirst[4]);
  const monthFirst = monthThenDay.exec(text);
  if (monthFirst === null) return none;
  return wordedStyle('Mon DD, YYYY', monthFirst[1], monthFirst[2], monthFirst[3], monthFirst[4]);
}

function wordedStyle(name: DateStyleName, month = '', day = '', year = '', rest = ''): readonly DateStyle[] {
  const clock = clockAfter(rest, 0);
  if (clock === undefined) return none;
  const monthNumber = monthForm.indexOf(month.toLowerCase()) + 1;
  return [
    {
      name,
      impossible: isImpossible(Number(year), monthNumber, Number(day)) || clock.impossible,
      time: clock.time,
    },
  ];
}
