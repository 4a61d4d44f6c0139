import { expect, test } from 'vitest';
import { nearestExponential } from './float-text.ts';

test('of two equally near texts the even one is taken, as C does', () => {
  expect(nearestExponential(2.5, 0)).toBe('2e+0');
  expect(nearestExponential(3.5, 0)).toBe('4e+0');
});

test.each([
  [Number.MIN_VALUE, '5e-324', '4.94065645841247e-324'],
  [8.5e-300, '8e-300', '8.50000000000000e-300'],
  [1.5e-221, '2e-221', '1.50000000000000e-221'],
  [Number.MAX_VALUE, '2e+308', '1.79769313486232e+308'],
])('%s is compared exactly, however small or large', (value, short, long) => {
  expect(nearestExponential(value, 0)).toBe(short);
  expect(nearestExponential(value, 14)).toBe(long);
});
