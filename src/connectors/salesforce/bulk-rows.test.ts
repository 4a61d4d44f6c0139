import { expect, test } from 'vitest';
import { bulkLine, csvLine, readResults } from './bulk-rows.ts';
import { ExactNumber } from './exact-json.ts';
import { refusalInBulk } from './record-refusal.ts';

const columns = ['A', 'B', 'C', 'D'];

test('values stand in a line as the API takes them, and what is not given stays empty', () => {
  const fields = { A: 'say "é",\nand more', B: null, D: new ExactNumber('18900.50') };
  const line = bulkLine(fields, columns) ?? [];
  expect(line).toEqual(['say "é",\nand more', '#N/A', '', '18900.50']);
  expect(csvLine(line)).toBe('"say ""é"",\nand more","#N/A","","18900.50"\n');
  expect(bulkLine({ A: true, B: false }, ['A', 'B'])).toEqual(['true', 'false']);
});

test.each([
  ['an empty text, which would leave the field as it is', ''],
  ['the word for no value', '#N/A'],
  ['a line end that may be made another one', 'a\r\nb'],
  ['more characters than a field may have', 'x'.repeat(32_001)],
])('%s is nothing for a line', (_title, value) => {
  expect(bulkLine({ A: value }, columns)).toBeNull();
});

test('a record with more characters than a line may have is nothing for one', () => {
  const wide = Array.from({ length: 13 }, (_none, at) => `F${at}`);
  const fields = Object.fromEntries(wide.map((name) => [name, 'x'.repeat(32_000)]));
  expect(bulkLine(fields, wide)).toBeNull();
  expect(bulkLine(fields, wide.slice(1))).not.toBeNull();
});

test('results are read by the names above them, whatever their values hold', () => {
  const text = '\uFEFF"sf__Id","sf__Created","A"\n"001","true","one, ""two""\nthree"\n';
  expect(readResults('results', text)).toEqual([
    { sf__id: '001', sf__created: 'true', a: 'one, "two"\nthree' },
  ]);
  expect(readResults('results', 'A,B\r\n\r\n1,\r\n"",2')).toEqual([
    { a: '1', b: '' },
    { a: '', b: '2' },
  ]);
  for (const unreadable of ['"a\n', 'A,B\n1\n', 'A\n"x"y\n'])
    expect(() => readResults('results', unreadable)).toThrow(
      expect.objectContaining({ code: 'salesforce.answer-unreadable' }),
    );
});

test.each([
  [
    'REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --',
    { code: 'target.not-null', field: 'Name', passing: false },
  ],
  ['UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record:--', { passing: true }],
  [
    'DUPLICATE_VALUE:duplicate value found: Ext__c duplicates value on record with id: 001:Ext__c --',
    { code: 'target.unique', field: 'Ext__c' },
  ],
  ['something else', { code: 'target.refused', message: 'no code: something else' }],
])('the refusal %s is understood', (text, expected) => {
  expect(refusalInBulk(text)).toMatchObject(expected);
});
