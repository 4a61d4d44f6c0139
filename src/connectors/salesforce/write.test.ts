import { expect, test } from 'vitest';
import type { Row } from '../../model/index.ts';
import { recordKey } from '../../model/index.ts';
import { run, sourceKeyOf, step, writeRows, writesOf } from '../contract/write-slices.contract.ts';
import { accounts, fields, keysOf, legacy, undo, World, wanted } from './written-org.contract.ts';

test.each([
  ['an answer that is lost after the records were saved', { kind: 'reset-in-body', times: 1 }],
  ['a call that never arrives', { kind: 'reset-before', times: 2 }],
  ['a call that is carried out twice', { kind: 'carried-out-twice', times: 2 }],
  ['a server that is away for a moment', { kind: 'refuse', status: 503, times: 2 }],
])('with %s each record is there once', async (_title, fault) => {
  await using world = await World.open();
  const system = await world.target();
  await world.org.faults([{ ...fault, method: 'PATCH', path: 'composite/sobjects' }]);
  const rows = accounts(450);
  const written = await writeRows(system, 'Account', wanted(rows));
  expect((await world.org.happened())[0]).toBeGreaterThan(0);
  expect(written.refused).toEqual([]);
  expect(await world.accounts()).toEqual(keysOf(rows));
  const ids = await writesOf(system).resolve(run, 'accounts', [sourceKeyOf(0, 449)]);
  await world.org.faults([]);
  const [last] = await world.org.select("SELECT Id FROM Account WHERE Legacy__c = 'A-450'");
  expect(ids.get(sourceKeyOf(0, 449))).toEqual([last?.['Id']]);
  expect(await undo(system)).toMatchObject({ rowsRemoved: 450, refused: [] });
});

test('records that the org says it saved, and did not, are sent again', async () => {
  await using world = await World.open();
  const system = await world.target();
  await world.org.faults([
    { kind: 'records-lost', path: 'composite/sobjects/Account/', times: 1, records: 0.2 },
  ]);
  const rows = accounts(150);
  expect((await writeRows(system, 'Account', wanted(rows))).refused).toEqual([]);
  expect(await world.accounts()).toEqual(keysOf(rows));
  const keys = rows.map((_row, at) => sourceKeyOf(0, at));
  const ids = await writesOf(system).resolve(run, 'accounts', keys);
  const there = await world.org.select('SELECT Id FROM Account');
  expect(new Set([...ids.values()].map(([id]) => id))).toEqual(new Set(there.map((one) => one['Id'])));
});

test('records that the org says it saved, and did not, are sent again also by who goes on after a cut', async () => {
  await using world = await World.open();
  const path = 'composite/sobjects/Account';
  await world.org.faults([
    { kind: 'records-lost', method: 'PATCH', path, times: 1, records: 0.2 },
    // Nobody comes to look what is there.
    { kind: 'refuse', method: 'POST', path, status: 400, length: 1_000 },
  ]);
  const rows = accounts(150);
  await expect(writeRows(await world.target(), 'Account', wanted(rows))).rejects.toThrow();
  expect((await world.org.happened())[0]).toBeGreaterThan(0);
  await world.org.faults([]);
  const again = await world.target();
  expect((await writeRows(again, 'Account', wanted(rows))).refused).toEqual([]);
  expect(await world.accounts()).toEqual(keysOf(rows));
  expect(await undo(again)).toMatchObject({ rowsRemoved: 150, refused: [] });
});

test('a record of which the answer was lost in one round, and which others held in the next, is ours', async () => {
  await using world = await World.open();
  const system = await world.target();
  await world.org.faults([
    { kind: 'reset-in-body', method: 'PATCH', times: 1 },
    { kind: 'records-fail', method: 'PATCH', from: 2, times: 1, records: 0.3 },
  ]);
  const rows = accounts(60);
  expect((await writeRows(system, 'Account', wanted(rows))).refused).toEqual([]);
  expect(await world.org.happened()).toEqual([1, 1]);
  expect(await undo(system)).toMatchObject({ rowsRemoved: 60, refused: [] });
});

test('records that others hold go later', async () => {
  await using world = await World.open();
  const system = await world.target();
  await world.org.faults([{ kind: 'records-fail', method: 'PATCH', times: 2, records: 0.3 }]);
  const rows = accounts(60);
  expect((await writeRows(system, 'Account', wanted(rows))).refused).toEqual([]);
  expect(await world.accounts()).toEqual(keysOf(rows));
});

test('records that others hold are taken back later', async () => {
  await using world = await World.open();
  const system = await world.target();
  await writeRows(system, 'Account', wanted(accounts(60)));
  await world.org.faults([{ kind: 'records-fail', method: 'DELETE', times: 2, records: 0.3 }]);
  expect(await undo(system)).toMatchObject({ rowsRemoved: 60, refused: [] });
  expect(await world.accounts()).toEqual([]);
});

test('records that the org says it deleted, and did not, are deleted again', async () => {
  await using world = await World.open();
  const system = await world.target();
  await writeRows(system, 'Account', wanted(accounts(260)));
  await world.org.faults([{ kind: 'records-lost', method: 'DELETE', times: 3, records: 0.2 }]);
  expect(await undo(system)).toMatchObject({ rowsRemoved: 260, refused: [] });
  expect((await world.org.happened())[0]).toBe(3);
  expect(await world.accounts()).toEqual([]);
});

