import { expect, test } from 'vitest';
import { cellValue, hasCells } from './cell-value.ts';
import { decodeValue, Unexpected } from './decode-value.ts';
import { readDescribed } from './described.ts';
import { parseExactly } from './exact-json.ts';

const described = (type: string): Parameters<typeof decodeValue>[0] => {
  const content = { name: 'A', label: 'A', fields: [{ name: 'f', label: 'f', type, scale: 2 }] };
  return readDescribed(parseExactly(JSON.stringify(content))).fields[0]!;
};

// As the vendor writes a value in JSON, and in the CSV of a bulk result.
test.each([
  ['id', '"001Gp00000000zzIAA"', '001Gp00000000zzIAA'],
  ['reference', '"001Gp00000000zzIAA"', '001Gp00000000zzIAA'],
  ['string', '" a, \\"b\\" "', ' a, "b" '],
  ['string', '"1.50"', '1.50'],
  ['string', '"true"', 'true'],
  ['textarea', '"one\\r\\ntwo"', 'one\r\ntwo'],
  ['encryptedstring', '"***1"', '***1'],
  ['phone', '"+49 1"', '+49 1'],
  ['url', '"https://a.example"', 'https://a.example'],
  ['email', '"a@b.example"', 'a@b.example'],
  ['combobox', '"x"', 'x'],
  ['picklist', '"x"', 'x'],
  ['multipicklist', '"A;B"', 'A;B'],
  ['boolean', 'true', 'true'],
  ['boolean', 'false', 'false'],
  ['int', '42', '42'],
  ['int', '42', '42.0'],
  ['long', '9007199254740993', '9007199254740993'],
  ['double', '3.5E8', '350000000.0'],
  ['double', '3.5E8', '3.5E8'],
  ['currency', '9007199254740993.10', '9007199254740993.1'],
  ['percent', '-0.1', '-0.10'],
  ['date', '"2024-02-29"', '2024-02-29'],
  ['datetime', '"2026-11-20T12:45:00.500+0000"', '2026-11-20T12:45:00.500Z'],
  ['datetime', '"2026-11-20T12:45:00.000+0000"', '2026-11-20T12:45:00.000Z'],
  ['time', '"07:30:00.000Z"', '07:30:00.000Z'],
])('a %s that JSON writes as %s and a cell as %s is one value', (type, json, cell) => {
  const field = described(type);
  expect(hasCells(field)).toBe(true);
  expect(decodeValue(field, cellValue(field, cell))).toBe(decodeValue(field, parseExactly(json)));
  expect(cellValue(field, '')).toBeNull();
});

test.each([
  ['int', '1e'],
  ['double', 'NaN'],
  ['boolean', '1'],
  ['date', '20.11.2026'],
  ['datetime', '2026-11-20T12:45:00.000+0200'],
  ['time', 'noon'],
])('a cell of %s that holds %s is none of it', (type, cell) => {
  expect(() => decodeValue(described(type), cellValue(described(type), cell))).toThrow(Unexpected);
});

test.each(['base64', 'anyType', 'address', 'location', 'complexvalue', 'json'])('%s has no cells', (type) => {
  expect(hasCells(described(type))).toBe(false);
});
