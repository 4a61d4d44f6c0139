import type { Value } from '../../model/index.ts';
import { float8Text } from '../numbers/float-text.ts';
import type { Apply, DeclaredType, FunctionDeclaration } from '../registry.ts';
import { ageBetween } from './age.ts';
import { atOffset, atZone, instantOfLocal, localOfInstant } from './at-time-zone.ts';
import {
  clockOfText,
  dayOfText,
  momentOfText,
  textOfClock,
  textOfDay,
  textOfInstant,
  textOfTimestamp,
} from './canonical-text.ts';
import {
  decimalOfExtracted,
  type Extracted,
  extractFromClock,
  extractFromMoment,
  extractFromSpan,
  floatOfExtracted,
} from './extract-field.ts';
import { fieldNamed } from './field-names.ts';
import { instantOfEpoch, makeClock, makeDay, makeInstant, makeMoment, type Parts } from './make-moment.ts';
import { inTimestampRange, isFinite } from './moment.ts';
import { readDateWithPattern, readInstantWithPattern } from './read-with-pattern.ts';
import { spanOfText, textOfSpan } from './span.ts';
import { justifyDays, justifyHours, justifyInterval } from './span-arithmetic.ts';
import { binMoment, truncateInZone, truncateMoment, truncateSpan } from './truncate.ts';
import { zoneOfText } from './zone-of-text.ts';

type Example = readonly [expression: string, result: string | null];

function define(
  name: string,
  types: readonly DeclaredType[],
  result: DeclaredType,
  apply: Apply,
  summary: string,
  example: Example,
  more: Partial<FunctionDeclaration> = {},
): FunctionDeclaration {
  return { name, arguments: types, result, strict: true, apply, summary, example, ...more };
}

function parts(values: readonly string[]): Parts {
  return values.slice(0, 6).map(Number) as unknown as Parts;
}

const six: readonly DeclaredType[] = ['int4', 'int4', 'int4', 'int4', 'int4', 'float8'];

const readers: readonly FunctionDeclaration[] = [
  define(
    'to_date',
    ['text', 'text'],
    'date',
    (text: string, format: string) => textOfDay(readDateWithPattern(text, format)),
    'Reads a date that is written in a known format.',
    ["to_date('05/01/2024', 'DD/MM/YYYY')", '2024-01-05'],
  ),
  define(
    'to_timestamp',
    ['text', 'text'],
    'timestamptz',
    (text: string, format: string) => textOfInstant(readInstantWithPattern(text, format)),
    'Reads a date and time that are written in a known format; without TZH they are taken as UTC.',
    ["to_timestamp('05 Jan 2024 14:30', 'DD Mon YYYY HH24:MI')", '2024-01-05 14:30:00+00'],
  ),
  define(
    'to_timestamp',
    ['float8'],
    'timestamptz',
    (seconds: string) => textOfInstant(instantOfEpoch(Number(seconds))),
    'The instant so many seconds after 1970-01-01 00:00 UTC.',
    ['to_timestamp(1704465000.25)', '2024-01-05 14:30:00.25+00'],
  ),
];

const makers: readonly FunctionDeclaration[] = [
  define(
    'make_date',
    ['int4', 'int4', 'int4'],
    'date',
    (year: string, month: string, day: string) =>
      textOfDay(makeDay(Number(year), Number(month), Number(day))),
    'A date from year, month and day; a negative year is BC.',
    ['make_date(2024, 2, 29)', '2024-02-29'],
  ),
  define(
    'make_time',
    ['int4', 'int4', 'float8'],
    'time',
    (hour: string, minute: string, second: string) =>
      textOfClock(makeClock(Number(hour), Number(minute), Number(second))),
    'A time of day from hour, minute and seconds.',
    ['make_time(8, 15, 23.5)', '08:15:23.5'],
  ),
  define(
    'make_timestamp',
    six,
    'timestamp',
    (...values: string[]) => textOfTimestamp(makeMoment(parts(values))),
    'A timestamp from its six parts.',
    ['make_timestamp(2024, 1, 5, 8, 15, 23.5)', '2024-01-05 08:15:23.5'],
  ),
  define(
    'make_timestamptz',
    six,
    'timestamptz',
    (...values: string[]) => textOfInstant(makeMoment(parts(values))),
    'An instant from its six parts, taken as UTC.',
    ['make_timestamptz(2024, 1, 5, 8, 15, 23.5)', '2024-01-05 08:15:23.5+00'],
  ),
  define(
    'make_timestamptz',
    [...six, 'text'],
    'timestamptz',
    (...values: string[]) => textOfInstant(makeInstant(parts(values), values[6] ?? '')),
    'An instant from its six parts in a zone; a numeric zone counts east (+02 is two hours east).',
    ["make_timestamptz(2024, 7, 5, 8, 15, 0, 'Europe/Berlin')", '2024-07-05 06:15:00+00'],
  ),
];

