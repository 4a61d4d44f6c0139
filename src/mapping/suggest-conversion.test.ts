import { beforeAll, expect, test } from 'vitest';
import { relation, text, whole } from '../../tests/examples/schemas.ts';
import { assignment, compileExpression, loadGrammar } from '../expressions/index.ts';
import type { FieldType } from '../model/index.ts';
import { suggestFields } from './suggest-fields.ts';

beforeAll(loadGrammar);

const instant: FieldType = { kind: 'instant', fractionDigits: 3 };

test.each<readonly [from: FieldType, to: FieldType, expression: string]>([
  [text, text, '"When"'],
  [text, { kind: 'enum', name: 'state', labels: ['open'] }, '"When"'],
  [text, { kind: 'native', engine: 'postgres', name: 'tsvector' }, '"When"'],
  [whole, { kind: 'decimal', precision: 4, scale: 2 }, '"When"'],
  [{ kind: 'timestamp', fractionDigits: 6 }, instant, '"When"'],
  [text, instant, '"When"::timestamptz'],
  [text, { kind: 'timestamp', fractionDigits: 6 }, '"When"::timestamp'],
  [text, { kind: 'date' }, '"When"::date'],
  [text, { kind: 'time', zoned: true, fractionDigits: 6 }, '"When"::timetz'],
  [text, { kind: 'interval' }, '"When"::interval'],
  [text, { kind: 'uuid' }, '"When"::uuid'],
  [text, { kind: 'boolean' }, '"When"::boolean'],
  [text, { kind: 'integer', bits: 16, signed: true }, '"When"::bigint'],
  [text, { kind: 'integer', bits: 64, signed: false }, '"When"::numeric'],
  [text, { kind: 'decimal', precision: 4, scale: 2 }, '"When"::numeric'],
  [text, { kind: 'float', bits: 32 }, '"When"::real'],
  [text, { kind: 'json', binary: true }, '"When"::jsonb'],
  [text, { kind: 'list', of: { kind: 'date' } }, '"When"::date[]'],
  [{ kind: 'any' }, whole, '"When"::bigint'],
])('%j is read into %j by %s', (from, to, expression) => {
  const source = relation('s', { When: from });
  const [found] = suggestFields(source, relation('t', { When: to }));
  expect(found?.from ?? '"When"').toBe(expression);
  const { type } = compileExpression(expression, { fields: source.fields, lookups: new Map() });
  if (expression.includes('::')) expect(assignment(type, to).kind).not.toBe('none');
});
