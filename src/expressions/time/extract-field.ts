import { dayOf, isoWeekOf, julianOfEpoch, unixEpochDay, weekdayOf } from './calendar.ts';
import { versionsDiffer } from './faults.ts';
import { type FieldName, fieldNamed, unsupportedField } from './field-names.ts';
import { type Fields, fieldsOf, isFinite, type Moment, microsecondsOf } from './moment.ts';
import type { Span } from './span.ts';

/**
 * A number a field gives: an exact decimal as units of 10^-scale, or `±Infinity`, or null (a field that runs in circles has
 *no value at infinity). extract shows the scale; date_part gives a float, which PostgreSQL computes its own way (`float`).
 */
export type Extracted =
  | { readonly units: bigint; readonly scale: number; readonly float?: number }
  | 'Infinity'
  | '-Infinity'
  | null;

function whole(value: number): Extracted {
  return { units: BigInt(value), scale: 0 };
}

export type MomentType = 'timestamp' | 'timestamptz' | 'date';

/** extract(field from a timestamp, an instant or a date). */
export function extractFromMoment(name: string, moment: Moment, type: MomentType): Extracted {
  const field = fieldNamed(name, type);
  if (type === 'date' && clockFields.has(field)) throw unsupportedField(field, type);
  if (!isFinite(moment)) return growing.has(field) ? (moment.day > 0 ? 'Infinity' : '-Infinity') : null;
  if (field.startsWith('timezone')) {
    if (type !== 'timestamptz') throw unsupportedField(field, type);
    return whole(0);
  }
  if (field === 'epoch') return epochOf(moment, type);
  if (field === 'julian') return type === 'date' ? whole(moment.day + julianOfEpoch) : julianOf(moment);
  const fields = fieldsOf(moment);
  return (
    clockField(field, fields.hour, fields.minute, fields.second, fields.us) ??
    whole(dateField(field, fields, moment.day))
  );
}

const clockFields: ReadonlySet<FieldName> = new Set<FieldName>([
  'microsecond',
  'millisecond',
  'second',
  'minute',
  'hour',
  'timezone',
  'timezone_hour',
  'timezone_minute',
]);

const growing: ReadonlySet<FieldName> = new Set<FieldName>([
  'year',
  'decade',
  'century',
  'millennium',
  'julian',
  'isoyear',
  'epoch',
]);

function epochOf(moment: Moment, type: MomentType): Extracted {
  if (type === 'date') return whole((moment.day - unixEpochDay) * 86_400);
  const since2000 = microsecondsOf(moment);
  const units = since2000 + unixEpochUs;
  if (since2000 < 9_223_372_036_854_775_807n - unixEpochUs)
    return { units, scale: 6, float: Number(units) / 1_000_000 };
  // From September 294247 on the sum leaves 64 bits and PostgreSQL divides numerics, which keeps four decimals only.
  const rounded = ((units + 50n) / 100n) * 100n;
  return { units: rounded, scale: 6, float: (Number(since2000) + Number(unixEpochUs)) / 1_000_000 };
}

/** Microseconds from 1970-01-01 to 2000-01-01. */
const unixEpochUs = 946_684_800_000_000n;

/** The fraction has as many digits as PostgreSQL's division of numerics chooses. */
function julianOf({ day, us }: Moment): Extracted {
  const scale = julianScale(us);
  const unit = 10n ** BigInt(scale);
  const doubled = (BigInt(us) * unit * 2n) / 86_400_000_000n;
  const seconds = Math.floor(us / 1_000_000) + (us % 1_000_000) / 1_000_000;
  const float = day + julianOfEpoch + seconds / 86_400;
  return { units: BigInt(day + julianOfEpoch) * unit + (doubled + 1n) / 2n, scale, float };
}

/** At least 16 significant digits, counted in groups of four as PostgreSQL stores them; 864|0000|0000 is the divisor. */
function julianScale(us: number): number {
  const groups = us === 0 ? 0 : Math.floor(Math.log10(us) / 4 + 1e-12);
  const first = us === 0 ? 0 : Math.floor(us / 10_000 ** groups);
  return 16 + (2 - groups + (first <= 864 ? 1 : 0)) * 4;
}

function clockField(
  field: FieldName,
  hour: number,
  minute: number,
  second: number,
  us: number,
): Extracted | undefined {
  switch (field) {
    case 'microsecond':
      return whole(second * 1_000_000 + us);
    case 'millisecond':
      return { units: BigInt(second * 1_000_000 + us), scale: 3, float: second * 1000 + us / 1000 };
    case 'second':
      return { units: BigInt(second * 1_000_000 + us), scale: 6, float: second + us / 1_000_000 };
    case 'minute':
      return whole(minute);
    case 'hour':
      return whole(hour);
    default:
      return undefined;
  }
}

