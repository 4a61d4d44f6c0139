import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { GodwitError } from '../model/index.ts';
import type { Count } from './counting-thread.contract.ts';
import { threadEntry } from './package-place.ts';
import { ChunkWorker, giveBack } from './worker.ts';

describe('a thread that makes chunks', () => {
  let open: ChunkWorker[] = [];
  afterEach(async () => {
    for (const worker of open) await worker[Symbol.asyncDispose]();
    open = [];
  });
  const start = (): ChunkWorker => {
    const worker = new ChunkWorker(threadEntry('host/counting-thread.contract'));
    open.push(worker);
    return worker;
  };
  const all = async (worker: ChunkWorker, order: Count): Promise<number[]> => {
    const found: number[] = [];
    for await (const bytes of worker.chunks(order)) found.push(bytes[7] as number);
    return found;
  };
  const numbers = (count: number): number[] => Array.from({ length: count }, (_none, at) => at);

  test('gives all of them in their order, one order after the other', async () => {
    const worker = start();
    expect(await all(worker, { chunks: 50 })).toEqual(numbers(50));
    const both = await Promise.all([all(worker, { chunks: 20 }), all(worker, { chunks: 7 })]);
    expect(both).toEqual([numbers(20), numbers(7)]);
    expect(await all(worker, { chunks: 0 })).toEqual([]);
  });

  test('writes into the memory of chunks that were given back, and of no others', async () => {
    const worker = start();
    const kept: Uint8Array[] = [];
    let returned = 0;
    for await (const bytes of worker.chunks({ chunks: 100 })) {
      const number = kept.length + returned;
      expect(bytes[7]).toBe(number);
      if (number % 2 === 0) kept.push(bytes);
      else {
        giveBack(bytes);
        returned += 1;
        expect(bytes.length).toBe(0);
      }
      await wait(1);
    }
    expect(kept.map((bytes) => bytes[7])).toEqual(numbers(50).map((at) => at * 2));
    expect(kept.some((bytes) => bytes[0] === 1)).toBe(true);
    giveBack(new Uint8Array(8));
  });

  test('waits while nobody takes, and stops when nobody wants any more', async () => {
    const worker = start();
    for await (const bytes of worker.chunks({ chunks: 1_000_000_000 })) {
      if (bytes[7] === 3) break;
      await wait(1);
    }
    expect(await all(worker, { chunks: 5 })).toEqual(numbers(5));
  });

  test('fails as it failed there, and serves on', async () => {
    const worker = start();
    const told = await all(worker, { chunks: 2, fails: 'as the house' }).catch((error: unknown) => error);
    expect(told).toBeInstanceOf(GodwitError);
    expect(told).toMatchObject({ code: 'a.code', fate: 'later', detail: 'of itself', where: { file: 'x' } });
    await expect(all(worker, { chunks: 9, fails: 'as anybody' })).rejects.toThrow('out of it');
    expect(await all(worker, { chunks: 5 })).toEqual(numbers(5));
  });

  test('an order of a thread that ended fails, and every later one', async () => {
    const worker = start();
    await expect(all(worker, { chunks: 1, fails: 'as a process' })).rejects.toThrow('the thread ended');
    await expect(all(worker, { chunks: 1 })).rejects.toThrow('the thread ended');
  });

  test('a thread that was closed while it worked fails its order', async () => {
    const worker = start();
    const chunks = worker.chunks({ chunks: 1_000 });
    await chunks.next();
    await worker[Symbol.asyncDispose]();
    const rest = (async () => {
      for await (const _bytes of chunks);
    })();
    await expect(rest).rejects.toThrow('the thread ended');
  });
});
