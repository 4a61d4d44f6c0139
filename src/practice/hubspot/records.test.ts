import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { wordOf } from '../reply.contract.ts';
import { type Connected, openConnected } from './signed-in.contract.ts';

const objects = [
  {
    name: 'contacts',
    properties: [
      { name: 'born', type: 'date' },
      { name: 'seen', type: 'datetime' },
      { name: 'points', type: 'number' },
      { name: 'vip', type: 'bool' },
      { name: 'likes', type: 'enumeration', fieldType: 'checkbox', options: ['tea', 'rye'] },
    ],
  },
  { name: 'pets', labels: { singular: 'Pet', plural: 'Pets' }, properties: [{ name: 'nick' }] },
];
const contacts = '/crm/v3/objects/contacts';

async function kept(connected: Connected, name: string, value: unknown): Promise<string> {
  const made = await connected.call('POST', contacts, { properties: { [name]: value } });
  if (made.status !== 201) return wordOf(made.body['errors']?.[0]?.['code']);
  const read = await connected.call('GET', `${contacts}/${wordOf(made.body['id'])}?properties=${name}`);
  return wordOf(read.body['properties']?.[name]);
}

test.each([
  ['email', ' Ada@Example.COM ', 'ada@example.com'],
  ['born', '1815-12-10', '1815-12-10'],
  ['born', '1772323200000', '2026-03-01'],
  ['born', 1_772_323_200_001, 'INVALID_DATE'],
  ['born', '2026-02-30', 'INVALID_DATE'],
  ['seen', 1_772_323_200_000, '2026-03-01T00:00:00Z'],
  ['seen', '2026-03-01T10:00:00.250+01:00', '2026-03-01T09:00:00.250Z'],
  ['points', '12345678901234567890', '12345678901234567000'],
  ['points', '007.50', '7.5'],
  ['points', 'many', 'INVALID_LONG'],
  ['vip', true, 'true'],
  ['vip', 'yes', 'INVALID_OPTION'],
  ['likes', 'rye;tea', 'rye;tea'],
  ['likes', 'Rye', 'INVALID_OPTION'],
  ['lastname', 'x'.repeat(65_537), 'VALUE_TOO_LONG'],
  ['lastname', '', 'null'],
  ['createdate', '2020-01-01T00:00:00Z', 'READ_ONLY_VALUE'],
  ['hs_object_id', '5', 'READ_ONLY_VALUE'],
  ['color', 'red', 'PROPERTY_DOESNT_EXIST'],
])('%s given as %j is kept as %s, or refused', async (name, given, expected) => {
  await using connected = await openConnected({ account: { objects } });
  expect(await kept(connected, name, given)).toBe(expected);
});

test('everything that is not valid is told at once, and nothing is kept', async () => {
  await using connected = await openConnected();
  const { body } = await connected.call('POST', contacts, {
    properties: { email: 'x', color: 'red', lastname: 'L' },
  });
  expect(body['errors']).toMatchObject([{ code: 'INVALID_EMAIL' }, { code: 'PROPERTY_DOESNT_EXIST' }]);
  expect((await connected.call('GET', contacts)).body['results']).toEqual([]);
});

test('what was not asked for is passed over in reading and refused in writing', async () => {
  await using connected = await openConnected();
  const stray = await connected.call('GET', `${contacts}?fields=email`);
  expect([stray.status, stray.body['message']]).toEqual([
    400,
    'practice: no parameter fields is described for this resource',
  ]);
  const field = await connected.call('POST', contacts, { properties: {}, notes: [] });
  expect(field.status).toBe(400);
  const id = await connected.make('contacts', { lastname: 'L' });
  expect(
    (await connected.call('GET', `${contacts}/${id}?properties=lastname,nonsense`)).body['properties'],
  ).toEqual(expect.not.objectContaining({ nonsense: null }));
  expect((await connected.call('PATCH', `${contacts}/${id}`, { properties: {} })).body['message']).toBe(
    'No properties found to update, please provide at least one.',
  );
  expect(
    (await connected.call('PATCH', `${contacts}/ada@example.com`, { properties: {} })).body,
  ).toMatchObject({
    message: 'Object not found.  objectId are usually numeric.',
    category: 'OBJECT_NOT_FOUND',
  });
});

