import { expect, test } from 'vitest';
import { systemClock } from '../../host/index.ts';
import { openPracticeHubspot } from '../../practice/index.ts';
import { json, serve } from './http-world.contract.ts';
import { practiceTime } from './vendor-time.ts';

const { signal } = new AbortController();
const within = { machine: systemClock, signal };

test("a practice system's time is taken as it is there, and runs as fast", async () => {
  const start = '2026-03-10T12:00:00.000Z';
  await using server = await openPracticeHubspot({ state: ':memory:', speed: 10_000, start });
  const { clock, steady, speed } = await practiceTime(server.url, within);
  const [here, from] = [Date.parse(clock.now()), performance.now()];
  expect(here).toBeGreaterThanOrEqual(Date.parse(start));
  await clock.sleep(100_000);
  expect(Date.parse(clock.now()) - here).toBeGreaterThanOrEqual(100_000);
  expect(performance.now() - from).toBeGreaterThanOrEqual(9);
  // It never runs ahead: a day that has not begun there has not begun here.
  const now = clock.now();
  const state = (await (await fetch(`${server.url}/__practice/state`)).json()) as { now: string };
  expect(Date.parse(state.now)).toBeGreaterThanOrEqual(Date.parse(now));
  expect([speed, steady.boot]).toEqual([10_000, `practice ${new URL(server.url).host}`]);
});

test('another machine, nothing there, and something else there have no time to take', async () => {
  for (const address of ['https://api.hubapi.com', 'http://127.0.0.1:1'])
    await expect(practiceTime(address, within)).rejects.toMatchObject({ code: 'http.no-practice-time' });
  await expect(practiceTime('http://api.hubapi.com', within)).rejects.toMatchObject({
    code: 'http.not-encrypted',
  });
});

test('answers that are late put nobody behind: the quickest of a few counts', async () => {
  const speed = 1_000;
  let answers = 0;
  const thereMs = (): number => performance.now() * speed;
  await using server = await serve((_request, response) => {
    answers += 1;
    const now = new Date(thereMs()).toISOString();
    setTimeout(() => json(response, 200, { now, speed }), answers === 4 ? 0 : 300);
  });
  const { clock } = await practiceTime(server.url, within);
  const behindMs = (thereMs() - Date.parse(clock.now())) / speed;
  expect(behindMs).toBeGreaterThanOrEqual(0);
  expect(behindMs).toBeLessThan(150);
});
