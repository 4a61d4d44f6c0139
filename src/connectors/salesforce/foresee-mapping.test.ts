import { expect, test } from 'vitest';
import { contextFor } from '../contract/contract-world.contract.ts';
import type { FedField, Feed, Foreseen } from '../port.ts';
import { salesforce } from './index.ts';
import { PracticeOrg } from './practice-org.contract.ts';

const fed = (field: string, more: Partial<FedField> = {}): FedField => ({
  field,
  constants: [],
  lookedUp: [],
  ...more,
});
const feed = (object: string, relation: string, fields: readonly FedField[], more: Partial<Feed> = {}) => ({
  object,
  relation,
  mode: 'append' as const,
  fields,
  ...more,
});

async function foreseen(
  org: PracticeOrg,
  feeds: readonly Feed[],
): Promise<{ readonly told: readonly Foreseen[]; readonly calls: number }> {
  const objects = ['Account', 'Contact', 'ContentVersion', 'ContentDocumentLink'];
  await using system = await salesforce.open({ ...org.address, objects }, contextFor('target'));
  await system.inspects.inspect();
  const before = await org.callsUsed();
  const told = await system.inspects.foresees!(feeds);
  return { told, calls: (await org.callsUsed()) - before };
}

test('users who left, and who is no user, are found among those a mapping gives records to', async () => {
  await using org = await PracticeOrg.open();
  await org.define([], {
    users: [
      { name: 'gone@example.com', email: 'gone@example.com', active: false },
      { name: 'here@example.com', email: 'here@example.com' },
    ],
  });
  const idOf = async (name: string): Promise<string> =>
    String((await org.select(`SELECT Id FROM User WHERE Username = '${name}'`))[0]?.['Id']);
  const [gone, here] = [await idOf('gone@example.com'), await idOf('here@example.com')];
  const nobody = `${here.slice(0, 12)}zzzAAA`;
  const owned = (object: string, ...constants: readonly string[]): Feed =>
    feed(object, 'Account', [fed('Name', { constants: [gone] }), fed('OwnerId', { constants })]);
  const { told, calls } = await foreseen(org, [
    owned('firms', here, gone, nobody, gone),
    owned('shops', here.slice(0, 15), 'Joan'),
    owned('late', gone.slice(0, 15)),
  ]);
  expect(told).toEqual([
    {
      kind: 'owner-refused',
      object: 'firms',
      field: 'OwnerId',
      why: `the user ${gone} is not active, this user sees no user ${nobody}`,
    },
    {
      kind: 'owner-refused',
      object: 'late',
      field: 'OwnerId',
      why: `the user ${gone.slice(0, 15)} is not active`,
    },
  ]);
  // The state of the practice org is asked without a call of the vendor's API.
  expect(calls).toBe(1);
});

const first = (lookedUp: readonly string[]): Feed =>
  feed('files', 'ContentVersion', [fed('PathOnClient'), fed('FirstPublishLocationId', { lookedUp })]);
const links = (lookedUp: readonly string[], mode: Feed['mode'] = 'append'): Feed =>
  feed('places', 'ContentDocumentLink', [fed('ContentDocumentId'), fed('LinkedEntityId', { lookedUp })], {
    mode,
  });

test.each([
  ['the same records', [first(['firms']), links(['firms'])], 1],
  ['records of one object among several', [first(['firms']), links(['people', 'firms'])], 1],
  ['what may be anything', [first([]), links(['firms'])], 1],
  ['records of different objects', [first(['firms']), links(['people'])], 0],
  ['links that are merged', [first(['firms']), links(['firms'], 'upsert')], 0],
  ['links alone', [links(['firms'])], 0],
])('files that hang on %s by their first place and by a link', async (_what, feeds, found) => {
  await using org = await PracticeOrg.open();
  const { told, calls } = await foreseen(org, feeds);
  expect(told.map(({ kind, object, field }) => [kind, object, field])).toEqual(
    Array.from({ length: found }, () => ['said-twice', 'places', 'LinkedEntityId']),
  );
  expect(calls).toBe(0);
});

test('a field whose values depend on those of another one is told where it is fed, and only there', async () => {
  await using org = await PracticeOrg.open();
  const town = [
    { value: 'Lund', under: ['SE'] },
    { value: 'Oslo', under: ['NO'] },
  ];
  await org.define([
    {
      name: 'Contact',
      fields: [
        { name: 'Land__c', type: 'picklist', values: ['SE', 'NO'] },
        { name: 'Town__c', type: 'picklist', restricted: true, controller: 'Land__c', values: town },
      ],
    },
  ]);
  const { told } = await foreseen(org, [
    feed('people', 'Contact', [fed('Land__c'), fed('Town__c')]),
    feed('others', 'Contact', [fed('Land__c')]),
  ]);
  expect(told).toEqual([
    {
      kind: 'pairs-unchecked',
      object: 'people',
      field: 'Town__c',
      why: 'the org takes a value only beside those of Land__c that allow it, and which these are is not looked at',
    },
  ]);
});
