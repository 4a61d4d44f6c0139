import { expect, test } from 'vitest';
import type { Clock } from '../../host/index.ts';
import { JobLooks, looksUsual } from './job-looks.ts';

/** Time passes only where somebody sleeps. */
function still(): { readonly clock: Clock; readonly sleeps: number[] } {
  const sleeps: number[] = [];
  const elapsedMs = (): number => sleeps.reduce((sum, one) => sum + one, 0);
  const sleep = async (durationMs: number): Promise<void> => void sleeps.push(durationMs);
  return { sleeps, clock: { now: () => new Date(elapsedMs()).toISOString(), elapsedMs, sleep } };
}

const { signal } = new AbortController();

/** How often a job is looked at that waits first and then works evenly, and how much later than its end the last look is. */
async function looksAt(records: number | null, queueMs: number, workMs: number): Promise<[number, number]> {
  const { clock } = still();
  const looks = new JobLooks(clock, records);
  await looks.first(signal);
  for (let times = 1; ; times += 1) {
    const worked = (clock.elapsedMs() - queueMs) / workMs;
    if (worked >= 1) return [times, clock.elapsedMs() - queueMs - workMs];
    await looks.next(Math.floor(Math.max(0, worked) * (records ?? 10_000)), signal);
  }
}

test.each([
  ['short', 2_000, 20_000],
  ['as long as a minute', 2_000, 60_000],
  ['of twelve minutes', 2_000, 720_000],
  ['of two hours', 2_000, 7_200_000],
])('a job %s takes about as many looks as are predicted', async (_what, queueMs, workMs) => {
  const [looks, lateMs] = await looksAt(10_000, queueMs, workMs);
  expect(looks).toBeGreaterThanOrEqual(looksUsual - 1);
  expect(looks).toBeLessThanOrEqual(looksUsual + 3);
  expect(lateMs).toBeLessThan(Math.max(60_000, workMs));
});

test('a job that waits long is not taken for a slow one', async () => {
  const [, lateMs] = await looksAt(10_000, 600_000, 10_000);
  expect(lateMs).toBeLessThanOrEqual(60_000);
});

test('where nobody knows how much there is, waits grow to a minute', async () => {
  const { clock, sleeps } = still();
  const looks = new JobLooks(clock, null);
  for (let times = 0; times < 7; times += 1) await looks.next(500, signal);
  expect(sleeps).toEqual([4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});
