import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { wordOf } from './reply.contract.ts';
import { openSignedIn, type SignedIn } from './salesforce/signed-in.contract.ts';

/** How a call ended that may end without an answer. */
async function tried(call: Promise<{ readonly status: number }>): Promise<number | 'broken'> {
  return await call.then(
    ({ status }) => status,
    () => 'broken' as const,
  );
}
const create = async (signedIn: SignedIn, Name = 'A') =>
  await tried(signedIn.call('POST', 'sobjects/Account', { Name }));
const count = async (signedIn: SignedIn) =>
  (await signedIn.call('GET', 'query?q=SELECT COUNT() FROM Account')).body['totalSize'];
const open = async (fault: object, options: object = {}) =>
  await openSignedIn({
    faults: { faults: [{ path: 'sobjects', times: 1, ...fault }] },
    speed: 1_000,
    ...options,
  });

test.each([
  ['timeout-after-accepting', 'broken', 1],
  ['reset-before', 'broken', 0],
  ['reset-in-body', 'broken', 1],
  ['carried-out-twice', 201, 2],
  ['answered-twice', 201, 1],
  ['slow-body', 201, 1],
  ['late-answer', 201, 1],
] as const)('%s: the caller sees %s, the system holds %d', async (kind, seen, held) => {
  await using signedIn = await open({ kind });
  expect(await create(signedIn)).toBe(seen);
  expect(await count(signedIn)).toBe(held);
  expect(await create(signedIn, 'B')).toBe(201);
  expect(await count(signedIn)).toBe(held + 1);
});

test('an answer that comes twice is on its connection twice, whole', async () => {
  await using signedIn = await open({ kind: 'answered-twice' });
  const body = '{"Name":"A"}';
  const head = [
    'POST /services/data/v62.0/sobjects/Account HTTP/1.1',
    `Host: ${new URL(signedIn.url).host}`,
    `Authorization: Bearer ${signedIn.token}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ];
  const socket = connect(Number(new URL(signedIn.url).port), '127.0.0.1');
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  let text = '';
  for await (const chunk of socket) {
    text += String(chunk);
    if (text.split('"success":true').length > 2) break;
  }
  const [first, second] = text.split('HTTP/1.1 201').slice(1);
  expect(second?.split('\r\n\r\n')[1]).toBe(first?.split('\r\n\r\n')[1]);
});

test('an answer that hangs ends with its connection, in the time of the practice world', async () => {
  await using signedIn = await open({ kind: 'timeout-after-accepting', holdMs: 600_000 }, { speed: 2_000 });
  const from = performance.now();
  expect(await create(signedIn)).toBe('broken');
  expect(performance.now() - from).toBeGreaterThan(290);
});

// Seen and retried by Airbyte's source-salesforce: 420 with an empty body, and 406.
test.each([
  [{ status: 503, body: 'Service Unavailable', headers: { 'Retry-After': '1' } }, 'Service Unavailable'],
  [{ status: 420 }, ''],
  [{ status: 406 }, ''],
])('a storm of refusals %o is not carried out and not counted', async (refused, text) => {
  await using signedIn = await open(
    { kind: 'refuse', length: 3, times: 3, ...refused },
    { org: { callsADay: 9 } },
  );
  for (let at = 0; at < 3; at += 1) {
    const reply = await signedIn.call('POST', 'sobjects/Account', { Name: 'A' });
    expect([reply.status, reply.text]).toEqual([refused.status, text]);
  }
  expect(await create(signedIn)).toBe(201);
  const { headers } = await signedIn.call('GET', 'limits');
  expect(headers.get('sforce-limit-info')).toBe('api-usage=2/9');
});

test('a late answer comes behind the others', async () => {
  await using signedIn = await open({ kind: 'late-answer', behind: 2, holdMs: 10_000_000 });
  const order: string[] = [];
  const named = async (name: string) => {
    await signedIn.call('POST', 'sobjects/Account', { Name: name });
    order.push(name);
  };
  const first = named('first');
  await new Promise((resolve) => {
    setTimeout(resolve, 100);
  });
  await named('second');
  await named('third');
  await first;
  expect(order).toEqual(['second', 'third', 'first']);
});

test('a clock that is off dates the answer and what is written', async () => {
  const hourMs = 3_600_000;
  await using signedIn = await open(
    { kind: 'clock-skew', byMs: -2 * hourMs },
    { speed: 1, start: '2026-03-10T12:00:00.000Z' },
  );
  const reply = await signedIn.call('POST', 'sobjects/Account', { Name: 'A' });
  expect(reply.headers.get('date')).toMatch(/10:00:\d\d GMT$/);
  const read = await signedIn.call('GET', `sobjects/Account/${wordOf(reply.body['id'])}?fields=CreatedDate`);
  expect(wordOf(read.body['CreatedDate'])).toMatch(/^2026-03-10T10:00/);
});

test('somebody else uses the calls of the day, and sessions end, in the midst of a run', async () => {
  const order = { kind: 'order', path: 'sobjects', from: 2 };
  const faults = {
    faults: [
      { ...order, times: 1, order: 'use-calls', content: { calls: 5 } },
      { ...order, from: 4, order: 'expire-sessions' },
    ],
  };
  await using signedIn = await openSignedIn({ faults, org: { callsADay: 20 } });
  const seen: (number | 'broken')[] = [];
  for (let at = 0; at < 4; at += 1) seen.push(await create(signedIn));
  expect(seen).toEqual([201, 201, 201, 401]);
  expect((await signedIn.call('GET', '/__practice/state')).body['system']).toMatchObject({
    calls: { used: 8, most: 20 },
    records: { Account: 3 },
  });
});

test('orders nobody knows, and what they cannot hold, are refused', async () => {
  await using signedIn = await openSignedIn();
  expect((await signedIn.order('guess')).status).toBe(404);
  expect((await signedIn.order('use-calls', { calls: -1 })).status).toBe(400);
  expect((await signedIn.order('clock', { speed: 0 })).status).toBe(400);
  expect((await signedIn.order('faults', { faults: [{ kind: 'guess' }] })).status).toBe(400);
  expect((await signedIn.order('org', { edition: 'guess' })).status).toBe(400);
  expect((await signedIn.call('GET', '/__practice/clock')).status).toBe(405);
  const orders = [
    { order: 'guess' },
    { order: 'use-calls', content: { calls: 0 } },
    { order: 'org', content: { edition: 'x' } },
  ];
  for (const order of orders)
    await expect(openSignedIn({ faults: { faults: [{ kind: 'order', ...order }] } })).rejects.toThrow(
      expect.objectContaining({ code: 'practice.file-unreadable' }),
    );
});

test('faults can be told while it runs, and are counted', async () => {
  await using signedIn = await openSignedIn();
  expect(await create(signedIn)).toBe(201);
  await signedIn.order('faults', { faults: [{ kind: 'reset-before', path: 'sobjects', every: 2 }] });
  expect([await create(signedIn), await create(signedIn), await create(signedIn)]).toEqual([
    'broken',
    201,
    'broken',
  ]);
  expect((await signedIn.call('GET', '/__practice/state')).body['faults']).toEqual([
    { kind: 'reset-before', times: 2 },
  ]);
});