function checkZone(constants: readonly (Value | undefined)[]): void {
  const [zone] = constants;
  if (typeof zone === 'string') zoneOfText(zone);
}

const zones: readonly FunctionDeclaration[] = [
  define(
    'timezone',
    ['text', 'timestamp'],
    'timestamptz',
    (zone: string, text: string) => textOfInstant(atZone(momentOfText(text), zone, instantOfLocal)),
    '`timestamp at time zone zone`: the instant when clocks of the zone show this.',
    ["timestamp '2024-07-05 14:30' at time zone 'Europe/Berlin'", '2024-07-05 12:30:00+00'],
    { checkConstants: checkZone },
  ),
  define(
    'timezone',
    ['text', 'timestamptz'],
    'timestamp',
    (zone: string, text: string) => textOfTimestamp(atZone(momentOfText(text), zone, localOfInstant)),
    '`timestamptz at time zone zone`: what clocks of the zone show at this instant.',
    ["timestamptz '2024-07-05 12:30+00' at time zone 'Europe/Berlin'", '2024-07-05 14:30:00'],
    { checkConstants: checkZone },
  ),
  define(
    'timezone',
    ['interval', 'timestamp'],
    'timestamptz',
    (span: string, text: string) =>
      textOfInstant(atOffset(momentOfText(text), spanOfText(span), instantOfLocal)),
    '`timestamp at time zone interval`: a fixed offset east of UTC.',
    ["timestamp '2024-07-05 14:30' at time zone interval '2 hours'", '2024-07-05 12:30:00+00'],
  ),
  define(
    'timezone',
    ['interval', 'timestamptz'],
    'timestamp',
    (span: string, text: string) =>
      textOfTimestamp(atOffset(momentOfText(text), spanOfText(span), localOfInstant)),
    '`timestamptz at time zone interval`: what clocks at a fixed offset show.',
    ["timestamptz '2024-07-05 12:30+00' at time zone interval '2 hours'", '2024-07-05 14:30:00'],
  ),
];

type Reader = (field: string, text: string) => Extracted;

const extractable: readonly (readonly [type: DeclaredType, read: Reader, literal: string])[] = [
  [
    'timestamp',
    (field, text) => extractFromMoment(field, momentOfText(text), 'timestamp'),
    "'2024-01-05 14:30:15.25'",
  ],
  [
    'timestamptz',
    (field, text) => extractFromMoment(field, momentOfText(text), 'timestamptz'),
    "'2024-01-05 14:30:15.25+00'",
  ],
  ['time', (field, text) => extractFromClock(field, clockOfText(text)), "'14:30:15.25'"],
  ['interval', (field, text) => extractFromSpan(field, spanOfText(text)), "'2 days 03:04:15.25'"],
];

const dateReader: Reader = (field, text) => extractFromMoment(field, momentOfText(text), 'date');

function checkField(type: string): (constants: readonly (Value | undefined)[]) => void {
  return ([field]) => {
    if (typeof field === 'string') fieldNamed(field, type);
  };
}

function extraction(type: DeclaredType, read: Reader, example: Example): FunctionDeclaration {
  return define(
    'extract',
    ['text', type],
    'numeric',
    (field: string, text: string) => decimalOfExtracted(read(field, text)),
    `One field of a ${type} as an exact number.`,
    example,
    { checkConstants: checkField(type) },
  );
}

function datePart(type: DeclaredType, read: Reader, example: Example): FunctionDeclaration {
  const apply = (field: string, text: string): string | null => {
    const value = floatOfExtracted(read(field, text));
    return value === null ? null : float8Text(value);
  };
  return define(
    'date_part',
    ['text', type],
    'float8',
    apply,
    `One field of a ${type} as a float; extract is exact.`,
    example,
    {
      checkConstants: checkField(type),
    },
  );
}

const fields: readonly FunctionDeclaration[] = [
  extraction('date', dateReader, ["extract(isodow from date '2024-01-05')", '5']),
  ...extractable.map(([type, read, literal]) =>
    extraction(type, read, [`extract(second from ${type} ${literal})`, '15.250000']),
  ),
  datePart(
    'date',
    (field, text) => extractFromMoment(field, inTimestampRange(momentOfText(text)), 'timestamp'),
    ["date_part('week', date '2024-01-05')", '1'],
  ),
  ...extractable.map(([type, read, literal]) =>
    datePart(type, read, [`date_part('second', ${type} ${literal})`, '15.25']),
  ),
];

