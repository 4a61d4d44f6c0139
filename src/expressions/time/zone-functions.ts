import type { FunctionDeclaration } from '../registry.ts';
import { atOffset, atZone, instantOfLocal, localOfInstant } from './at-time-zone.ts';
import { momentOfText, textOfInstant, textOfTimestamp } from './canonical-text.ts';
import { checkZone, define } from './define-function.ts';
import { spanOfText } from './span.ts';

/** `at time zone` in all its forms. */
export const zoneFunctions: readonly FunctionDeclaration[] = [
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
