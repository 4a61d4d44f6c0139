import { expect, test } from 'vitest';
import { openConnected } from './signed-in.contract.ts';

const properties = '/crm/v3/properties/contacts';
const tea = {
  name: 'tea',
  label: 'Tea',
  type: 'enumeration',
  fieldType: 'select',
  options: [
    { label: 'Green', value: 'g' },
    { label: 'Black', value: 'b' },
  ],
};

// What is asserted here of properties was seen by another project on a developer test account on 2026-09-29.
test('a change with options replaces their list, one without keeps it', async () => {
  await using connected = await openConnected();
  await connected.call('POST', properties, tea);
  const change = async (content: object) => {
    const { body } = await connected.call('PATCH', `${properties}/tea`, content);
    return (body['options'] as unknown as { value: string }[]).map(({ value }) => value);
  };
  expect(await change({ label: 'Brew' })).toEqual(['g', 'b']);
  expect(await change({ options: [{ label: 'White', value: 'w' }] })).toEqual(['w']);
  const gone = await connected.call('POST', '/crm/v3/objects/contacts', { properties: { tea: 'g' } });
  expect(gone.body['errors']).toMatchObject([{ code: 'INVALID_OPTION' }]);
  const labels = await connected.call('POST', '/crm/v3/objects/contacts', { properties: { tea: 'White' } });
  expect(labels.status).toBe(400);
});

test('name, uniqueness and sensitivity cannot change', async () => {
  await using connected = await openConnected();
  await connected.call('POST', properties, tea);
  for (const content of [{ name: 'x' }, { hasUniqueValue: true }, { dataSensitivity: 'sensitive' }])
    expect((await connected.call('PATCH', `${properties}/tea`, content)).status).toBe(400);
});

test('an archived property is read with archived only, and comes back with its date when its name is made again', async () => {
  await using connected = await openConnected({ start: '2026-03-01T00:00:00.000Z', speed: 0.001 });
  const made = await connected.call('POST', properties, tea);
  await connected.order('clock', { advanceMs: 60_000 });
  expect((await connected.call('DELETE', `${properties}/tea`)).status).toBe(204);
  expect((await connected.call('GET', `${properties}/tea`)).body).toMatchObject({
    category: 'OBJECT_NOT_FOUND',
  });
  expect((await connected.call('GET', `${properties}/tea?archived=true`)).body).toMatchObject({
    archived: true,
  });
  const again = await connected.call('POST', properties, { ...tea, label: 'New' });
  expect([again.status, again.body]).toMatchObject([
    201,
    { label: 'New', archived: false, createdAt: made.body['createdAt'] },
  ]);
});

test('sensitive properties are left out of the list unless they are asked for', async () => {
  await using connected = await openConnected();
  await connected.call('POST', properties, { ...tea, dataSensitivity: 'sensitive' });
  const names = async (query: string) =>
    JSON.stringify((await connected.call('GET', `${properties}${query}`)).body);
  expect(await names('')).not.toContain('"name":"tea"');
  expect(await names('?dataSensitivity=sensitive')).toContain('"name":"tea"');
});

test('ten unique properties of one kind and no more; those of the vendor stay', async () => {
  await using connected = await openConnected();
  const statuses: number[] = [];
  for (let at = 0; at < 11; at += 1) {
    const property = { name: `u${at}`, label: 'U', type: 'string', fieldType: 'text', hasUniqueValue: true };
    statuses.push((await connected.call('POST', properties, property)).status);
  }
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 201), 400]);
  expect((await connected.call('DELETE', `${properties}/email`)).status).toBe(400);
});

test('a group with properties stays; an archived one can be made again', async () => {
  await using connected = await openConnected();
  const group = { name: 'apiary', label: 'Apiary' };
  expect((await connected.call('POST', `${properties}/groups`, group)).status).toBe(201);
  expect((await connected.call('POST', `${properties}/groups`, group)).status).toBe(409);
  await connected.call('POST', properties, { ...tea, groupName: 'apiary' });
  const refused = await connected.call('DELETE', `${properties}/groups/apiary`);
  expect([refused.status, refused.body['subCategory']]).toEqual([
    400,
    'PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES',
  ]);
  await connected.call('DELETE', `${properties}/tea`);
  expect((await connected.call('DELETE', `${properties}/groups/apiary`)).status).toBe(204);
  expect((await connected.call('POST', `${properties}/groups`, group)).status).toBe(201);
  expect((await connected.call('POST', properties, { ...tea, name: 'x', groupName: 'nobodys' })).status).toBe(
    400,
  );
});

test('a custom object is made with its properties, needs what it says, and cannot lose them', async () => {
  await using connected = await openConnected();
  const nick = { name: 'nick', label: 'Nick', type: 'string', fieldType: 'text' };
  const pets = {
    name: 'pets',
    labels: { singular: 'Pet', plural: 'Pets' },
    primaryDisplayProperty: 'nick',
    requiredProperties: ['nick'],
    properties: [nick],
  };
  const unknown = await connected.call('POST', '/crm/v3/schemas', { ...pets, properties: [] });
  expect(unknown.status).toBe(400);
  const made = await connected.call('POST', '/crm-object-schemas/v3/schemas', pets);
  expect([made.status, made.body]).toMatchObject([201, { name: 'pets', requiredProperties: ['nick'] }]);
  expect((await connected.call('POST', '/crm/v3/schemas', pets)).status).toBe(409);
  expect((await connected.call('POST', '/crm/v3/objects/pets', { properties: {} })).status).toBe(400);
  const id = await connected.make('pets', { nick: 'Rex' });
  const refused = await connected.call('DELETE', '/crm/v3/properties/pets/nick');
  expect(refused.body['subCategory']).toBe('PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE');
  expect((await connected.call('DELETE', '/crm/v3/schemas/pets')).status).toBe(400);
  await connected.call('PATCH', '/crm/v3/schemas/pets', { requiredProperties: [] });
  expect((await connected.call('POST', '/crm/v3/objects/pets', { properties: {} })).status).toBe(201);
  await connected.call('DELETE', `/crm/v3/objects/pets/${id}`);
});

test('pipelines and their stages are what deals can stand in', async () => {
  const pipelines = [
    { object: 'deals', id: 'big', label: 'Big deals', stages: [{ id: 'open', label: 'Open' }] },
  ];
  await using connected = await openConnected({ account: { pipelines } });
  expect((await connected.call('GET', '/crm/v3/pipelines/deals')).body['results']).toMatchObject([
    { id: 'big', stages: [{ id: 'open', label: 'Open' }] },
  ]);
  expect((await connected.call('GET', '/crm/v3/pipelines/deals/default')).status).toBe(404);
  await connected.make('deals', { dealname: 'D', pipeline: 'big', dealstage: 'open' });
  const label = await connected.call('POST', '/crm/v3/objects/deals', { properties: { dealstage: 'Open' } });
  expect(label.status).toBe(400);
});
