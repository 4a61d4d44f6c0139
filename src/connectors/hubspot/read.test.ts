import { expect, test } from 'vitest';
import { Secret } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import { collect, project, readAll, sliceList, wholeRelation } from '../contract/read-all.contract.ts';
import { AccountApi } from './account-api.ts';
import { changedIds } from './changed-ids.ts';
import { hubspot } from './index.ts';
import { PracticeAccount } from './practice-account.contract.ts';
import { standardTypes } from './standard-types.ts';

const people = (count: number): object[] =>
  Array.from({ length: count }, (_none, at) => ({ firstname: `person ${at}`, email: `p${at}@example.org` }));

test('more records than one page holds are read, each once, also in slices', async () => {
  await using account = await PracticeAccount.open();
  await account.add('contacts', people(350));
  const address = { ...account.address, objects: ['contacts'] };
  await using system = await hubspot.open(address, contextFor('source'));
  const content = await readAll(system, 'contacts');
  expect(new Set(project(content, ['email']).flat()).size).toBe(350);
  expect(content.rows.length).toBe(350);
  await using snapshot = await system.reads.snapshot();
  let read = 0;
  for (const slice of await sliceList(snapshot, content.relation, 120)) {
    const part = await collect(snapshot.read(content.relation, slice));
    expect(part.rows.length).toBe(slice.rowsEstimate);
    read += part.rows.length;
  }
  expect(read).toBe(350);
});

test('a token that ends between two pages is renewed, and nothing is missed', async () => {
  const app = {
    name: 'public',
    kind: 'oauth',
    clientId: 'id',
    clientSecret: 'secret',
    refreshToken: 'refresh',
  };
  const fixed = { name: 'practice', token: 'pat-practice' };
  await using account = await PracticeAccount.open({ apps: [fixed, app] });
  await account.add('contacts', people(250));
  const signIn = {
    by: 'refresh-token',
    clientId: 'id',
    secret: new Secret('secret'),
    token: new Secret('refresh'),
  } as const;
  const address = { ...account.address, signIn, objects: ['contacts'] };
  await using system = await hubspot.open(address, contextFor('source'));
  const { relations } = await system.inspects.inspect();
  await using snapshot = await system.reads.snapshot();
  const relation = relations.find(({ name }) => name === 'contacts')!;
  const whole = { number: 0, after: null, upTo: null, rowsEstimate: 0 };
  let read = 0;
  for await (const batch of snapshot.read(relation, whole, { batchRowsMax: 100 })) {
    read += batch.rows.length;
    if (read === 100) await account.order('expire-sessions');
  }
  expect(read).toBe(250);
});

test('an object with more properties than an address holds is read by its ids', async () => {
  const names = Array.from(
    { length: 300 },
    (_none, at) => `a_property_with_a_name_that_is_rather_long_${at}`,
  );
  const properties = names.map((name) => ({ name }));
  await using account = await PracticeAccount.open({ objects: [{ name: 'companies', properties }] });
  const values = (record: number): object =>
    Object.fromEntries(names.map((name, at) => [name, `${record}.${at}`]));
  await account.add('companies', [1, 2, 3].map(values));
  const address = { ...account.address, objects: ['companies'] };
  await using system = await hubspot.open(address, contextFor('source'));
  const content = await readAll(system, 'companies');
  expect(project(content, names)).toEqual(
    [1, 2, 3].map((record) => names.map((_name, at) => `${record}.${at}`)),
  );
});

test('what stands in the recycling bin is read only where that was asked for, in the order of ids', async () => {
  await using account = await PracticeAccount.open();
  const ids = await account.add('contacts', people(230));
  const inputs = ids.filter((_id, at) => at % 3 === 0).map((id) => ({ id }));
  await account.ask('POST', '/crm/v3/objects/contacts/batch/archive', { inputs });
  const address = { ...account.address, objects: ['contacts'] };
  await using plain = await hubspot.open(address, contextFor('source'));
  expect((await readAll(plain, 'contacts')).rows.length).toBe(230 - inputs.length);
  await using both = await hubspot.open({ ...address, archived: true }, contextFor('source'));
  const content = await readAll(both, 'contacts');
  expect(project(content, ['hs_object_id']).flat()).toEqual(ids);
  expect(project(content, ['archived']).flat().filter(Boolean).length).toBe(inputs.length);
  await using snapshot = await both.reads.snapshot();
  const found = await collect(snapshot.fetch(content.relation, ['hs_object_id'], [[ids[0]!], [ids[1]!]]));
  expect(project(found, ['archived']).flat()).toEqual(expect.arrayContaining([false, true]));
});

