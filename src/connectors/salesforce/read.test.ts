import { expect, test } from 'vitest';
import { integer64, position, type Relation, type Row } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import { keyOf, table } from '../contract/neutral-relations.contract.ts';
import { collect, project, readAll } from '../contract/read-all.contract.ts';
import { salesforce } from './index.ts';
import { PracticeOrg } from './practice-org.contract.ts';

const accounts = (from: number, count: number): Row[] =>
  Array.from({ length: count }, (_none, at): Row => [`account ${from + at}`, String(from + at)]);
const fields = ['Name', 'AccountNumber'];

test('more records than one answer holds are read, each once, also in slices', async () => {
  await using org = await PracticeOrg.open();
  await org.add('Account', fields, accounts(1, 2_300));
  const address = { ...org.address, objects: ['Account'] };
  await using system = await salesforce.open(address, contextFor('source'));
  const { rows, relation, fields: names } = await readAll(system, 'Account');
  expect(new Set(rows.map((row) => row[names.indexOf('AccountNumber')])).size).toBe(2_300);
  expect(rows.length).toBe(2_300);
  await using snapshot = await system.reads.snapshot();
  let read = 0;
  for await (const slice of snapshot.split(relation, 800)) {
    const content = await collect(snapshot.read(relation, slice));
    expect(content.rows.length).toBe(slice.rowsEstimate);
    read += content.rows.length;
  }
  expect(read).toBe(2_300);
});

test('a session that ends between two pages is renewed, and nothing is missed', async () => {
  await using org = await PracticeOrg.open();
  await org.add('Account', fields, accounts(1, 2_400));
  const address = { ...org.address, objects: ['Account'] };
  await using system = await salesforce.open(address, contextFor('source'));
  const { relations } = await system.inspects.inspect();
  await using snapshot = await system.reads.snapshot();
  let read = 0;
  for await (const batch of snapshot.read(relations[0]!, {
    number: 0,
    after: null,
    upTo: null,
    rowsEstimate: 0,
  })) {
    read += batch.rows.length;
    if (read === 1_000) await org.expireSessions();
  }
  expect(read).toBe(2_400);
});

test('an object with more fields than an address holds is read by its ids', async () => {
  const names = Array.from({ length: 300 }, (_none, at) => `a_field_with_a_name_that_is_rather_long_${at}`);
  const wide: Relation = table('wide', Object.fromEntries(names.map((name) => [name, integer64])), {
    primaryKey: keyOf(names[0]!),
  });
  await using org = await PracticeOrg.open();
  await org.create({
    formatVersion: 1,
    kind: 'sqlite',
    version: '',
    namespace: null,
    relations: [wide],
    objects: [],
  });
  const rows = [1, 2, 3].map((record): Row => names.map((_name, at) => `${record}.${at}`));
  await org.seed('wide', names, rows);
  await using system = await salesforce.open(org.address, contextFor('source'));
  const content = await readAll(system, 'wide__c');
  expect(
    project(
      content,
      names.map((name) => `${name}__c`),
    ),
  ).toEqual(rows);
});

test('the bytes of a file are read as they are', async () => {
  await using org = await PracticeOrg.open();
  const bytes = Uint8Array.from({ length: 5_000 }, (_none, at) => at % 256);
  const content = Buffer.from(bytes).toString('base64');
  await org.add('ContentVersion', ['Title', 'PathOnClient', 'VersionData'], [['a', 'a.bin', content]]);
  const address = { ...org.address, objects: ['ContentVersion'] };
  await using system = await salesforce.open(address, contextFor('source'));
  const [row] = project(await readAll(system, 'ContentVersion'), ['Title', 'VersionData']);
  expect(row?.[0]).toBe('a');
  expect(Buffer.from(row?.[1] as Uint8Array).equals(bytes)).toBe(true);
});