test('where the org keeps what it says it deleted, taking back stops, and goes on later', async () => {
  await using world = await World.open();
  const system = await world.target();
  await writeRows(system, 'Account', wanted(accounts(30)));
  await world.org.faults([{ kind: 'records-lost', method: 'DELETE', records: 1 }]);
  await expect(undo(system)).rejects.toMatchObject({ code: 'salesforce.not-deleted', fate: 'pause' });
  expect((await world.accounts()).length).toBe(30);
  await world.org.faults([]);
  expect(await undo(system)).toMatchObject({ rowsRemoved: 30, refused: [] });
  expect(await world.accounts()).toEqual([]);
});

test('a run that is cut off in a slice goes on where each record was left', async () => {
  await using world = await World.open();
  const rows = accounts(320);
  const first = await world.target();
  const fail = async (): Promise<never> => {
    throw new RangeError('killed');
  };
  await expect(writeRows(first, 'Account', wanted(rows, { beforeCommit: fail }))).rejects.toThrow('killed');
  expect(await writesOf(first).applied(run)).toEqual([]);
  expect(await first.undoes!.begun!(run)).toEqual([{ step, slice: 0 }]);
  const again = await world.target();
  // Nothing may be sent again: a call that changes records would be refused.
  await world.org.faults([{ kind: 'refuse', method: 'PATCH', status: 400, length: 1_000 }]);
  const written = await writeRows(again, 'Account', wanted(rows));
  expect(written).toMatchObject({ applied: true, refused: [] });
  expect(await world.accounts()).toEqual(keysOf(rows));
  expect(await again.undoes!.begun!(run)).toEqual([]);
});

test('what a later attempt does not bring any more is taken back', async () => {
  await using world = await World.open();
  const system = await world.target();
  const fail = async (): Promise<never> => {
    throw new RangeError('not whole');
  };
  const rows = accounts(5);
  await expect(writeRows(system, 'Account', wanted(rows, { beforeCommit: fail }))).rejects.toThrow();
  const kept = rows.slice(0, 4);
  const changed: Row[] = kept.map((row) => (row[1] === 'A-2' ? ['another name', 'A-2', '8'] : row));
  await writeRows(system, 'Account', wanted(changed));
  expect(await world.accounts()).toEqual(keysOf(kept));
  const [second] = await world.org.select("SELECT Name FROM Account WHERE Legacy__c = 'A-2'");
  expect(second?.['Name']).toBe('another name');
});

test('a slice that was cut off is taken back, also what was never answered', async () => {
  await using world = await World.open();
  const system = await world.target();
  await world.org.faults([{ kind: 'reset-in-body', method: 'PATCH', length: 100 }]);
  await expect(writeRows(system, 'Account', wanted(accounts(20)))).rejects.toMatchObject({ fate: 'later' });
  expect((await world.accounts()).length).toBe(20);
  await world.org.faults([]);
  expect(await undo(await world.target())).toEqual({ rowsRemoved: 20, rowsRestored: 0, refused: [] });
  expect(await world.accounts()).toEqual([]);
});

test('one record that cannot be read takes no other with it', async () => {
  await using world = await World.open([
    {
      name: 'Account',
      fields: [legacy, { name: 'Tier__c', type: 'picklist', restricted: true, values: ['Gold', 'Tin'] }],
    },
  ]);
  const system = await world.target();
  const long: Row = ['n'.repeat(256), 'A-101', '1', null];
  const listed: Row = ['x', 'A-102', '1', 'Lead'];
  const unnamed: Row = [null, 'A-103', '1', null];
  const malformed: Row = ['x', 'A-104', '1.5', null];
  const rows = [...accounts(90), long, listed, unnamed, malformed].map(
    (row): Row => [...row, null].slice(0, 4),
  );
  const named = [...fields, 'Tier__c'];
  const written = await writeRows(system, 'Account', wanted(rows, { fields: named }));
  expect(written.refused.map(({ code, field, row }) => [code, field, row[1]])).toEqual(
    expect.arrayContaining([
      ['target.type', 'Name', 'A-101'],
      ['target.type', 'Tier__c', 'A-102'],
      ['target.not-null', 'Name', 'A-103'],
      ['target.type', 'NumberOfEmployees', 'A-104'],
    ]),
  );
  expect(written.refused.length).toBe(4);
  expect(await world.accounts()).toEqual(keysOf(rows.slice(0, 90)));
});

test('a record that is there already is refused where records are added, also in other letters', async () => {
  await using world = await World.open();
  await world.org.add('Account', ['Name', 'Legacy__c'], [['theirs', 'a-2']]);
  const system = await world.target();
  const written = await writeRows(system, 'Account', wanted(accounts(3)));
  expect(written.refused.map(({ code, field, row }) => [code, field, row[1]])).toEqual([
    ['target.unique', 'Legacy__c', 'A-2'],
  ]);
  const [theirs] = await world.org.select("SELECT Name FROM Account WHERE Legacy__c = 'a-2'");
  expect(theirs?.['Name']).toBe('theirs');
});

