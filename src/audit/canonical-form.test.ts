import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FieldType, Row } from '../model/index.ts';
import { CanonicalForm, canonicalText } from './canonical-form.ts';
import { canonicalJsonText } from './canonical-json-text.ts';

const text: FieldType = { kind: 'text', charactersMax: null, padded: false };
const padded: FieldType = { kind: 'text', charactersMax: 10, padded: true };
const decimal: FieldType = { kind: 'decimal', precision: null, scale: null };
const bytes: FieldType = { kind: 'bytes', bytesMax: null };
const list: FieldType = { kind: 'list', of: text };
const json: FieldType = { kind: 'json', binary: true };
const timestamp: FieldType = { kind: 'timestamp', fractionDigits: 6 };
const instant: FieldType = { kind: 'instant', fractionDigits: 6 };

const encode = (row: Row, types: readonly FieldType[]): string =>
  Buffer.from(new CanonicalForm(types).of(row)).toString('latin1');

describe('the canonical form', () => {
  test('is injective where others are fooled', () => {
    const two = [text, text];
    expect(encode(['a|b', 'c'], two)).not.toBe(encode(['a', 'b|c'], two));
    expect(encode([null], [text])).not.toBe(encode([''], [text]));
    expect(encode([null], [text])).not.toBe(encode(['-'], [text]));
    expect(encode(['   '], [text])).not.toBe(encode([''], [text]));
    expect(encode(['2026-01-01 00:00:00'], [timestamp])).not.toBe(encode(['2026-01-01 00:00:00'], [instant]));
    expect(encode([['a', 'b']], [list])).not.toBe(encode([['a,b']], [list]));
    expect(encode([[]], [list])).not.toBe(encode([null], [list]));
    expect(encode([Uint8Array.of(0)], [bytes])).not.toBe(encode([Uint8Array.of(0, 0)], [bytes]));
    expect(encode(['1e-14'], [decimal])).not.toBe(encode(['2e-14'], [decimal]));
    expect(encode(['1234567890123456789'], [decimal])).not.toBe(encode(['1234567890123456000'], [decimal]));
  });

  test('never gives two different rows of text the same bytes', () => {
    const value = fc.oneof(
      fc.constant(null),
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom('', '-', 't1:a', '1:'),
    );
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 3, maxLength: 3 }),
        fc.array(value, { minLength: 3, maxLength: 3 }),
        (a, b) => {
          const types = [text, text, text];
          return (encode(a, types) === encode(b, types)) === (JSON.stringify(a) === JSON.stringify(b));
        },
      ),
      { numRuns: process.env['GODWIT_PROVE'] ? 20_000 : 500 },
    );
  });

  test('counts bytes, not characters, and puts bytes in as they are', () => {
    const long = 'ü'.repeat(300_000);
    expect(encode([long, 'x'], [text, text])).toBe(Buffer.from(`t600000:${long}t1:x`).toString('latin1'));
    expect(encode(['ü', Uint8Array.of(0, 255), null], [text, bytes, text])).toBe(
      't2:\u00c3\u00bcb2:\u0000\u00ff-',
    );
    expect(encode([[Uint8Array.of(7), null]], [{ kind: 'list', of: bytes }])).toBe('l2:b1:\u0007-');
  });

  test('tells forms with and without bytes apart', () => {
    const form = new CanonicalForm([text, bytes]);
    expect(form.textOf(['a', null])).toBe('t1:a-');
    expect(form.textOf(['a', Uint8Array.of(120)])).toBe('\0t1:ab1:x');
  });

  test('evens out decimals, padding and JSON, and nothing else', () => {
    expect(canonicalText('12.300', decimal)).toBe('12.3');
    expect(canonicalText('100', decimal)).toBe('100');
    expect(canonicalText('100.00', decimal)).toBe('100');
    expect(canonicalText('-0.00', decimal)).toBe('0');
    expect(canonicalText('NaN', decimal)).toBe('NaN');
    expect(canonicalText('US  ', padded)).toBe('US');
    expect(canonicalText('US  ', text)).toBe('US  ');
    expect(canonicalText('{"b": 1.0, "a": 2}', json)).toBe('{"a":2,"b":1}');
  });
});

describe('JSON in one spelling', () => {
  test.each([
    ['{"a":1,"a":2}', '{"a":2}'],
    ['[1.0, 1e0, 10e-1, 0.1e1]', '[1,1,1,1]'],
    ['9007199254740993', '9007199254740993'],
    ['1e400', '1e400'],
    ['-0', '0'],
    ['"\\u0061\\/"', '"a/"'],
    ['1200', '12e2'],
  ])('%s', (from, to) => {
    expect(canonicalJsonText(from)).toBe(to);
  });

  test.each(['{', '01', '[1,]', '"\n"', 'nul', '1 2', ''])('%s is not JSON and stays as it is', (from) => {
    expect(canonicalJsonText(from)).toBe(from);
  });

  test('agrees with JSON.parse on what is the same document', () => {
    fc.assert(
      fc.property(fc.json(), (document) => {
        const again = JSON.stringify(JSON.parse(document), null, 1);
        return canonicalJsonText(again) === canonicalJsonText(JSON.stringify(JSON.parse(document)));
      }),
    );
  });

  test('does not overflow on deep documents', () => {
    const deep = '['.repeat(100_000);
    expect(canonicalJsonText(deep)).toBe(deep);
  });
});
