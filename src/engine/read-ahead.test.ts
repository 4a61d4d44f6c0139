import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAhead } from './read-ahead.ts';

/** Counts up, and remembers how far it was asked and whether it was closed. */
class Source {
  asked = 0;
  closed = false;
  async *items(count: number, failAt: number | null = null): AsyncGenerator<number> {
    try {
      for (let at = 0; at < count; at += 1) {
        this.asked += 1;
        await setImmediate();
        if (at === failAt) throw new RangeError('broken');
        yield at;
      }
    } finally {
      this.closed = true;
    }
  }
}

test('all items come in order, whatever is read ahead', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(20), fc.nat(5), async (count, ahead) => {
      const seen: number[] = [];
      for await (const item of readAhead(new Source().items(count), ahead)) seen.push(item);
      expect(seen).toEqual(Array.from({ length: count }, (_nothing, at) => at));
    }),
    { numRuns: 40 },
  );
});

test('no more than asked for waits, however slow the consumer is', async () => {
  const source = new Source();
  let taken = 0;
  for await (const _item of readAhead(source.items(50), 2)) {
    taken += 1;
    for (let turn = 0; turn < 10; turn += 1) await setImmediate();
    expect(source.asked - taken).toBeLessThanOrEqual(2);
    if (taken < 40) expect(source.asked - taken).toBe(2);
  }
  expect(taken).toBe(50);
});

test('an error comes in its place, after the items before it', async () => {
  const source = new Source();
  const seen: number[] = [];
  const consume = async (): Promise<void> => {
    for await (const item of readAhead(source.items(9, 3), 2)) seen.push(item);
  };
  await expect(consume()).rejects.toThrow('broken');
  expect(seen).toEqual([0, 1, 2]);
});

test('a consumer that leaves closes the source, also when it never began', async () => {
  const source = new Source();
  for await (const item of readAhead(source.items(9), 2)) if (item === 1) break;
  expect(source.closed).toBe(true);
});
