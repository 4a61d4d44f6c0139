import { expect, test } from 'vitest';
import { type Connected, openConnected } from './signed-in.contract.ts';

const account = {
  search: { lagMs: 0 },
  searchesPerSecond: 10_000,
  callsPerTenSeconds: 100_000,
  objects: [
    {
      name: 'contacts',
      properties: [
        { name: 'points', type: 'number' },
        { name: 'seen', type: 'datetime' },
      ],
    },
  ],
};
const search = async (connected: Connected, body: object) =>
  await connected.call('POST', '/crm/v3/objects/contacts/search', body);
const idsOf = ({ body }: Awaited<ReturnType<typeof search>>): readonly string[] =>
  (body['results'] as unknown as { id: string }[]).map(({ id }) => id);

const people = [
  {
    email: 'ada@example.com',
    firstname: 'Ada',
    lastname: 'King Lovelace',
    points: '9',
    seen: '2026-03-01T10:00:00Z',
  },
  { email: 'bob@example.com', firstname: 'Bob', points: '10', seen: '2026-03-01T10:00:00.500Z' },
  { email: 'cy@other.com', firstname: 'cy' },
];

test.each([
  [{ propertyName: 'firstname', operator: 'EQ', value: 'ADA' }, [0]],
  [{ propertyName: 'firstname', operator: 'NEQ', value: 'ada' }, [1, 2]],
  [{ propertyName: 'points', operator: 'GT', value: '9' }, [1]],
  [{ propertyName: 'points', operator: 'GTE', value: 9 }, [0, 1]],
  [{ propertyName: 'points', operator: 'LT', value: '10' }, [0]],
  [{ propertyName: 'points', operator: 'LTE', value: '10' }, [0, 1]],
  [{ propertyName: 'seen', operator: 'GT', value: '2026-03-01T10:00:00Z' }, [1]],
  [{ propertyName: 'seen', operator: 'BETWEEN', value: '1772359200000', highValue: '1772359200100' }, [0]],
  [{ propertyName: 'lastname', operator: 'HAS_PROPERTY' }, [0]],
  [{ propertyName: 'lastname', operator: 'NOT_HAS_PROPERTY' }, [1, 2]],
  [{ propertyName: 'firstname', operator: 'IN', values: ['ada', 'cy'] }, [0, 2]],
  // Values of IN on a text have to be in lower case.
  [{ propertyName: 'firstname', operator: 'IN', values: ['Ada', 'cy'] }, [2]],
  [{ propertyName: 'firstname', operator: 'NOT_IN', values: ['ada'] }, [1, 2]],
  [{ propertyName: 'lastname', operator: 'CONTAINS_TOKEN', value: 'Lovelace' }, [0]],
  [{ propertyName: 'lastname', operator: 'CONTAINS_TOKEN', value: 'Love' }, []],
  [{ propertyName: 'lastname', operator: 'CONTAINS_TOKEN', value: 'love*' }, [0]],
  [{ propertyName: 'lastname', operator: 'NOT_CONTAINS_TOKEN', value: 'King' }, [1, 2]],
])('%o finds %j', async (filter, expected) => {
  await using connected = await openConnected({ account });
  const ids: string[] = [];
  for (const person of people) ids.push(await connected.make('contacts', person));
  const reply = await search(connected, { filterGroups: [{ filters: [filter] }], sorts: ['hs_object_id'] });
  expect(idsOf(reply)).toEqual(expected.map((at) => ids[at]));
});

