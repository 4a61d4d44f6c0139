import { expect, test } from 'vitest';
import { describeFieldType, findField, findRelation, type Schema } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import { readDescribed } from './described.ts';
import { parseExactly } from './exact-json.ts';
import { fieldOf } from './field-types.ts';
import { holdsOf } from './holds.ts';
import { salesforce } from './index.ts';
import { propertiesOf } from './object-properties.ts';
import { PracticeOrg } from './practice-org.contract.ts';

const described = (field: object): ReturnType<typeof fieldOf> => {
  const shown = { name: 'f', label: 'f', nillable: true, createable: true, updateable: true, ...field };
  const object = readDescribed(parseExactly(JSON.stringify({ name: 'A', label: 'A', fields: [shown] })));
  return fieldOf(object, object.fields[0]!);
};
const values = [
  { value: 'Hot', active: true },
  { value: 'Cold', active: true },
  { value: 'Luke', active: false },
];

test.each([
  [
    { type: 'string', length: 255, unique: true, externalId: true },
    'text(255)',
    'string(255) external id unique without case',
  ],
  [{ type: 'currency', precision: 18, scale: 2 }, 'decimal(18,2)', 'currency(18,2)'],
  [{ type: 'int', digits: 8 }, 'integer 32', 'int(8)'],
  [
    { type: 'picklist', length: 255, restrictedPicklist: true, picklistValues: values },
    'enum A.f',
    'picklist(255) restricted',
  ],
  [{ type: 'picklist', length: 255, picklistValues: values }, 'text(255)', 'picklist(255)'],
  [
    { type: 'picklist', length: 255, restrictedPicklist: true, controllerName: 'g', picklistValues: values },
    'enum A.f',
    'picklist(255) restricted under g',
  ],
  [
    { type: 'picklist', length: 255, controllerName: 'g', picklistValues: values },
    'text(255)',
    'picklist(255) under g',
  ],
  [{ type: 'double', precision: 18, scale: 4, calculated: true }, 'decimal(18,4)', 'double(18,4) formula'],
])('the field %o is %s', (field, type, native) => {
  const found = described(field);
  expect([describeFieldType(found.type), found.native]).toEqual([type, native]);
});

test('a restricted picklist under another field takes the active values of all its lists', () => {
  const under = {
    type: 'picklist',
    length: 255,
    restrictedPicklist: true,
    controllerName: 'g',
    picklistValues: values,
  };
  expect(described(under).type).toEqual({ kind: 'enum', name: 'A.f', labels: ['Hot', 'Cold'] });
});

test('what is not checked before a run is told: values that go together, and values of record types', () => {
  const field = (more: object): object => ({ name: 'f', label: 'f', type: 'picklist', ...more });
  const told = (recordTypeInfos: readonly object[], ...fields: readonly object[]) => {
    const shown = { name: 'A', label: 'A', fields, recordTypeInfos };
    const object = readDescribed(parseExactly(JSON.stringify(shown)));
    return propertiesOf(object, new Set(['A'])).map(({ name, definition }) => `${name}: ${definition}`);
  };
  const types = [{ recordTypeId: '012', name: 'Retail', active: true, master: false }];
  expect(told([], field({ controllerName: 'g' }))).toContainEqual(
    expect.stringMatching(/^A\.f: may only have what g allows with it: .* is not checked before a run$/),
  );
  const byType = expect.stringMatching(/^A record types: each may allow fewer values/) as unknown;
  expect(told(types, field({}))).toContainEqual(byType);
  expect(told(types, field({ type: 'multipicklist' }))).toContainEqual(byType);
  expect(told(types, field({ type: 'string' }))).not.toContainEqual(byType);
  expect(told([], field({}))).not.toContainEqual(byType);
});

test('what the org writes itself cannot be written, and what it fills in is not asked for', () => {
  const shown = { createable: false, updateable: false };
  expect(described({ type: 'string', autoNumber: true, ...shown }).generated).toBe('computed');
  expect(described({ type: 'string', nillable: false, defaultedOnCreate: true }).default).not.toBeNull();
  expect(described({ type: 'string', nillable: false })).toMatchObject({ nullable: false, default: null });
});

test.each([
  [{ type: 'string', length: 10 }, 'x', null],
  [{ type: 'string', length: 10 }, '', 'Salesforce keeps no empty text: it would become no value'],
  [{ type: 'email', length: 80 }, 'ada@example.org', null],
  [{ type: 'email', length: 80 }, 'ada at example', 'Salesforce takes no such e-mail address'],
  [
    { type: 'multipicklist', length: 4099, restrictedPicklist: true, picklistValues: values },
    'Hot;Cold',
    null,
  ],
  [
    { type: 'multipicklist', length: 4099, restrictedPicklist: true, picklistValues: values },
    'Hot;Luke',
    'a value is none of those the field lists',
  ],
  [{ type: 'double', precision: 18, scale: 2 }, '1234567890.10', null],
  [{ type: 'double', precision: 18, scale: 2 }, '0.10', null],
  [{ type: 'double', precision: 18, scale: 0 }, '100000000000000000', null],
  [
    { type: 'double', precision: 18, scale: 2 },
    '1234567890123456.78',
    'Salesforce keeps numbers as doubles: this one has more digits than they hold',
  ],
  [{ type: 'double', precision: 18, scale: 2 }, 'NaN', 'Salesforce has no such number'],
  [{ type: 'int', digits: 8 }, '123456789', 'Salesforce takes at most 8 digits here'],
  [{ type: 'int', digits: 8 }, '-12345678', null],
  [{ type: 'date' }, '2026-11-20', null],
  [{ type: 'date' }, '1699-12-31', 'Salesforce has days of the years 1700 to 4000'],
  [{ type: 'date' }, 'infinity', 'Salesforce has days of the years 1700 to 4000'],
  [{ type: 'datetime' }, '0044-03-15 12:00:00+00 BC', 'Salesforce has days of the years 1700 to 4000'],
])('a field %o asked about %s says %s', (field, value, refusal) => {
  expect(holdsOf(described(field))?.refusal(value) ?? null).toBe(refusal);
});

