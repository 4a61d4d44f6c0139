import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { skipWithoutPostgres } from '../../tests/servers/index.ts';
import { lookAtTarget } from './index.ts';
import { PostgresWorld } from './postgres-world.contract.ts';

describe.skipIf(skipWithoutPostgres(18))('a look at the target between two steps', () => {
  let world: PostgresWorld;
  beforeAll(async () => {
    world = await PostgresWorld.start();
  });
  afterAll(async () => world.server.stop());
  beforeEach(async () => world.begin());
  afterEach(async () => world.end());

  test('is repeated with new connections, once', async () => {
    await using work = await world.session();
    let looks = 0;
    const look = async (): Promise<number> =>
      lookAtTarget(work, async (target) => {
        looks += 1;
        if (looks !== 1 && looks !== 3) return (await target.applied('run-1')).length;
        await world.server.kill();
        const failure: unknown = await target.applied('run-1').catch((error: unknown) => error);
        if (looks === 1) await world.server.restart();
        throw failure;
      });
    expect([await look(), looks]).toEqual([0, 2]);
    await expect(look()).rejects.toMatchObject({ fate: 'later' });
    await world.server.restart();
    expect([await look(), looks]).toEqual([0, 4]);
    await work.journal[Symbol.asyncDispose]();
  });
});
