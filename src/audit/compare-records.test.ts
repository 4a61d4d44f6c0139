import { expect, test } from 'vitest';
import type { Field, FieldType, Row } from '../model/index.ts';
import { RecordComparison } from './compare-records.ts';
import type { ComparedFields } from './compared-fields.ts';
import type { Difference } from './difference.ts';

const field = (name: string, type: FieldType): Field => ({
  name,
  type,
  native: '',
  nullable: true,
  default: null,
  generated: 'no',
  synthetic: false,
  comment: null,
});
const text: FieldType = { kind: 'text', charactersMax: null, padded: false };
const fields = [
  field('id', { kind: 'integer', bits: 64, signed: true }),
  field('name', text),
  field('amount', { kind: 'decimal', precision: 12, scale: 2 }),
];
const compared: ComparedFields = {
  fields,
  types: fields.map(({ type }) => type),
  key: [0],
  givenKey: [],
  notCompared: [],
  normalisations: [],
};

function compare(
  expected: readonly Row[],
  actual: readonly Row[],
  excused: readonly Row[] = [],
): readonly Difference[] {
  const comparison = new RecordComparison(compared);
  for (const row of expected)
    comparison.expect(
      String(row[0]),
      row,
      { object: 'people', sourceKey: `source ${String(row[0])}` },
      { excused: false, upserted: null },
    );
  for (const row of excused)
    comparison.expect(
      String(row[0]),
      row,
      { object: 'people', sourceKey: `source ${String(row[0])}` },
      { excused: true, upserted: null },
    );
  for (const row of actual) comparison.find(String(row[0]), row);
  return comparison.compare().differences;
}

const ada: Row = ['1', 'Ada', '10.00'];
const ben: Row = ['2', 'Ben', '20.00'];

test('equal multisets give nothing, also when the scale of an amount differs', () => {
  expect(compare([ada, ben], [ben, ['1', 'Ada', '10.0']])).toEqual([]);
});

test('missing and extra are named', () => {
  expect(compare([ada, ben], [ada])).toEqual([
    { kind: 'missing', key: '2', object: 'people', sourceKey: 'source 2' },
  ]);
  expect(compare([ada], [ada, ben])).toEqual([{ kind: 'extra', key: '2' }]);
});

test('a changed field is named with both values and how they differ', () => {
  expect(compare([ada], [['1', null, '10.00']])).toEqual([
    {
      kind: 'changed',
      key: '1',
      object: 'people',
      sourceKey: 'source 1',
      fields: [{ field: 'name', expected: 'Ada', actual: null, how: 'NULL instead of a value' }],
    },
  ]);
});

test('a record that is there twice is duplicated, not extra', () => {
  expect(compare([ada], [ada, ada])).toEqual([{ kind: 'duplicated', key: '1', times: 2, expected: 1 }]);
  expect(compare([ada, ada], [ada, ada])).toEqual([]);
});

test('the same content under another key has moved', () => {
  expect(compare([ada], [['7', 'Ada', '10.00']])).toEqual([
    { kind: 'moved', key: '1', to: '7', object: 'people', sourceKey: 'source 1' },
  ]);
});

test('amounts swapped between two records name both', () => {
  const found = compare(
    [ada, ben],
    [
      ['1', 'Ada', '20.00'],
      ['2', 'Ben', '10.00'],
    ],
  );
  expect(
    found.map((difference) => [difference.kind, difference.key, 'with' in difference && difference.with]),
  ).toEqual([
    ['swapped', '1', '2'],
    ['swapped', '2', '1'],
  ]);
});

test('a quarantined record explains what is there and asks for nothing', () => {
  expect(compare([], [ada], [ada])).toEqual([]);
  expect(compare([], [], [ada])).toEqual([]);
  expect(compare([], [['1', 'Eve', '10.00']], [ada])).toEqual([{ kind: 'extra', key: '1' }]);
});