test('an org is inspected: keys, references, what refers to several objects, and what is not looked at', async () => {
  await using org = await PracticeOrg.open();
  const address = { ...org.address, objects: ['Account', 'Contact', 'Task'] };
  await using system = await salesforce.open(address, contextFor('source'));
  const schema = await system.inspects.inspect();
  expect(schema.relations.map(({ name }) => name)).toEqual(['Account', 'Contact', 'Task']);
  const contact = findRelation(schema, 'Contact')!;
  expect(contact.primaryKey?.fields).toEqual(['Id']);
  expect(contact.foreignKeys.map(({ name, references }) => [name, references.relation])).toEqual([
    ['AccountId', 'Account'],
    ['ReportsToId', 'Contact'],
  ]);
  expect(findField(contact, 'LastName')).toMatchObject({
    nullable: false,
    default: null,
    native: 'string(80)',
  });
  expect(findField(contact, 'Id')?.generated).toBe('computed');
  expect(propertyOf(schema, 'Task.WhatId')).toBe('refers to records of Account or Opportunity');
  expect(propertyOf(schema, 'Contact.OwnerId')).toBe('refers to records of User');
  expect(propertyOf(schema, 'Opportunity')).toBe('an object that is not looked at');
  expect(propertyOf(schema, 'recycle bin')).toContain('deleted records are not read');
  expect(propertyOf(schema, 'rules')).toContain('validation rules');
});

test('a version of a file is given its document and its title, whether a mapping feeds them or not', async () => {
  await using org = await PracticeOrg.open();
  const address = { ...org.address, objects: ['Account', 'ContentVersion'] };
  await using system = await salesforce.open(address, contextFor('target'));
  const schema = await system.inspects.inspect();
  const versions = findRelation(schema, 'ContentVersion')!;
  const given = versions.fields.filter((field) => field.default !== null && field.generated === 'no');
  expect(given.map(({ name }) => name).sort()).toEqual(['ContentDocumentId', 'OwnerId', 'Title']);
  expect(findField(findRelation(schema, 'Account')!, 'Name')?.default).toBeNull();
});

test('without a list all objects with records are looked at', async () => {
  await using org = await PracticeOrg.open();
  await using system = await salesforce.open({ ...org.address, objects: null }, contextFor('source'));
  const { relations, objects } = await system.inspects.inspect();
  expect(relations.map(({ name }) => name)).toContain('Opportunity');
  expect(objects.map(({ definition }) => definition)).not.toContain('an object that is not looked at');
});

test('an object that is not there is named', async () => {
  await using org = await PracticeOrg.open();
  const address = { ...org.address, objects: ['Account', 'Invoice__c'] };
  await using system = await salesforce.open(address, contextFor('source'));
  await expect(system.inspects.inspect()).rejects.toMatchObject({
    code: 'salesforce.object-missing',
    where: { relation: 'Invoice__c' },
  });
});

const propertyOf = ({ objects }: Schema, name: string): string | null | undefined =>
  objects.find((object) => object.kind === 'property' && object.name === name)?.definition;

test('what would name no record is told before a run: neither a unique external id that is mapped, nor a key of its own', async () => {
  await using org = await PracticeOrg.open();
  const field = (name: string, more: object) => ({ name, type: 'string', length: 64, ...more });
  const legacy = field('Legacy__c', { unique: true, externalId: true });
  const key = field('Godwit_Key__c', { unique: true, externalId: true });
  const loose = field('Loose__c', { externalId: true });
  await org.define([
    { name: 'Account', fields: [legacy, loose] },
    { name: 'Contact', fields: [key] },
  ]);
  const address = { ...org.address, objects: ['Account', 'Contact'] };
  await using system = await salesforce.open(address, contextFor('target'));
  const told = async (relation: string, fields: readonly string[]) =>
    await system.inspects.nameless?.(relation, fields);
  expect(await told('Account', ['Name'])).toContain('there is no Godwit_Key__c');
  expect(await told('Account', ['Name', 'Loose__c'])).toContain('there is no Godwit_Key__c');
  expect(await told('Account', ['Name', 'Legacy__c'])).toBeNull();
  expect(await told('Contact', ['LastName'])).toBeNull();
});
