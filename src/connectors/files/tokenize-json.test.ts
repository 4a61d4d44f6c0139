import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenizeJsonObject } from './tokenize-json.ts';

const runs = process.env['GODWIT_PROVE'] === '1' ? 50_000 : 1_000;

test('values keep their own text', () => {
  const text =
    '{"id": 12345678901234567890.10, "x":{"n": 1e400 ,"a":[1,"}"]}, "s":"a\\u00e9\\n", "t":true,"z":null}';
  expect(tokenizeJsonObject(text)).toEqual([
    { key: 'id', kind: 'number', text: '12345678901234567890.10' },
    { key: 'x', kind: 'nested', text: '{"n": 1e400 ,"a":[1,"}"]}' },
    { key: 's', kind: 'string', text: 'aé\n' },
    { key: 't', kind: 'boolean', text: 'true' },
    { key: 'z', kind: 'null', text: 'null' },
  ]);
});

test('it takes exactly what JSON.parse takes, and the same values', () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(fc.dictionary(fc.string(), value), fc.constantFrom(0, 2), (record, indent) => {
      const text = JSON.stringify(record, null, indent);
      const members = tokenizeJsonObject(text);
      if (!Array.isArray(members)) {
        expect(members).toMatchObject({ code: 'files.lone-surrogate' });
        return;
      }
      const parsed = JSON.parse(text) as Record<string, unknown>;
      expect(members.length).toBe(Object.keys(parsed).length);
      for (const { key, kind, text: own } of members) {
        expect(kind === 'string' ? own : JSON.parse(own)).toEqual(parsed[key]);
      }
    }),
    { numRuns: runs },
  );
});

test('a text that JSON.parse refuses is refused', () => {
  const mutated = fc
    .tuple(fc.jsonValue({ maxDepth: 2 }), fc.nat(), fc.constantFrom('"', '{', ',', '\\', '}', '0', '\n', ' '))
    .map(([value, place, character]) => {
      const text = JSON.stringify({ a: value, b: 1.5 });
      const at = place % text.length;
      return text.slice(0, at) + character + text.slice(at + 1);
    });
  fc.assert(
    fc.property(mutated, (text) => {
      let valid = true;
      try {
        JSON.parse(text);
      } catch {
        valid = false;
      }
      const members = tokenizeJsonObject(text);
      if (!valid)
        expect(members).toMatchObject({
          code: expect.stringMatching(/invalid-json|duplicate-key|lone-surrogate/),
        });
      else if (!Array.isArray(members)) expect(members).not.toMatchObject({ code: 'files.invalid-json' });
    }),
    { numRuns: runs },
  );
});

test.each([
  ['{"a":1,"a":1}', 'files.duplicate-key'],
  ['{"a":{"b":1,"\\u0062":2}}', 'files.duplicate-key'],
  ['{"a":"\\ud800"}', 'files.lone-surrogate'],
  ['[1]', 'files.not-an-object'],
  ['"x"', 'files.not-an-object'],
  ['{"a":01}', 'files.invalid-json'],
  ['{"a":+1}', 'files.invalid-json'],
  ['{"a":1,}', 'files.invalid-json'],
  ['{"a":NaN}', 'files.invalid-json'],
  ['{"a":"\t"}', 'files.invalid-json'],
  ['{"a":1} x', 'files.invalid-json'],
  [`{"a":${'['.repeat(2000)}${']'.repeat(2000)}}`, 'files.invalid-json'],
])('%s is refused', (text, code) => {
  expect(tokenizeJsonObject(text)).toMatchObject({ code });
});
