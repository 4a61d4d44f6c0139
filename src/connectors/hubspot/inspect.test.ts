import { expect, test } from 'vitest';
import { describeFieldType, findField, findRelation, type Schema } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import { readProperty } from './described.ts';
import { fieldOf } from './field-types.ts';
import { holdsOf } from './holds.ts';
import { hubspot } from './index.ts';
import { PracticeAccount } from './practice-account.contract.ts';
import { standardTypes } from './standard-types.ts';

const contacts = standardTypes.find(({ name }) => name === 'contacts')!;
const described = (property: object): ReturnType<typeof fieldOf> =>
  fieldOf(contacts, readProperty({ name: 'f', label: 'f', fieldType: 'text', options: [], ...property }));
const options = ['Hot', 'Cold'].map((value) => ({ value, label: value, hidden: false }));

test.each([
  [{ type: 'string' }, 'text(65536)', 'string text'],
  [{ type: 'string', hasUniqueValue: true }, 'text(65536)', 'string text unique without case'],
  [{ type: 'string', name: 'email' }, 'text(65536)', 'string text in lower case with @ unique without case'],
  [{ type: 'number', fieldType: 'number' }, 'decimal', 'number number'],
  [{ type: 'bool', fieldType: 'booleancheckbox' }, 'boolean', 'bool booleancheckbox'],
  [{ type: 'datetime', fieldType: 'date' }, 'instant(3)', 'datetime date'],
  [{ type: 'enumeration', fieldType: 'select', options }, 'enum contacts.f', 'enumeration select'],
  [
    { type: 'enumeration', fieldType: 'checkbox', options },
    'text(65536)',
    'enumeration checkbox of Hot;Cold',
  ],
  [
    { type: 'enumeration', fieldType: 'select', referencedObjectType: 'OWNER' },
    'integer 64',
    'enumeration select of owners',
  ],
])('the property %o is %s', (property, type, native) => {
  const found = described(property);
  expect([describeFieldType(found.type), found.native]).toEqual([type, native]);
});

test('what the account fills itself cannot be written', () => {
  expect(described({ type: 'number', calculated: true }).generated).toBe('computed');
  expect(described({ type: 'string', modificationMetadata: { readOnlyValue: true } }).generated).toBe(
    'computed',
  );
});

test.each([
  [{ type: 'string' }, 'x', null],
  [{ type: 'string' }, '', 'HubSpot keeps no empty text: it would become no value'],
  [{ type: 'string', name: 'email' }, 'ada@example.org', null],
  [{ type: 'string', name: 'email' }, 'ada at example', 'HubSpot takes no such e-mail address'],
  [
    { type: 'string', name: 'email' },
    'Ada@example.org',
    'HubSpot keeps this in lower case without blanks around it: it would become another value',
  ],
  [{ type: 'enumeration', fieldType: 'checkbox', options }, 'Cold;Hot', null],
  [
    { type: 'enumeration', fieldType: 'checkbox', options },
    'Hot;Luke',
    'a value is none of the options of the property',
  ],
  [{ type: 'number' }, '1234567890.10', null],
  [
    { type: 'number' },
    '9007199254740993',
    'HubSpot keeps numbers as doubles: this one has more digits than they hold',
  ],
  [{ type: 'number' }, 'NaN', 'HubSpot has no such number'],
  [{ type: 'date' }, '2026-11-20', null],
  [{ type: 'date' }, '12026-01-01', 'HubSpot has days of the years 0 to 9999'],
  [{ type: 'datetime' }, '0044-03-15 12:00:00+00 BC', 'HubSpot has days of the years 0 to 9999'],
])('a property %o asked about %s says %s', (property, value, refusal) => {
  expect(holdsOf(described(property))?.refusal(value) ?? null).toBe(refusal);
});

test('texts are counted as HubSpot counts them, an emoji as two: what is too long is told before the run', () => {
  const refusal = (text: string): string | null =>
    holdsOf(described({ type: 'string' }))?.refusal(text) ?? null;
  expect([refusal('💥'.repeat(32_768)), refusal('x'.repeat(65_536))]).toEqual([null, null]);
  expect(refusal('💥'.repeat(32_769))).toBe(
    'HubSpot takes at most 65536 characters, of which an emoji is two',
  );
});

const told = {
  objects: [
    {
      name: 'contacts',
      properties: [
        { name: 'legacy_id', unique: true },
        { name: 'secret', sensitive: true },
      ],
    },
    { name: 'invoices', labels: { singular: 'Invoice', plural: 'Invoices' }, properties: [] },
  ],
};

