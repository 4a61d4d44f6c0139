import { expect, it } from 'vitest';
import type { Row } from '../model/index.ts';
import { mysqlTextLine, mysqlTextRow } from './mysql-text.ts';

it('reads the values of a line as they were spelled', () => {
  const kinds = ['integer', 'boolean', 'boolean', 'bytes', 'instant', 'text', 'text', 'text'];
  const row: Row = [
    '-7',
    true,
    false,
    Uint8Array.of(0, 255, 10),
    '2026-11-22 10:00:00.5+00',
    'tab\t \\t \\\\N nl\n nul\0 \b\r 🐦',
    null,
    '',
  ];
  const line = mysqlTextLine(kinds, row);
  expect(mysqlTextRow(kinds, line.slice(0, -1))).toEqual(row);
  expect(mysqlTextRow(['text'], '\\\\N')).toEqual(['\\N']);
});
