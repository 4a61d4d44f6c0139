import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseStrictJson } from './strict-json.ts';

const runs = process.env['GODWIT_PROVE'] ? 20_000 : 500;

describe('refused, because two readers could see two contents', () => {
  test.each([
    ['a duplicate key', '{"a":1,"a":2}'],
    ['a duplicate key in disguise', String.raw`{"a":1,"\u0061":2}`],
    ['a duplicate key further in', '{"x":[{"a":1,"b":2,"a":1}]}'],
    ['a duplicate __proto__', '{"__proto__":1,"__proto__":2}'],
    ['an integer beyond 2^53', '{"n":9007199254740993}'],
    ['2^53 itself', '9007199254740992'],
    ['an integer beyond 2^53 as a float', '1e16'],
    ['a negative integer beyond 2^53', '-9007199254740993'],
    ['a number without end', '1e400'],
    ['a lone surrogate', String.raw`"\ud800"`],
    ['a lone surrogate as a key', String.raw`{"\udfff":1}`],
    ['a byte order mark', '\ufeff{}'],
    ['something behind the value', '{} {}'],
    ['a comma at the end', '[1,]'],
    ['a comma at the end of an object', '{"a":1,}'],
    ['a comment', '{} // x'],
    ['single quotes', "{'a':1}"],
    ['a leading zero', '01'],
    ['a plus', '+1'],
    ['NaN', 'NaN'],
    ['a raw line break in a text', '"a\nb"'],
    ['an unknown escape', String.raw`"\x41"`],
    ['an unfinished text', '"abc'],
    ['an unfinished object', '{"a":1'],
    ['a key without a value', '{"a"}'],
    ['nothing', ''],
    ['too deep', '['.repeat(1000) + ']'.repeat(1000)],
  ])('%s', (_name, text) => {
    expect(() => parseStrictJson(text)).toThrow(expect.objectContaining({ code: 'ledger.not-strict-json' }));
  });

  test('bytes that are not UTF-8', () => {
    for (const bytes of [
      [0x22, 0xff, 0x22],
      [0x22, 0xc0, 0x80, 0x22],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
      [0xef, 0xbb, 0xbf, 0x31],
    ])
      expect(() => parseStrictJson(Uint8Array.from(bytes))).toThrow(
        expect.objectContaining({ code: 'ledger.not-strict-json' }),
      );
  });
});

test('composed and decomposed letters stay different', () => {
  const [composed, decomposed] = ['\u00e9', 'e\u0301'];
  expect(parseStrictJson(`{"${composed}":1,"${decomposed}":2}`)).toEqual(
    Object.fromEntries([
      [composed, 1],
      [decomposed, 2],
    ]),
  );
});

test('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: 'grapheme' }), fc.nat(3), (text, indent) => {
      const spread = JSON.stringify(JSON.parse(text), null, indent);
      fc.pre(!/\d{16}|e\+?[1-9]\d/.test(spread));
      expect(parseStrictJson(spread)).toEqual(JSON.parse(text));
    }),
    { numRuns: runs },
  );
});

test('a long text does not exhaust the reader', () => {
  const text = 'x'.repeat(5_000_000);
  expect(parseStrictJson(JSON.stringify({ text: `${text}\n"${text}` }))).toEqual({
    text: `${text}\n"${text}`,
  });
});
