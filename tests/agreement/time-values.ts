import type { Draw } from './draw.ts';

/**
 * Awkward and random values of the types of time, in canonical text: leap days, clock changes, ends of ranges, BC,
 * infinity, microseconds.
 */
const awkwardDays = [
  '1900-01-01',
  '1969-12-31',
  '1970-01-01',
  '1999-12-31',
  '2000-01-01',
  '2000-02-29',
  '2023-02-28',
  '2024-02-29',
  '2024-03-31',
  '2024-10-27',
  '2024-12-30',
  '2026-01-01',
  '9999-12-31',
  '0001-01-01',
  '0099-05-05',
  '1582-10-10',
  '0001-12-31 BC',
  '0044-03-15 BC',
  '0101-01-01 BC',
  '1001-07-01 BC',
  '4714-11-24 BC',
  '12345-06-07',
  '294276-12-31',
];

const awkwardClocks = [
  '00:00:00',
  '00:00:00.000001',
  '01:30:00',
  '02:00:00',
  '02:30:00',
  '03:00:00',
  '12:00:00',
  '12:34:56.789',
  '23:59:59',
  '23:59:59.999999',
];

function pad(value: number, width: number): string {
  return `${value}`.padStart(width, '0');
}

function monthLength(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

export function drawDay(draw: Draw): string {
  if (draw.chance(0.3)) return draw.of(awkwardDays);
  const year = draw.chance(0.75)
    ? draw.between(1890, 2110)
    : draw.chance(0.5)
      ? draw.between(1, 9999)
      : draw.between(1, 290_000);
  const month = draw.between(1, 12);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(draw.between(1, monthLength(year, month)), 2)}`;
}

/** Dates reach further than timestamps. */
export function drawDate(draw: Draw): string {
  if (draw.chance(0.04)) return draw.of(['infinity', '-infinity']);
  if (draw.chance(0.04)) return draw.of(['5874897-12-31', '294277-01-01', '1000000-01-01']);
  return drawDay(draw);
}

export function drawClock(draw: Draw): string {
  if (draw.chance(0.35)) return draw.of(awkwardClocks);
  const clock = `${pad(draw.between(0, 23), 2)}:${pad(draw.between(0, 59), 2)}:${pad(draw.between(0, 59), 2)}`;
  const fraction = draw.chance(0.5) ? `${draw.between(1, 999_999)}`.padStart(6, '0').replace(/0+$/, '') : '';
  return fraction === '' ? clock : `${clock}.${fraction}`;
}

export function drawTime(draw: Draw): string {
  return draw.chance(0.05) ? '24:00:00' : drawClock(draw);
}

function joined(day: string, clock: string, mark: string): string {
  return day.endsWith(' BC') ? `${day.slice(0, -3)} ${clock}${mark} BC` : `${day} ${clock}${mark}`;
}

export function drawTimestamp(draw: Draw): string {
  return draw.chance(0.04) ? draw.of(['infinity', '-infinity']) : joined(drawDay(draw), drawClock(draw), '');
}

export function drawInstant(draw: Draw): string {
  return draw.chance(0.04)
    ? draw.of(['infinity', '-infinity'])
    : joined(drawDay(draw), drawClock(draw), '+00');
}

const awkwardSpans = [
  '00:00:00',
  '1 mon',
  '-1 mons',
  '1 year 2 mons',
  '1 mon -1 days +01:00:00',
  '-1 years -2 mons +3 days -04:05:06.789',
  '30 days',
  '-30 days',
  '1 day',
  '24:00:00',
  '-24:00:00',
  '00:00:00.000001',
  '-00:00:00.000001',
  '178000000 years',
  '2147483647 days',
  '100 years',
  '12 days 25:00:00',
  '2562047788:00:54.775807',
];

export function drawSpan(draw: Draw): string {
  if (draw.chance(0.35)) return draw.of(awkwardSpans);
  const parts: string[] = [];
  let before = false;
  const add = (value: number, unit: string): void => {
    if (value === 0) return;
    parts.push(`${before && value > 0 ? '+' : ''}${value} ${unit}${value === 1 ? '' : 's'}`);
    before = value < 0;
  };
  const months = draw.chance(0.5) ? draw.between(-100, 300) : 0;
  add(Math.trunc(months / 12), 'year');
  add(months % 12, 'mon');
  if (draw.chance(0.5)) add(draw.between(-400, 800), 'day');
  if (parts.length === 0 || draw.chance(0.6)) {
    const negative = draw.chance(0.3);
    const clock = draw.chance(0.2)
      ? `${draw.between(24, 99_999)}:${pad(draw.between(0, 59), 2)}:00`
      : drawClock(draw);
    const zero = /^[0:]+$/.test(clock);
    if (!zero || parts.length === 0) parts.push(`${zero ? '' : negative ? '-' : before ? '+' : ''}${clock}`);
  }
  return parts.join(' ');
}

/** Zones of all kinds; the first ones are those whose history is the same everywhere. */
export const zoneNames: readonly string[] = [
  'Europe/Berlin',
  'Europe/London',
  'Europe/Moscow',
  'Europe/Dublin',
  'Europe/Lisbon',
  'Europe/Istanbul',
  'America/New_York',
  'America/Los_Angeles',
  'America/Sao_Paulo',
  'America/St_Johns',
  'America/Caracas',
  'America/Santiago',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Tehran',
  'Asia/Tokyo',
  'Asia/Beirut',
  'Asia/Pyongyang',
  'Australia/Lord_Howe',
  'Australia/Sydney',
  'Africa/Tunis',
  'Africa/Cairo',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'Pacific/Auckland',
  'UTC',
  'Etc/GMT+5',
  'europe/paris',
  'Europe/Stockholm',
  'EST5EDT',
  'EST',
  'CET',
  'PDT',
  'Z',
  'UTC+3',
  '<+0330>-03:30',
  '-07',
  'Mars/Olympus',
  'AET',
  '',
];

/** Local times around clock changes of the zones above. */
export const clockChanges: readonly string[] = [
  '2024-03-31 01:59:59.999999',
  '2024-03-31 02:00:00',
  '2024-03-31 02:30:00',
  '2024-03-31 02:59:59.999999',
  '2024-03-31 03:00:00',
  '2024-10-27 01:59:59.999999',
  '2024-10-27 02:00:00',
  '2024-10-27 02:30:00',
  '2024-10-27 02:59:59.999999',
  '2024-10-27 03:00:00',
  '2024-03-10 02:00:00',
  '2024-03-10 02:30:00',
  '2024-03-10 03:00:00',
  '2024-11-03 01:00:00',
  '2024-11-03 01:30:00',
  '2024-11-03 02:00:00',
  '2011-12-29 23:59:59',
  '2011-12-30 12:00:00',
  '2014-10-26 01:30:00',
  '2010-10-31 01:30:00',
  '2023-10-01 02:15:00',
  '2024-04-07 01:45:00',
  '1995-01-01 00:30:00',
  '2016-05-01 02:45:00',
  '1941-06-15 12:00:00',
  '1969-12-31 23:59:59',
  '1883-11-18 12:00:30',
  '2037-10-25 02:30:00',
  '2038-03-28 02:30:00',
  '2099-07-01 00:00:00',
  '9999-07-01 12:00:00',
  '294276-07-01 12:00:00',
];
