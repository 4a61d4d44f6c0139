import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { type Clock, systemClock, systemRandom } from '../../../host/index.ts';
import { Secret } from '../../../model/index.ts';
import { openPracticeSalesforce } from '../../../practice/index.ts';
import { type HttpServer, json, openHttpWorld, read, serve } from '../http-world.contract.ts';
import { openWire } from '../wire.ts';
import { type Grant, type OAuthOptions, OAuthTokens } from './oauth-tokens.ts';

const client = { id: 'practice', secret: new Secret('practice-secret') };
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = new Secret(keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
const publicKey = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const claims = {
  issuer: 'practice',
  subject: 'admin@practice.example',
  audience: 'https://login.example.com',
};

interface Opened extends AsyncDisposable {
  readonly tokens: OAuthTokens;
  readonly asked: (number | null)[];
}

async function openTokens(tokenUrl: string, grant: Grant, more: Partial<OAuthOptions> = {}): Promise<Opened> {
  const wire = await openWire({ connectMs: 5_000, headBytesMax: 16_384 });
  const asked: (number | null)[] = [];
  const tokens = new OAuthTokens({
    tokenUrl,
    grant,
    wire,
    clock: { ...systemClock, sleep: () => systemClock.sleep(0) },
    machine: systemClock,
    random: systemRandom,
    limits: { answerMs: 20_000, idleMs: 20_000, wholeMs: 60_000 },
    signal: new AbortController().signal,
    onAttempt: (status) => asked.push(status),
    ...more,
  });
  return { tokens, asked, [Symbol.asyncDispose]: () => wire[Symbol.asyncDispose]() };
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const part of request) text += String(part);
  return new URLSearchParams(text);
}

/** Hands out `token 1`, `token 2` and so on; a call needs the newest. */
async function serveTokens(more: object = {}): Promise<HttpServer & { issued(): number; expire(): void }> {
  let [issued, needed] = [0, 1];
  const server = await serve(async (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === '/token') {
      await systemClock.sleep(30);
      issued += 1;
      return json(response, 200, { access_token: `token-${issued}`, token_type: 'Bearer', ...more });
    }
    const given = Number(/token-(\d+)/.exec(request.headers.authorization ?? '')?.[1] ?? 0);
    return given >= needed
      ? json(response, 200, {})
      : json(response, 401, [{ errorCode: 'INVALID_SESSION_ID' }]);
  });
  return Object.assign(server, { issued: () => issued, expire: () => void (needed = issued + 1) });
}

const credentials: Grant = { kind: 'client-credentials', client };

test('a token that expired is renewed once, however many calls wait for it', async () => {
  await using server = await serveTokens();
  await using opened = await openTokens(`${server.url}/token`, credentials);
  await using http = await openHttpWorld(server.url, {
    tokens: opened.tokens,
    atOnce: { start: 12, most: 12 },
  });
  await Promise.all(Array.from({ length: 12 }, () => http.transport.call(read())));
  expect(server.issued()).toBe(1);
  server.expire();
  const results = await Promise.all(Array.from({ length: 30 }, () => http.transport.call(read())));
  expect(results.every((one) => one.kind === 'answered' && one.answer.status === 200)).toBe(true);
  expect(server.issued()).toBe(2);
  expect(opened.asked).toEqual([200, 200]);
});

test('a write that met an expired token was not carried out and goes again', async () => {
  await using server = await serveTokens();
  await using opened = await openTokens(`${server.url}/token`, credentials);
  await using http = await openHttpWorld(server.url, { tokens: opened.tokens });
  await http.transport.call(read());
  server.expire();
  const result = await http.transport.call({ ...read(), method: 'POST', repeat: 'once', body: '{}' });
  expect(result).toMatchObject({ kind: 'answered', attempts: 2 });
});

test('a token that is not taken although it is new stops the run, for a person', async () => {
  await using server = await serve((request, response) =>
    request.url === '/token' ? json(response, 200, { access_token: 'a' }) : json(response, 401, {}),
  );
  await using opened = await openTokens(`${server.url}/token`, credentials);
  await using http = await openHttpWorld(server.url, { tokens: opened.tokens });
  await expect(http.transport.call(read())).rejects.toMatchObject({
    code: 'http.sign-in-refused',
    fate: 'pause',
  });
  expect(opened.asked.length).toBe(2);
});

