import { expect, test } from 'vitest';
import { recordKey } from '../../model/index.ts';
import { relationIn } from '../contract/contract-world.contract.ts';
import { run, sourceKeyOf, step, writeRows, writesOf } from '../contract/write-slices.contract.ts';
import { accounts, legacy, undo, World, wanted } from './written-org.contract.ts';

const stored = 'SELECT Id, Legacy__c, Name, NumberOfEmployees FROM Account ORDER BY Legacy__c';

test('what a flow makes of earlier values, or keeps, is named by record and field with both values, until it is as it was', async () => {
  await using world = await World.open();
  const before = [
    ['one', 'A-1', 3],
    ['two', 'A-2', 4],
  ];
  await world.org.add('Account', ['Name', 'Legacy__c', 'NumberOfEmployees'], before);
  const system = await world.target();
  await writeRows(system, 'Account', wanted(accounts(3), { mode: 'upsert' }));
  const objects = [{ name: 'Account', fields: [legacy] }];
  const flows = [
    { object: 'Account', field: 'Name', becomes: 'made by a flow' },
    { object: 'Account', field: 'NumberOfEmployees' },
  ];
  await world.org.define(objects, { flows });
  const [one] = await world.org.select(stored);
  const undone = await undo(system);
  expect(undone).toMatchObject({ rowsRemoved: 1, rowsRestored: 0 });
  expect(undone.refused.find(({ key }) => key === recordKey([String(one?.['Id'])]))).toEqual({
    key: recordKey([String(one?.['Id'])]),
    reason: 'Salesforce says that it took its earlier values, and does not hold all of them',
    differs: [
      { field: 'Name', before: 'one', now: 'made by a flow' },
      { field: 'NumberOfEmployees', before: '3', now: '7' },
    ],
  });
  expect(undone.refused.length).toBe(2);
  expect(await writesOf(system).applied(run)).toMatchObject([{ step, slice: 0 }]);
  // Somebody mends one by hand; of the other the flow keeps one field still.
  await world.org.define(objects);
  await world.org.send('PATCH', `sobjects/Account/${String(one?.['Id'])}`, {
    Name: 'one',
    NumberOfEmployees: 3,
  });
  await world.org.define(objects, { flows: flows.slice(1) });
  expect(await undo(system)).toMatchObject({
    rowsRestored: 0,
    refused: [{ differs: [{ field: 'NumberOfEmployees', before: '4', now: '7' }] }],
  });
  await world.org.define(objects);
  expect(await undo(system)).toEqual({ rowsRemoved: 0, rowsRestored: 1, refused: [] });
  const held = (await world.org.select(stored)).map((record) => [
    record['Name'],
    record['NumberOfEmployees'],
  ]);
  expect(held).toEqual([
    ['one', 3],
    ['two', 4],
  ]);
  expect(await writesOf(system).applied(run)).toEqual([]);
});

test('earlier values that the org says it took, and did not, are told, and given again by the next rollback', async () => {
  await using world = await World.open();
  const before = accounts(40).map(([, key]) => ['before', key, 1]);
  await world.org.add('Account', ['Name', 'Legacy__c', 'NumberOfEmployees'], before);
  const system = await world.target();
  await writeRows(system, 'Account', wanted(accounts(40), { mode: 'upsert' }));
  await world.org.faults([{ kind: 'records-lost', method: 'PATCH', times: 1, records: 0.3 }]);
  const { rowsRestored, refused } = await undo(system);
  const left = (await world.org.select(stored)).filter((record) => record['Name'] !== 'before');
  expect(left.length).toBeGreaterThan(0);
  expect(rowsRestored).toBe(40 - left.length);
  expect(refused.map(({ key }) => key).sort()).toEqual(left.map(({ Id }) => recordKey([String(Id)])).sort());
  expect(await undo(system)).toEqual({ rowsRemoved: 0, rowsRestored: left.length, refused: [] });
});

