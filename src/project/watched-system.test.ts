import { expect, test } from 'vitest';
import type { OpenSystem, Reading, Vitals } from '../connectors/index.ts';
import { type Clock, silentLog } from '../host/index.ts';
import { GodwitError } from '../model/index.ts';
import { WatchedSystem } from './watched-system.ts';

const away = new GodwitError({ code: 'test.away', title: 'Away', nextStep: 'Wait.', fate: 'later' });

/** What a system says, reading by reading; an error stands for a system that is away. */
function watched(said: readonly (Vitals | GodwitError)[]): {
  readonly system: WatchedSystem;
  readonly pass: (ms: number) => void;
  readonly opened: () => number;
} {
  const left = [...said];
  let [elapsedMs, opened] = [0, 0];
  const clock = { elapsedMs: () => elapsedMs } as Clock;
  const open = async (): Promise<OpenSystem> => {
    opened += 1;
    const read = async (): Promise<Vitals> => {
      const next = left.shift();
      if (!next || next instanceof GodwitError) throw next ?? away;
      return next;
    };
    return { watches: { read }, [Symbol.asyncDispose]: async () => undefined } as unknown as OpenSystem;
  };
  const system = new WatchedSystem({
    role: 'target',
    wanted: new Set<Reading>(),
    open,
    clock,
    log: silentLog,
  });
  return { system, pass: (ms) => void (elapsedMs += ms), opened: () => opened };
}

const replica = (name: string, lagMs: number | null): Vitals => ({ replicas: [{ name, lagMs }] });

test('the replica that is furthest behind counts', async () => {
  const { system } = watched([
    {
      replicas: [
        { name: 'a', lagMs: 10 },
        { name: 'b', lagMs: 30 },
        { name: 'c', lagMs: 20 },
      ],
    },
  ]);
  await system.look();
  expect(system.seen.replicaLag).toEqual({ name: 'b', ms: 30 });
});

test('a replica that no longer follows, or is gone, falls behind by each second that passes', async () => {
  const { system, pass } = watched([
    replica('a', 500),
    replica('a', null),
    { replicas: [] },
    replica('a', 0),
  ]);
  for (const expected of [500, 2_500, 4_500, 0]) {
    await system.look();
    expect(system.seen.replicaLag?.ms).toBe(expected);
    pass(2_000);
  }
});

test('one of two replicas with the same name is missed', async () => {
  const both = {
    replicas: [
      { name: 'a', lagMs: 0 },
      { name: 'a', lagMs: 0 },
    ],
  };
  const { system, pass } = watched([both, replica('a', 0)]);
  await system.look();
  pass(9_000);
  await system.look();
  expect(system.seen.replicaLag).toEqual({ name: 'a (2)', ms: 9_000 });
});

test('the log counts from the beginning of each step', async () => {
  const { system } = watched(['100', '150', '175'].map((logBytes) => ({ logBytes })));
  await system.look();
  expect(system.seen.logWritten).toBe('0');
  await system.look();
  expect(system.seen.logWritten).toBe('50');
  system.beginStep();
  await system.look();
  expect(system.seen.logWritten).toBe('25');
});

test('a system that is away is opened anew, and how long it says nothing is told', async () => {
  const { system, pass, opened } = watched([{ logKeptBytes: '1' }, away, { logKeptBytes: '2' }]);
  await system.look();
  pass(70_000);
  await system.look();
  expect(system.seen).toMatchObject({ silentMs: 70_000, logKept: '1' });
  await system.look();
  expect(system.seen).toMatchObject({ silentMs: 0, logKept: '2' });
  expect(opened()).toBe(2);
});
