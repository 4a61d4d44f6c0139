import { expect, test } from 'vitest';
import { expectWalk } from './expect-walk.ts';
import { fits } from './walk-page.ts';

test.skipIf(process.platform === 'win32')(
  'every command of the start does what the page says (skipped on Windows: it has no POSIX shell)',
  { timeout: 180_000 },
  () => expectWalk('docs/start/README.md', 15),
);

test.each([
  ['a\n...\nd', 'a\nb\nc\nd', true],
  ['a\n...\nd', 'a\nd', true],
  ['a\n...\nd', 'a\nb', false],
  ['sha256:... of Ada', 'sha256:0f3a of Ada', true],
  ['sha256:... of Ada', 'sha256:0f3a of Ben', false],
  ['step    time\n----  -----', 'step  time\n--------  ---', true],
  ['1 record', '2 records', false],
])('%j and %j: %s', (expected, printed, fitting) => {
  expect(fits(expected, printed)).toBe(fitting);
});
