import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketOf, DigestBuckets } from './digest-buckets.ts';

const records = fc.array(
  fc.record({ key: fc.integer({ min: 0, max: 40 }), content: fc.string({ maxLength: 4 }) }),
  { maxLength: 60 },
);

function digest(items: readonly { key: number; content: string }[]): DigestBuckets {
  const buckets = new DigestBuckets();
  for (const { key, content } of items) buckets.add(bucketOf(String(key)), Buffer.from(`${key}:${content}`));
  return buckets;
}

test('order does not matter', () => {
  fc.assert(
    fc.property(records, (items) => {
      const shuffled = [...items].reverse();
      return (
        digest(items).fold(256).digest() === digest(shuffled).fold(256).digest() &&
        digest(items).difference(digest(shuffled)).length === 0
      );
    }),
    { numRuns: 50 },
  );
});

test('a record more, less, or twice on both sides shows; sums carry, where XOR would cancel', () => {
  fc.assert(
    fc.property(records, fc.string({ maxLength: 4 }), (items, content) => {
      const extra = { key: 99, content };
      const once = digest([...items, extra]);
      const twice = digest([...items, extra, extra]);
      const thrice = digest([...items, extra, extra, extra]);
      return (
        digest(items).difference(once).join() === String(bucketOf('99')) &&
        once.difference(twice).length === 1 &&
        once.difference(thrice).length === 1
      );
    }),
    { numRuns: 30 },
  );
});

test('keys spread over the buckets', () => {
  const counts = new Map<number, number>();
  for (let id = 0; id < 65_536; id += 1) {
    const bucket = bucketOf(`["${id}"]`);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  expect(counts.size).toBeGreaterThan(30_000);
  expect(Math.max(...counts.values())).toBeLessThan(40);
});

test('folding gives what fewer buckets would have given, and removing gives back what was before', () => {
  fc.assert(
    fc.property(records, records, (items, more) => {
      const few = new DigestBuckets(16);
      for (const { key, content } of items) few.add(bucketOf(String(key)) & 15, `${key}:${content}`);
      const all = digest([...items, ...more]);
      for (const { key, content } of more) all.remove(bucketOf(String(key)), `${key}:${content}`);
      return (
        digest(items).fold(16).digest() === few.digest() &&
        all.difference(digest(items)).length === 0 &&
        all.records === items.length
      );
    }),
    { numRuns: 30 },
  );
});
