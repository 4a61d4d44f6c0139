import { expect, test } from 'vitest';
import { wordOf } from '../reply.contract.ts';
import { type Connected, openConnected } from './signed-in.contract.ts';

async function threeOf(connected: Connected) {
  const company = await connected.make('companies', { name: 'C' });
  const contact = await connected.make('contacts', { email: 'a@example.com' });
  const other = await connected.make('companies', { name: 'D' });
  return { company, contact, other };
}
const linksOf = async (connected: Connected, path: string) => {
  const { body } = await connected.call('GET', `/crm/v4/objects/${path}`);
  const results = body['results'] as unknown as {
    toObjectId: number;
    associationTypes: { typeId: number; label: string | null }[];
  }[];
  return results.map(({ toObjectId, associationTypes }) => [
    String(toObjectId),
    associationTypes.map(({ typeId }) => typeId).sort((one, two) => one - two),
  ]);
};

test('a link is seen from both ends; the first company is the primary one', async () => {
  await using connected = await openConnected();
  const { company, contact, other } = await threeOf(connected);
  for (const one of [company, other])
    expect(
      (
        await connected.call(
          'PUT',
          `/crm/v4/objects/contacts/${contact}/associations/default/companies/${one}`,
        )
      ).status,
    ).toBe(200);
  expect(await linksOf(connected, `contacts/${contact}/associations/companies`)).toEqual([
    [company, [1, 279]],
    [other, [279]],
  ]);
  expect(await linksOf(connected, `companies/${company}/associations/contacts`)).toEqual([
    [contact, [2, 280]],
  ]);
  expect(
    (await connected.call('DELETE', `/crm/v4/objects/companies/${company}/associations/contacts/${contact}`))
      .status,
  ).toBe(204);
  expect(await linksOf(connected, `contacts/${contact}/associations/companies`)).toEqual([[other, [279]]]);
});

// Confirmed by several public files: a note to a contact 202, an e-mail 198, a task 204.
test.each([
  ['notes', 202],
  ['emails', 198],
  ['tasks', 204],
])('%s are linked to a contact by %d; another number is refused', async (type, associationTypeId) => {
  await using connected = await openConnected();
  const contact = await connected.make('contacts', { email: 'a@example.com' });
  const link = (typeId: number, id = contact) => ({
    to: { id },
    types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: typeId }],
  });
  const properties = { hs_timestamp: '2026-03-01T00:00:00Z' };
  const made = await connected.make(type, properties, [link(associationTypeId)]);
  expect(await linksOf(connected, `contacts/${contact}/associations/${type}`)).toEqual([
    [made, [associationTypeId - 1]],
  ]);
  const wrong = await connected.call('POST', `/crm/v3/objects/${type}`, {
    properties,
    associations: [link(279)],
  });
  expect(wrong.status).toBe(400);
  const nobody = await connected.call('POST', `/crm/v3/objects/${type}`, {
    properties,
    associations: [link(associationTypeId, '424242')],
  });
  expect([nobody.status, nobody.body]).toMatchObject([
    400,
    {
      message: 'One or more associations are invalid',
      context: { INVALID_OBJECT_IDS: ['CONTACT=424242 is not valid'] },
    },
  ]);
  expect((await connected.call('GET', `/crm/v3/objects/${type}`)).body['results']).toHaveLength(1);
});

test('labels are made, used, read from both ends, taken off, and removed', async () => {
  await using connected = await openConnected();
  const { company, contact } = await threeOf(connected);
  const labels = '/crm/v4/associations/contacts/companies/labels';
  const made = await connected.call('POST', labels, {
    label: 'Boss of',
    name: 'boss',
    inverseLabel: 'Has boss',
  });
  const typeId = Number(made.body['results']?.[0]?.['typeId']);
  const types = [{ associationCategory: 'USER_DEFINED', associationTypeId: typeId }];
  const put = await connected.call(
    'PUT',
    `/crm/v4/objects/contacts/${contact}/associations/companies/${company}`,
    types,
  );
  expect([put.status, put.body]).toEqual([
    201,
    {
      fromObjectTypeId: '0-1',
      fromObjectId: Number(contact),
      toObjectTypeId: '0-2',
      toObjectId: Number(company),
      labels: ['Boss of'],
    },
  ]);
  const back = await connected.call('GET', `/crm/v4/objects/companies/${company}/associations/contacts`);
  expect(JSON.stringify(back.body)).toContain('"label":"Has boss"');
  const pair = { from: { id: contact }, to: { id: company }, types };
  const off = '/crm/v4/associations/contacts/companies/batch/labels/archive';
  expect((await connected.call('POST', off, { inputs: [pair] })).status).toBe(204);
  expect(await linksOf(connected, `contacts/${contact}/associations/companies`)).toEqual([[company, [279]]]);
  expect((await connected.call('DELETE', `${labels}/${typeId}`)).status).toBe(204);
  expect((await connected.call('POST', off, { inputs: [pair] })).status).toBe(204);
  expect(
    (
      await connected.call(
        'PUT',
        `/crm/v4/objects/contacts/${contact}/associations/companies/${company}`,
        types,
      )
    ).status,
  ).toBe(400);
});

