import { FilterOperatorEnum as Operator } from '@hubspot/api-client/lib/codegen/crm/contacts/index.js';
import { afterEach, expect, test, vi } from 'vitest';
import { openVisit, type Visit } from './official-client.contract.ts';

const still = { speed: 0.000_001 };
const search = { filterGroups: [], properties: [], sorts: [], limit: 1 };

afterEach(() => {
  vi.restoreAllMocks();
});

/** The way of a call there and back. */
const wayMs = 20;

/** What the client waits, passes in the practice world instead, and the way with it; gives how long each wait was. */
function waitElsewhere({ connected }: Visit): readonly number[] {
  const waits: number[] = [];
  const real = globalThis.setTimeout;
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const passElsewhere = async (done: () => void, ms: number) => {
    await connected.order('clock', { advanceMs: ms + wayMs });
    done();
  };
  vi.spyOn(globalThis, 'setTimeout').mockImplementation((done: () => void, ms = 0) => {
    if (!new Error('who waits').stack?.includes('RetryDecorator')) return real(done, ms);
    waits.push(ms);
    return real(() => void passElsewhere(done, ms), 0);
  });
  return waits;
}

test('throttled: the client sees 429, which limit it was, and what is left in the headers', async () => {
  await using visit = await openVisit({ account: { callsPerTenSeconds: 3 }, ...still });
  const { basicApi } = visit.client().crm.contacts;
  const left: (string | undefined)[] = [];
  for (let at = 0; at < 3; at += 1) {
    const { headers } = await basicApi.getPageWithHttpInfo(1);
    left.push(headers['x-hubspot-ratelimit-remaining']);
    expect(headers).toMatchObject({
      'x-hubspot-ratelimit-max': '3',
      'x-hubspot-ratelimit-interval-milliseconds': '10000',
      'x-hubspot-ratelimit-daily': '625000',
    });
  }
  expect(left).toEqual(['2', '1', '0']);
  const refused = await basicApi.getPage(1).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: 429,
    body: { errorType: 'RATE_LIMIT', policyName: 'TEN_SECONDLY_ROLLING' },
    headers: { 'x-hubspot-ratelimit-remaining': '0' },
  });
  expect(Object.keys((refused as { headers: object }).headers)).not.toContain('retry-after');
});

test("throttled: the client's own retry knows both refusals, and gets over each in one wait", async () => {
  await using visit = await openVisit({
    account: { callsPerTenSeconds: 3, searchesPerSecond: 1, search: { lagMs: 0 } },
    ...still,
  });
  const { basicApi, searchApi } = visit.client({ numberOfApiCallRetries: 3 }).crm.contacts;
  const waits = waitElsewhere(visit);
  await searchApi.doSearch(search);
  await searchApi.doSearch(search);
  expect(waits).toEqual([1_000]);
  for (let at = 0; at < 4; at += 1) await basicApi.getPage(1);
  expect(waits.slice(1)).toEqual([10_000]);
});

test("throttled: the day's refusal is one the client does not wait for", async () => {
  await using visit = await openVisit({ account: { callsADay: 1 }, ...still });
  const { basicApi } = visit.client({ numberOfApiCallRetries: 3 }).crm.contacts;
  const waits = waitElsewhere(visit);
  await basicApi.getPage(1);
  await expect(basicApi.getPage(1)).rejects.toMatchObject({ code: 429, body: { policyName: 'DAILY' } });
  expect(waits).toEqual([]);
});

test('a storm of 503: the client tries again, and the third time it is let in', async () => {
  const storm = { kind: 'refuse', status: 503, length: 2, times: 2 };
  const headers = { 'Content-Type': 'application/json' };
  await using visit = await openVisit({ faults: { faults: [{ ...storm, body: '{}', headers }] }, ...still });
  const waits = waitElsewhere(visit);
  const { basicApi } = visit.client({ numberOfApiCallRetries: 3 }).crm.contacts;
  await basicApi.getPage(1);
  expect(waits).toEqual([200, 400]);
});

test("the client's own limiter stays below the limit", async () => {
  const [speed, most] = [50, 10];
  await using visit = await openVisit({ account: { callsPerTenSeconds: most }, speed });
  // A fifth slower than the limit; one at a time, so that a machine that stands still sends nothing in a heap.
  const limiterOptions = { minTime: (10_000 / speed / most) * 1.2, maxConcurrent: 1 };
  const { basicApi } = visit.client({ limiterOptions }).crm.contacts;
  await Promise.all(Array.from({ length: 30 }, async () => await basicApi.getPage(1)));
  const { body } = await visit.connected.call('GET', '/__practice/state');
  expect(body['system']?.['calls']).toMatchObject({ used: 30, refused: 0 });
});

test('a search: filters, sorting, pages, and its end at 10,000', async () => {
  await using visit = await openVisit({
    account: { callsPerTenSeconds: 100_000, searchesPerSecond: 10_000, search: { lagMs: 0 } },
    ...still,
  });
  const { batchApi, searchApi } = visit.client().crm.contacts;
  const inputs = Array.from({ length: 100 }, (_, at) => ({
    properties: { firstname: at % 2 === 0 ? 'Ada' : 'Bob', lastname: `${at}` },
    associations: [],
  }));
  await batchApi.create({ inputs });
  const asked = {
    filterGroups: [
      { filters: [{ propertyName: 'firstname', operator: Operator.Eq, value: 'Ada' }] },
      { filters: [{ propertyName: 'lastname', operator: Operator.In, values: ['1', '3'] }] },
    ],
    sorts: ['lastname'],
    properties: ['lastname'],
    limit: 20,
  };
  const seen: (string | null | undefined)[] = [];
  let after: string | undefined;
  do {
    const page = await visit.known(
      searchApi.doSearch({ ...asked, ...(after === undefined ? {} : { after }) }),
    );
    expect(page.total).toBe(52);
    seen.push(...page.results.map(({ properties }) => properties['lastname']));
    after = page.paging?.next?.after;
  } while (after !== undefined);
  expect(seen).toHaveLength(52);
  expect(seen).toEqual(seen.toSorted((one, other) => ((one ?? '') < (other ?? '') ? -1 : 1)));
  await searchApi.doSearch({ ...search, limit: 200, after: '9800' });
  await expect(searchApi.doSearch({ ...search, limit: 200, after: '10000' })).rejects.toMatchObject({
    code: 400,
    body: { status: 'error' },
  });
});
