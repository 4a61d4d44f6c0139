import { expect, test } from 'vitest';
import type { FieldType } from '../model/index.ts';
import { explainDifference } from './explain-difference.ts';

const text: FieldType = { kind: 'text', charactersMax: null, padded: false };
const instant: FieldType = { kind: 'instant', fractionDigits: 6 };

test.each([
  ['', null, text, 'NULL instead of empty text'],
  [null, '', text, 'empty text instead of NULL'],
  ['x'.repeat(500), 'x'.repeat(255), text, 'cut after 255 of 500 characters'],
  ['Ada ', 'Ada', text, 'cut after 3 of 4 characters'],
  ['ADA', 'Ada', text, 'only upper and lower case differ'],
  ['Zoë', 'ZoÃ«', text, 'UTF-8 read as Latin-1'],
  ['Zoë'.normalize('NFC'), 'Zoë'.normalize('NFD'), text, 'only the Unicode normal form differs'],
  [
    '2026-03-01 10:00:00+00',
    '2026-03-01 11:00:00+00',
    instant,
    'shifted by +1:00 hours, as a lost time zone would',
  ],
  [
    '2026-03-01 00:10:00+00',
    '2026-02-28 18:40:00+00',
    instant,
    'shifted by -5:30 hours, as a lost time zone would',
  ],
  ['2026-03-01 10:00:00.123456+00', '2026-03-01 10:00:00+00', instant, 'the fraction of the second differs'],
  ['2026-03-01 10:00:00+00', '2026-03-09 10:00:00+00', instant, null],
  ['2026-03-01 10:00:00', '2026-03-01 09:00:00', text, 'shifted by -1:00 hours, as a lost time zone would'],
  ['2026-03-01T10:00:00Z', '2026-03-01T10:00:00+01', text, null],
  ['2026-03-01 10:00:00.5', '2026-03-01 10:00:00', text, 'the fraction of the second differs'],
  ['Ada', 'Eve', text, null],
] as const)('%j found as %j', (expected, actual, type, how) => {
  expect(explainDifference(expected, actual, type)).toBe(how);
});
