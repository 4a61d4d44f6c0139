import { beforeEach, expect, test } from 'vitest';
import type { CallWait } from '../model/index.ts';
import { CallsWaiting, type WaitTold } from './calls-waiting.ts';

let nowMs: number;
let told: WaitTold[];
let waiting: CallsWaiting;
const sleepers: { readonly dueMs: number; wake(): void }[] = [];

const clock = {
  now: () => new Date(nowMs).toISOString(),
  elapsedMs: () => nowMs,
  sleep: (durationMs: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      sleepers.push({ dueMs: nowMs + durationMs, wake: resolve });
      signal?.addEventListener('abort', () => reject(new Error('given up')));
    }),
};

async function pass(durationMs: number): Promise<void> {
  nowMs += durationMs;
  for (const sleeper of sleepers) if (sleeper.dueMs <= nowMs) sleeper.wake();
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

const waitFor = (machineMs: number, speed = 1): CallWait => ({
  spent: { used: 12, foreign: 0, limit: 12, rule: { kind: 'rolling', windowMs: 86_400_000 } },
  until: new Date(nowMs + machineMs * speed).toISOString(),
  machineMs,
  clock: speed === 1 ? 'machine' : 'practice',
  speed,
});

const kinds = (): readonly string[] => told.map(({ kind, system }) => `${system} ${kind}`);

beforeEach(() => {
  nowMs = 1_000_000;
  told = [];
  sleepers.length = 0;
  waiting = new CallsWaiting({ clock, place: (system) => `at ${system}`, tell: (one) => told.push(one) });
});

test('a long wait is told once when it begins, with what is known a moment later, and once when it goes on', async () => {
  // While calls are under way nobody knows how long it takes.
  waiting.see('target', waitFor(600_000));
  waiting.see('target', waitFor(7_200_000));
  expect(told).toEqual([]);
  await pass(1_000);
  waiting.see('target', waitFor(7_100_000));
  const wait = { ...waitFor(7_200_000), until: new Date(8_200_000).toISOString() };
  expect(told).toEqual([{ kind: 'waits', system: 'target', place: 'at target', wait }]);
  await pass(3_000_000);
  waiting.see('target', null);
  waiting.see('target', null);
  expect(told.slice(1)).toEqual([{ kind: 'goes-on', system: 'target', waitedMs: 3_001_000 }]);
});

test('waits of seconds are not told, but for those that come one behind the other without a call', async () => {
  waiting.see('target', waitFor(9_000));
  await pass(1_000);
  waiting.see('target', null);
  expect(waiting.standing).toEqual([]);
  for (let at = 0; at < 3; at += 1) {
    waiting.see('source', waitFor(4_000));
    await pass(4_000);
  }
  expect(kinds()).toEqual(['source waits']);
});

test('where calls come back a few at a time, not every wait is told', async () => {
  waiting.see('target', waitFor(3_600_000));
  await pass(3_600_000);
  for (let at = 0; at < 6; at += 1) {
    waiting.see('target', null);
    await pass(500);
    waiting.see('target', waitFor(86_000));
    await pass(86_000);
  }
  expect(kinds()).toEqual(['target waits', 'target goes-on']);
  // One that is as long itself is.
  waiting.see('target', null);
  waiting.see('target', waitFor(3_600_000));
  await pass(1_000);
  expect(kinds()).toEqual(['target waits', 'target goes-on', 'target waits']);
});

test('in a time that runs faster the same waits are told, in the time they take here', async () => {
  for (let day = 0; day < 2; day += 1) {
    waiting.see('target', waitFor(13_000, 6_646));
    await pass(13_000);
    waiting.see('target', null);
  }
  expect(kinds()).toEqual(['target waits', 'target goes-on', 'target waits', 'target goes-on']);
});

test('a wait that lasts longer than it looked is told again each hour', async () => {
  for (let at = 0; at < 13; at += 1) {
    waiting.see('target', waitFor(600_000));
    await pass(600_000);
  }
  expect(kinds()).toEqual(['target waits', 'target still-waits']);
});

test('it is over with the project, and what was refused is known until then', async () => {
  waiting.see('target', waitFor(60_000));
  expect(waiting.standing).toMatchObject([{ system: 'target', place: 'at target' }]);
  waiting[Symbol.dispose]();
  await pass(1_000);
  expect([told, waiting.standing]).toEqual([[], []]);
  const why = new Error('asked to stop');
  waiting.giveUp(why);
  expect(waiting.givenUp.reason).toBe(why);
});
