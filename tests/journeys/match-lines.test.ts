import { expect, test } from 'vitest';
import { matchLines } from './match-lines.ts';

const matches = (expected: string, printed: string): boolean =>
  matchLines(expected.split('\n'), printed.split('\n')) !== null;

test.each([
  ['the same lines', 'a\nb', 'a\nb', true],
  ['a line too few', 'a', 'a\nb', false],
  ['a line too many', 'a\nb', 'a', false],
  ['another line', 'a\nc', 'a\nb', false],
  ['gaps and empty lines', 'a b', '\n  a    b  \n', true],
  ['any number of lines', '...\nb\n...', 'a\na\nb', true],
  ['none of them is the one', '...\nc\n...', 'a\nb', false],
  ['any text in a line', 'a ... c', 'a b b c', true],
  ['a line that only starts so', 'a', 'a b', false],
  ['a ruled line', 'a\n---\nb', 'a\n-----  ---\nb', true],
  ['no ruled line', 'a\n---\nb', 'a\n-x-\nb', false],
  ['characters of patterns', 'a.b (c)* [d]', 'a.b (c)* [d]', true],
  ['a point is a point', 'a.b', 'axb', false],
])('%s', (_title, expected, printed, same) => {
  expect(matches(expected, printed)).toBe(same);
});

test('a named part is kept', () => {
  expect(matchLines(['...', '<?id> open ...', '...'], ['x', '12ab open today', 'y'])).toEqual(
    new Map([['id', '12ab']]),
  );
});
