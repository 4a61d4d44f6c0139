import fc from 'fast-check';
import { expect, it } from 'vitest';
import { holdsKeysOnce } from './encode-json.ts';

/** A document as its text, and whether an object in it holds a key twice. */
interface Drawn {
  readonly text: string;
  readonly twice: boolean;
}

const scalar = fc.constantFrom(
  '1',
  '-1.50',
  'true',
  'null',
  '"a"',
  '"{\\"a\\": 1, \\"a\\""',
  '""',
  '"\\\\"',
  '"ü,"',
);
const { document } = fc.letrec<{ document: Drawn }>((tie) => ({
  document: fc.oneof(
    { maxDepth: 4 },
    scalar.map((text) => ({ text, twice: false })),
    fc.array(tie('document'), { maxLength: 3 }).map((all) => ({
      text: `[${all.map(({ text }) => text).join(' , ')}]`,
      twice: all.some(({ twice }) => twice),
    })),
    fc
      .array(fc.tuple(fc.constantFrom('a', 'b', 'ab', 'ba', 'ü', 'c,', '{', ''), tie('document')), {
        maxLength: 4,
      })
      .map((all) => ({
        text: `{ ${all.map(([key, { text }]) => `"${key}" : ${text}`).join(',')}}`,
        twice: all.some(([, { twice }]) => twice) || new Set(all.map(([key]) => key)).size < all.length,
      })),
  ),
}));

const once = (text: string): boolean => {
  const bytes = Buffer.from(`"a"${text}"a"`);
  return holdsKeysOnce(bytes, 3, bytes.length - 3);
};

it('finds a key that an object holds twice, and no other', () => {
  fc.assert(
    fc.property(document, ({ text, twice }) => {
      expect(once(text), text).toBe(!twice);
    }),
    { numRuns: 3_000 },
  );
});

it.each([
  ['{"a": 1, "\\u0061": 2}', 'a key with an escape'],
  [`${'['.repeat(61)}${']'.repeat(61)}`, 'sixty-one levels'],
  [`{${Array.from({ length: 201 }, (_none, at) => `"k${at}": 0`).join(',')}}`, 'two hundred and one keys'],
  [']', 'no document'],
])('is not certain of %s, %s', (text) => {
  expect(once(text)).toBe(false);
});
