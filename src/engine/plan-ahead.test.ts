import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { skipWithoutPostgres } from '../../tests/servers/index.ts';
import { executeStep, type Session } from './index.ts';
import { PlanUnderWay } from './plan-under-way.ts';
import { PostgresWorld, steps } from './postgres-world.contract.ts';

const [copyTeams, copyPlayers] = steps as [(typeof steps)[number], (typeof steps)[number]];

describe.skipIf(skipWithoutPostgres(18))('the next copy, planned while the present one travels', () => {
  let world: PostgresWorld;
  let work: Session;
  beforeAll(async () => {
    world = await PostgresWorld.start();
  });
  afterAll(async () => world.server.stop());
  beforeEach(async () => {
    await world.begin();
    work = await world.session({ limits: { rowsPerSlice: 300, slicesAtOnceMax: 2 } });
  });
  afterEach(async () => {
    await work[Symbol.asyncDispose]();
    await work.journal[Symbol.asyncDispose]();
    await world.end();
  });

  const ahead = async (): ReturnType<PlanUnderWay['take']> =>
    work.nextPlan.take(copyPlayers.id, work.connections.generation);

  test('it is the plan the step would make, and the journal hears of it with the step', async () => {
    expect((await executeStep(work, copyTeams, world.plans, copyPlayers)).outcome).toBe('done');
    const made = await ahead();
    expect(await work.journal.plan(work.run, copyPlayers.id)).toBeNull();
    expect((await executeStep(work, copyPlayers, world.plans)).outcome).toBe('done');
    expect(await work.journal.plan(work.run, copyPlayers.id)).toEqual(made?.plan);
    expect(made?.plan).toMatchObject({ rowsSource: '2000', slices: { length: 7 } });
  });

  test('the step takes it: nothing is cut a second time', async () => {
    await executeStep(work, copyTeams, world.plans, copyPlayers);
    const snapshot = await work.connections.snapshot();
    snapshot.split = () => {
      throw new Error('cut again');
    };
    expect(await executeStep(work, copyPlayers, world.plans)).toMatchObject({
      outcome: 'done',
      slicesPlanned: 7,
    });
  });

  test('with other connections, or for slices of another size, it is made anew', async () => {
    await executeStep(work, copyTeams, world.plans, copyPlayers);
    await work.connections.renew(work.connections.generation);
    expect(await ahead()).toBeNull();
    work.nextPlan.begin(copyPlayers.id, work.connections.generation, async () => ({
      rowsPerSlice: 299,
      plan: { slices: [], rowsSource: '0', position: (await work.connections.snapshot()).position },
    }));
    expect(await executeStep(work, copyPlayers, world.plans)).toMatchObject({ slicesPlanned: 7 });
  });

  test('who agreed to one slice at a time has the source read by one', async () => {
    await using gentle = await world.session({ limits: { rowsPerSlice: 300, slicesAtOnceMax: 1 } });
    await executeStep(gentle, copyTeams, world.plans, copyPlayers);
    expect(await gentle.nextPlan.take(copyPlayers.id, gentle.connections.generation)).toBeNull();
    await gentle.journal[Symbol.asyncDispose]();
  });
});

test('a plan that fails is none', async () => {
  const plan = new PlanUnderWay();
  plan.begin('a', 0, async () => {
    throw new Error('away');
  });
  expect(await plan.take('a', 0)).toBeNull();
  await plan.end();
});