test('records are found by a unique property, told apart by case; what is not unique is looked for in all', async () => {
  await using account = await PracticeAccount.open({
    objects: [{ name: 'contacts', properties: [{ name: 'legacy_id', unique: true }] }],
  });
  await account.add('contacts', [
    { legacy_id: 'A-1', firstname: 'Ada' },
    { legacy_id: 'b-2', firstname: 'Bob' },
  ]);
  const address = { ...account.address, objects: ['contacts'] };
  await using system = await hubspot.open(address, contextFor('source'));
  const { relations } = await system.inspects.inspect();
  const relation = relations.find(({ name }) => name === 'contacts')!;
  await using snapshot = await system.reads.snapshot();
  const found = async (field: string, ...keys: readonly string[]): Promise<unknown> =>
    project(
      await collect(
        snapshot.fetch(
          relation,
          [field],
          keys.map((key) => [key]),
        ),
      ),
      ['firstname'],
    ).flat();
  expect(await found('legacy_id', 'A-1', 'B-2', 'nobody')).toEqual(['Ada']);
  expect(await found('firstname', 'Bob')).toEqual(['Bob']);
});

test('links are read with their labels, from both ends, and cut into slices', async () => {
  await using account = await PracticeAccount.open();
  const { results } = await account.ask('POST', '/crm/v4/associations/contacts/companies/labels', {
    label: 'Billing contact',
    name: 'billing',
  });
  const [billing] = results as readonly { readonly category: string; readonly typeId: number }[];
  const contacts = await account.add('contacts', people(12));
  const companies = await account.add('companies', [{ name: 'one' }, { name: 'two' }, { name: 'three' }]);
  const plain = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 };
  const labelled = { associationCategory: 'USER_DEFINED', associationTypeId: billing!.typeId };
  const inputs = contacts.flatMap((from, at) =>
    companies.slice(0, (at % 3) + 1).map((to) => ({
      from: { id: from },
      to: { id: to },
      types: at === 4 ? [labelled] : [plain],
    })),
  );
  await account.ask('POST', '/crm/v4/associations/contacts/companies/batch/create', { inputs });
  const address = { ...account.address, objects: ['contacts', 'companies'] };
  await using system = await hubspot.open(address, contextFor('source'));
  const content = await readAll(system, 'contacts_to_companies');
  const expected = inputs.map(({ from, to, types }) => [
    from.id,
    to.id,
    types[0] === labelled ? 'Billing contact' : null,
  ]);
  expect(content.rows).toEqual(expected);
  await using snapshot = await system.reads.snapshot();
  expect(await snapshot.count(content.relation)).toBe(String(inputs.length));
  const parts: unknown[] = [];
  for (const slice of await sliceList(snapshot, content.relation, 5))
    parts.push(...(await collect(snapshot.read(content.relation, slice))).rows);
  expect(parts).toEqual(expected);
  const toThree = await collect(snapshot.fetch(content.relation, ['to_id'], [[companies[2]!]]));
  expect(toThree.rows).toEqual(expected.filter(([, to]) => to === companies[2]));
});

test('owners are read, those who left too', async () => {
  await using account = await PracticeAccount.open({
    owners: [
      { email: 'ada@example.org', firstName: 'Ada' },
      { email: 'bob@example.org', active: false },
    ],
  });
  const address = { ...account.address, objects: ['contacts'] };
  await using system = await hubspot.open(address, contextFor('source'));
  const content = await readAll(system, 'owners');
  expect(project(content, ['email', 'firstName', 'archived'])).toEqual([
    ['ada@example.org', 'Ada', false],
    ['bob@example.org', null, true],
  ]);
});

test('numbers, days, moments and choices come in their canonical form', async () => {
  const properties = [
    { name: 'large', type: 'number' },
    { name: 'day', type: 'date' },
    { name: 'colours', type: 'enumeration', fieldType: 'checkbox', options: ['red', 'blue'] },
  ];
  await using account = await PracticeAccount.open({ objects: [{ name: 'deals', properties }] });
  await account.add('deals', [
    {
      amount: '12.50',
      large: '1e21',
      day: '2026-03-01',
      colours: 'red;blue',
      closedate: '2026-03-01T10:00:00.5Z',
    },
  ]);
  const address = { ...account.address, objects: ['deals'] };
  await using system = await hubspot.open(address, contextFor('source'));
  const content = await readAll(system, 'deals');
  expect(project(content, ['amount', 'large', 'day', 'colours', 'closedate', 'dealname'])).toEqual([
    ['12.5', '1000000000000000000000', '2026-03-01', 'red;blue', '2026-03-01 10:00:00.5+00', null],
  ]);
});

