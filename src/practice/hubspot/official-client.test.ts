import { AssociationTypes, type Client } from '@hubspot/api-client';
import { AssociationSpecAssociationCategoryEnum as Category } from '@hubspot/api-client/lib/codegen/crm/associations/v4/index.js';
import { expect, test } from 'vitest';
import { openVisit } from './official-client.contract.ts';

/** HubSpot's own client walks journeys through the practice HubSpot; where the two disagree, the practice HubSpot is wrong. */
const account = {
  objects: [{ name: 'contacts', properties: [{ name: 'ext', unique: true }] }],
  callsPerTenSeconds: 100_000,
};
const still = { speed: 0.000_001 };
const people = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => ({
    properties: { ext: `e${from + at}`, email: `p${from + at}@example.com` },
    associations: [],
  }));
const fill = async (client: Client, count: number) => {
  for (let from = 0; from < count; from += 100)
    await client.crm.contacts.batchApi.create({ inputs: people(Math.min(100, count - from), from) });
};

test('sign-in: a token of a private app; a wrong one is 401 with the category', async () => {
  await using visit = await openVisit({ account });
  const made = await visit.known(
    visit.client().crm.contacts.basicApi.create({ properties: { email: 'ada@example.com' } }),
  );
  expect(made.createdAt).toBeInstanceOf(Date);
  await expect(
    visit.client({ accessToken: 'pat-nobody' }).crm.contacts.basicApi.getById(made.id),
  ).rejects.toMatchObject({ code: 401, body: { status: 'error', category: 'INVALID_AUTHENTICATION' } });
});

test('sign-in: a refresh token of a public app gives access for half an hour, and gives it again', async () => {
  const app = { name: 'public', kind: 'oauth', clientId: 'c', clientSecret: 's', refreshToken: 'r' };
  await using visit = await openVisit({ account: { apps: [app] }, ...still });
  const { oauth } = visit.client({ accessToken: '' });
  const refresh = async () =>
    await oauth.tokensApi.create('refresh_token', undefined, undefined, 'c', 's', 'r');
  const first = await refresh();
  expect(first).toMatchObject({ tokenType: 'bearer', refreshToken: 'r', expiresIn: 1_800 });
  const client = visit.client({ accessToken: first.accessToken });
  await client.crm.contacts.basicApi.getPage();
  await visit.connected.order('clock', { advanceMs: 30 * 60_000 });
  await expect(client.crm.contacts.basicApi.getPage()).rejects.toMatchObject({
    code: 401,
    body: { category: 'EXPIRED_AUTHENTICATION' },
  });
  client.setAccessToken((await refresh()).accessToken);
  await client.crm.contacts.basicApi.getPage();
  await expect(
    oauth.tokensApi.create('refresh_token', undefined, undefined, 'c', 'x', 'r'),
  ).rejects.toMatchObject({ code: 400 });
});

test('a list is paged to its end, each record once, by its own helper and by hand', async () => {
  await using visit = await openVisit({ account });
  const client = visit.client();
  await fill(client, 230);
  const all = await client.crm.contacts.getAll(100, undefined, ['ext']);
  expect(new Set(all.map(({ properties }) => properties['ext'])).size).toBe(230);
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await visit.known(client.crm.contacts.basicApi.getPage(90, after, ['ext', 'email']));
    ids.push(...page.results.map(({ id }) => id));
    after = page.paging?.next?.after;
  } while (after !== undefined);
  expect(ids).toEqual(all.map(({ id }) => id));
});