test('what was changed since a position is read, each once, however many have one moment', async () => {
  await using org = await PracticeOrg.open();
  await org.add('Account', fields, accounts(1, 40));
  // Longer than a transaction may take.
  await org.advance(60 * 60_000);
  await org.add('Account', fields, accounts(41, 1));
  const address = { ...org.address, objects: ['Account'] };
  await using system = await salesforce.open(address, contextFor('source'));
  const { relations } = await system.inspects.inspect();
  const relation = relations[0]!;
  await using before = await system.reads.snapshot();
  const inSoql = "SELECT Id FROM Account WHERE AccountNumber IN ('7','8')";
  const ids = (await org.select(inSoql)).map(({ Id }) => String(Id));
  for (const id of ids) await org.send('PATCH', `sobjects/Account/${id}`, { Name: 'changed' });
  await org.add('Account', fields, accounts(42, 2_400));
  await using after = await system.reads.snapshot();
  const changed = await collect(after.changed!(relation, before.position)!);
  const found = project(changed, ['AccountNumber', 'Name']);
  expect(found.filter(([, name]) => name === 'changed').map(([number]) => number)).toEqual(['7', '8']);
  // Beside them only the one that was written just before the position.
  expect([found.length, new Set(found.map(([number]) => number)).size]).toEqual([2_403, 2_403]);
  expect(await after.changedSince(relation, before.position)).toBeNull();
});

test('what a transaction wrote before a position, and ended behind it, is among what was changed', async () => {
  await using org = await PracticeOrg.open();
  await org.add('Account', fields, accounts(1, 1));
  await org.advance(30 * 60_000);
  await org.add('Account', fields, accounts(2, 1));
  const address = { ...org.address, objects: ['Account'] };
  await using system = await salesforce.open(address, contextFor('source'));
  const { relations } = await system.inspects.inspect();
  await using first = await system.reads.snapshot();
  // A position of ten minutes later, at which the second record was not seen yet.
  const [stamp = ''] = /\d{4}-[\d-]+T[^"\\]+/.exec(first.position) ?? [];
  const later = new Date(Date.parse(stamp.replace('+0000', 'Z')) + 10 * 60_000).toISOString();
  const earlier = position(first.position.replace(stamp, later.replace('Z', '+0000')));
  const found = await collect(first.changed!(relations[0]!, earlier)!);
  expect(project(found, ['AccountNumber'])).toEqual([['2']]);
});

test('of an object that had no records all were changed; of what no position tells, nothing is known', async () => {
  await using org = await PracticeOrg.open();
  const address = { ...org.address, objects: ['Account', 'ContentDocumentLink'] };
  await using system = await salesforce.open(address, contextFor('source'));
  const { relations } = await system.inspects.inspect();
  const [account, links] = ['Account', 'ContentDocumentLink'].map(
    (wanted) => relations.find(({ name }) => name === wanted)!,
  );
  await using empty = await system.reads.snapshot();
  await org.add('Account', fields, accounts(1, 3));
  await using after = await system.reads.snapshot();
  expect((await collect(after.changed!(account!, empty.position)!)).rows.length).toBe(3);
  expect(after.changed!(links!, empty.position)).toBeNull();
  expect(after.changed!(account!, position('{}'))).toBeNull();
});

test('texts that differ by case alone are told apart, though the org does not', async () => {
  await using org = await PracticeOrg.open();
  await org.add('Account', fields, [
    ['acme', '1'],
    ["o'Neil \\ 100% \n", '3'],
  ]);
  const address = { ...org.address, objects: ['Account'] };
  await using system = await salesforce.open(address, contextFor('source'));
  const { relations } = await system.inspects.inspect();
  await using snapshot = await system.reads.snapshot();
  const found = async (...names: readonly string[]): Promise<Row[]> =>
    project(
      await collect(
        snapshot.fetch(
          relations[0]!,
          ['Name'],
          names.map((name) => [name]),
        ),
      ),
      ['AccountNumber'],
    );
  expect(await found('acme')).toEqual([['1']]);
  expect(await found('Acme')).toEqual([]);
  expect(await found("o'Neil \\ 100% \n")).toEqual([['3']]);
  // A long text cannot be searched by: all records are read.
  const byText = snapshot.fetch(relations[0]!, ['Description'], [['none']]);
  expect((await collect(byText)).rows).toEqual([]);
});

test('how many calls are left is told, and asked for once a minute: in between what was made here is counted', async () => {
  await using org = await PracticeOrg.open();
  let calls = 0;
  const context = { ...contextFor('source'), onCall: () => void (calls += 1) };
  await using system = await salesforce.open(org.address, context);
  const left = async () => Number((await system.watches!.read(new Set(['api-calls']))).apiCallsLeft);
  await org.add('Account', ['Name'], [['of others']]);
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
