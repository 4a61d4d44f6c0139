import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { parseStrictJson } from './strict-json.ts';

const runs = process.env['GODWIT_PROVE'] ? 20_000 : 500;

describe('RFC 8785', () => {
  // Without its 1E30: an integer beyond 2^53, which this house refuses (below).
  test('the example of section 3.2', () => {
    const input = String.raw`{"numbers":[333333333.33333329,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`;
    const output = String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`;
    expect(canonicalJson(JSON.parse(input))).toBe(output);
  });

  test('keys in the order of UTF-16 code units (3.2.3)', () => {
    const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const text = canonicalJson(Object.fromEntries(names.map((name) => [name, 0])));
    expect(Object.keys(JSON.parse(text) as object).toSorted()).toEqual(names.toSorted());
    const order = ['\\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'];
    expect(text).toBe(`{${order.map((name) => `"${name}":0`).join(',')}}`);
  });

  test('nested structures', () => {
    const value = { 1: { f: { f: 'hi', F: 5 }, '\n': 56 }, 10: {}, '': 'empty', a: {}, 111: [{}], A: {} };
    expect(canonicalJson(value)).toBe(
      String.raw`{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{}],"A":{},"a":{}}`,
    );
  });

  // Appendix B: the bits of a double and its text. Integers beyond 2^53 stand there too; this house refuses them.
  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['3e7ad7f29abcaf48', '1e-7'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('the number %s', (bits, text) => {
    expect(canonicalJson(doubleOf(bits))).toBe(text);
  });

  test.each([
    ['7fefffffffffffff', 'the largest double'],
    ['4340000000000000', '2^53'],
    ['c340000000000000', '-2^53'],
    ['44b52d02c7e14af6', '1e+23'],
    ['7fffffffffffffff', 'NaN'],
    ['7ff0000000000000', 'Infinity'],
  ])('the number %s (%s) is refused', (bits) => {
    expect(() => canonicalJson(doubleOf(bits))).toThrow(
      expect.objectContaining({ code: 'ledger.not-canonical' }),
    );
  });
});

describe('what JSON would lose is refused with its place', () => {
  test.each<[string, unknown, string]>([
    ['undefined in an object', { a: { b: undefined } }, '$.a.b'],
    ['undefined in a list', { a: [1, undefined] }, '$.a[1]'],
    // oxlint-disable-next-line no-sparse-arrays
    ['a hole in a list', [1, , 2], '$[1]'],
    ['a bigint', { n: 1n }, '$.n'],
    ['a function', { f: () => 1 }, '$.f'],
    ['a Date', { at: new Date(0) }, '$.at'],
    ['a Map', { m: new Map() }, '$.m'],
    ['an object that renames itself', { o: { toJSON: () => 'x' } }, '$.o'],
    ['half a character in a text', { t: 'a\ud800' }, '$.t'],
    ['half a character in a key', { '\udc00': 1 }, '$'],
  ])('%s', (_name, value, path) => {
    expect(() => canonicalJson(value)).toThrow(
      expect.objectContaining({ code: 'ledger.not-canonical', where: { path } }),
    );
  });

  test('a key named __proto__ is a key like any other', () => {
    expect(canonicalJson(parseStrictJson('{"b":1,"__proto__":{"a":2}}'))).toBe('{"__proto__":{"a":2},"b":1}');
  });
});

test('a name composed and decomposed gives two texts, so a signature over one is none over the other', () => {
  const [composed, decomposed] = ['caf\u00e9', 'cafe\u0301'].map((name) => canonicalJson({ [name]: name }));
  expect(composed).toBe('{"caf\u00e9":"caf\u00e9"}');
  expect(decomposed).toBe('{"cafe\u0301":"cafe\u0301"}');
});

test('reading the canonical text gives the same content and the same text', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      let text: string;
      try {
        text = canonicalJson(value);
      } catch {
        fc.pre(false);
        return;
      }
      expect(canonicalJson(parseStrictJson(text))).toBe(text);
      expect(canonicalJson(parseStrictJson(new TextEncoder().encode(text)))).toBe(text);
    }),
    { numRuns: runs },
  );
});

function doubleOf(bits: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${bits}`));
  return view.getFloat64(0);
}
