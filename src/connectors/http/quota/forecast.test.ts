import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Quota } from '../../../model/index.ts';
import { forecast } from './forecast.ts';
import { QuotaWorld, settled } from './quota-world.contract.ts';

const dayMs = 24 * 3_600_000;
const day: Quota = { name: 'day', rule: { kind: 'rolling', windowMs: dayMs }, limit: 100_000 };
const run = (quota: Quota, units: number) => ({
  charges: [{ quota, units }],
  calls: units,
  callMs: 100,
  atOnce: 10,
});

test('a run that needs three days says so before it starts', async () => {
  using world = new QuotaWorld();
  const told = await forecast(run(day, 350_000), world.book);
  expect(told.decidedBy).toBe('day');
  expect(told.doneInMs / dayMs).toBeCloseTo(3, 2);
  expect(told.pauses.map(({ fromMs, untilMs }) => [fromMs / dayMs, untilMs / dayMs])).toEqual([
    [0, 1],
    [1, 2],
    [2, 3],
  ]);
});

test('what was used already, and what others take, comes off', async () => {
  using world = new QuotaWorld();
  const grant = await world.book.reserve([{ quota: day, cost: 40_000 }], 1_000);
  if (grant.granted)
    await world.book.settle(grant.id, settled({ quota: 'day', limit: 100_000, remaining: 30_000 }));
  const told = await forecast(run(day, 60_000), world.book);
  expect(told.doneInMs / dayMs).toBeGreaterThan(0.99);
  expect(told.doneInMs / dayMs).toBeLessThan(1.01);
  expect((await forecast(run(day, 20_000), world.book)).decidedBy).toBeNull();
});

test('where no quota is in the way, the calls themselves decide', async () => {
  using world = new QuotaWorld();
  expect(await forecast(run(day, 50_000), world.book)).toEqual({
    doneInMs: 500_000,
    decidedBy: null,
    pauses: [],
  });
});

test('a day that ends at midnight gives all back at once', async () => {
  using world = new QuotaWorld(Date.parse('2026-11-22T18:00:00Z'));
  const midnight: Quota = {
    name: 'midnight',
    rule: { kind: 'midnight', zone: 'Europe/Stockholm' },
    limit: 1_000,
  };
  const told = await forecast(run(midnight, 2_500), world.book);
  // 19:00 there: five hours, and a day more.
  expect(told.doneInMs / 3_600_000).toBeCloseTo(5 + 24, 1);
});

test('what was foretold is what happens, for any costs and any use before', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 5, max: 20 }),
      fc.integer({ min: 1, max: 90 }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 4_000 })), {
        maxLength: 6,
      }),
      async (limit, units, before) => {
        using world = new QuotaWorld();
        const quota: Quota = { name: 'q', rule: { kind: 'rolling', windowMs: 10_000 }, limit };
        for (const [cost, thenMs] of before) {
          const grant = await world.book.reserve([{ quota, cost }], 1_000);
          if (grant.granted) await world.book.settle(grant.id, settled());
          world.trueMs += thenMs;
        }
        const { doneInMs } = await forecast({ ...run(quota, units), callMs: 0 }, world.book);
        const startMs = world.trueMs;
        for (let at = 0; at < units; ) {
          const grant = await world.book.reserve([{ quota, cost: 1 }], 1_000);
          if (grant.granted) {
            await world.book.settle(grant.id, settled());
            at += 1;
          } else world.trueMs += grant.waitMs;
        }
        const rounds = units / limit + 2;
        expect(Math.abs(world.trueMs - startMs - doneInMs)).toBeLessThanOrEqual(11 * rounds);
      },
    ),
    { numRuns: 30 },
  );
});
