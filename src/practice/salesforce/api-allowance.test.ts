import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSignedIn } from './signed-in.contract.ts';

const hourMs = 60 * 60 * 1000;
const org = { callsADay: 3, sessionMinutes: 100_000 };
// The design's sources for this body: two public files that quote it, and Airbyte's source-salesforce, which ends a sync on it.
const refused = [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }];

test('a call more than the day has is a 403 without a time to wait', async () => {
  await using signedIn = await openSignedIn({ org });
  for (const used of [1, 2, 3]) {
    const reply = await signedIn.call('GET', 'limits');
    expect(reply.status).toBe(200);
    expect(reply.headers.get('sforce-limit-info')).toBe(`api-usage=${used}/3`);
    expect(reply.body['DailyApiRequests']).toEqual({ Max: 3, Remaining: 3 - used });
  }
  const reply = await signedIn.call('GET', 'limits');
  expect(reply).toMatchObject({ status: 403, body: refused });
  expect(reply.headers.get('retry-after')).toBeNull();
  expect(reply.headers.get('sforce-limit-info')).toBe('api-usage=3/3');
  const looked = await signedIn.call('GET', '/__practice/state');
  expect(looked.body['system']).toMatchObject({ calls: { used: 3, most: 3, refused: 1 } });
});

test('the day rolls: a call counts for 24 hours, whoever made it', async () => {
  await using signedIn = await openSignedIn({ org, start: '2026-03-01T10:00:30.000Z' });
  await signedIn.call('GET', 'limits');
  await signedIn.order('clock', { advanceMs: 12 * hourMs });
  await signedIn.order('use-calls', { calls: 2 });
  expect((await signedIn.call('GET', 'limits')).status).toBe(403);
  await signedIn.order('clock', { advanceMs: 12 * hourMs });
  // Counted in minutes, rounded against the caller.
  expect((await signedIn.call('GET', 'limits')).status).toBe(403);
  await signedIn.order('clock', { advanceMs: 61_000 });
  expect((await signedIn.call('GET', 'limits')).status).toBe(200);
  expect((await signedIn.call('GET', 'limits')).status).toBe(403);
});

test('days pass in seconds of the clock on the wall, and each 24 hours have no more calls than they may', async () => {
  await using signedIn = await openSignedIn({ org, speed: 24 * 60 * 60 });
  const done: number[] = [];
  let refusals = 0;
  while (done.length < 9 || refusals === 0) {
    const { status, headers } = await signedIn.call('GET', 'limits');
    if (status === 200) done.push(Date.parse(headers.get('date') ?? ''));
    else refusals += 1;
  }
  for (const [at, ms] of done.slice(3).entries())
    expect(ms - (done[at] ?? 0)).toBeGreaterThanOrEqual(24 * hourMs);
});

test('what was used is known after a restart, and time goes on from where it stopped', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-practice-'));
  const state = join(folder, 'state.sqlite');
  try {
    {
      await using first = await openSignedIn({ org, state, start: '2020-01-01T00:00:00.000Z' });
      await first.call('GET', 'limits');
    }
    await using again = await openSignedIn({ org, state });
    const reply = await again.call('GET', 'limits');
    expect(reply.body['DailyApiRequests']).toEqual({ Max: 3, Remaining: 1 });
    expect(reply.headers.get('date')).toMatch(/01 Jan 2020/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  ['developer', 15_000],
  ['enterprise', 110_000],
  ['performance', 150_000],
  ['full-sandbox', 5_000_000],
])('%s with ten licences has %d calls a day', async (edition, calls) => {
  await using signedIn = await openSignedIn({ org: { edition } });
  expect((await signedIn.call('GET', 'limits')).body['DailyApiRequests']).toMatchObject({ Max: calls });
});

test('calls of 20 seconds and more may only run so many at a time', async () => {
  await using signedIn = await openSignedIn({
    org: { edition: 'developer', latency: { callMs: 40_000 } },
    speed: 100,
  });
  const running = Array.from({ length: 5 }, async () => (await signedIn.call('GET', 'limits')).status);
  await new Promise((resolve) => {
    setTimeout(resolve, 300);
  });
  const reply = await signedIn.call('GET', 'limits');
  expect(await Promise.all(running)).toEqual([200, 200, 200, 200, 200]);
  expect(reply).toMatchObject({
    status: 403,
    body: [
      {
        message: 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.',
        errorCode: 'REQUEST_LIMIT_EXCEEDED',
      },
    ],
  });
});
