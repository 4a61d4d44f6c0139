import { expect, test } from 'vitest';
import { wholeId } from './whole-id.ts';

test.each([
  ['001D000000IqhSL', '001D000000IqhSLIAZ'],
  ['005D0000001KyEI', '005D0000001KyEIIA0'],
])('the 15 characters %s are %s in the API', (short, whole) => {
  expect(wholeId(short)).toBe(whole);
  expect(wholeId(whole)).toBe(whole);
});

test('what is no id stays as it is', () => {
  for (const text of ['', 'company 1', '001D000000IqhS', '001D000000Iqh-L']) expect(wholeId(text)).toBe(text);
});
