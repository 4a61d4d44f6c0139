import { expect, test } from 'vitest';
import type { Field, FieldType, Value } from '../../model/index.ts';
import { fieldTypeOf } from './field-types.ts';
import { holdsOf } from './holds.ts';

const field = (native: string, type: FieldType = fieldTypeOf(native)): Field => ({
  name: 'c',
  type,
  native,
  nullable: true,
  default: null,
  generated: 'no',
  synthetic: false,
  comment: null,
});

test.each<readonly [native: string, kept: readonly Value[], refused: readonly Value[]]>([
  ['REAL', ['0.1', 'Infinity'], ['NaN', '-0']],
  ['DECIMAL(10,2)', ['12.34', '9223372036854775807'], ['0.12345678901234567890', 'NaN']],
  ['DECIMAL TEXT', ['0.12345678901234567890', 'NaN'], []],
  ['DATE', ['2026-11-21', '20261121'], ['007', '1e5']],
  ['TEXT', ['007', ''], ['half \ud83d']],
  ['', ['7', true, Uint8Array.of(0)], [['a', 'list']]],
])('%s tells what it would have to alter', (native, kept, refused) => {
  const holds = holdsOf(field(native), false);
  expect([...kept, ...refused].filter((value) => holds?.refusal(value) !== null)).toEqual(refused);
});

test('a column of whole numbers, truth values or bytes alters none of them', () => {
  expect(['INTEGER', 'BOOLEAN', 'BLOB'].map((native) => holdsOf(field(native), false))).toEqual([
    null,
    null,
    null,
  ]);
});

test('a column that is still to be created counts by its type, not by the name it has elsewhere', () => {
  const amount = field('numeric(30,20)', { kind: 'decimal', precision: 30, scale: 20 });
  expect(holdsOf(amount, true)?.refusal('0.12345678901234567890')).toBe(null);
  expect(holdsOf(amount, false)?.refusal('0.12345678901234567890')).toContain('binary number');
});