test('an account is inspected: keys, owners, links and their labels, and what is not looked at', async () => {
  await using account = await PracticeAccount.open(told);
  await account.ask('POST', '/crm/v4/associations/contacts/companies/labels', {
    label: 'Billing contact',
    name: 'billing',
  });
  const address = { ...account.address, objects: ['companies', 'contacts', 'invoices', 'notes'] };
  await using system = await hubspot.open(address, contextFor('source'));
  const schema = await system.inspects.inspect();
  expect(schema.relations.map(({ name }) => name)).toEqual([
    'companies',
    'companies_to_companies',
    'contacts',
    'contacts_to_companies',
    'contacts_to_contacts',
    'invoices',
    'invoices_to_companies',
    'invoices_to_contacts',
    'invoices_to_invoices',
    'notes',
    'notes_to_companies',
    'notes_to_contacts',
    'notes_to_invoices',
    'owners',
  ]);
  const contact = findRelation(schema, 'contacts')!;
  expect(contact.primaryKey?.fields).toEqual(['hs_object_id']);
  expect(contact.uniques.map(({ name }) => name).sort()).toEqual(['email', 'legacy_id']);
  expect(contact.foreignKeys.map(({ name, references }) => [name, references.relation])).toEqual([
    ['hubspot_owner_id', 'owners'],
  ]);
  // Lists leave it out unless it is asked for.
  expect(findField(contact, 'secret')?.generated).toBe('no');
  expect(findField(findRelation(schema, 'notes')!, 'hs_timestamp')?.nullable).toBe(false);
  const link = findRelation(schema, 'contacts_to_companies')!;
  expect(link.foreignKeys.map(({ references }) => references.relation)).toEqual(['contacts', 'companies']);
  expect(propertyOf(schema, 'contacts_to_companies Billing contact')).toContain('USER_DEFINED');
  expect(propertyOf(schema, 'contacts archived')).toBe('records in the recycling bin are not read');
  expect(propertyOf(schema, 'deals')).toBe('an object that is not looked at');
  expect(propertyOf(schema, 'recycling bin')).toContain('90 days');
  expect(propertyOf(schema, 'rules')).toContain('validation rule');
});

test('an app without a scope sees less, is told so, and is refused what it was asked for by name', async () => {
  const scopes = ['crm.objects.contacts.read', 'crm.schemas.contacts.read'];
  await using account = await PracticeAccount.open({
    ...told,
    apps: [{ name: 'narrow', token: 'pat-practice', scopes }],
  });
  await using system = await hubspot.open({ ...account.address, objects: null }, contextFor('source'));
  const schema = await system.inspects.inspect();
  expect(schema.relations.map(({ name }) => name)).not.toContain('deals');
  expect(propertyOf(schema, 'deals')).toBe('an object that may not be read by this app');
  const checks = await system.check();
  expect(checks.find(({ name }) => name === 'objects')).toMatchObject({ outcome: 'warn' });
  const asked = { ...account.address, objects: ['deals'] };
  await using other = await hubspot.open(asked, contextFor('source'));
  await expect(other.inspects.inspect()).rejects.toMatchObject({
    code: 'hubspot.scope-missing',
    detail: expect.stringContaining('crm.objects.deals.read') as string,
  });
});

test('owners who left, and ids of nobody, are found among those a mapping gives records to', async () => {
  await using account = await PracticeAccount.open({
    owners: [
      { email: 'ada@example.org', firstName: 'Ada' },
      { email: 'joan@example.org', firstName: 'Joan', active: false },
    ],
  });
  const [here, gone] = await Promise.all(
    [false, true].map(async (archived) => {
      const { results } = await account.ask('GET', `/crm/v3/owners?archived=${archived}`);
      return (results as readonly { readonly id: string }[]).at(-1)!.id;
    }),
  );
  await using system = await hubspot.open(
    { ...account.address, objects: ['contacts'] },
    contextFor('target'),
  );
  const fed = (field: string, ...constants: readonly string[]) => ({ field, constants, lookedUp: [] });
  const feed = (object: string, ...fields: readonly ReturnType<typeof fed>[]) =>
    ({ object, relation: 'contacts', mode: 'append', fields }) as const;
  const told = await system.inspects.foresees!([
    feed('people', fed('hubspot_owner_id', here!, gone!, '9', gone!), fed('firstname', gone!)),
    feed('others', fed('hubspot_owner_id', here!)),
  ]);
  expect(told).toEqual([
    {
      kind: 'owner-refused',
      object: 'people',
      field: 'hubspot_owner_id',
      why: `the owner ${gone} left the account, the account has no owner 9`,
    },
  ]);
});

test('an object that is not there is named', async () => {
  await using account = await PracticeAccount.open();
  const address = { ...account.address, objects: ['contacts', 'invoices'] };
  await using system = await hubspot.open(address, contextFor('source'));
  await expect(system.inspects.inspect()).rejects.toMatchObject({
    code: 'hubspot.object-missing',
    where: { relation: 'invoices' },
  });
});

const propertyOf = ({ objects }: Schema, name: string): string | null | undefined =>
  objects.find((object) => object.kind === 'property' && object.name === name)?.definition;
