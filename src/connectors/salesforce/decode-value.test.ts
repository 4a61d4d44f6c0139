import { expect, test } from 'vitest';
import { decimalText, decodeValue, Unexpected } from './decode-value.ts';
import { readDescribed } from './described.ts';
import { parseExactly, writeExactly } from './exact-json.ts';

const described = (field: object): Parameters<typeof decodeValue>[0] => {
  const content = { name: 'A', label: 'A', fields: [{ name: 'f', label: 'f', ...field }] };
  return readDescribed(parseExactly(JSON.stringify(content))).fields[0]!;
};

test.each([
  ['3.5E8', 2, '350000000.00'],
  ['12345678901234567.8', 1, '12345678901234567.8'],
  ['0.1', 2, '0.10'],
  ['0.125', 2, '0.125'],
  ['-0.0', 2, '0.00'],
  ['1.0E-7', 0, '0.0000001'],
  ['-12', 0, '-12'],
  ['7.0', 0, '7'],
  ['1.0E21', 0, '1000000000000000000000'],
])('the number %s with scale %i is %s, from its text', (text, scale, expected) => {
  expect(decimalText(text, scale)).toBe(expected);
});

test.each([
  [{ type: 'datetime' }, '"2026-11-20T12:45:00.500+0000"', '2026-11-20 12:45:00.5+00'],
  [{ type: 'datetime' }, '"2026-11-20T12:45:00.000Z"', '2026-11-20 12:45:00+00'],
  [{ type: 'date' }, '"2026-11-20"', '2026-11-20'],
  [{ type: 'time' }, '"07:30:00.000Z"', '07:30:00'],
  [{ type: 'int' }, '42', '42'],
  [{ type: 'currency', scale: 2 }, '9007199254740993.10', '9007199254740993.10'],
  [{ type: 'multipicklist' }, '"A;B"', 'A;B'],
  [{ type: 'boolean' }, 'false', false],
  [{ type: 'string' }, '" kept "', ' kept '],
  [{ type: 'anyType' }, '1.50', '1.50'],
])('a value of %o written %s is canonical', (field, json, expected) => {
  expect(decodeValue(described(field), parseExactly(json))).toBe(expected);
  expect(decodeValue(described(field), null)).toBeNull();
});

test.each([
  [{ type: 'datetime' }, '"2026-11-20T12:45:00.000+0200"'],
  [{ type: 'date' }, '"20.11.2026"'],
  [{ type: 'int' }, '1.5'],
  [{ type: 'double' }, '"1"'],
  [{ type: 'boolean' }, '"true"'],
])('a value of %o written %s is none of it', (field, json) => {
  expect(() => decodeValue(described(field), parseExactly(json))).toThrow(Unexpected);
});

test('a document comes back as it was, to the last digit', () => {
  const text = '{"a":[1.10,9007199254740993,null,true,"é\\n"],"b":{"c":1E400}}';
  expect(writeExactly(parseExactly(text))).toBe(text);
});
