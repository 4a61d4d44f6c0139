import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FieldType, isGodwitError, type Value } from '../../model/index.ts';
import { assignment } from './assignment.ts';

const text = (charactersMax: number | null): FieldType => ({ kind: 'text', charactersMax, padded: false });
const decimal = (precision: number, scale: number): FieldType => ({ kind: 'decimal', precision, scale });
const anyDecimal: FieldType = { kind: 'decimal', precision: null, scale: null };
const integer: FieldType = { kind: 'integer', bits: 32, signed: true };
const float: FieldType = { kind: 'float', bits: 64 };
const boolean: FieldType = { kind: 'boolean' };
const state: FieldType = { kind: 'enum', name: 'state', labels: ['open', 'closed'] };
const list = (of: FieldType): FieldType => ({ kind: 'list', of });
const json: FieldType = { kind: 'json', binary: false };
const jsonb: FieldType = { kind: 'json', binary: true };

/** The value in the field, or the code of the error, or `none`. */
function assigned(from: FieldType, to: FieldType, value: Value): Value {
  const found = assignment(from, to);
  if (found.kind === 'none') return 'none';
  try {
    return found.apply(value);
  } catch (error) {
    if (!isGodwitError(error)) throw error;
    return error.code;
  }
}

describe('lists and JSON', () => {
  test.each<readonly [FieldType, Value, string]>([
    [list(text(null)), ['a', 'b "c"', '', null, '[1]'], '["a", "b \\"c\\"", "", null, "[1]"]'],
    [list(text(null)), [], '[]'],
    [list(state), ['open'], '["open"]'],
    [list(boolean), [true, false, null], '[true, false, null]'],
    [
      list(integer),
      [
        ['1', '2'],
        ['3', null],
      ],
      '[[1, 2], [3, null]]',
    ],
    [list(list(integer)), [['1']], '[[1]]'],
    [list(decimal(6, 2)), ['285.50', '-0.01'], '[285.50, -0.01]'],
    [list(float), ['1e+20', '0.1'], '[100000000000000000000, 0.1]'],
    [list(anyDecimal), ['NaN'], 'value.would-lose'],
    [list(float), ['-Infinity'], 'value.would-lose'],
    [list({ kind: 'date' }), ['2024-01-05'], 'none'],
    [list({ kind: 'bytes', bytesMax: null }), [Uint8Array.of(1)], 'none'],
  ])('%j: %j becomes %s', (from, value, result) => {
    expect(assigned(from, jsonb, value)).toBe(result);
    expect(assigned(from, json, value)).toBe(result);
  });

  test.each<readonly [string, FieldType, Value]>([
    [' [ "a" , null,"\\u00e9" ] ', list(text(null)), ['a', null, 'é']],
    ['["abc"]', list(text(2)), 'value.too-long'],
    ['["open", "shut"]', list(state), 'value.not-an-option'],
    ['[1, 2.0, 1e2]', list(integer), ['1', '2', '100']],
    ['[2.5]', list(integer), 'value.would-round'],
    ['[1.5]', list(decimal(4, 2)), ['1.50']],
    ['[12345678901234567890.10]', list(anyDecimal), ['12345678901234567890.10']],
    ['[0.1]', list(float), ['0.1']],
    ['[true]', list(boolean), [true]],
    ['[[1], [2]]', list(integer), [['1'], ['2']]],
    ['["1"]', list(integer), 'value.would-lose'],
    ['[1]', list(text(null)), 'value.would-lose'],
    ['[{"a": 1}]', list(text(null)), 'value.would-lose'],
    ['"a"', list(text(null)), 'value.would-lose'],
    ['null', list(text(null)), 'value.would-lose'],
    ['["a"', list(text(null)), 'value.unreadable'],
    ['["2024-01-05"]', list({ kind: 'date' }), 'none'],
  ])('%s becomes %j: %j', (document, to, result) => {
    expect(assigned(json, to, document)).toEqual(result);
  });

  test('what went into JSON comes out of it as it was', () => {
    const numbers = fc
      .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.stringMatching(/^\d{0,10}$/))
      .map(([whole, fraction]) => (fraction === '' ? String(whole) : `${whole}.${fraction}`));
    const either = fc.oneof(
      fc.record({ of: fc.constant(anyDecimal), leaf: fc.constant(numbers) }),
      fc.record({ of: fc.constant(boolean), leaf: fc.constant(fc.boolean()) }),
      fc.record({
        of: fc.constant(text(null)),
        leaf: fc.constant(fc.string({ unit: 'binary' }).map((one) => one.replaceAll('\0', ''))),
      }),
    );
    const lists = either.chain(({ of, leaf }) =>
      fc.array(fc.option<Value>(leaf)).map((values) => ({ of, values })),
    );
    fc.assert(
      fc.property(lists, fc.constantFrom(json, jsonb), ({ of, values }, document) => {
        expect(assigned(document, list(of), assigned(list(of), document, values))).toEqual(values);
      }),
      { numRuns: process.env['GODWIT_PROVE'] ? 50_000 : 1_000 },
    );
  });
});