test('a token that says when it ends is renewed before', async () => {
  await using server = await serveTokens({ expires_in: 1_800 });
  let nowMs = Date.now();
  const clock: Clock = { ...systemClock, now: () => new Date(nowMs).toISOString() };
  await using opened = await openTokens(`${server.url}/token`, credentials, { clock });
  const first = await opened.tokens.token();
  nowMs += 1_700_000;
  expect(await opened.tokens.token()).toBe(first);
  nowMs += 80_000;
  expect(await opened.tokens.token()).not.toBe(first);
  expect(server.issued()).toBe(2);
});

test('a refresh token that is handed out anew is kept, and used the next time', async () => {
  const used: (string | null)[] = [];
  await using server = await serve(async (request, response) => {
    used.push((await formOf(request)).get('refresh_token'));
    json(response, 200, { access_token: 'a', refresh_token: `refresh-${used.length}` });
  });
  const kept: string[] = [];
  await using opened = await openTokens(
    server.url,
    { kind: 'refresh-token', client, refreshToken: new Secret('refresh-0') },
    {
      keepRefreshToken: async (token) => {
        await systemClock.sleep(0);
        kept.push(token.reveal());
      },
    },
  );
  await opened.tokens.renew(await opened.tokens.token());
  expect(used).toEqual(['refresh-0', 'refresh-1']);
  expect(kept).toEqual(['refresh-1', 'refresh-2']);
});

test('an assertion is signed with RS256, and written again by the vendor’s clock where ours is off', async () => {
  const expiries: number[] = [];
  const aheadMs = 20 * 60_000;
  await using server = await serve(async (request, response) => {
    const assertion = (await formOf(request)).get('assertion') ?? '';
    const [head = '', body = '', signature = ''] = assertion.split('.');
    expect(
      verify(
        'RSA-SHA256',
        Buffer.from(`${head}.${body}`),
        createPublicKey(publicKey),
        Buffer.from(signature, 'base64url'),
      ),
    ).toBe(true);
    expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual({ alg: 'RS256', typ: 'JWT' });
    const { exp } = JSON.parse(Buffer.from(body, 'base64url').toString()) as { exp: number };
    expiries.push(exp);
    const vendorMs = Date.now() + aheadMs;
    response.setHeader('date', new Date(vendorMs).toUTCString());
    if (exp * 1_000 > vendorMs) json(response, 200, { access_token: 'a' });
    else json(response, 400, { error: 'invalid_grant', error_description: 'expired' });
  });
  await using opened = await openTokens(server.url, { kind: 'jwt-bearer', claims, key });
  await opened.tokens.token();
  expect(opened.asked).toEqual([400, 200]);
  expect((expiries[1] ?? 0) - (expiries[0] ?? 0)).toBeGreaterThan(19 * 60);
});

test.each([
  ['invalid_grant', 'status 400, invalid_grant'],
  ['practice-secret', 'status 400'],
])('a refusal (%s) tells the vendor’s code, and nothing else of what it says', async (word, shown) => {
  await using server = await serve((_request, response) =>
    json(response, 400, { error: word, error_description: 'practice-secret is wrong' }),
  );
  await using opened = await openTokens(server.url, credentials);
  const [ended] = await Promise.allSettled([opened.tokens.token()]);
  const failure: unknown = ended.status === 'rejected' ? ended.reason : null;
  expect(failure).toMatchObject({ code: 'http.sign-in-refused', detail: expect.stringContaining(shown) });
  expect(inspect(failure, { depth: 10 })).not.toContain('practice-secret');
});

test('a sign-in that fails for a moment is tried again', async () => {
  await using server = await serve((request, response, before) => {
    if (before === 0) request.socket.resetAndDestroy();
    else if (before === 1) response.writeHead(503).end();
    else json(response, 200, { access_token: 'a' });
  });
  await using opened = await openTokens(server.url, credentials);
  await opened.tokens.token();
  expect(opened.asked).toEqual([null, 503, 200]);
});

const grants: readonly (readonly [string, Grant])[] = [
  ['client credentials', credentials],
  ['a refresh token', { kind: 'refresh-token', client, refreshToken: new Secret('practice-refresh') }],
  ['a signed assertion', { kind: 'jwt-bearer', claims, key }],
];
test.each(grants)('the practice Salesforce signs in by %s, and says where calls go', async (_name, grant) => {
  const org = {
    clients: [
      {
        id: 'practice',
        secret: 'practice-secret',
        refreshToken: 'practice-refresh',
        publicKey,
        user: claims.subject,
      },
    ],
  };
  await using server = await openPracticeSalesforce({ state: ':memory:', org });
  await using opened = await openTokens(`${server.url}/services/oauth2/token`, grant);
  const { address } = await opened.tokens.token();
  expect(address).toBe(server.url);
});