test('a key that names several records changes none of them', async () => {
  await using world = await World.open();
  await world.org.add(
    'Account',
    ['Name', 'Site'],
    [
      ['one', 'here'],
      ['two', 'here'],
    ],
  );
  const system = await world.target();
  const rows: Row[] = [['new name', 'here', 'A-1']];
  const given = { fields: ['Name', 'Site', 'Legacy__c'], rows, mode: 'upsert', key: ['Site'] } as const;
  const { refused } = await writeRows(system, 'Account', given);
  expect(refused.map(({ code }) => code)).toEqual(['target.refused']);
  expect(
    (await world.org.select('SELECT Name FROM Account')).map((one) => String(one['Name'])).sort(),
  ).toEqual(['one', 'two']);
});

test('without a key that the org keeps nothing is sent', async () => {
  await using world = await World.open([]);
  const system = await world.target();
  const given = { fields: ['Name'], rows: [['a']] as Row[], key: [] };
  await expect(writeRows(system, 'Account', given)).rejects.toMatchObject({
    code: 'salesforce.no-key',
    where: { relation: 'Account' },
  });
});

test('what others changed, or refer to, since is left and named; the rest goes', async () => {
  await using world = await World.open();
  const system = await world.target();
  await writeRows(system, 'Account', wanted(accounts(4)));
  const records = await world.org.select('SELECT Id, Legacy__c FROM Account');
  const idOf = (key: string): string => String(records.find((one) => one['Legacy__c'] === key)?.['Id']);
  // A field that was not written is somebody's work all the same.
  await world.org.send('PATCH', `sobjects/Account/${idOf('A-2')}`, { Description: 'called on Monday' });
  await world.org.add('Contact', ['LastName', 'AccountId'], [['Lovelace', idOf('A-3')]]);
  const undone = await undo(system);
  expect(undone).toMatchObject({ rowsRemoved: 2, rowsRestored: 0 });
  expect(undone.refused.map(({ key }) => key).sort()).toEqual(
    [recordKey([idOf('A-2')]), recordKey([idOf('A-3')])].sort(),
  );
  expect(await world.accounts()).toEqual(['A-2', 'A-3']);
});

test('changed records get back what they held; one that holds the values already is not sent', async () => {
  await using world = await World.open();
  await world.org.add(
    'Account',
    ['Name', 'Legacy__c', 'NumberOfEmployees'],
    [
      ['before', 'A-1', 3],
      ['account 2', 'A-2', 7],
    ],
  );
  const stamps = 'SELECT Legacy__c, Name, NumberOfEmployees, SystemModstamp FROM Account ORDER BY Legacy__c';
  const [, sameBefore] = await world.org.select(stamps);
  const system = await world.target();
  await writeRows(system, 'Account', wanted(accounts(3), { mode: 'upsert' }));
  const [, sameAfter] = await world.org.select(stamps);
  expect(sameAfter?.['SystemModstamp']).toBe(sameBefore?.['SystemModstamp']);
  expect(await undo(system)).toEqual({ rowsRemoved: 1, rowsRestored: 1, refused: [] });
  const held = (await world.org.select(stamps)).map((one) => [one['Name'], one['NumberOfEmployees']]);
  expect(held).toEqual([
    ['before', 3],
    ['account 2', 7],
  ]);
});

test('when and by whom a record was created is kept where the org lets it, and told as lost where not', async () => {
  await using world = await World.open();
  const users = [{ name: 'ada@practice.example', email: 'ada@example.com', active: true }];
  const told = async (): Promise<string | null | undefined> =>
    (await (await world.target()).inspects.inspect()).objects.find(
      ({ name }) => name === 'Account.CreatedDate',
    )?.definition;
  expect(await told()).toContain('is lost');
  await world.org.define([{ name: 'Account', fields: [legacy] }], { auditFields: true, users });
  expect(await told()).toBeUndefined();
  const [ada] = await world.org.select("SELECT Id FROM User WHERE Username = 'ada@practice.example'");
  const named = ['Name', 'Legacy__c', 'CreatedDate', 'CreatedById'];
  const row: Row = ['old', 'A-1', '2019-03-04 05:06:07.089+00', String(ada?.['Id'])];
  const system = await world.target();
  expect((await writeRows(system, 'Account', wanted([row], { fields: named }))).refused).toEqual([]);
  const soql = 'SELECT Name, CreatedDate, CreatedById FROM Account';
  const created = { CreatedDate: '2019-03-04T05:06:07.089+0000', CreatedById: ada?.['Id'] };
  expect(await world.org.select(soql)).toMatchObject([{ Name: 'old', ...created }]);
  // What was set when it was created stays, whatever else is changed of it.
  const changed: Row = ['new', ...row.slice(1)];
  const again = { fields: named, mode: 'upsert', slice: 1 } as const;
  expect((await writeRows(system, 'Account', wanted([changed], again))).refused).toEqual([]);
  expect(await world.org.select(soql)).toMatchObject([{ Name: 'new', ...created }]);
});