test('one record: made, read with history and links, changed, merged, archived, forgotten', async () => {
  await using visit = await openVisit({ account });
  const { contacts, companies } = visit.client().crm;
  const company = await companies.basicApi.create({ properties: { name: 'A', domain: 'a.example' } });
  const made = await visit.known(
    contacts.basicApi.create({
      properties: { email: 'ada@example.com', firstname: 'Ada' },
      associations: [
        {
          to: { id: company.id },
          types: [
            {
              associationCategory: Category.HubspotDefined,
              associationTypeId: AssociationTypes.contactToCompany,
            },
          ],
        },
      ],
    }),
  );
  await visit.known(
    contacts.basicApi.update('ada@example.com', { properties: { firstname: 'Ada K.' } }, 'email'),
  );
  const read = await visit.known(
    contacts.basicApi.getById(made.id, ['firstname'], ['firstname'], ['companies']),
  );
  expect(read.propertiesWithHistory?.['firstname']?.map(({ value }) => value)).toEqual(['Ada K.', 'Ada']);
  expect(read.propertiesWithHistory?.['firstname']?.[0]?.timestamp).toBeInstanceOf(Date);
  expect(read.associations?.['companies']?.results.map(({ id }) => id)).toContain(company.id);
  const other = await contacts.basicApi.create({ properties: { email: 'ada@other.example', lastname: 'K' } });
  const merged = await visit.known(
    contacts.basicApi.merge({ primaryObjectId: made.id, objectIdToMerge: other.id }),
  );
  expect(merged.properties).toMatchObject({ firstname: 'Ada K.', lastname: 'K' });
  await contacts.basicApi.purge({ objectId: 'ada@example.com', idProperty: 'email' });
  await expect(contacts.basicApi.getById(made.id)).rejects.toMatchObject({ code: 404 });
  await companies.basicApi.archive(company.id);
  const gone = await visit.known(companies.basicApi.getPage(10, undefined, [], [], [], true));
  expect(gone.results).toMatchObject([{ id: company.id, archived: true }]);
  expect(gone.results[0]?.archivedAt).toBeInstanceOf(Date);
});

test('a batch with partial failure: 207, what was made and what was not, each by its word', async () => {
  await using visit = await openVisit({ account });
  const { batchApi } = visit.client().crm.contacts;
  await batchApi.create({ inputs: [{ properties: { email: 'p0@example.com' }, associations: [] }] });
  const inputs = people(4).map((input, at) => ({ ...input, objectWriteTraceId: `w${at}` }));
  const made = await visit.known(batchApi.create({ inputs }));
  expect(made.results.map(({ objectWriteTraceId }) => objectWriteTraceId)).toEqual(['w1', 'w2', 'w3']);
  expect(made).toMatchObject({
    status: 'COMPLETE',
    numErrors: 1,
    errors: [{ status: 'error', category: 'CONFLICT', context: { objectWriteTraceId: ['w0'] } }],
  });
  const read = await visit.known(
    batchApi.read({
      inputs: [{ id: 'e1' }, { id: 'nobody' }],
      idProperty: 'ext',
      properties: ['ext'],
      propertiesWithHistory: [],
    }),
  );
  expect(read).toMatchObject({
    results: [{ properties: { ext: 'e1' } }],
    numErrors: 1,
    errors: [{ category: 'OBJECT_NOT_FOUND', context: { ids: ['nobody'] } }],
  });
  const [first] = made.results;
  const changed = await visit.known(
    batchApi.update({ inputs: [{ id: first?.id ?? '', properties: { firstname: 'B' } }] }),
  );
  expect(changed.results[0]?.properties['firstname']).toBe('B');
  await batchApi.archive({ inputs: [{ id: first?.id ?? '' }] });
  // Without a word for each, one bad record refuses all.
  await expect(batchApi.create({ inputs: people(4) })).rejects.toMatchObject({
    code: 409,
    body: { category: 'CONFLICT', message: expect.stringMatching(/^Contact already exists\. /) as unknown },
  });
});

test('an upsert by a unique property says what is new', async () => {
  await using visit = await openVisit({ account });
  const { batchApi } = visit.client().crm.contacts;
  await batchApi.create({ inputs: people(1) });
  const upserted = await visit.known(
    batchApi.upsert({
      inputs: ['e0', 'e9'].map((id) => ({ id, idProperty: 'ext', properties: { firstname: id } })),
    }),
  );
  expect(upserted.results).toMatchObject([
    { _new: false, properties: { ext: 'e0', firstname: 'e0' } },
    { _new: true, properties: { ext: 'e9', firstname: 'e9' } },
  ]);
});
