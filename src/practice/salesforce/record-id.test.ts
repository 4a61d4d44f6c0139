import { expect, test } from 'vitest';
import { longId, makeId, readId } from './record-id.ts';

// Pairs of ids as the vendor's own pages show them.
test.each([
  ['0018a00001rBqb8', '0018a00001rBqb8AAC'],
  ['005R0000000UyrW', '005R0000000UyrWIAS'],
])('%s becomes %s', (short, long) => {
  expect(longId(short)).toBe(long);
  expect(readId(short)).toBe(long);
  expect(readId(long)).toBe(long);
});

test('what is no id is told', () => {
  expect(['', '0018a00001rBqb', '0018a00001rBqb8AAA', '0018a00001rBqb8AA!'].map(readId)).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test('ids are counted up and differ also where case is lost', () => {
  const made = Array.from({ length: 20_000 }, (_, at) => makeId('001', at));
  expect(new Set(made.map((id) => id.toLowerCase())).size).toBe(20_000);
  expect(made[61]).toBe(longId('001Gp000000000z'));
});
