import { expect, test } from 'vitest';
import { run, sourceKeyOf, writeRows, writesOf } from '../contract/write-slices.contract.ts';
import { accounts, BulkOrg, undo, wanted } from './bulk-org.contract.ts';

test('many records go by a job, with few calls; what it refuses is told, what it cannot say goes by itself', async () => {
  await using world = await BulkOrg.open();
  const system = await world.target();
  const rows = accounts(2_100);
  rows[5] = ['', 'A-5', '7'];
  rows[6] = ['two\r\nlines', 'A-6', '7'];
  rows[7] = ['x'.repeat(300), 'A-7', '7'];
  const before = await world.org.callsUsed();
  const { refused } = await writeRows(system, 'Account', wanted(rows));
  expect(refused.map(({ code }) => code).sort()).toEqual(['target.type', 'target.type']);
  expect(await world.count()).toEqual([2_098, 2_098]);
  const ids = await writesOf(system).resolve(run, 'accounts', [sourceKeyOf(0, 2_099)]);
  const [last] = await world.org.select(
    "SELECT Id, NumberOfEmployees FROM Account WHERE Legacy__c = 'A-2100'",
  );
  expect(last).toBeUndefined();
  const [there] = await world.org.select("SELECT Id FROM Account WHERE Legacy__c = 'A-2099'");
  expect(ids.get(sourceKeyOf(0, 2_099))).toEqual([there?.['Id']]);
  // Call by call it would be eleven to send them alone.
  expect((await world.org.callsUsed()) - before).toBeLessThan(25);
  expect(await undo(system)).toMatchObject({ rowsRemoved: 2_098, refused: [] });
});
