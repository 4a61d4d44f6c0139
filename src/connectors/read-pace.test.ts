import { expect, test } from 'vitest';
import type { Clock } from '../host/index.ts';
import type { ReadBudget } from '../model/index.ts';
import { ReadPace } from './read-pace.ts';

/** Time that only passes while somebody sleeps, or is let pass. */
class HandClock implements Clock {
  ms = 0;

  now(): string {
    return new Date(this.ms).toISOString();
  }

  elapsedMs(): number {
    return this.ms;
  }

  async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) throw signal.reason;
    this.ms += durationMs;
  }
}

const mib = 2 ** 20;

async function* chunks(count: number, clock: HandClock, readMs = 0): AsyncGenerator<number> {
  for (let at = 0; at < count; at += 1) {
    clock.ms += readMs;
    yield at;
  }
}

interface World {
  readonly budget?: ReadBudget | null;
  readonly shared?: () => Promise<boolean | null>;
  readonly holds?: () => Promise<string | null>;
  readonly signal?: AbortSignal;
  readonly readMs?: number;
}

/** Reads 64 pieces of 128 KiB; answers with what came, the time it took and what is told of it. */
async function read(world: World): Promise<{ items: number[]; ms: number; notes: readonly string[] }> {
  const clock = new HandClock();
  const { budget = null, shared = null, holds, signal = new AbortController().signal } = world;
  const brakes = holds ? [{ holds }] : [];
  const pace = new ReadPace({ clock, budget, shared, brakes, signal });
  const items: number[] = [];
  for await (const item of pace.through(chunks(64, clock, world.readMs), () => mib / 8)) items.push(item);
  return { items, ms: clock.ms, notes: pace.takeNotes() };
}

const all = Array.from({ length: 64 }, (_, at) => at);

test('eight MiB at two a second take four seconds, all of them and in their order', async () => {
  const { items, ms, notes } = await read({ budget: { mibPerSecondMax: 2, holds: 'always' } });
  expect(items).toEqual(all);
  expect(ms).toBeGreaterThan(3_900);
  expect(ms).toBeLessThan(4_100);
  expect(notes).toEqual(['reading waited 4 s in all: at most 2 MiB a second for reading the source']);
});

test('without a budget nobody waits', async () => {
  expect(await read({})).toEqual({ items: all, ms: 0, notes: [] });
});

test('a quarter of the time is three parts of rest for each part of reading', async () => {
  const { ms } = await read({ budget: { timePercentMax: 25, holds: 'always' }, readMs: 10 });
  expect(ms).toBeGreaterThan(64 * 40 - 100);
  expect(ms).toBeLessThan(64 * 40 + 100);
});

test('a budget for a shared source holds while others work on it, and no longer', async () => {
  const budget = { mibPerSecondMax: 2, holds: 'shared' } as const;
  expect((await read({ budget, shared: async () => false })).ms).toBe(0);
  expect((await read({ budget, shared: async () => null })).ms).toBe(0);
  expect((await read({ budget, shared: async () => true })).ms).toBeGreaterThan(3_900);
  let looks = 0;
  const leaving = await read({
    budget,
    shared: async () => {
      looks += 1;
      return looks === 1;
    },
  });
  // They are looked for once a second.
  expect(leaving.ms).toBeGreaterThan(900);
  expect(leaving.ms).toBeLessThan(1_200);
});

test('rests while something holds, tells why, and lets a piece through now and then', async () => {
  let looks = 0;
  const holds = async (): Promise<string | null> => {
    looks += 1;
    return looks <= 5 ? 'a replica was behind' : null;
  };
  const { items, ms, notes } = await read({ holds });
  expect(items).toEqual(all);
  expect(ms).toBe(5_000);
  expect(notes).toEqual(['reading waited 5 s in all: a replica was behind']);
  const forever = await read({ holds: async () => 'always so' });
  expect(forever.items).toEqual(all);
  // The end of it is asked for, too.
  expect(forever.ms).toBe(65 * 60_000);
});

test('who was asked to stop waits for nothing any more', async () => {
  const signal = AbortSignal.abort(new Error('stop'));
  const holds = async (): Promise<string> => 'always so';
  const stopped = await read({ budget: { mibPerSecondMax: 1, holds: 'always' }, holds, signal });
  expect(stopped).toEqual({ items: all, ms: 0, notes: [] });
});

test('several readers share one budget, and what is left early is closed', async () => {
  const clock = new HandClock();
  const budget = { mibPerSecondMax: 2, holds: 'always' } as const;
  const pace = new ReadPace({
    clock,
    budget,
    shared: null,
    brakes: [],
    signal: new AbortController().signal,
  });
  let closed = 0;
  async function* source(): AsyncGenerator<number> {
    try {
      yield* chunks(64, clock);
    } finally {
      closed += 1;
    }
  }
  const lane = async (): Promise<void> => {
    let count = 0;
    for await (const _item of pace.through(source(), () => mib / 8)) {
      count += 1;
      if (count === 16) break;
    }
  };
  await Promise.all([lane(), lane()]);
  expect(clock.ms).toBeGreaterThan(1_900);
  expect(pace.waitedMs).toBeGreaterThan(1_900);
  expect(pace.waitedMs).toBeLessThanOrEqual(clock.ms);
  expect(closed).toBe(2);
});
