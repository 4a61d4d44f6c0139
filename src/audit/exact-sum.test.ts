import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExactSum } from './exact-sum.ts';

const sum = (texts: readonly string[]): string => {
  const total = new ExactSum();
  for (const text of texts) total.add(text);
  return total.text;
};

test.each([
  [[], '0'],
  [['0.1', '0.2'], '0.3'],
  [['99999999999999999999.99', '0.01'], '100000000000000000000'],
  [['-5', '2.50'], '-2.5'],
  [['1', 'NaN', 'Infinity'], '1 and 2 values that are not finite'],
  [['9007199254740992', '1', '1'], '9007199254740994'],
  [['-0.001', '0.0010'], '0'],
])('%j', (texts, expected) => {
  expect(sum(texts)).toBe(expected);
});

test('equals the sum in bigint units, in any order', () => {
  const amount = fc.record({
    units: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
    scale: fc.integer({ min: 0, max: 8 }),
  });
  fc.assert(
    fc.property(fc.array(amount, { maxLength: 50 }), (amounts) => {
      const texts = amounts.map(({ units, scale }) => decimal(units, scale));
      const units = amounts.reduce((total, item) => total + item.units * 10n ** BigInt(8 - item.scale), 0n);
      const expected = decimal(units, 8).replace(/\.?0+$/, '');
      return (
        sum(texts) === (expected === '-0' || expected === '' ? '0' : expected) &&
        sum([...texts].reverse()) === sum(texts)
      );
    }),
  );
});

test('what was added can be taken back', () => {
  const total = new ExactSum();
  for (const text of ['1.5', '-2', 'NaN', '3']) total.add(text);
  for (const text of ['1.5', '-2', 'NaN']) total.subtract(text);
  expect(total.text).toBe('3');
});

function decimal(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const fraction = scale === 0 ? '' : `.${digits.slice(-scale)}`;
  return `${units < 0n ? '-' : ''}${digits.slice(0, digits.length - scale)}${fraction}`;
}
