import { expect, test } from 'vitest';
import { systemClock } from '../../host/index.ts';
import type { Quota } from '../../model/index.ts';
import { AdaptiveLimit } from './adaptive-limit.ts';
import { Circuit } from './circuit.ts';
import { Governor, type Pause } from './governor.ts';
import { QuotaWorld, settled } from './quota/quota-world.contract.ts';

const wide: Quota = { name: 'wide', rule: { kind: 'rolling', windowMs: 10_000 }, limit: 2 };
const narrow: Quota = { name: 'narrow', rule: { kind: 'rolling', windowMs: 60_000 }, limit: 1 };
const charge = (...quotas: Quota[]) => quotas.map((quota) => ({ quota, cost: 1 }));

function govern(
  world: QuotaWorld,
  options: { most?: number; signal?: AbortSignal; clock?: typeof systemClock } = {},
) {
  const pauses: Pause[] = [];
  const circuit = new Circuit({ failures: 2, restMs: 5_000, restMostMs: 60_000 });
  const atOnce = new AdaptiveLimit({ start: options.most ?? 10, least: 1, most: options.most ?? 10 });
  const governor = new Governor({
    book: world.book,
    clock: options.clock ?? world.clock,
    atOnce,
    circuit,
    signal: options.signal ?? new AbortController().signal,
    onPause: (pause) => pauses.push(pause),
  });
  return { governor, circuit, pauses };
}

test('sleeps until the quota comes back, says so, and goes on by itself', async () => {
  using world = new QuotaWorld();
  const { governor, pauses } = govern(world);
  const startMs = world.trueMs;
  for (let at = 0; at < 5; at += 1) {
    const leave = await governor.enter({ charges: charge(wide), answerMs: 1_000 });
    await leave.settle(settled());
    leave.end();
  }
  expect(world.trueMs - startMs).toBeGreaterThanOrEqual(20_000);
  expect(world.trueMs - startMs).toBeLessThan(20_200);
  expect(pauses.map(({ because }) => because)).toEqual(['wide', 'wide']);
});

test('what comes back together goes two at once, then one by one, a little faster than evenly', async () => {
  using world = new QuotaWorld();
  const { governor } = govern(world);
  const hundred: Quota = { ...wide, limit: 100 };
  const enter = async (): Promise<number> => {
    const leave = await governor.enter({ charges: charge(hundred), answerMs: 1_000 });
    leave.end();
    return world.trueMs;
  };
  await enter();
  // Another process of the project used the rest at once: it comes back at once.
  const rest = await world.book.reserve([{ quota: hundred, cost: 99 }], 1_000);
  if (rest.granted) await world.book.settle(rest.id, settled());
  const times: number[] = [];
  for (let at = 0; at < 8; at += 1) times.push(await enter());
  const gapsMs = times.slice(1).map((atMs, at) => Math.round(atMs - (times[at] ?? 0)));
  expect(gapsMs).toEqual([0, 60, 80, 80, 80, 80, 80]);
});

test('fails with the instant instead, where a call may not wait that long', async () => {
  using world = new QuotaWorld();
  const { governor } = govern(world);
  const passage = { charges: charge(narrow), answerMs: 1_000, waitMostMs: 30_000 };
  const leave = await governor.enter(passage);
  await leave.settle(settled());
  await expect(governor.enter(passage)).rejects.toMatchObject({ code: 'http.quota-spent', fate: 'later' });
});

test('a call that waits for a narrow quota holds up no other', async () => {
  using world = new QuotaWorld();
  const stop = new AbortController();
  const { governor } = govern(world, { signal: stop.signal, clock: systemClock });
  (await governor.enter({ charges: charge(narrow), answerMs: 1_000 })).end();
  const waiting = governor.enter({ charges: charge(narrow), answerMs: 1_000 });
  const through = await governor.enter({ charges: charge(wide), answerMs: 1_000 });
  expect(through.id).not.toBe('');
  stop.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
});

test('lets no more go at once than the other side bears', async () => {
  using world = new QuotaWorld();
  const { governor } = govern(world, { most: 1, clock: systemClock });
  const first = await governor.enter({ charges: [], answerMs: 1_000 });
  let second = false;
  const waiting = governor.enter({ charges: [], answerMs: 1_000 }).then((leave) => {
    second = true;
    return leave;
  });
  await systemClock.sleep(20);
  expect([second, governor.underWay]).toEqual([false, 1]);
  first.end();
  (await waiting).end();
  expect([second, governor.underWay]).toEqual([true, 0]);
});

test('waits while the circuit is open, then one attempt probes', async () => {
  using world = new QuotaWorld();
  const { governor, circuit, pauses } = govern(world);
  circuit.failed(world.clock.elapsedMs());
  expect(circuit.open).toBe(false);
  circuit.failed(world.clock.elapsedMs());
  const startMs = world.trueMs;
  const probe = await governor.enter({ charges: [], answerMs: 1_000 });
  expect(world.trueMs - startMs).toBe(5_000);
  expect(pauses).toMatchObject([{ because: 'circuit' }]);
  expect(circuit.waitMs(world.clock.elapsedMs())).toBeGreaterThan(0);
  circuit.failed(world.clock.elapsedMs());
  expect(circuit.waitMs(world.clock.elapsedMs())).toBe(10_000);
  world.trueMs += 10_000;
  circuit.leave();
  circuit.succeeded();
  probe.end();
  expect(circuit.waitMs(world.clock.elapsedMs())).toBe(0);
});
