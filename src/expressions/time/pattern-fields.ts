import type { PatternField } from './date-pattern.ts';

/**
 * What to_date and to_timestamp find in a text by a format, before it is put together into a date.
 *
 * Invariants: 1. a field is 0 until it is read. 2. a field read twice must say the same. 3. the end of the text ends the
 * reading: what the format asks for behind it stays unread, as in PostgreSQL.
 */
export interface PatternFields {
  hour: number;
  pm: number;
  minute: number;
  second: number;
  secondOfDay: number;
  weekday: number;
  day: number;
  dayOfYear: number;
  month: number;
  ms: number;
  year: number;
  bc: number;
  week: number;
  weekOfMonth: number;
  century: number;
  julian: number;
  us: number;
  zoneHour: number;
  zoneMinute: number;
  /** 0: no zone was read. */
  zoneSign: number;
  yearDigits: number;
  clock12: boolean;
  /** Digits of the last FF1 to FF6; 0 for none. */
  precision: number;
  mode: 'none' | 'gregorian' | 'iso';
}

export function emptyFields(): PatternFields {
  return {
    hour: 0,
    pm: 0,
    minute: 0,
    second: 0,
    secondOfDay: 0,
    weekday: 0,
    day: 0,
    dayOfYear: 0,
    month: 0,
    ms: 0,
    year: 0,
    bc: 0,
    week: 0,
    weekOfMonth: 0,
    century: 0,
    julian: 0,
    us: 0,
    zoneHour: 0,
    zoneMinute: 0,
    zoneSign: 0,
    yearDigits: 0,
    clock12: false,
    precision: 0,
    mode: 'none',
  };
}

/** Fields that are plain numbers: where they go and how many digits they have. */
export const numberWidths: Readonly<
  Partial<Record<PatternField, readonly [key: keyof PatternFields, width: number]>>
> = {
  HH12: ['hour', 2],
  HH24: ['hour', 2],
  MI: ['minute', 2],
  SS: ['second', 2],
  MM: ['month', 2],
  DDD: ['dayOfYear', 3],
  IDDD: ['dayOfYear', 3],
  DD: ['day', 2],
  D: ['weekday', 1],
  WW: ['week', 2],
  IW: ['week', 2],
  CC: ['century', 2],
  W: ['weekOfMonth', 1],
  J: ['julian', 1],
};

/** Gregorian fields and fields of ISO weeks do not go together. */
export function modeOf(field: PatternField): PatternFields['mode'] {
  if (gregorian.has(field)) return 'gregorian';
  return iso.has(field) ? 'iso' : 'none';
}

const gregorian: ReadonlySet<PatternField> = new Set<PatternField>([
  'DDD',
  'DD',
  'D',
  'MM',
  'MONTH',
  'MON',
  'RM',
  'WW',
  'W',
  'Y,YYY',
  'YYYY',
  'YYY',
  'YY',
  'Y',
]);
const iso: ReadonlySet<PatternField> = new Set<PatternField>(['IDDD', 'ID', 'IW', 'IYYY', 'IYY', 'IY', 'I']);
