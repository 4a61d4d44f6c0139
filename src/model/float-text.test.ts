import fc from 'fast-check';
import { expect, test } from 'vitest';
import { floatText, plainNumberText } from './float-text.ts';

/** Printed by PostgreSQL 15 for these numbers. */
const printed: readonly (readonly [number, string])[] = [
  [0, '0'],
  [-0, '-0'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
  [0.1, '0.1'],
  [1e-4, '0.0001'],
  [9.999e-5, '9.999e-05'],
  [-1.5e-7, '-1.5e-07'],
  [999999999999999.9, '999999999999999.9'],
  [1e15, '1e+15'],
  [1e20, '1e+20'],
  [1e22, '1e+22'],
  [1e23, '9.999999999999999e+22'],
  [1.9e22, '1.9000000000000002e+22'],
  [5e22, '4.9999999999999996e+22'],
  [2e23, '1.9999999999999998e+23'],
  [2 ** 60, '1.152921504606847e+18'],
  [5e-324, '5e-324'],
  [Number.MAX_VALUE, '1.7976931348623157e+308'],
];

test('floats are printed as PostgreSQL prints them', () => {
  expect(printed.map(([value]) => floatText(value))).toEqual(printed.map(([, text]) => text));
});

test('both texts read back to the same number, and the plain one has no exponent', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (value) => {
      expect(Object.is(Number(floatText(value)), value)).toBe(true);
      if (!Number.isFinite(value)) return;
      const plain = plainNumberText(value);
      expect(plain).toMatch(/^-?\d+(\.\d+)?$/);
      expect(Number(plain) === value).toBe(true);
    }),
  );
});

test('plain texts have neither superfluous zeros nor a bare point', () => {
  const texts = [0, -0, 12.5, -12.5, 1e21, 1.25e-7, 1e-10, 123456789012345680000].map(plainNumberText);
  expect(texts).toEqual([
    '0',
    '0',
    '12.5',
    '-12.5',
    '1000000000000000000000',
    '0.000000125',
    '0.0000000001',
    '123456789012345680000',
  ]);
});