test('pages follow each other by after; archived records stand apart', async () => {
  await using connected = await openConnected();
  const ids: string[] = [];
  for (let at = 0; at < 7; at += 1) ids.push(await connected.make('contacts', { firstname: String(at) }));
  expect((await connected.call('DELETE', `${contacts}/${ids[3]}`)).status).toBe(204);
  expect((await connected.call('DELETE', `${contacts}/${ids[3]}`)).status).toBe(204);
  const seen: string[] = [];
  let path: string | null = `${contacts}?limit=2`;
  while (path !== null) {
    const { body } = await connected.call('GET', path);
    for (const record of body['results'] as unknown as { id: string }[]) seen.push(record.id);
    const after = body['paging']?.['next']?.['after'];
    path = after === undefined ? null : `${contacts}?limit=2&after=${wordOf(after)}`;
  }
  expect(seen).toEqual(ids.filter((_, at) => at !== 3));
  expect((await connected.call('GET', `${contacts}/${ids[3]}`)).status).toBe(404);
  const bin = await connected.call('GET', `${contacts}?archived=true`);
  expect(bin.body['results']).toMatchObject([{ id: ids[3], archived: true }]);
  expect((await connected.call('GET', `${contacts}?limit=101`)).status).toBe(400);
  expect((await connected.call('GET', `${contacts}?limit=51&propertiesWithHistory=email`)).status).toBe(400);
});

test('the history of a property, newest first', async () => {
  await using connected = await openConnected({ start: '2026-03-01T00:00:00.000Z', speed: 0.001 });
  const id = await connected.make('contacts', { firstname: 'A' });
  await connected.order('clock', { advanceMs: 60_000 });
  await connected.call('PATCH', `${contacts}/${id}`, { properties: { firstname: 'B' } });
  const { body } = await connected.call('GET', `${contacts}/${id}?propertiesWithHistory=firstname`);
  const history = body['propertiesWithHistory']?.['firstname'] as unknown as {
    value: string;
    timestamp: string;
  }[];
  expect(history.map(({ value, timestamp }) => [value, timestamp.slice(0, 16)])).toEqual([
    ['B', '2026-03-01T00:01'],
    ['A', '2026-03-01T00:00'],
  ]);
});

test('a lifecycle stage goes forward only, without a word, unless it is emptied first', async () => {
  await using connected = await openConnected();
  const id = await connected.make('contacts', { lifecyclestage: 'customer' });
  const set = async (lifecyclestage: string) => {
    const { status, body } = await connected.call('PATCH', `${contacts}/${id}`, {
      properties: { lifecyclestage },
    });
    return [status, body['properties']?.['lifecyclestage']];
  };
  expect(await set('lead')).toEqual([200, 'customer']);
  await set('');
  expect(await set('lead')).toEqual([200, 'lead']);
});

test('records belong to owners who are there; who left is read with archived only', async () => {
  const owners = [{ email: 'in@example.com' }, { email: 'left@example.com', active: false }];
  await using connected = await openConnected({ account: { owners } });
  const idOf = async (query: string) =>
    wordOf((await connected.call('GET', `/crm/v3/owners${query}`)).body['results']?.[0]?.['id']);
  const [there, left] = [await idOf(''), await idOf('?archived=true')];
  expect(await kept(connected, 'hubspot_owner_id', there)).toBe(there);
  expect(await kept(connected, 'hubspot_owner_id', left)).toBe('INVALID_OWNER_ID');
  expect((await connected.call('GET', `/crm/v3/owners/${left}`)).status).toBe(404);
  expect((await connected.call('GET', `/crm/v3/owners/${left}?archived=true`)).body).toMatchObject({
    archived: true,
  });
});

