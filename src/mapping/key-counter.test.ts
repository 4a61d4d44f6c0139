import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyCounter } from './key-counter.ts';

describe('createKeyCounter', () => {
  it('agrees with a plain set on any keys', () => {
    const property = fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 20 })), (keys) => {
      const counter = createKeyCounter(10_000);
      const seen = new Set<string>();
      for (const key of keys) {
        expect(counter.add(key)).toBe(seen.has(key));
        seen.add(key);
      }
    });
    fc.assert(property, { numRuns: process.env['GODWIT_PROVE'] ? 5_000 : 200 });
  });

  it('tells hundreds of thousands of near keys apart, and recognises every one again', () => {
    const counter = createKeyCounter(1_000_000);
    let repeated = 0;
    for (let n = 0; n < 300_000; n += 1) repeated += Number(counter.add(`["${n}"]`));
    expect(repeated).toBe(0);
    for (let n = 0; n < 300_000; n += 1) repeated += Number(counter.add(`["${n}"]`));
    expect(repeated).toBe(300_000);
    expect(counter.uncounted).toBe(0);
  });

  it.each([
    ['', '\0'],
    ['a', 'a\0'],
    ['\0\0\0\0\0\0\0\0', '\0\0\0\0\0\0\0'],
    ['ab', 'ba'],
    ['abcdefgh12345678', '12345678abcdefgh'],
  ])('tells %j from %j', (a, b) => {
    const counter = createKeyCounter(10);
    expect([counter.add(a), counter.add(b), counter.add(a), counter.add(b)]).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it('says how many keys it could not remember, and still knows the others', () => {
    const counter = createKeyCounter(2);
    expect(['a', 'b', 'c', 'a', 'c'].map((key) => counter.add(key))).toEqual([
      false,
      false,
      false,
      true,
      false,
    ]);
    expect(counter.uncounted).toBe(2);
  });

  it('compares all 128 bits, and finds a key behind others in the same place', () => {
    const hash = {
      a: 0,
      b: 0,
      c: 0,
      d: 0,
      of(text: string): void {
        const [a = 0, b = 0, c = 0, d = 0] = text.split(' ').map(Number);
        this.set(a, b, c, d);
      },
      set(a: number, b: number, c: number, d: number): void {
        Object.assign(this, { a, b, c, d });
      },
    };
    const counter = createKeyCounter(100, hash);
    const keys = ['5 1 1 1', '5 2 1 1', '5 1 2 1', '5 1 1 2', '1029 1 1 1', '6 1 1 1'];
    expect(keys.map((key) => counter.add(key))).toEqual(keys.map(() => false));
    expect(keys.map((key) => counter.has(key))).toEqual(keys.map(() => true));
    expect(counter.has('5 2 2 2')).toBe(false);
  });
});
