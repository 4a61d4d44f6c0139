import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Row, Slice } from '../model/index.ts';
import { assertCoverage } from './plan-slices.ts';

const slicesOf = (bounds: readonly Row[]): Slice[] =>
  [...bounds, null].map((upTo, number) => ({
    number,
    after: bounds[number - 1] ?? null,
    upTo,
    rowsEstimate: 1,
  }));

test('slices that meet are accepted', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.uint8Array())), (bounds) => {
      expect(() => assertCoverage('s', slicesOf(bounds))).not.toThrow();
    }),
    { numRuns: 100 },
  );
});

test.each<[string, readonly Slice[]]>([
  ['no slice', []],
  ['a lower bound at the start', [{ number: 0, after: ['1'], upTo: null, rowsEstimate: 1 }]],
  ['an upper bound at the end', [{ number: 0, after: null, upTo: ['1'], rowsEstimate: 1 }]],
  [
    'a gap',
    slicesOf([['1'], ['2']]).map((slice) => (slice.number === 1 ? { ...slice, after: ['1a'] } : slice)),
  ],
  [
    'an overlap',
    slicesOf([['1'], ['2']]).map((slice) => (slice.number === 2 ? { ...slice, after: ['1'] } : slice)),
  ],
  ['two open ends', slicesOf([['1']]).map((slice) => ({ ...slice, after: null, upTo: null }))],
  ['a missing number', slicesOf([['1'], ['2']]).filter((slice) => slice.number !== 1)],
  [
    'a text for bytes',
    [
      { number: 0, after: null, upTo: [new Uint8Array([1])], rowsEstimate: 1 },
      { number: 1, after: ['01'], upTo: null, rowsEstimate: 1 },
    ],
  ],
])('%s is refused', (_what, slices) => {
  expect(() => assertCoverage('s', slices)).toThrow(
    expect.objectContaining({ code: 'engine.slices-incoherent' }),
  );
});
