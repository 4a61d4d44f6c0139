import { expect, test } from 'vitest';
import { describeFieldType, type FieldType } from '../../model/index.ts';
import { declaredTypeFor, fieldTypeOf } from './field-types.ts';
import { affinityOf } from './sql.ts';

const declared: readonly (readonly [string, string])[] = [
  ['INTEGER', 'integer 64'],
  ['int', 'integer 64'],
  ['BIGINT', 'integer 64'],
  ['UNSIGNED BIG INT', 'integer 64'],
  ['INT8', 'integer 64'],
  ['tinyint(1)', 'integer 64'],
  ['int(11)', 'integer 64'],
  ['POINT', 'any'],
  ['FLOATING POINT', 'any'],
  ['DECIMAL(10,2)', 'decimal(10,2)'],
  ['DECIMAL( 10 , 2 )', 'decimal(10,2)'],
  ['NUMERIC', 'decimal'],
  ['numeric(8)', 'decimal(8,0)'],
  ['DECIMAL TEXT(38,10)', 'decimal(38,10)'],
  ['REAL', 'float 64'],
  ['DOUBLE PRECISION', 'float 64'],
  ['float(24)', 'float 64'],
  ['VARCHAR(255)', 'text(255)'],
  ['NVARCHAR(40)', 'text(40)'],
  ['CHARACTER(20)', 'text(20)'],
  ['VARYING CHARACTER(255)', 'text(255)'],
  ['CHAR', 'text'],
  ['TEXT', 'text'],
  ['CLOB', 'text'],
  ['BLOB', 'bytes'],
  ['VARBINARY(16)', 'bytes(16)'],
  ['BOOLEAN', 'boolean'],
  ['DATE', 'text'],
  ['DATETIME', 'text'],
  ['TIMESTAMP WITH TIME ZONE', 'text'],
  ['JSON', 'json'],
  ['UUID', 'text'],
  ['', 'any'],
  ['ANY', 'any'],
  ['STRING', 'any'],
  ['GEOMETRY', 'any'],
];

test.each(declared)('%s means %s', (name, meaning) => {
  expect(describeFieldType(fieldTypeOf(name))).toBe(meaning);
});

test('affinity follows the documented rules in their order', () => {
  const names = [
    'INTEGER',
    'CHARINT',
    'VARCHAR(10)',
    'BLOB',
    '',
    'DOUBLE',
    'FLOATING POINT',
    'DECIMAL(10,5)',
    'STRING',
  ];
  expect(names.map(affinityOf)).toEqual([
    'integer',
    'integer',
    'text',
    'blob',
    'blob',
    'real',
    'integer',
    'numeric',
    'numeric',
  ]);
});

test('types that have to stay exact get a name SQLite keeps as text', () => {
  const exact: readonly FieldType[] = [
    { kind: 'decimal', precision: 38, scale: 10 },
    { kind: 'decimal', precision: null, scale: null },
    { kind: 'integer', bits: 64, signed: false },
    { kind: 'json', binary: true },
    { kind: 'interval' },
  ];
  for (const type of exact) expect(affinityOf(declaredTypeFor(type)), describeFieldType(type)).toBe('text');
});
