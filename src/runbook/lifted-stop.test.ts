import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atMost, isLifted } from './lifted-stop.ts';

const signed = { step: '02', rule: 'runbook.stop-quarantine', observed: '120' };

test.each([
  ['the value that was signed', { ...signed }, true],
  ['a smaller one', { ...signed, observed: '9' }, true],
  ['one more', { ...signed, observed: '121' }, false],
  ['a little more', { ...signed, observed: '120.01' }, false],
  ['another rule', { ...signed, rule: 'runbook.stop-slow' }, false],
  ['another step', { ...signed, step: '03' }, false],
  ['a stop nobody can sign for', { ...signed, observed: null }, false],
])('a signature covers %s: %o', (_name, stop, covered) => {
  expect(isLifted(stop, [signed])).toBe(covered);
});

test('a person’s stop is lifted by the signature for that very stop', () => {
  const person = { step: null, rule: 'runbook.stop-person', observed: '40' };
  expect(isLifted(person, [person])).toBe(true);
  expect(isLifted(person, [{ ...person, observed: '50' }])).toBe(false);
});

test('decimals are compared as numbers', () => {
  const decimal = fc.tuple(fc.nat(99_999), fc.nat(99));
  const text = ([whole, cents]: readonly [number, number]): string =>
    `${whole}.${String(cents).padStart(2, '0')}`;
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      expect(atMost(text(a), text(b))).toBe(a[0] * 100 + a[1] <= b[0] * 100 + b[1]);
    }),
  );
  expect(atMost('12.50', '12.5')).toBe(true);
  expect(atMost('9', '12.5')).toBe(true);
});
