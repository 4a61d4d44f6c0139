import { valueFault } from '../faults.ts';
import { dayOf, weekdayOf } from './calendar.ts';
import { datePattern, type FieldNode, type PatternField } from './date-pattern.ts';
import { isoDayOfYear, isoWeek, julianDayOf } from './julian-weeks.ts';
import { fieldsOf, isFinite, type Moment } from './moment.ts';
import { dayNames, monthNames, ordinalOf, romanMonths } from './names.ts';
import type { Span } from './span.ts';

/** to_char(timestamp, format); null for an empty format and for infinity. `zone` is the text of TZ: '' or 'UTC'. */
export function formatMoment(moment: Moment, format: string, zone: '' | 'UTC'): string | null {
  if (format === '' || !isFinite(moment)) return null;
  const fields = fieldsOf(moment);
  const dayOfYear = moment.day - dayOf(fields.year, 1, 1) + 1;
  return formatClock({ ...fields, dayOfYear, weekday: weekdayOf(moment.day), zone, interval: false }, format);
}

/** to_char(interval, format); null for an empty format. */
export function formatSpan(span: Span, format: string): string | null {
  if (format === '') return null;
  const year = Math.trunc(span.months / 12);
  const month = span.months % 12;
  // 32 bits, as in PostgreSQL.
  const dayOfYear = (Math.imul(span.months, 30) + span.days) | 0;
  return formatClock(
    { ...clockFields(span.us), year, month, day: span.days, dayOfYear, weekday: 0, zone: '', interval: true },
    format,
  );
}

function clockFields(us: bigint): { hour: number; minute: number; second: number; us: number } {
  const seconds = us / 1_000_000n;
  return {
    hour: Number(seconds / 3600n),
    minute: Number((seconds / 60n) % 60n),
    second: Number(seconds % 60n),
    us: Number(us % 1_000_000n),
  };
}

/** What is to be shown. For an interval year and month may be 0 or negative. */
interface Shown {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly us: number;
  readonly dayOfYear: number;
  readonly weekday: number;
  readonly zone: string;
  readonly interval: boolean;
}

function formatClock(shown: Shown, format: string): string {
  let text = '';
  for (const node of datePattern(format))
    text += node.kind === 'field' ? formatField(shown, node) : node.text;
  return text;
}

/** Fields that mean nothing in an interval. */
const momentOnly: ReadonlySet<PatternField> = new Set<PatternField>([
  'TZ',
  'TZH',
  'TZM',
  'OF',
  'A.D.',
  'AD',
  'MONTH',
  'MON',
  'DAY',
  'DY',
  'D',
  'ID',
]);

function formatField(shown: Shown, node: FieldNode): string {
  if (shown.interval && momentOnly.has(node.field))
    throw valueFault('22007', `${node.name} is not a field of an interval`);
  const number = numberOfField(shown, node);
  if (number === undefined) return wordOfField(shown, node);
  return node.ordinal === '' ? number : number + ordinalOf(number, node.ordinal === 'TH');
}

/** The text of a number as C's printf("%0*d") writes it: width 0 with the modifier FM. */
function padded(value: number, width: number, fill: boolean): string {
  if (fill) return `${value + 0}`;
  return value < 0 ? `-${`${-value}`.padStart(width - 1, '0')}` : `${value + 0}`.padStart(width, '0');
}

/** Two digits, three places when negative. */
function pair(value: number, fill: boolean): string {
  return padded(value, value >= 0 ? 2 : 3, fill);
}

const fractionDigits: Partial<Record<PatternField, number>> = {
  FF1: 1,
  FF2: 2,
  FF3: 3,
  MS: 3,
  FF4: 4,
  FF5: 5,
  FF6: 6,
  US: 6,
};

/** The number a field shows; undefined for fields that show words. */
function numberOfField(shown: Shown, node: FieldNode): string | undefined {
  const { field, fill } = node;
  const digits = fractionDigits[field];
  if (digits !== undefined) return padded(Math.trunc(shown.us / 10 ** (6 - digits)), digits, false);
  switch (field) {
    case 'HH12':
      return padded(shown.hour % 12 === 0 ? 12 : shown.hour % 12, shown.hour >= 0 ? 2 : 3, fill);
    case 'HH24':
      return pair(shown.hour, fill);
    case 'MI':
      return pair(shown.minute, fill);
    case 'SS':
      return pair(shown.second, fill);
    case 'SSSS':
      return `${shown.hour * 3600 + shown.minute * 60 + shown.second}`;
    case 'MM':
      return pair(shown.month, fill);
    case 'DDD':
      return padded(shown.dayOfYear, 3, fill);
    case 'DD':
      return padded(shown.day, 2, fill);
    case 'D':
      return `${shown.weekday + 1}`;
    case 'ID':
      return `${shown.weekday === 0 ? 7 : shown.weekday}`;
    case 'WW':
      return padded(Math.trunc((shown.dayOfYear - 1) / 7) + 1, 2, fill);
    case 'W':
      return `${Math.trunc((shown.day - 1) / 7) + 1}`;
    case 'J':
      return `${julianDayOf(shown.year, shown.month, shown.day)}`;
    case 'Q':
      return shown.month === 0 ? undefined : `${Math.trunc((shown.month - 1) / 3) + 1}`;
    case 'CC':
      return centuryText(shown, fill);
    default:
      return isoOrYear(shown, node);
  }
}

