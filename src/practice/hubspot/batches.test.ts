import { expect, test } from 'vitest';
import { wordOf } from '../reply.contract.ts';
import { openConnected } from './signed-in.contract.ts';

const batch = '/crm/v3/objects/contacts/batch';
const account = { objects: [{ name: 'contacts', properties: [{ name: 'ext', unique: true }] }] };
const many = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ properties: { firstname: `${at}` } }));

test('100 records in one call, none and 101 in none', async () => {
  await using connected = await openConnected();
  const made = await connected.call('POST', `${batch}/create`, { inputs: many(100) });
  expect([made.status, made.body['status']]).toEqual([201, 'COMPLETE']);
  expect(made.body['results']).toHaveLength(100);
  expect((await connected.call('POST', `${batch}/create`, { inputs: many(101) })).status).toBe(400);
  expect((await connected.call('POST', `${batch}/create`, { inputs: [] })).status).toBe(400);
  expect((await connected.call('GET', '/__practice/state')).body['system']).toMatchObject({
    records: { contacts: 100 },
  });
});

test('one bad record refuses all; with a word for each it stands or falls alone, 207', async () => {
  await using connected = await openConnected();
  await connected.make('contacts', { email: 'there@example.com' });
  const emails = ['new@example.com', 'there@example.com', 'no address'];
  const inputs = emails.map((email) => ({ properties: { email } }));
  expect((await connected.call('POST', `${batch}/create`, { inputs })).status).toBe(409);
  const traced = inputs.map((input, at) => ({ ...input, objectWriteTraceId: `t${at}` }));
  const { status, body } = await connected.call('POST', `${batch}/create`, { inputs: traced });
  expect([status, body]).toMatchObject([
    207,
    {
      numErrors: 2,
      results: [{ properties: { email: 'new@example.com' }, objectWriteTraceId: 't0' }],
      errors: [
        { category: 'CONFLICT', context: { objectWriteTraceId: ['t1'] } },
        { category: 'VALIDATION_ERROR', context: { objectWriteTraceId: ['t2'] } },
      ],
    },
  ]);
});

test('reading in a batch: what is not there is told beside what is, 207; 200 on dated paths', async () => {
  await using connected = await openConnected({ account });
  const id = await connected.make('contacts', { ext: 'A', firstname: 'Ada' });
  const body = { inputs: [{ id: 'a' }, { id: 'b' }], idProperty: 'ext', properties: ['firstname'] };
  const reply = await connected.call('POST', `${batch}/read`, body);
  expect([reply.status, reply.body]).toMatchObject([
    207,
    {
      results: [{ id, properties: { firstname: 'Ada' } }],
      numErrors: 1,
      errors: [{ category: 'OBJECT_NOT_FOUND', context: { ids: ['b'] } }],
    },
  ]);
  const dated = await connected.call('POST', '/crm/objects/2026-09/contacts/batch/read', body);
  expect(dated.status).toBe(200);
});

test('an upsert makes and changes by a unique property or the e-mail, and says which', async () => {
  await using connected = await openConnected({ account });
  const id = await connected.make('contacts', { ext: 'A', email: 'a@example.com' });
  const upsert = async (idProperty: string, ids: readonly string[]) => {
    const inputs = ids.map((one) => ({ id: one, idProperty, properties: { firstname: one } }));
    return await connected.call('POST', `${batch}/upsert`, { inputs });
  };
  expect((await upsert('ext', ['A', 'B'])).body['results']).toMatchObject([
    { id, new: false, properties: { firstname: 'A' } },
    { new: true, properties: { ext: 'B' } },
  ]);
  expect((await upsert('email', ['A@Example.com'])).body['results']).toMatchObject([{ id, new: false }]);
  expect((await upsert('lastname', ['A'])).status).toBe(400);
});

test('an update by a unique property; an archive is 204 whatever was there', async () => {
  await using connected = await openConnected({ account });
  const id = await connected.make('contacts', { ext: 'A' });
  const inputs = [{ id: 'A', idProperty: 'ext', properties: { firstname: 'Ada' } }];
  expect((await connected.call('POST', `${batch}/update`, { inputs })).body['results']).toMatchObject([
    { id, properties: { firstname: 'Ada' } },
  ]);
  const gone = { inputs: [{ id: '99', properties: { firstname: 'Ada' } }] };
  expect((await connected.call('POST', `${batch}/update`, gone)).status).toBe(404);
  const archived = await connected.call('POST', `${batch}/archive`, { inputs: [{ id }, { id: '99' }] });
  expect([archived.status, archived.text]).toEqual([204, '']);
  // Its unique value is free again.
  await connected.make('contacts', { ext: 'A' });
});

test('records that the fault script loses are said to be kept', async () => {
  const faults = { seed: 3, faults: [{ kind: 'records-lost', path: 'batch/create', records: 0.5 }] };
  await using connected = await openConnected({ faults });
  const { status, body } = await connected.call('POST', `${batch}/create`, { inputs: many(40) });
  expect(status).toBe(201);
  expect(body['results']).toHaveLength(40);
  const state = await connected.call('GET', '/__practice/state');
  const kept = Number(state.body['system']?.['records']?.['contacts']);
  expect(kept).toBeGreaterThan(8);
  expect(kept).toBeLessThan(32);
});

test('a record that another call still works on is locked', async () => {
  await using connected = await openConnected({ account: { latency: { callMs: 60_000 } }, speed: 100 });
  const made = await connected.call('POST', `${batch}/create`, { inputs: many(1) });
  const id = wordOf(made.body['results']?.[0]?.['id']);
  const change = async () =>
    (await connected.call('PATCH', `/crm/v3/objects/contacts/${id}`, { properties: { firstname: 'A' } }))
      .status;
  expect((await Promise.all([change(), change()])).sort()).toEqual([200, 423]);
});
