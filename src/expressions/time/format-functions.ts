import type { FunctionDeclaration } from '../registry.ts';
import { momentOfText } from './canonical-text.ts';
import { formatMoment, formatSpan } from './format-moment.ts';
import { formatDecimal, formatFloat, formatInteger } from './format-number.ts';
import { numberPattern } from './number-pattern.ts';
import { readNumberWithPattern } from './read-number.ts';
import { spanOfText } from './span.ts';

type Write = (value: string, format: string) => string | null;

const times: readonly (readonly [
  type: 'timestamp' | 'timestamptz' | 'interval',
  write: Write,
  example: readonly [string, string],
])[] = [
  [
    'timestamp',
    (text, format) => formatMoment(momentOfText(text), format, ''),
    [
      "to_char(timestamp '2024-01-05 14:30', 'FMDay, DD Mon YYYY HH12:MI AM')",
      'Friday, 05 Jan 2024 02:30 PM',
    ],
  ],
  [
    'timestamptz',
    (text, format) => formatMoment(momentOfText(text), format, 'UTC'),
    [
      "to_char(timestamptz '2024-01-05 14:30+00', 'YYYY-MM-DD\"T\"HH24:MI:SS.MSTZH:TZM')",
      '2024-01-05T14:30:00.000+00:00',
    ],
  ],
  [
    'interval',
    (text, format) => formatSpan(spanOfText(text), format),
    ["to_char(interval '15h 2m 12s', 'HH24:MI:SS')", '15:02:12'],
  ],
];

const numbers: readonly (readonly [
  type: 'numeric' | 'int4' | 'int8' | 'float4' | 'float8',
  write: Write,
  example: readonly [string, string],
])[] = [
  ['numeric', formatDecimal, ["to_char(-1234.5, 'FM9,999.00')", '-1,234.50']],
  ['int4', (value, format) => formatInteger(value, format, 32), ["to_char(485, '000099')", ' 000485']],
  ['int8', (value, format) => formatInteger(value, format, 64), ["to_char(12::bigint, '99th')", ' 12th']],
  ['float4', (value, format) => formatFloat(value, format, 32), ["to_char(0.5::real, '9.99')", '  .50']],
  [
    'float8',
    (value, format) => formatFloat(value, format, 64),
    ["to_char(125.8::float8, '999D9')", ' 125.8'],
  ],
];

/** Shows numbers and times in a format, and reads numbers back. */
export const formatFunctions: readonly FunctionDeclaration[] = [
  ...times.map(
    ([type, write, example]): FunctionDeclaration => ({
      name: 'to_char',
      arguments: [type, 'text'],
      result: 'text',
      strict: true,
      apply: (value: string, format: string) => write(value, format),
      summary: `A ${type} as text in a format.`,
      example,
    }),
  ),
  ...numbers.map(
    ([type, write, example]): FunctionDeclaration => ({
      name: 'to_char',
      arguments: [type, 'text'],
      result: 'text',
      strict: true,
      apply: (value: string, format: string) => write(value, format),
      checkConstants: ([, format]) => checkFormat(format),
      summary: `A number (${type}) as text in a format.`,
      example,
    }),
  ),
  {
    name: 'to_number',
    arguments: ['text', 'text'],
    result: 'numeric',
    strict: true,
    apply: (text: string, format: string) => readNumberWithPattern(text, format),
    checkConstants: ([, format]) => checkFormat(format),
    summary: 'Reads a number that is written in a known format.',
    example: ["to_number('12,454.8-', '99G999D9S')", '-12454.8'],
  },
];

function checkFormat(format: unknown): void {
  if (typeof format === 'string') numberPattern(format);
}