test('batches: 2,000 links, 1,000 reads; what fails is told beside the rest', async () => {
  await using connected = await openConnected();
  const { company, contact } = await threeOf(connected);
  const batch = '/crm/v4/associations/contacts/companies/batch';
  const pairs = [contact, '99'].map((id) => ({ from: { id }, to: { id: company } }));
  const linked = await connected.call('POST', `${batch}/associate/default`, { inputs: pairs });
  // The vendor's own client takes nothing but 200 here.
  expect([linked.status, linked.body]).toMatchObject([200, { numErrors: 1 }]);
  const typed = pairs.map((pair) => ({
    ...pair,
    types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }],
  }));
  expect((await connected.call('POST', `${batch}/create`, { inputs: typed.slice(0, 1) })).status).toBe(201);
  const read = await connected.call('POST', `${batch}/read`, { inputs: [{ id: contact }, { id: '99' }] });
  expect([read.status, read.body]).toMatchObject([
    207,
    { results: [{ from: { id: contact }, to: [{ toObjectId: Number(company) }] }], numErrors: 1 },
  ]);
  const tooMany = Array.from({ length: 2_001 }, () => pairs[0]);
  expect((await connected.call('POST', `${batch}/associate/default`, { inputs: tooMany })).status).toBe(400);
  const reads = Array.from({ length: 1_001 }, () => ({ id: contact }));
  expect((await connected.call('POST', `${batch}/read`, { inputs: reads })).status).toBe(400);
  const gone = { inputs: [{ from: { id: contact }, to: [{ id: company }] }] };
  expect((await connected.call('POST', `${batch}/archive`, gone)).status).toBe(204);
  expect(await linksOf(connected, `contacts/${contact}/associations/companies`)).toEqual([]);
});

test('a record has only so many links to one kind; links of an archived record go', async () => {
  await using connected = await openConnected({ account: { associationsPerRecord: 2 } });
  const company = await connected.make('companies', { name: 'C' });
  const statuses: number[] = [];
  for (let at = 0; at < 3; at += 1) {
    const contact = await connected.make('contacts', { firstname: String(at) });
    const path = `/crm/v4/objects/contacts/${contact}/associations/default/companies/${company}`;
    const { status, body } = await connected.call('PUT', path);
    statuses.push(status);
    if (status !== 200) expect(wordOf(body['subCategory'])).toBe('ASSOCIATION_LIMIT_EXCEEDED');
  }
  expect(statuses).toEqual([200, 200, 400]);
  const [first] = await linksOf(connected, `companies/${company}/associations/contacts`);
  await connected.call('DELETE', `/crm/v3/objects/contacts/${wordOf(first?.[0] as never)}`);
  expect(await linksOf(connected, `companies/${company}/associations/contacts`)).toHaveLength(1);
});

test('pairs without a number of the vendor get one, the same each time', async () => {
  const pet = { name: 'pets', labels: { singular: 'Pet', plural: 'Pets' } };
  await using connected = await openConnected({ account: { objects: [pet] } });
  const typesOf = async (path: string) =>
    (await connected.call('GET', `/crm/v4/associations/${path}/labels`)).body;
  expect(await typesOf('pets/contacts')).toEqual(await typesOf('pets/contacts'));
  const id = await connected.make('pets', { hubspot_owner_id: '' });
  const contact = await connected.make('contacts', { firstname: 'A' });
  await connected.call('PUT', `/crm/v4/objects/pets/${id}/associations/default/contacts/${contact}`);
  expect((await linksOf(connected, `contacts/${contact}/associations/pets`))[0]?.[0]).toBe(id);
});