function centuryText({ year, interval }: Shown, fill: boolean): string {
  let century: number;
  if (interval) century = Math.trunc(year / 100);
  else century = year > 0 ? Math.trunc((year - 1) / 100) + 1 : Math.trunc(year / 100) - 1;
  return century <= 99 && century >= -99 ? pair(century, fill) : `${century}`;
}

function isoOrYear(shown: Shown, { field, fill }: FieldNode): string | undefined {
  const { year, month, day } = shown;
  switch (field) {
    case 'IDDD':
      return padded(isoDayOfYear(year, month, day), 3, fill);
    case 'IW':
      return padded(isoWeek(year, month, day).week, 2, fill);
    case 'Y,YYY':
      return thousandsText(spokenYear(year, shown.interval));
    case 'YYYY':
    case 'YYY':
    case 'YY':
    case 'Y':
      return yearText(spokenYear(year, shown.interval), field.length, shown, fill);
    case 'IYYY':
    case 'IYY':
    case 'IY':
    case 'I':
      return yearText(spokenYear(isoWeek(year, month, day).year, shown.interval), field.length, shown, fill);
    default:
      return undefined;
  }
}

/** 1 BC is said as 1; intervals keep their sign. */
function spokenYear(year: number, interval: boolean): number {
  return interval || year > 0 ? year : 1 - year;
}

function thousandsText(year: number): string {
  const thousands = Math.trunc(year / 1000);
  return `${thousands},${padded(year - thousands * 1000, 3, false)}`;
}

function yearText(year: number, digits: number, shown: Shown, fill: boolean): string {
  const value = digits === 4 ? year : year % 10 ** digits;
  if (digits === 1) return `${value + 0}`;
  return padded(value, spokenYear(shown.year, shown.interval) >= 0 ? digits : digits + 1, fill);
}

function wordOfField(shown: Shown, node: FieldNode): string {
  const pm = (shown.hour % 24) + 0 >= 12;
  switch (node.field) {
    case 'A.M.':
      return sameCase(pm ? 'p.m.' : 'a.m.', node.name);
    case 'AM':
      return sameCase(pm ? 'pm' : 'am', node.name);
    case 'A.D.':
      return sameCase(shown.year <= 0 ? 'b.c.' : 'a.d.', node.name);
    case 'AD':
      return sameCase(shown.year <= 0 ? 'bc' : 'ad', node.name);
    case 'MONTH':
      return name(monthNames[shown.month - 1] ?? '', node, 9);
    case 'MON':
      return name((monthNames[shown.month - 1] ?? '').slice(0, 3), node, 0);
    case 'DAY':
      return name(dayNames[shown.weekday] ?? '', node, 9);
    case 'DY':
      return name((dayNames[shown.weekday] ?? '').slice(0, 3), node, 0);
    case 'RM':
      return romanMonth(shown, node);
    case 'TZ':
      return sameCase(shown.zone.toLowerCase(), node.name);
    case 'TZH':
      return '+00';
    case 'OF':
      return node.fill ? '+0' : '+00';
    case 'TZM':
      return '00';
    default:
      return '';
  }
}

function sameCase(lower: string, name: string): string {
  return name === name.toLowerCase() ? lower : lower.toUpperCase();
}

/** In the case of the keyword, filled with blanks unless FM or TM says otherwise. */
function name(text: string, node: FieldNode, width: number): string {
  const capital = node.name.charAt(1);
  const cased = /[a-z]/.test(node.name.charAt(0))
    ? text.toLowerCase()
    : /[A-Z]/.test(capital)
      ? text.toUpperCase()
      : text;
  return node.fill || node.translated ? cased : cased.padEnd(width, ' ');
}

function romanMonth({ year, month }: Shown, node: FieldNode): string {
  if (month === 0 && year === 0) return '';
  const place = month === 0 ? (year >= 0 ? 0 : 11) : month < 0 ? -1 - month : 12 - month;
  const text = sameCase((romanMonths[place] ?? '').toLowerCase(), node.name);
  return node.fill ? text : text.padEnd(4, ' ');
}
