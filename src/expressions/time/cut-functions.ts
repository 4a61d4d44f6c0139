import type { FunctionDeclaration } from '../registry.ts';
import { momentOfText, textOfInstant, textOfTimestamp } from './canonical-text.ts';
import { checkZone, define } from './define-function.ts';
import { spanOfText, textOfSpan } from './span.ts';
import { binMoment, truncateInZone, truncateMoment, truncateSpan } from './truncate.ts';

/** date_trunc and date_bin. */
export const cutFunctions: readonly FunctionDeclaration[] = [
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
