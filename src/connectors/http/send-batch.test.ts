import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AdaptiveLimit } from './adaptive-limit.ts';
import { type BatchVerdict, sendBatch } from './send-batch.ts';

const size = (start: number) => new AdaptiveLimit({ start, least: 1, most: 200 });
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);

test('the one bad record is found and stands alone; all others go, once', async () => {
  const taken: number[] = [];
  let calls = 0;
  const outcomes = await sendBatch(numbers(200), {
    size: size(200),
    send: (part) => {
      calls += 1;
      if (part.includes(142)) return Promise.resolve({ kind: 'refused', reason: 'INVALID_EMAIL' });
      taken.push(...part);
      return Promise.resolve({ kind: 'taken', answers: part });
    },
  });
  expect(outcomes.filter(({ kind }) => kind !== 'taken')).toEqual([
    { kind: 'refused', record: 142, reason: 'INVALID_EMAIL' },
  ]);
  expect(taken).toEqual(numbers(200).filter((one) => one !== 142));
  expect(calls).toBeLessThanOrEqual(17);
});

test('a system that says which record it was is believed', async () => {
  let calls = 0;
  await sendBatch(numbers(100), {
    size: size(100),
    send: (part) => {
      calls += 1;
      const at = part.indexOf(70);
      return Promise.resolve(
        at < 0 ? { kind: 'taken', answers: part } : { kind: 'refused', reason: 'x', at },
      );
    },
  });
  expect(calls).toBe(4);
});

test('a payload that is too large is halved, and what fits is remembered', async () => {
  const learned = size(200);
  const sizes: number[] = [];
  const send = (part: readonly number[]): Promise<BatchVerdict<number>> => {
    sizes.push(part.length);
    return Promise.resolve(part.length > 60 ? { kind: 'too-large' } : { kind: 'taken', answers: part });
  };
  await sendBatch(numbers(200), { size: learned, send });
  expect(sizes.slice(0, 3)).toEqual([200, 100, 50]);
  sizes.length = 0;
  await sendBatch(numbers(200), { size: learned, send });
  expect(Math.max(...sizes)).toBeLessThanOrEqual(60);
});

test('one record that is too large alone is refused, the others go', async () => {
  const outcomes = await sendBatch([10, 500, 10], {
    size: size(200),
    bytesOf: (one) => one,
    bytesMax: 100,
    send: (part) =>
      Promise.resolve(part.includes(500) ? { kind: 'too-large' } : { kind: 'taken', answers: part }),
  });
  expect(outcomes.map(({ kind }) => kind)).toEqual(['taken', 'refused', 'taken']);
});

test('what may have been taken is never sent again', async () => {
  let calls = 0;
  const outcomes = await sendBatch(numbers(10), {
    size: size(10),
    send: () => {
      calls += 1;
      return Promise.resolve({ kind: 'unknown', why: 'ECONNRESET' });
    },
  });
  expect([calls, new Set(outcomes.map(({ kind }) => kind))]).toEqual([1, new Set(['unknown'])]);
});

test('answers that do not fit the records are no answers', async () => {
  const outcomes = await sendBatch([1, 2], {
    size: size(10),
    send: () => Promise.resolve({ kind: 'taken', answers: [1] }),
  });
  expect(outcomes).toMatchObject([{ kind: 'unknown' }, { kind: 'unknown' }]);
});

test('for any bad records and any bounds: every record has one outcome, in order, and goes at most once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.nat(99), { maxLength: 12 }),
      fc.integer({ min: 1, max: 120 }),
      fc.integer({ min: 1, max: 120 }),
      async (bad, bears, start) => {
        const taken: number[] = [];
        const outcomes = await sendBatch(numbers(100), {
          size: size(start),
          send: (part) => {
            if (part.length > bears) return Promise.resolve({ kind: 'too-large' });
            if (part.some((one) => bad.includes(one)))
              return Promise.resolve({ kind: 'refused', reason: 'bad' });
            taken.push(...part);
            return Promise.resolve({ kind: 'taken', answers: part });
          },
        });
        expect(outcomes.map(({ record }) => record)).toEqual(numbers(100));
        expect(outcomes.flatMap(({ kind, record }) => (kind === 'refused' ? [record] : []))).toEqual(
          [...bad].sort((a, b) => a - b),
        );
        expect(taken.length + bad.length).toBe(100);
      },
    ),
    { numRuns: 100 },
  );
});