const cutters: readonly FunctionDeclaration[] = [
  define(
    'date_trunc',
    ['text', 'timestamp'],
    'timestamp',
    (unit: string, text: string) => textOfTimestamp(truncateMoment(unit, momentOfText(text), 'timestamp')),
    'The beginning of the hour, week, month ... a timestamp lies in.',
    ["date_trunc('month', timestamp '2024-01-05 14:30')", '2024-01-01 00:00:00'],
  ),
  define(
    'date_trunc',
    ['text', 'timestamptz'],
    'timestamptz',
    (unit: string, text: string) => textOfInstant(truncateMoment(unit, momentOfText(text), 'timestamptz')),
    'The beginning of the unit an instant lies in, by UTC clocks.',
    ["date_trunc('day', timestamptz '2024-01-05 14:30+00')", '2024-01-05 00:00:00+00'],
  ),
  define(
    'date_trunc',
    ['text', 'timestamptz', 'text'],
    'timestamptz',
    (unit: string, text: string, zone: string) =>
      textOfInstant(truncateInZone(unit, momentOfText(text), zone)),
    'The beginning of the unit an instant lies in, by the clocks of a zone.',
    ["date_trunc('day', timestamptz '2024-07-05 23:30+00', 'Europe/Berlin')", '2024-07-05 22:00:00+00'],
    { checkConstants: ([, , zone]) => checkZone([zone]) },
  ),
  define(
    'date_trunc',
    ['text', 'interval'],
    'interval',
    (unit: string, text: string) => textOfSpan(truncateSpan(unit, spanOfText(text))),
    'An interval without its fields smaller than the unit.',
    ["date_trunc('hour', interval '3 days 14:45:10')", '3 days 14:00:00'],
  ),
  ...(['timestamp', 'timestamptz'] as const).map((type) =>
    define(
      'date_bin',
      ['interval', type, type],
      type,
      (stride: string, text: string, origin: string) => {
        const start = binMoment(spanOfText(stride), momentOfText(text), momentOfText(origin));
        return type === 'timestamp' ? textOfTimestamp(start) : textOfInstant(start);
      },
      `The beginning of the bin a ${type} lies in, bins of any fixed length counted from an origin.`,
      [
        `date_bin('15 minutes', ${type} '2024-01-05 14:37', ${type} '2024-01-01')`,
        `2024-01-05 14:30:00${type === 'timestamp' ? '' : '+00'}`,
      ],
    ),
  ),
];

const spans: readonly FunctionDeclaration[] = [
  ...(['timestamp', 'timestamptz'] as const).map((type) =>
    define(
      'age',
      [type, type],
      'interval',
      (a: string, b: string) => textOfSpan(ageBetween(momentOfText(a), momentOfText(b))),
      'The time from the second to the first in years, months and days, as people count.',
      [`age(${type} '2024-03-01', ${type} '1957-06-13')`, '66 years 8 mons 18 days'],
    ),
  ),
  define(
    'justify_hours',
    ['interval'],
    'interval',
    (text: string) => textOfSpan(justifyHours(spanOfText(text))),
    'Turns every 24 hours into a day.',
    ["justify_hours(interval '27 hours')", '1 day 03:00:00'],
  ),
  define(
    'justify_days',
    ['interval'],
    'interval',
    (text: string) => textOfSpan(justifyDays(spanOfText(text))),
    'Turns every 30 days into a month.',
    ["justify_days(interval '35 days')", '1 mon 5 days'],
  ),
  define(
    'justify_interval',
    ['interval'],
    'interval',
    (text: string) => textOfSpan(justifyInterval(spanOfText(text))),
    'Does both, and gives all parts one sign.',
    ["justify_interval(interval '1 mon -1 hour')", '29 days 23:00:00'],
  ),
  define(
    'isfinite',
    ['date'],
    'bool',
    (text: string) => Number.isFinite(dayOfText(text)),
    'False for infinity.',
    ["isfinite(date '2024-01-05')", 't'],
  ),
  ...(['timestamp', 'timestamptz'] as const).map((type) =>
    define(
      'isfinite',
      [type],
      'bool',
      (text: string) => isFinite(momentOfText(text)),
      'False for infinity.',
      [`isfinite(${type} 'infinity')`, 'f'],
    ),
  ),
  define('isfinite', ['interval'], 'bool', () => true, 'Always true: there are no infinite intervals here.', [
    "isfinite(interval '4 hours')",
    't',
  ]),
];

export const timeFunctions: readonly FunctionDeclaration[] = [
  ...readers,
  ...makers,
  ...zones,
  ...fields,
  ...cutters,
  ...spans,
];