test('an activity needs its time, a ticket its subject and stage', async () => {
  await using connected = await openConnected();
  const { status, body } = await connected.call('POST', '/crm/v3/objects/calls', { properties: {} });
  expect([status, body['message'], body['context']]).toEqual([
    400,
    'Error creating CALL. Some required properties were not set.',
    { properties: ['hs_timestamp'] },
  ]);
  expect(
    (await connected.call('POST', '/crm/v3/objects/tickets', { properties: { subject: 'S' } })).status,
  ).toBe(400);
  await connected.make('tickets', { subject: 'S', hs_pipeline_stage: '1' });
});

test('two people become one: values, links and both addresses; the old id leads there', async () => {
  await using connected = await openConnected();
  const company = await connected.make('companies', { name: 'C' });
  const into = await connected.make('contacts', { email: 'a@example.com', firstname: 'A' });
  const from = await connected.make('contacts', { email: 'b@example.com', firstname: 'B', phone: '1' });
  await connected.call('PUT', `/crm/v4/objects/contacts/${from}/associations/default/companies/${company}`);
  const merged = await connected.call('POST', `${contacts}/merge`, {
    primaryObjectId: into,
    objectIdToMerge: from,
  });
  expect([merged.status, merged.body]).toMatchObject([
    200,
    {
      id: into,
      properties: {
        email: 'a@example.com',
        firstname: 'A',
        phone: '1',
        hs_additional_emails: 'b@example.com',
        hs_merged_object_ids: from,
      },
    },
  ]);
  expect((await connected.call('GET', `${contacts}/${from}?associations=companies`)).body).toMatchObject({
    id: into,
    associations: { companies: { results: [{ id: company }, { id: company }] } },
  });
  const again = await connected.call('POST', contacts, { properties: { email: 'b@example.com' } });
  expect(again.body['message']).toBe(`Contact already exists. Existing ID: ${into}`);
  expect((await connected.call('GET', contacts)).body['results']).toHaveLength(1);
});

test('a contact that is forgotten leaves nothing', async () => {
  await using connected = await openConnected();
  const id = await connected.make('contacts', { email: 'a@example.com' });
  const body = { objectId: 'a@example.com', idProperty: 'email' };
  expect((await connected.call('POST', `${contacts}/gdpr-delete`, body)).status).toBe(204);
  expect((await connected.call('GET', `${contacts}/${id}?archived=true`)).status).toBe(404);
  await connected.make('contacts', { email: 'a@example.com' });
});

test('custom objects, by name, id and full name', async () => {
  await using connected = await openConnected({ account: { objects } });
  const id = await connected.make('pets', { nick: 'Rex' });
  const { body } = await connected.call('GET', '/crm/v3/schemas/pets');
  for (const name of [wordOf(body['objectTypeId']), wordOf(body['fullyQualifiedName'])])
    expect((await connected.call('GET', `/crm/v3/objects/${name}/${id}?properties=nick`)).body).toMatchObject(
      {
        properties: { nick: 'Rex' },
      },
    );
});

test('what was answered is there after a restart, with what callers made of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-practice-'));
  const state = join(folder, 'state.sqlite');
  const property = { name: 'ext', label: 'Ext', type: 'string', fieldType: 'text', hasUniqueValue: true };
  try {
    {
      await using first = await openConnected({ state });
      await first.call('POST', '/crm/v3/properties/contacts', property);
      await first.make('contacts', { email: 'a@example.com', ext: '1' });
    }
    await using again = await openConnected({ state });
    const read = await again.call('GET', `${contacts}/1?idProperty=ext&properties=email`);
    expect(read.body['properties']).toMatchObject({ email: 'a@example.com' });
    expect((await again.call('POST', contacts, { properties: { ext: '1' } })).status).toBe(400);
    const left = Number(read.headers.get('x-hubspot-ratelimit-daily-remaining'));
    expect(left).toBe(625_000 - 3);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
