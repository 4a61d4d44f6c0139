import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Transform } from '../expressions/index.ts';
import type { Row } from '../model/index.ts';
import { LookupCache } from './resolve-lookups.ts';
import type { WarrantedTarget } from './warranted-target.ts';

/** Two lookups of one object in a row, one of another. */
const transform: Transform = {
  object: 'deal',
  targetFields: [],
  lookups: [
    { object: 'firm', optional: false, keys: (row) => (row[0] === null ? [] : [String(row[0])]) },
    { object: 'firm', optional: true, keys: (row) => [String(row[1])] },
    { object: 'person', optional: false, keys: (row) => [String(row[2]), `${String(row[2])}b`] },
  ],
  apply: () => ({ kind: 'records', rows: [] }),
};

/** Knows the new id of every key but those that end in 0, and remembers what it was asked. */
class Answers {
  readonly asked: string[] = [];
  calls = 0;

  async resolve(_run: string, object: string, keys: readonly string[]): Promise<Map<string, Row>> {
    this.calls += 1;
    this.asked.push(...keys.map((key) => `${object} ${key}`));
    const known = keys.filter((key) => !key.endsWith('0'));
    return new Map(known.map((key) => [key, object === 'firm' ? [`new ${key}`] : [`new ${key}`, 'second']]));
  }
}

const environmentOf = async (cache: LookupCache, answers: Answers, rows: readonly Row[]) =>
  cache.environmentFor(rows, transform, {
    run: 'r',
    target: answers as unknown as WarrantedTarget,
    mask: (text) => text,
  });

test('a batch is asked for at once, each key once', async () => {
  const answers = new Answers();
  const environment = await environmentOf(new LookupCache(100), answers, [
    ['1', '2', '3'],
    ['2', '1', '3'],
    [null, '10', '4'],
  ]);
  expect(answers.calls).toBe(2);
  expect(answers.asked.sort()).toEqual([
    'firm 1',
    'firm 10',
    'firm 2',
    'person 3',
    'person 3b',
    'person 4',
    'person 4b',
  ]);
  expect(environment.lookup('firm', '1')).toBe('new 1');
  expect(environment.lookup('person', '3b')).toEqual(['new 3b', 'second']);
  expect(environment.lookup('firm', '10')).toBeUndefined();
  expect(environment.lookup('person', '1')).toBeUndefined();
});

test('known ids are not asked for again, missing ones are', async () => {
  const answers = new Answers();
  const cache = new LookupCache(100);
  await environmentOf(cache, answers, [['1', '10', '3']]);
  answers.asked.length = 0;
  await environmentOf(cache, answers, [['1', '10', '3']]);
  expect(answers.asked).toEqual(['firm 10']);
  cache.forget();
  await environmentOf(cache, answers, [['1', '10', '3']]);
  expect(answers.asked).toContain('firm 1');
});

test('a batch has its answers however little the cache may keep', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.nat(40), { minLength: 1, maxLength: 30 }), { maxLength: 6 }),
      fc.nat(5),
      async (batches, kept) => {
        const cache = new LookupCache(kept);
        for (const batch of batches) {
          const rows = batch.map((n): Row => [String(n), String(n + 1), String(n)]);
          const environment = await environmentOf(cache, new Answers(), rows);
          for (const n of batch)
            expect(environment.lookup('firm', String(n))).toBe(n % 10 === 0 ? undefined : `new ${n}`);
        }
      },
    ),
    { numRuns: 50 },
  );
});
