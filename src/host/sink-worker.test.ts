import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { threadEntry } from './package-place.ts';
import { SinkWorker } from './sink-worker.ts';
import type { Sum, Summed } from './summing-thread.contract.ts';

describe('a thread that takes chunks', () => {
  let worker: SinkWorker;
  beforeEach(() => {
    worker = new SinkWorker(threadEntry('host/summing-thread.contract'));
  });
  afterEach(async () => worker[Symbol.asyncDispose]());

  const feed = async (sizes: readonly number[], order: Sum = {}): Promise<Summed> =>
    worker.feed<Summed>(order, chunksOf(sizes));

  test('has every byte once, in few chunks, one order after the other', async () => {
    const sizes = [0, 1, 7, 3_000_000, 5, 1 << 20, ...Array.from({ length: 5_000 }, () => 999)];
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    const chunks = Math.ceil(bytes / (1 << 20));
    expect(await feed(sizes)).toEqual({ chunks, bytes, sum: 3 * bytes });
    expect(await feed([])).toEqual({ chunks: 0, bytes: 0, sum: 0 });
    expect(await feed([2])).toEqual({ chunks: 1, bytes: 2, sum: 6 });
  });

  test.each(['at once', 'on a chunk'] as const)(
    'fails %s as it failed there, and serves on',
    async (fails) => {
      for (const sizes of [[1], Array.from({ length: 40 }, () => 1 << 20)])
        await expect(feed(sizes, { fails })).rejects.toMatchObject({ code: 'a.code', fate: 'later' });
      expect(await feed([2])).toEqual({ chunks: 1, bytes: 2, sum: 6 });
    },
  );

  test('fails at the end, and serves on', async () => {
    await expect(feed([1], { fails: 'at the end' })).rejects.toThrow('out of it');
    expect(await feed([2])).toEqual({ chunks: 1, bytes: 2, sum: 6 });
  });

  test('gives an order up when the chunks end early, and serves on', async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield* chunksOf([3 << 20]);
      throw new Error('no more');
    };
    await expect(worker.feed({}, broken())).rejects.toThrow('no more');
    expect(await feed([2])).toEqual({ chunks: 1, bytes: 2, sum: 6 });
  });

  test('that ended fails its order, and every later one', async () => {
    await expect(feed([1], { fails: 'as a process' })).rejects.toThrow('the thread ended');
    await expect(feed([1])).rejects.toThrow('the thread ended');
  });
});

async function* chunksOf(sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const size of sizes) yield new Uint8Array(size).fill(3);
}
