import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CopyChunk } from './copy-chunk.ts';
import { numberAsDecimal } from './encode-decimal.ts';

/** A `numeric` as text, by its definition: groups of four digits, the first of them 10,000 to the weight. */
function read(bytes: Buffer): string {
  const [count, weight, sign, scale] = [0, 2, 4, 6].map((at) => bytes.readInt16BE(4 + at)) as [
    number,
    number,
    number,
    number,
  ];
  let units = 0n;
  for (let at = 0; at < count; at += 1) {
    const group = bytes.readInt16BE(12 + at * 2);
    expect(group >= 0 && group < 10_000).toBe(true);
    units += BigInt(group) * 10n ** BigInt(4 * (weight - at) + 40);
  }
  const digits = (units / 10n ** BigInt(40 - scale)).toString().padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return sign === 0x4000 ? `-${text}` : text;
}

test('a double that is a short decimal is written as that decimal, and no other double is', () => {
  const drawn = fc.record({
    units: fc.oneof(
      fc.maxSafeInteger(),
      fc.integer({ min: -100_000, max: 100_000 }),
      fc.integer({ min: 0, max: 99_999_999 }).map((group) => group * 10_000 + 9_999),
    ),
    scale: fc.integer({ min: 0, max: 6 }),
    wholeMax: fc.integer({ min: 0, max: 12 }),
  });
  fc.assert(
    fc.property(drawn, ({ units, scale, wholeMax }) => {
      const value = Number(`${units}e-${scale}`);
      const out = new CopyChunk(64);
      const written = numberAsDecimal(wholeMax, scale)(out, value);
      const size = Math.abs(units);
      expect(written).toBe(size < 1e12 && size < Number(`1e${wholeMax + scale}`));
      if (!written) return;
      expect(Number(read(out.bytes))).toBe(value);
      expect(read(out.bytes).split('.')[1]?.length ?? 0).toBe(scale);
    }),
    { numRuns: 2_000 },
  );
  expect(numberAsDecimal(10, 2)(new CopyChunk(64), 0.001)).toBe(false);
  expect(numberAsDecimal(10, 2)(new CopyChunk(64), Infinity)).toBe(false);
  expect(numberAsDecimal(10, 2)(new CopyChunk(64), Number.NaN)).toBe(false);
});
