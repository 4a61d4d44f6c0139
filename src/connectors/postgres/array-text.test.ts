import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldType, Value } from '../../model/index.ts';
import { UnfitValue } from './unfit-value.ts';
import { decodeValue, encodeValue } from './value-text.ts';

const texts: FieldType = { kind: 'list', of: { kind: 'text', charactersMax: null, padded: false } };
const runs = process.env['GODWIT_PROVE'] === '1' ? 20_000 : 500;

describe('array literals', () => {
  it.each([
    ['{}', []],
    ['{NULL,"NULL",null}', [null, 'NULL', 'null']],
    ['{"","a b","{}",",","\\"","\\\\"}', ['', 'a b', '{}', ',', '"', '\\']],
    [
      '{{a,b},{c,NULL}}',
      [
        ['a', 'b'],
        ['c', null],
      ],
    ],
  ] as [string, Value][])('reads %s', (text, value) => {
    expect(decodeValue(texts)(text)).toEqual(value);
  });

  it('reads elements in their own type', () => {
    expect(decodeValue({ kind: 'list', of: { kind: 'boolean' } })('{t,f,NULL}')).toEqual([true, false, null]);
    const bytes = decodeValue({ kind: 'list', of: { kind: 'bytes', bytesMax: null } })('{"\\\\x00ff"}');
    expect(bytes).toEqual([Uint8Array.of(0, 255)]);
    const boxes: FieldType = { kind: 'list', of: { kind: 'native', engine: 'postgres', name: 'box' } };
    expect(decodeValue(boxes)('{(1,1),(0,0);(2,2),(1,1)}')).toEqual(['(1,1),(0,0)', '(2,2),(1,1)']);
    expect(encodeValue(['(1,1),(0,0)', null], boxes)).toBe('{"(1,1),(0,0)";NULL}');
  });

  it('never rebases an array whose first element is not number 1', () => {
    expect(() => decodeValue(texts)('[0:1]={a,b}')).toThrow(UnfitValue);
    expect(() => decodeValue(texts)('[2:2][1:1]={{a}}')).toThrow(/index other than 1/);
  });

  it('refuses what the server would alter without a word', () => {
    expect(() => encodeValue([[], []])).toThrow(UnfitValue);
    expect(() => encodeValue('half \ud83d')).toThrow(/surrogate/);
    expect(() => encodeValue(['ok', 'a\0b'])).toThrow(UnfitValue);
  });

  it('gives back what it was given', () => {
    const word = fc.option(fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')));
    const matrix = fc
      .integer({ min: 1, max: 3 })
      .chain((width) =>
        fc.array(fc.array(word, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 3 }),
      );
    fc.assert(
      fc.property(fc.oneof(fc.array(word), matrix), (list) => {
        expect(decodeValue(texts)(encodeValue(list as Value, texts) ?? '')).toEqual(list);
      }),
      { numRuns: runs },
    );
  });
});