test('a record that was as it should be is none of the run’s: somebody’s later work on it stands in no way', async () => {
  await using world = await World.open();
  const same = accounts(30).map(([name, key]) => [name, key, 7]);
  await world.org.add('Account', ['Name', 'Legacy__c', 'NumberOfEmployees'], same);
  const system = await world.target();
  await world.org.faults([{ kind: 'clock-skew', byMs: 0, method: 'PATCH' }]);
  const written = await writeRows(system, 'Account', wanted(accounts(30), { mode: 'upsert' }));
  expect(written).toMatchObject({ refused: [], counts: { rowsWritten: 30 } });
  const [one] = await world.org.select(stored);
  const ids = await writesOf(system).resolve(run, 'accounts', [sourceKeyOf(0, 0)]);
  expect(ids.get(sourceKeyOf(0, 0))).toEqual([one?.['Id']]);
  expect(await world.org.happened()).toEqual([0]);
  await world.org.faults([]);
  await world.org.send('PATCH', `sobjects/Account/${String(one?.['Id'])}`, { Name: 'theirs since' });
  await world.org.faults([{ kind: 'clock-skew', byMs: 0, method: 'PATCH' }]);
  expect(await undo(system)).toEqual({ rowsRemoved: 0, rowsRestored: 0, refused: [] });
  expect(await world.org.happened()).toEqual([0]);
  expect((await world.org.select(stored))[0]?.['Name']).toBe('theirs since');
});

test('a record that a repair makes again is known by its new id, and goes with the run', async () => {
  await using world = await World.open();
  await world.org.add('Account', ['Name', 'Legacy__c', 'NumberOfEmployees'], [['account 1', 'A-1', 7]]);
  const system = await world.target();
  const rows = accounts(3);
  await writeRows(system, 'Account', wanted(rows, { mode: 'upsert' }));
  const old = await world.org.select(stored);
  for (const { Id } of old.slice(0, 2)) await world.org.send('DELETE', `sobjects/Account/${String(Id)}`);
  const keys = rows.map((_row, at) => sourceKeyOf(0, at));
  const again = { mode: 'upsert', step: 'repair-1', putsBack: step, sourceKeys: keys } as const;
  expect((await writeRows(system, 'Account', wanted(rows, again))).refused).toEqual([]);
  const made = await world.org.select(stored);
  expect(made[0]?.['Id']).not.toBe(old[0]?.['Id']);
  expect(made[2]?.['Id']).toBe(old[2]?.['Id']);
  for (const [at, source] of keys.entries())
    expect(await writesOf(system).keptIds({ run, object: 'accounts', most: 9, source })).toMatchObject([
      { step, slice: 0, targetKey: [made[at]?.['Id']] },
    ]);
  const relation = await relationIn(system, 'Account');
  // What was there before the run, as it should be, was made again by the repair alone.
  const taken = await system.undoes!.undoSlice({ run, step: 'repair-1', slice: 0, relation });
  expect(taken).toEqual({ rowsRemoved: 1, rowsRestored: 0, refused: [] });
  expect(await undo(system)).toEqual({ rowsRemoved: 2, rowsRestored: 0, refused: [] });
  expect(await world.accounts()).toEqual([]);
});

test('a field that an admin makes after the run is nobody’s change; what somebody puts into it is', async () => {
  await using world = await World.open();
  await world.org.add('Account', ['Name', 'Legacy__c'], [['before', 'A-1']]);
  const system = await world.target();
  await writeRows(system, 'Account', wanted(accounts(6), { mode: 'upsert' }));
  const made = [
    { name: 'Region__c', type: 'string', length: 40 },
    { name: 'Checked__c', type: 'boolean' },
  ];
  await world.org.define([{ name: 'Account', fields: [legacy, ...made] }]);
  const records = await world.org.select(stored);
  const [, second, third] = records.map(({ Id }) => String(Id));
  await world.org.send('PATCH', `sobjects/Account/${second}`, { Checked__c: true });
  await world.org.send('PATCH', `sobjects/Account/${third}`, { Region__c: 'north' });
  const later = await world.target();
  const undone = await undo(later);
  expect(undone).toMatchObject({ rowsRemoved: 3, rowsRestored: 1 });
  expect(undone.refused.map(({ key }) => key).sort()).toEqual(
    [recordKey([second ?? '']), recordKey([third ?? ''])].sort(),
  );
});

test('where a repair makes a record under another key, the one that is there under the earlier key goes with the run, too', async () => {
  await using world = await World.open();
  const system = await world.target();
  const rows = accounts(2);
  await writeRows(system, 'Account', wanted(rows));
  const keys = rows.map((_row, at) => sourceKeyOf(0, at));
  const moved = [['account 1', 'B-1', '7']];
  const again = { mode: 'upsert', step: 'repair-1', putsBack: step, sourceKeys: keys } as const;
  expect((await writeRows(system, 'Account', wanted(moved, again))).refused).toEqual([]);
  expect(await world.accounts()).toEqual(['A-1', 'A-2', 'B-1']);
  const relation = await relationIn(system, 'Account');
  await system.undoes!.undoSlice({ run, step: 'repair-1', slice: 0, relation });
  expect((await undo(system)).refused).toEqual([]);
  expect(await world.accounts()).toEqual([]);
});
