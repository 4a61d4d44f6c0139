import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimalUnlimited, isGodwitError } from '../../model/index.ts';
import { assignment } from './assignment.ts';

/** What a decimal field makes of a text, worked out on its digits alone: the padded text, or why it does not fit. */
function fitted(sign: string, whole: string, fraction: string, precision: number, scale: number): string {
  if (/[1-9]/.test(fraction.slice(scale))) return 'value.would-round';
  const digits = whole.replace(/^0+/, '');
  if (digits.length > precision - scale) return 'value.out-of-range';
  const kept = fraction.slice(0, scale).padEnd(scale, '0');
  const minus = sign === '-' && /[1-9]/.test(whole + kept) ? '-' : '';
  return `${minus}${digits === '' ? '0' : digits}${scale > 0 ? `.${kept}` : ''}`;
}

test('a decimal into a narrower one: padded, or refused, never altered', () => {
  const digits = (maxLength: number): fc.Arbitrary<string> =>
    fc.array(fc.constantFrom('0', '0', '1', '5', '9'), { maxLength }).map((all) => all.join(''));
  const number = fc.record({
    sign: fc.constantFrom('', '-'),
    whole: digits(5).map((text) => text.replace(/^0+/, '') || '0'),
    fraction: digits(5),
    scale: fc.integer({ min: 0, max: 4 }),
    more: fc.integer({ min: 0, max: 4 }),
  });
  fc.assert(
    fc.property(number, ({ sign, whole, fraction, scale, more }) => {
      const precision = Math.max(1, scale + more);
      const found = assignment(decimalUnlimited, { kind: 'decimal', precision, scale });
      if (found.kind === 'none') throw new Error(found.reason);
      const text = `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
      const canonical = /[1-9]/.test(text) ? text : text.replace('-', '');
      expect(outcome(() => found.apply(canonical))).toBe(fitted(sign, whole, fraction, precision, scale));
    }),
    { numRuns: process.env['GODWIT_PROVE'] ? 50_000 : 1_000 },
  );
});

function outcome(apply: () => unknown): unknown {
  try {
    return apply();
  } catch (error) {
    if (isGodwitError(error)) return error.code;
    throw error;
  }
}
