import type { Value } from '../../model/index.ts';
import { float8Text } from '../numbers/float-text.ts';
import type { DeclaredType, FunctionDeclaration } from '../registry.ts';
import { clockOfText, momentOfText } from './canonical-text.ts';
import { define, type Example } from './define-function.ts';
import {
  decimalOfExtracted,
  type Extracted,
  extractFromClock,
  extractFromMoment,
  extractFromSpan,
  floatOfExtracted,
} from './extract-field.ts';
import { fieldNamed } from './field-names.ts';
import { inTimestampRange } from './moment.ts';
import { spanOfText } from './span.ts';

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

/** extract and date_part. */
export const fieldFunctions: readonly FunctionDeclaration[] = [
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