test('how many calls are left is told, and asked for once a minute: in between what was made here is counted', async () => {
  await using account = await PracticeAccount.open();
  let calls = 0;
  const context = { ...contextFor('source'), onCall: () => void (calls += 1) };
  await using system = await hubspot.open(account.address, context);
  const left = async () => Number((await system.watches!.read(new Set(['api-calls']))).apiCallsLeft);
  await account.add('contacts', people(1));
  const asked = await left();
  expect(asked).toBeGreaterThan(100_000);
  const before = calls;
  await system.calls!.limits();
  // One of ours, and at most a little more that is left to others, who were seen.
  const counted = await left();
  expect(asked - counted).toBeGreaterThanOrEqual(1);
  expect(asked - counted).toBeLessThan(10);
  expect(calls).toBe(before + 1);
  expect(await system.watches!.refuses('lock-waits')).not.toBeNull();
});

test('what was changed since a position is read: others, and those of one moment, are passed over by none', async () => {
  await using account = await PracticeAccount.open();
  const ids = await account.add('contacts', people(120));
  const address = { ...account.address, objects: ['contacts'] };
  await using system = await hubspot.open(address, contextFor('source'));
  const { relations } = await system.inspects.inspect();
  const relation = relations.find(({ name }) => name === 'contacts')!;
  await using before = await system.reads.snapshot();
  const inputs = ids.slice(40, 60).map((id) => ({ id, properties: { lastname: 'changed' } }));
  await account.ask('POST', '/crm/v3/objects/contacts/batch/update', { inputs });
  await using after = await system.reads.snapshot();
  const changed = await collect(after.changed!(relation, before.position)!);
  const found = project(changed, ['hs_object_id', 'lastname']).filter(([, name]) => name === 'changed');
  expect(new Set(found.map(([id]) => id))).toEqual(new Set(inputs.map(({ id }) => id)));
  expect(after.changed!({ ...relation, name: 'owners' }, before.position)).toBeNull();
});

test.each([2, 7, 50, 100, 200])('with %d on a page every changed record comes once', async (most) => {
  // The clock stands nearly still: a batch of records has one moment, and so have several batches.
  await using account = await PracticeAccount.open({}, {}, 1e-4);
  // Several pages of one moment, and then some of another; an account is searched a few times a second, not oftener.
  const [first, second] = [Math.min(100, most * 6 + 1), Math.min(33, most * 3 + 1)];
  const ids = await account.add('contacts', people(first));
  await account.ask('POST', '/__practice/clock', { advanceMs: 5_000 });
  ids.push(
    ...(await account.add(
      'contacts',
      Array.from({ length: second }, () => ({})),
    )),
  );
  const contacts = standardTypes.find(({ name }) => name === 'contacts')!;
  await using api = await AccountApi.open(account.address, contextFor('source'));
  const found: string[] = [];
  for await (const some of changedIds(api, contacts, 0, most)) found.push(...some);
  expect(found.length).toBe(first + second);
  expect(new Set(found)).toEqual(new Set(ids));
});

test('owners, links and files are read by the fields that are asked for alone, each under its own name', async () => {
  await using account = await PracticeAccount.open({
    owners: [{ email: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace', active: false }],
  });
  const address = { ...account.address, objects: ['contacts', 'companies', 'files'] };
  await using system = await hubspot.open(address, contextFor('source'));
  const [person] = await account.add('contacts', people(1));
  const [company] = await account.add('companies', [{ name: 'Northwind' }]);
  const primary = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }];
  await account.ask('PUT', `/crm/v4/objects/contacts/${person}/associations/companies/${company}`, primary);
  await account.upload('/offers', 'offer.pdf', 'bytes');
  await using snapshot = await system.reads.snapshot();
  const { relations } = await system.inspects.inspect();
  const part = async (name: string, fields: readonly string[]) => {
    const whole = relations.find((one) => one.name === name)!;
    const relation = { ...whole, fields: whole.fields.filter((field) => fields.includes(field.name)) };
    const read = await collect(snapshot.read(relation, wholeRelation));
    const fetched = await collect(snapshot.fetch(relation, [fields[0] ?? ''], [[read.rows[0]?.[0] ?? null]]));
    expect(fetched).toEqual(read);
    return [read.fields, ...read.rows];
  };
  const owner = ['id', 'email', 'archived'];
  expect(await part('owners', owner)).toEqual([owner, ['70000001', 'ada@example.com', true]]);
  const file = ['id', 'size'];
  expect(await part('files', file)).toEqual([file, [expect.any(String), '5']]);
  const [names, link] = await part('contacts_to_companies', ['from_id', 'labels']);
  expect([names, link?.[1]]).toEqual([['from_id', 'labels'], 'Primary']);
});