function dateField(field: FieldName, { year, month, day }: Fields, dayNumber: number): number {
  switch (field) {
    case 'day':
      return day;
    case 'month':
      return month;
    case 'quarter':
      return Math.floor((month - 1) / 3) + 1;
    case 'week':
      return isoWeekOf(dayNumber).week;
    case 'isoyear':
      return saidYear(isoWeekOf(dayNumber).year);
    case 'year':
      return saidYear(year);
    case 'decade':
      return Math.floor(year / 10);
    case 'century':
      return year > 0 ? Math.floor((year + 99) / 100) : -Math.floor((100 - year) / 100);
    case 'millennium':
      return year > 0 ? Math.floor((year + 999) / 1000) : -Math.floor((1000 - year) / 1000);
    case 'dow':
      return weekdayOf(dayNumber);
    case 'isodow':
      return weekdayOf(dayNumber) || 7;
    case 'doy':
      return dayNumber - dayOf(year, 1, 1) + 1;
    default:
      throw unsupportedField(field, 'this type');
  }
}

/** There is no year 0: 1 BC is -1. */
function saidYear(year: number): number {
  return year > 0 ? year : year - 1;
}

/** extract(field from a time). */
export function extractFromClock(name: string, us: number): Extracted {
  const field = fieldNamed(name, 'time');
  if (field === 'epoch') return { units: BigInt(us), scale: 6 };
  const seconds = Math.floor(us / 1_000_000);
  const found = clockField(
    field,
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
    seconds % 60,
    us % 1_000_000,
  );
  if (found === undefined) throw unsupportedField(field, 'time');
  return found;
}

/** extract(field from an interval). Months and days are not turned into each other. */
export function extractFromSpan(name: string, span: Span): Extracted {
  const field = fieldNamed(name, 'interval');
  const seconds = span.us / 1_000_000n;
  const found = clockField(
    field,
    Number(seconds / 3600n),
    Number((seconds / 60n) % 60n),
    Number(seconds % 60n),
    Number(span.us % 1_000_000n),
  );
  if (found !== undefined) return found;
  const year = Math.trunc(span.months / 12);
  switch (field) {
    case 'epoch':
      return { units: epochOfSpan(span), scale: 6, float: floatEpochOfSpan(span) };
    case 'day':
      return whole(span.days);
    case 'month':
      return whole(span.months % 12);
    case 'quarter':
      if (span.months < 0) throw changed('the quarter of a negative interval changed in PostgreSQL 18');
      return whole(Math.trunc((span.months % 12) / 3) + 1);
    case 'week':
      throw changed('extract(week from interval) exists since PostgreSQL 18 only');
    case 'year':
    case 'decade':
    case 'century':
    case 'millennium':
      return whole(Math.trunc(year / yearsOf[field]));
    default:
      throw unsupportedField(field, 'interval');
  }
}

const yearsOf = { year: 1, decade: 10, century: 100, millennium: 1000 } as const;

function changed(detail: string): Error {
  return versionsDiffer(detail, 'Compute it from extract(month from ...) or extract(day from ...).');
}

/** A year counts as 365.25 days, a month as 30. */
function epochOfSpan({ months, days, us }: Span): bigint {
  const year = Math.trunc(months / 12);
  const quarterDays = BigInt(1461 * year) + BigInt(120 * (months % 12)) + BigInt(4 * days);
  return quarterDays * 21_600n * 1_000_000n + us;
}

function floatEpochOfSpan({ months, days, us }: Span): number {
  return (
    Number(us) / 1_000_000 + 31_557_600 * Math.trunc(months / 12) + 2_592_000 * (months % 12) + 86_400 * days
  );
}

/** As extract shows it. */
export function decimalOfExtracted(extracted: Extracted): string | null {
  if (extracted === null || typeof extracted === 'string') return extracted;
  const { units, scale } = extracted;
  if (scale === 0) return units.toString();
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** As date_part gives it. */
export function floatOfExtracted(extracted: Extracted): number | null {
  if (extracted === null) return null;
  if (typeof extracted !== 'string' && extracted.float !== undefined) return extracted.float;
  return Number(typeof extracted === 'string' ? extracted : decimalOfExtracted(extracted));
}
