import { expect, test } from 'vitest';
import { callsTakeMs, daysWaited, type Quota } from '../../../model/index.ts';
import { ourCalls } from './our-calls.ts';
import { QuotaWorld, settled } from './quota-world.contract.ts';

const dayMs = 86_400_000;
const day: Quota = { name: 'day', rule: { kind: 'rolling', windowMs: dayMs }, limit: 1_000 };

/** Calls one after the other, each as soon as the book lets it; gives how many days that took. */
async function callAll(world: QuotaWorld, quota: Quota, calls: number): Promise<number> {
  const fromMs = world.trueMs;
  for (let made = 0; made < calls; ) {
    const grant = await world.book.reserve([{ quota, cost: 1 }], 1_000);
    if (grant.granted) {
      await world.book.settle(grant.id, settled());
      made += 1;
    } else world.trueMs += grant.waitMs;
  }
  return (world.trueMs - fromMs) / dayMs;
}

test.each([1, 0.5, 0.1])(
  'what is ours of a day with a share of %d is what it gives, day by day',
  async (share) => {
    using world = new QuotaWorld();
    const quota = { ...day, share };
    const mine = 1_000 * share;
    expect(await ourCalls(world.book, quota)).toEqual({ calls: mine, left: mine, of: 1_000 });
    expect(await callAll(world, quota, 30)).toBe(0);
    const told = await ourCalls(world.book, quota);
    expect(told).toEqual({ calls: mine, left: mine - 30, of: 1_000 });
    const limit = {
      system: 'target',
      name: 'a day',
      calls: told.calls,
      left: told.left,
      everyMs: dayMs,
    } as const;
    const calls = told.left + told.calls + 1;
    expect([daysWaited(calls, [limit]), callsTakeMs(calls, [limit])]).toEqual([2, dayMs]);
    expect(await callAll(world, quota, calls)).toBeCloseTo(2, 1);
  },
);

test('what others were seen to use comes off; a share that leaves them more than that takes nothing off twice', async () => {
  using world = new QuotaWorld();
  const grant = await world.book.reserve([{ quota: day, cost: 100 }], 1_000);
  if (grant.granted)
    await world.book.settle(grant.id, settled({ quota: 'day', limit: 1_000, remaining: 600 }));
  const { calls, left, of } = await ourCalls(world.book, day);
  // They use 300, and a little is left to what they use until somebody looks again.
  expect(of).toBe(1_000);
  expect(calls).toBeLessThanOrEqual(700);
  expect(calls).toBeGreaterThan(390);
  expect(left).toBe(calls - 100);
  expect((await ourCalls(world.book, { ...day, share: 0.2 })).calls).toBe(200);
  // A single call that was not counted here is no habit of others.
  const few = { ...day, name: 'few' };
  const one = await world.book.reserve([{ quota: few, cost: 1 }], 1_000);
  if (one.granted) await world.book.settle(one.id, settled({ quota: 'few', limit: 1_000, remaining: 998 }));
  expect(await ourCalls(world.book, few)).toMatchObject({ calls: 1_000, left: 997 });
  expect((await ourCalls(world.book, { ...day, share: 0.05 })).left).toBe(0);
});
