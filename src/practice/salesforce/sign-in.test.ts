import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { send, wordOf } from '../reply.contract.ts';
import { openSignedIn } from './signed-in.contract.ts';

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const org = {
  clients: [
    {
      id: 'practice',
      secret: 'practice-secret',
      refreshToken: 'kept',
      publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }),
    },
    { id: 'narrow', secret: 'n', scopes: ['chatter_api'] },
  ],
};
const start = '2026-03-01T00:00:00.000Z';

async function ask(url: string, fields: Record<string, string>) {
  return await send(`${url}/services/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  });
}

function assertion(claims: object): string {
  const part = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url');
  const signed = `${part({ alg: 'RS256' })}.${part(claims)}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), pair.privateKey).toString('base64url')}`;
}

const secret = { client_id: 'practice', client_secret: 'practice-secret' };
const jwt = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const claims = {
  iss: 'practice',
  sub: 'practice@example.com',
  aud: 'https://login.salesforce.com',
  exp: Date.parse(start) / 1000 + 120,
};

test.each([
  ['a refresh token', { grant_type: 'refresh_token', refresh_token: 'kept', ...secret }],
  ['client credentials', { grant_type: 'client_credentials', ...secret }],
  ['a signed assertion', { grant_type: jwt, assertion: assertion(claims) }],
])('%s gives a token that works', async (_name, fields) => {
  await using signedIn = await openSignedIn({ org, start });
  const { status, body } = await ask(signedIn.url, fields);
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: 'Bearer', instance_url: signedIn.url });
  const reply = await send(`${signedIn.url}/services/data/v62.0/limits`, {
    headers: { authorization: `Bearer ${wordOf(body['access_token'])}` },
  });
  expect(reply.status).toBe(200);
});

test.each([
  ['another refresh token', { grant_type: 'refresh_token', refresh_token: 'x', ...secret }, 'invalid_grant'],
  [
    'another secret',
    { grant_type: 'client_credentials', client_id: 'practice', client_secret: 'x' },
    'invalid_client',
  ],
  ['an unknown client', { grant_type: 'client_credentials', client_id: 'x' }, 'invalid_client_id'],
  ['an unknown grant', { grant_type: 'guess', ...secret }, 'unsupported_grant_type'],
  [
    'an assertion that expired',
    { grant_type: jwt, assertion: assertion({ ...claims, exp: 1 }) },
    'invalid_grant',
  ],
  [
    'an assertion that was changed',
    { grant_type: jwt, assertion: `${assertion(claims)}AA` },
    'invalid_grant',
  ],
  [
    'an assertion for somebody else',
    { grant_type: jwt, assertion: assertion({ ...claims, sub: 'x' }) },
    'invalid_grant',
  ],
])('%s is refused', async (_name, fields, error) => {
  await using signedIn = await openSignedIn({ org, start });
  expect(await ask(signedIn.url, fields as unknown as Record<string, string>)).toMatchObject({
    status: 400,
    body: { error },
  });
});

// https://github.com/restforce/restforce/issues/284 shows the body as it came over the wire.
const expired = [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }];

test('a token ends with its session', async () => {
  await using signedIn = await openSignedIn({ org: { ...org, sessionMinutes: 120 }, start });
  expect((await signedIn.call('GET', 'limits')).status).toBe(200);
  await signedIn.order('clock', { advanceMs: 2 * 60 * 60 * 1000 });
  expect(await signedIn.call('GET', 'limits')).toMatchObject({ status: 401, body: expired });
});

test('a token can be taken back, by the caller and by the admin', async () => {
  await using signedIn = await openSignedIn({ org, start });
  expect((await signedIn.order('expire-sessions')).body).toEqual({ expired: 1 });
  expect(await signedIn.call('GET', 'limits')).toMatchObject({ status: 401, body: expired });
});

// https://github.com/sfdx-mass-action-scheduler/sfdx-mass-action-scheduler/issues/186
test('a token without the scope api does not open the REST API', async () => {
  await using signedIn = await openSignedIn({ org, start });
  const { body } = await ask(signedIn.url, {
    grant_type: 'client_credentials',
    client_id: 'narrow',
    client_secret: 'n',
  });
  const reply = await send(`${signedIn.url}/services/data/v62.0/limits`, {
    headers: { authorization: `Bearer ${wordOf(body['access_token'])}` },
  });
  expect(reply).toMatchObject({
    status: 401,
    body: [
      { message: 'This session is not valid for use with the REST API', errorCode: 'INVALID_SESSION_ID' },
    ],
  });
});