test('groups hold one of each other; too many, and what nobody knows, are refused', async () => {
  await using connected = await openConnected({ account });
  for (const person of people) await connected.make('contacts', person);
  const filter = { propertyName: 'firstname', operator: 'EQ', value: 'ada' };
  const other = { propertyName: 'firstname', operator: 'EQ', value: 'bob' };
  const either = await search(connected, { filterGroups: [{ filters: [filter] }, { filters: [other] }] });
  expect(either.body['total']).toBe(2);
  expect((await search(connected, { query: 'other.com' })).body['total']).toBe(1);
  const messageOf = async (body: object) => {
    const reply = await search(connected, body);
    expect(reply.status).toBe(400);
    return reply.body['message'];
  };
  const group = (length: number) => ({ filters: Array.from({ length }, () => filter) });
  const groups = (count: number, length: number) => ({
    filterGroups: Array.from({ length: count }, () => group(length)),
  });
  expect(await messageOf(groups(6, 1))).toMatch(/too many filterGroups \(count: 6, max allowed: 5\)/);
  expect(await messageOf(groups(1, 7))).toMatch(/per filterGroup \(count: 7, max allowed: 6\)/);
  expect(await messageOf(groups(4, 5))).toMatch(/too many filters \(count: 20, max allowed: 18\)/);
  expect(await messageOf({ limit: 201 })).toMatch(/200/);
  expect(await messageOf({ filters: [{ ...filter, propertyName: 'color' }] })).toMatch(
    /color does not exist/,
  );
  expect(await messageOf({ filters: [{ ...filter, operator: 'LIKE' }] })).toMatch(/operator/);
  expect(await messageOf({ filters: [{ propertyName: 'points', operator: 'EQ', value: 'many' }] })).toMatch(
    /no number/,
  );
});

test('a search sees what was written seconds later, and not in the order it was written', async () => {
  const lagging = { ...account, search: { lagMs: 10_000 } };
  await using connected = await openConnected({ account: lagging, speed: 0.001 });
  const inputs = Array.from({ length: 60 }, (_, at) => ({ properties: { firstname: `${at}` } }));
  const made = await connected.call('POST', '/crm/v3/objects/contacts/batch/create', { inputs });
  const total = async () => Number((await search(connected, { limit: 200 })).body['total']);
  expect(await total()).toBe(0);
  await connected.order('clock', { advanceMs: 7_500 });
  const some = await search(connected, { limit: 200, sorts: ['hs_object_id'] });
  const all = (made.body['results'] as unknown as { id: string }[]).map(({ id }) => id);
  expect(idsOf(some).length).toBeGreaterThan(10);
  expect(idsOf(some).length).toBeLessThan(50);
  expect(idsOf(some)).not.toEqual(all.slice(0, idsOf(some).length));
  await connected.order('clock', { advanceMs: 2_600 });
  expect(await total()).toBe(60);
  // A read by id is not late.
  await connected.call('PATCH', `/crm/v3/objects/contacts/${all[0]}`, { properties: { firstname: 'new' } });
  const changed = { filters: [{ propertyName: 'firstname', operator: 'EQ', value: 'new' }] };
  expect((await search(connected, changed)).body['total']).toBe(0);
  expect((await connected.call('GET', `/crm/v3/objects/contacts/${all[0]}`)).body).toMatchObject({
    properties: { firstname: 'new' },
  });
});

test('a search has 10,000 results and no more: behind them it refuses, or stops without a word', async () => {
  await using connected = await openConnected({ account, speed: 0.000_001 });
  const inputs = Array.from({ length: 100 }, () => ({ properties: { firstname: 'A' } }));
  for (let at = 0; at < 101; at += 1)
    await connected.call('POST', '/crm/v3/objects/contacts/batch/create', { inputs });
  const body = { limit: 200, sorts: [{ propertyName: 'lastmodifieddate', direction: 'ASCENDING' }] };
  const seen: string[] = [];
  const instants = new Set<string>();
  for (let after = 0; after < 10_000; after += 200) {
    const page = await search(connected, { ...body, after: String(after) });
    seen.push(...idsOf(page));
    for (const { updatedAt } of page.body['results'] as unknown as { updatedAt: string }[])
      instants.add(updatedAt);
    expect([page.body['total'], page.body['paging']?.['next']?.['after']]).toEqual([
      10_100,
      String(after + 200),
    ]);
  }
  // All of them carry one timestamp and come in no order of ids, but each once.
  expect([instants.size, new Set(seen).size]).toEqual([1, 10_000]);
  expect(seen).not.toEqual([...seen].sort());
  expect((await search(connected, { ...body, after: '10000' })).status).toBe(400);
  await connected.order('account', { ...account, search: { lagMs: 0, beyond: 'stop' } });
  const last = await search(connected, { ...body, after: '9800' });
  expect([last.status, last.body['total'], last.body['paging']]).toEqual([200, 10_100, undefined]);
});
