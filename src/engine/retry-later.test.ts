import { expect, test } from 'vitest';
import { type Clock, type Random, silentLog } from '../host/index.ts';
import { GodwitError } from '../model/index.ts';
import { retryLater } from './retry-later.ts';

const away = new GodwitError({
  code: 'postgres.away',
  title: 'The server does not answer',
  nextStep: 'Start it.',
  fate: 'later',
});
const wrong = new GodwitError({ code: 'postgres.login', title: 'No', nextStep: 'Ask.', fate: 'never' });
const limits = { baseMs: 100, capMs: 1_000, budgetMs: 5_000 };

/** A clock that only moves when somebody sleeps. */
function quickClock(slept: number[]): Clock {
  let now = 0;
  return {
    now: () => '2026-11-20T10:00:00.000Z',
    elapsedMs: () => now,
    sleep: async (durationMs, signal) => {
      signal?.throwIfAborted();
      slept.push(durationMs);
      now += durationMs;
    },
  };
}

/** Always the same share of the way: 0 is nothing, 255 nearly all. */
const fixedRandom = (byte: number): Random => ({
  bytes: (count) => new Uint8Array(count).fill(byte),
  uuid: () => 'one',
});

function context(slept: number[], byte = 255, signal = new AbortController().signal) {
  const calls = { renewed: 0 };
  const renew = async (): Promise<void> => {
    calls.renewed += 1;
  };
  const clock = quickClock(slept);
  return { calls, clock, random: fixedRandom(byte), log: silentLog, signal, limits, renew };
}

test('what may pass is tried again with new connections until it works', async () => {
  const slept: number[] = [];
  const world = context(slept);
  let attempts = 0;
  const done = await retryLater(world, async () => {
    attempts += 1;
    if (attempts < 4) throw away;
    return 'there';
  });
  expect(done).toEqual({ kind: 'done', result: 'there' });
  expect(world.calls.renewed).toBe(3);
  expect(slept).toEqual([100, 200, 400]);
});

test('the wait is any part of its step, and the step has a ceiling', async () => {
  const slept: number[] = [];
  await expect(retryLater(context(slept), async () => Promise.reject(away))).rejects.toThrow();
  expect(Math.max(...slept)).toBe(1_000);
  const none: number[] = [];
  let attempts = 0;
  await retryLater(context(none, 0), async () => {
    attempts += 1;
    if (attempts < 9) throw away;
  });
  expect(new Set(none)).toEqual(new Set([0]));
});

test('a used budget asks for a person and says what was last seen', async () => {
  const error = await retryLater(context([]), async () => Promise.reject(away)).catch(
    (caught: unknown) => caught,
  );
  expect(error).toMatchObject({ code: 'engine.retries-exhausted', fate: 'pause', cause: away });
  expect(String(error)).toContain('postgres.away');
});

test('who has to decide hears what was seen to hold it up', async () => {
  const words = 'a lock on person in the target is held by nightly report (pid 311, user ada)';
  const stall = { role: 'target', kind: 'lock', words, more: ', in a transaction of 340 s' } as const;
  const world = { ...context([]), cause: () => stall };
  await expect(retryLater(world, async () => Promise.reject(away))).rejects.toMatchObject({
    code: 'engine.retries-exhausted',
    detail: expect.stringContaining(`${words}, in a transaction of 340 s`),
  });
});

test('what cannot pass is not tried again', async () => {
  const slept: number[] = [];
  await expect(retryLater(context(slept), async () => Promise.reject(wrong))).rejects.toBe(wrong);
  const defect = new TypeError('a defect');
  await expect(retryLater(context(slept), async () => Promise.reject(defect))).rejects.toBe(defect);
  expect(slept).toEqual([]);
});

test('a failure to reconnect counts as the same failure', async () => {
  const slept: number[] = [];
  const world = { ...context(slept), renew: async (): Promise<void> => Promise.reject(away) };
  await expect(retryLater(world, async () => Promise.reject(away))).rejects.toMatchObject({
    code: 'engine.retries-exhausted',
  });
  expect(slept.length).toBeGreaterThan(3);
});

test('asking to stop ends the wait', async () => {
  const controller = new AbortController();
  const world = context([], 255, controller.signal);
  controller.abort();
  expect(await retryLater(world, async () => Promise.reject(away))).toEqual({ kind: 'stopped' });
});

test('who is asked to stop in the midst of the work has stopped; any other end of it is told', async () => {
  const asked = new AbortController();
  const work = async (): Promise<never> => {
    asked.abort();
    return asked.signal.throwIfAborted() as never;
  };
  expect(await retryLater(context([], 255, asked.signal), work)).toEqual({ kind: 'stopped' });
  await expect(retryLater(context([], 255, asked.signal), async () => Promise.reject(wrong))).rejects.toBe(
    wrong,
  );
});
