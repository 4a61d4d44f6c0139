import type { FunctionDeclaration } from '../registry.ts';
import { ageBetween } from './age.ts';
import { dayOfText, momentOfText } from './canonical-text.ts';
import { define } from './define-function.ts';
import { isFinite } from './moment.ts';
import { spanOfText, textOfSpan } from './span.ts';
import { justifyDays, justifyHours, justifyInterval } from './span-arithmetic.ts';

/** age, justify_*, isfinite. */
export const spanFunctions: readonly FunctionDeclaration[] = [
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
