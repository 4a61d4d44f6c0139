import { expect, test } from 'vitest';
import { wordOf } from '../reply.contract.ts';
import { type Connected, openConnected } from './signed-in.contract.ts';

const contacts = '/crm/v3/objects/contacts';
const open = async (fault: object, options: object = {}) =>
  await openConnected({
    faults: { faults: [{ path: 'contacts', times: 1, ...fault }] },
    speed: 1_000,
    ...options,
  });
const create = async (connected: Connected): Promise<number | 'broken'> =>
  await connected.call('POST', contacts, { properties: { firstname: 'Ada' } }).then(
    ({ status }) => status,
    () => 'broken' as const,
  );
const held = async (connected: Connected): Promise<unknown> =>
  (await connected.call('GET', '/__practice/state')).body['system']?.['records']?.['contacts'];

test.each([
  ['timeout-after-accepting', 'broken', 1],
  ['reset-before', 'broken', 0],
  ['reset-in-body', 'broken', 1],
  ['carried-out-twice', 201, 2],
  ['answered-twice', 201, 1],
  ['slow-body', 201, 1],
  ['late-answer', 201, 1],
] as const)('%s: the caller sees %s, the account holds %d', async (kind, seen, kept) => {
  await using connected = await open({ kind });
  expect(await create(connected)).toBe(seen);
  expect(await held(connected)).toBe(kept);
  expect(await create(connected)).toBe(201);
  expect(await held(connected)).toBe(kept + 1);
});

test.each([502, 503, 504, 521, 526])('a storm of %d is neither carried out nor counted', async (status) => {
  await using connected = await open({ kind: 'refuse', status, length: 4, times: 4 });
  const seen: (number | 'broken')[] = [];
  for (let at = 0; at < 5; at += 1) seen.push(await create(connected));
  expect(seen).toEqual([status, status, status, status, 201]);
  expect((await connected.call('GET', '/__practice/state')).body['system']).toMatchObject({
    calls: { used: 1 },
    records: { contacts: 1 },
  });
});

test('records of a batch that the script refuses: with a word for each the others stand, without one none', async () => {
  await using connected = await open({ kind: 'records-fail', records: 0.3, path: 'batch/create', times: 2 });
  const inputs = Array.from({ length: 40 }, (_, at) => ({ properties: { firstname: `${at}` } }));
  expect((await connected.call('POST', `${contacts}/batch/create`, { inputs })).status).toBe(400);
  expect(await held(connected)).toBe(0);
  const traced = inputs.map((input, at) => ({ ...input, objectWriteTraceId: `${at}` }));
  const { status, body } = await connected.call('POST', `${contacts}/batch/create`, { inputs: traced });
  const made = body['results'] as unknown as readonly object[];
  expect(status).toBe(207);
  expect(Number(body['numErrors']) + made.length).toBe(40);
  expect(await held(connected)).toBe(made.length);
});

test('a clock that is off dates the answer and what is written', async () => {
  const hourMs = 3_600_000;
  const told = { speed: 1, start: '2026-03-10T12:00:00.000Z' };
  await using connected = await open({ kind: 'clock-skew', byMs: -2 * hourMs }, told);
  const reply = await connected.call('POST', contacts, { properties: {} });
  expect(reply.headers.get('date')).toMatch(/10:00:\d\d GMT$/);
  expect(wordOf(reply.body['createdAt'])).toMatch(/^2026-03-10T10:00/);
});

test('the same script and the same calls go wrong the same way, with another seed otherwise', async () => {
  const walk = async (seed: number) => {
    const faults = [
      { kind: 'reset-before', path: 'contacts', share: 0.2 },
      { kind: 'refuse', path: 'contacts', share: 0.2 },
      { kind: 'reset-in-body', path: 'contacts', share: 0.2 },
    ];
    await using connected = await openConnected({ faults: { seed, faults } });
    const seen: (number | 'broken')[] = [];
    for (let at = 0; at < 30; at += 1) seen.push(await create(connected));
    return { seen, held: await held(connected) };
  };
  const first = await walk(5);
  expect(new Set(first.seen)).toEqual(new Set([201, 503, 'broken']));
  expect(await walk(5)).toEqual(first);
  expect(await walk(6)).not.toEqual(first);
});

test('three days pass in moments: each has its calls and no more, from midnight to midnight', async () => {
  const account = { callsADay: 3, zone: 'Europe/Stockholm' };
  await using connected = await openConnected({ account, speed: 86_400 });
  const date = new Intl.DateTimeFormat('en-CA', { timeZone: account.zone });
  const calls = new Map<string, number>();
  let refusals = 0;
  while (calls.size < 3 || refusals === 0) {
    const { status, headers } = await connected.call('GET', contacts);
    const day = date.format(Date.parse(headers.get('date') ?? ''));
    if (status === 200) calls.set(day, (calls.get(day) ?? 0) + 1);
    else refusals += 1;
  }
  for (const count of calls.values()) expect(count).toBeLessThanOrEqual(3);
});
