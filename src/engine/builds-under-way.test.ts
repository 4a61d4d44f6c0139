import { expect, test } from 'vitest';
import { GodwitError } from '../model/index.ts';
import { BuildsUnderWay } from './builds-under-way.ts';

const index = { stage: 'build', relation: 'teams', name: 'by_title' } as const;

function away(fate: GodwitError['fate']): GodwitError {
  return new GodwitError({ code: 'postgres.went-away', title: 'away', detail: '', nextStep: 'wait', fate });
}

/** Work that lasts until it is told how to end. */
function held(): { begun: boolean; readonly work: () => Promise<void>; end: (failure?: Error) => void } {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const self = {
    begun: false,
    work: async (): Promise<void> => {
      self.begun = true;
      await promise;
    },
    end: (failure?: Error): void => (failure ? reject(failure) : resolve()),
  };
  return self;
}

test('the end waits for what is under way, and what waits may be taken again', async () => {
  const builds = new BuildsUnderWay();
  const [first, second] = [held(), held()];
  builds.take('teams', first.work, () => undefined);
  builds.take('players', second.work, () => undefined);
  await Promise.resolve();
  let ended = false;
  const ending = builds.end().then(() => (ended = true));
  expect(builds.goesOn()).toBe(false);
  await new Promise(setImmediate);
  expect([first.begun, second.begun, ended]).toEqual([true, false, false]);
  first.end();
  await ending;
  expect([second.begun, builds.has('players'), builds.goesOn()]).toEqual([false, false, true]);
});

test('a failure that may pass lets a relation be taken again, another one leaves it to its step', async () => {
  const builds = new BuildsUnderWay();
  const failures: unknown[] = [];
  for (const [relation, fate] of [
    ['teams', 'later'],
    ['players', 'never'],
  ] as const)
    builds.take(
      relation,
      async () => {
        throw away(fate);
      },
      (error) => failures.push(error),
    );
  await new Promise(setImmediate);
  await builds.end();
  expect([builds.has('teams'), builds.has('players'), failures.length]).toEqual([false, true, 2]);
});

test('a defect ends the work and comes out', async () => {
  const builds = new BuildsUnderWay();
  const second = held();
  builds.take(
    'teams',
    async () => {
      throw new RangeError('defect');
    },
    () => undefined,
  );
  builds.take('players', second.work, () => undefined);
  await new Promise(setImmediate);
  await expect(builds.end()).rejects.toThrow('defect');
  expect(second.begun).toBe(false);
  expect(() => builds.check()).toThrow('defect');
});

test('a statement that is under way is waited for, however it ends', async () => {
  const builds = new BuildsUnderWay();
  const [first, second] = [held(), held()];
  const failing = builds.alone(index, first.work).catch((error: unknown) => error);
  expect(builds.isUnderWay(index)).toBe(true);
  const waiting = builds.alone(index, second.work);
  await new Promise(setImmediate);
  expect(second.begun).toBe(false);
  first.end(away('later'));
  expect(await failing).toMatchObject({ fate: 'later' });
  second.end();
  await waiting;
  expect([second.begun, builds.isUnderWay(index)]).toEqual([true, false]);
});
