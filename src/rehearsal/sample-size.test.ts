import { expect, test } from 'vitest';
import { provenShare, sampleSize } from './sample-size.ts';

test.each([
  [0.01, 0.95, 299],
  [0.01, 0.99, 459],
  [0.001, 0.95, 2_995],
  [0.001, 0.99, 4_603],
  [0.0001, 0.95, 29_956],
  [0.0001, 0.99, 46_050],
])('a defect in %d of the records shows with confidence %d in %d records', (p, c, n) => {
  expect(sampleSize(p, c)).toBe(n);
  expect(provenShare(n, c)).toBeLessThanOrEqual(p);
  expect(provenShare(n - 1, c)).toBeGreaterThan(p);
});

test('shares outside 0 and 1 are refused', () => {
  expect(() => sampleSize(0, 0.95)).toThrow(RangeError);
  expect(() => sampleSize(0.01, 1)).toThrow(RangeError);
});
