import { expect, test } from 'vitest';
import { send, wordOf } from '../reply.contract.ts';
import { openConnected } from './signed-in.contract.ts';

const contacts = '/crm/v3/objects/contacts';
const hourMs = 3_600_000;

test.each([
  ['free', 0, 100, 250_000],
  ['starter', 0, 100, 250_000],
  ['professional', 0, 190, 625_000],
  ['enterprise', 0, 190, 1_000_000],
  ['professional', 2, 250, 2_625_000],
])('%s with %d increases: %d in ten seconds, %d a day', async (plan, increases, tenSeconds, day) => {
  await using connected = await openConnected({ account: { plan, increases }, speed: 0.001 });
  const { headers } = await connected.call('GET', contacts);
  expect(headers.get('x-hubspot-ratelimit-max')).toBe(String(tenSeconds));
  expect(headers.get('x-hubspot-ratelimit-remaining')).toBe(String(tenSeconds - 1));
  expect(headers.get('x-hubspot-ratelimit-interval-milliseconds')).toBe('10000');
  expect(headers.get('x-hubspot-ratelimit-daily')).toBe(String(day));
  expect(headers.get('x-hubspot-ratelimit-daily-remaining')).toBe(String(day - 1));
  expect(headers.get('x-hubspot-ratelimit-secondly')).toBeNull();
});

test('ten seconds roll: a call is free again ten seconds after it, not at the next full ten', async () => {
  await using connected = await openConnected({ account: { callsPerTenSeconds: 2 }, speed: 0.001 });
  const status = async () => (await connected.call('GET', contacts)).status;
  const pass = async (advanceMs: number) => await connected.order('clock', { advanceMs });
  expect(await status()).toBe(200);
  await pass(6_000);
  expect([await status(), await status()]).toEqual([200, 429]);
  await pass(4_050);
  expect([await status(), await status()]).toEqual([200, 429]);
  await pass(5_000);
  expect(await status()).toBe(429);
  await pass(1_000);
  expect([await status(), await status()]).toEqual([200, 429]);
});

test('the day ends at midnight of the zone, and is shared by all private apps', async () => {
  const scopes = ['crm.objects.contacts.read'];
  const apps = ['practice', 'other'].map((name) => ({ name, token: `pat-${name}`, scopes }));
  await using connected = await openConnected({
    account: { callsADay: 3, zone: 'Europe/Stockholm', apps },
    start: '2026-03-01T22:30:00.000Z',
    speed: 0.001,
  });
  const call = async (app: string) =>
    (await connected.call('GET', contacts, undefined, { authorization: `Bearer pat-${app}` })).status;
  expect([await call('practice'), await call('other'), await call('other')]).toEqual([200, 200, 200]);
  expect([await call('practice'), await call('other')]).toEqual([429, 429]);
  // 23:00 UTC is midnight there, an hour before the day of UTC ends.
  await connected.order('clock', { advanceMs: hourMs / 2 });
  expect(await call('practice')).toBe(200);
  await connected.order('use-calls', { calls: 2 });
  expect(await call('practice')).toBe(429);
  expect((await connected.call('GET', '/__practice/state')).body['system']).toMatchObject({
    calls: { used: 3, most: 3, refused: 1 },
  });
});

test('each app has ten seconds of its own; a public one has 110 and no day', async () => {
  const oauth = { kind: 'oauth', clientId: 'c', clientSecret: 's', refreshToken: 'r' };
  const apps = [
    { name: 'practice', token: 'pat-practice' },
    { name: 'service', kind: 'service-key', token: 'key' },
    { name: 'public', ...oauth },
  ];
  await using connected = await openConnected({ account: { apps, callsADay: 2 }, speed: 0.001 });
  const grant = { grant_type: 'refresh_token', client_id: 'c', client_secret: 's', refresh_token: 'r' };
  const signed = await send(`${connected.url}/oauth/v1/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(grant).toString(),
  });
  const call = async (token: string) =>
    await connected.call('GET', contacts, undefined, { authorization: `Bearer ${token}` });
  const key = await call('key');
  expect(key.headers.get('x-hubspot-ratelimit-secondly')).toBe('19');
  expect(key.headers.get('x-hubspot-ratelimit-secondly-remaining')).toBe('19');
  await call('pat-practice');
  expect((await call('pat-practice')).status).toBe(429);
  const open = await call(wordOf(signed.body['access_token']));
  expect(open.status).toBe(200);
  expect(open.headers.get('x-hubspot-ratelimit-max')).toBe('110');
  expect(open.headers.get('x-hubspot-ratelimit-daily')).toBeNull();
});

test('searches have five in a second, and say nothing of limits', async () => {
  await using connected = await openConnected({ speed: 0.001 });
  const statuses: number[] = [];
  for (let at = 0; at < 6; at += 1) {
    const reply = await connected.call('POST', `${contacts}/search`, {});
    statuses.push(reply.status);
    expect([...reply.headers.keys()].filter((name) => name.startsWith('x-hubspot-ratelimit'))).toEqual([]);
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  expect((await connected.call('GET', contacts)).status).toBe(200);
  await connected.order('clock', { advanceMs: 1_100 });
  expect((await connected.call('POST', `${contacts}/search`, {})).status).toBe(200);
});

test('in any ten seconds there are no more calls than may be, at thirty times the speed', async () => {
  await using connected = await openConnected({ account: { callsPerTenSeconds: 5 }, speed: 30 });
  const done: number[] = [];
  while (done.length < 15) {
    const { status, headers } = await connected.call('GET', contacts);
    if (status === 200) done.push(Date.parse(headers.get('date') ?? ''));
  }
  // The header counts in whole seconds.
  for (const [at, ms] of done.slice(5).entries()) expect(ms - (done[at] ?? 0)).toBeGreaterThanOrEqual(9_000);
});
