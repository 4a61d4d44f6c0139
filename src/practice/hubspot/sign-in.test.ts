import { expect, test } from 'vitest';
import { type Reply, send, wordOf } from '../reply.contract.ts';
import { allScopes } from './account-file.ts';
import { openPracticeHubspot } from './open-practice-hubspot.ts';
import { type Connected, openConnected } from './signed-in.contract.ts';

const contacts = '/crm/v3/objects/contacts';
const app = { name: 'public', kind: 'oauth', clientId: 'c', clientSecret: 's', refreshToken: 'r' };
const account = { apps: [app], tokenMinutes: 30 };
const grant = { grant_type: 'refresh_token', client_id: 'c', client_secret: 's', refresh_token: 'r' };

const tokenFor = async (connected: Connected, form: Record<string, string>): Promise<Reply> =>
  await send(`${connected.url}/oauth/v1/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
const callWith = async (connected: Connected, authorization: string): Promise<Reply> =>
  await connected.call('GET', contacts, undefined, { authorization });

test('a refresh token gives an access token for half an hour', async () => {
  await using connected = await openConnected({ account, speed: 0.001 });
  const { status, body } = await tokenFor(connected, grant);
  expect([status, body]).toMatchObject([
    200,
    { token_type: 'bearer', refresh_token: 'r', expires_in: 1_800 },
  ]);
  const token = `Bearer ${wordOf(body['access_token'])}`;
  expect((await callWith(connected, token)).status).toBe(200);
  await connected.order('clock', { advanceMs: 30 * 60_000 });
  const late = await callWith(connected, token);
  expect([late.status, late.body['category']]).toEqual([401, 'EXPIRED_AUTHENTICATION']);
  const again = `Bearer ${wordOf((await tokenFor(connected, grant)).body['access_token'])}`;
  expect((await callWith(connected, again)).status).toBe(200);
  await connected.order('expire-sessions');
  expect((await callWith(connected, again)).status).toBe(401);
});

test.each([
  [{ ...grant, grant_type: 'password' }],
  [{ ...grant, client_secret: 'x' }],
  [{ ...grant, client_id: 'x' }],
  [{ ...grant, refresh_token: 'x' }],
])('%o gets no token', async (form) => {
  await using connected = await openConnected({ account });
  const { status, text } = await tokenFor(connected, form);
  expect(status).toBe(400);
  expect(text).not.toContain('access_token');
});

// Public files of three projects quote this body.
test.each(['', 'Bearer pat-nobody', 'Basic cGF0'])(
  '%j is nobody: 401, not counted',
  async (authorization) => {
    await using connected = await openConnected();
    const reply = await callWith(connected, authorization);
    expect([reply.status, reply.body]).toMatchObject([
      401,
      {
        status: 'error',
        message:
          'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
        category: 'INVALID_AUTHENTICATION',
      },
    ]);
    expect((await connected.call('GET', '/__practice/state')).body['system']).toMatchObject({
      calls: { used: 0 },
    });
  },
);

test.each([
  ['GET', '/crm/v3/objects/deals', 'crm.objects.deals.read'],
  ['POST', '/crm/v3/objects/tickets', 'tickets'],
  ['POST', '/crm/v3/objects/notes', 'crm.objects.contacts.write'],
  ['POST', '/crm/v3/objects/companies/search', 'crm.objects.companies.read'],
  ['POST', '/crm/v3/properties/contacts', 'crm.schemas.contacts.write'],
  ['POST', '/crm/v3/schemas', 'crm.schemas.custom.write'],
  ['GET', '/crm/v3/owners', 'crm.objects.owners.read'],
  ['GET', '/files/v3/files/1', 'files'],
])('%s %s needs %s, also when it was taken away in the midst of a run', async (method, path, scope) => {
  const practice = { name: 'practice', token: 'pat-practice' };
  await using connected = await openConnected();
  const status = async () => (await connected.call(method, path, method === 'POST' ? {} : undefined)).status;
  expect(await status()).not.toBe(403);
  const scopes = allScopes.filter((one) => one !== scope);
  expect(scopes).toHaveLength(allScopes.length - 1);
  await connected.order('account', { apps: [{ ...practice, scopes }] });
  expect(await status()).toBe(403);
});

test('an account that cannot be described so is refused with path and reason', async () => {
  for (const wrong of [{ plan: 'guess' }, { zone: 'Mars/Olympus' }, { increases: 3 }, { guess: 1 }])
    await expect(openPracticeHubspot({ state: ':memory:', account: wrong })).rejects.toThrow(
      expect.objectContaining({ code: 'practice.file-unreadable' }),
    );
});

test('orders nobody knows, and what they cannot hold, are refused', async () => {
  await using connected = await openConnected();
  expect((await connected.order('guess')).status).toBe(404);
  expect((await connected.order('use-calls', { calls: 0 })).status).toBe(400);
  expect((await connected.order('lock-writes', {})).status).toBe(400);
  expect((await connected.order('account', { plan: 'guess' })).status).toBe(400);
});
