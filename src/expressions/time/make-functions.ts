import type { DeclaredType, FunctionDeclaration } from '../registry.ts';
import { textOfClock, textOfDay, textOfInstant, textOfTimestamp } from './canonical-text.ts';
import { define } from './define-function.ts';
import { instantOfEpoch, makeClock, makeDay, makeInstant, makeMoment, type Parts } from './make-moment.ts';
import { readDateWithPattern, readInstantWithPattern } from './read-with-pattern.ts';

function parts(values: readonly string[]): Parts {
  return values.slice(0, 6).map(Number) as unknown as Parts;
}

const six: readonly DeclaredType[] = ['int4', 'int4', 'int4', 'int4', 'int4', 'float8'];

/** Dates and times out of texts and numbers. */
export const readFunctions: readonly FunctionDeclaration[] = [
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

export const makeFunctions: readonly FunctionDeclaration[] = [
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
