import { expect, test } from 'vitest';
import type { FieldType } from '../../model/index.ts';
import { formatJsonWith } from './format-record.ts';
import { tokenizeJsonObject } from './tokenize-json.ts';

const json: FieldType = { kind: 'json', binary: false };
const written = formatJsonWith(
  { encoding: 'utf-8', byteOrderMark: false, compression: 'none', lineEnd: 'lf', csv: null },
  [{ name: 'document', type: json, nullable: true }],
  [0],
);

test.each([
  ['{"a":1,"a":2}', 'twice'],
  ['[{"a":{"b":1,"b":2}}]', 'twice'],
  ['"\\ud83e"', 'half a character'],
  ['["\\ud83e"]', 'half a character'],
  [`${'['.repeat(1_200)}${']'.repeat(1_200)}`, 'levels'],
  [' null ', 'no value'],
  ['1}, {"a": 1', 'not JSON'],
  ['abc', 'not JSON'],
])('%s is refused by name, not written for nobody to read', (document, words) => {
  expect(written([document])).toEqual({
    code: 'target.type',
    field: 'document',
    message: expect.stringContaining(words),
  });
});

test.each([
  ['{"a": 1.0,\n "b": [1e400, null]}', '{"a": 1.0,  "b": [1e400, null]}'],
  ['"\\ud83e\\udd86"', '🦆'],
  [`${'['.repeat(500)}${']'.repeat(500)}`, `${'['.repeat(500)}${']'.repeat(500)}`],
])('%s is read back as it was', (document, read) => {
  const line = written([document]);
  expect(tokenizeJsonObject(typeof line === 'string' ? line : '')).toEqual([
    expect.objectContaining({ key: 'document', text: read }),
  ]);
});
