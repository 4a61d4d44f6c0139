import { expect, test } from 'vitest';
import { writeRows } from '../contract/write-slices.contract.ts';
import { accounts, BulkOrg, jobs, undo, wanted } from './bulk-org.contract.ts';

test.each([
  ['an answer that is lost', { ...jobs, kind: 'reset-in-body', every: 2, times: 4 }],
  ['calls that are carried out twice', { ...jobs, kind: 'carried-out-twice', times: 6 }],
  ['lines that others hold', { ...jobs, method: 'PATCH', kind: 'records-fail', times: 1, records: 0.2 }],
  [
    'lines of which the org only says that it saved them',
    { ...jobs, method: 'PATCH', kind: 'records-lost', times: 1, records: 0.05 },
  ],
  ['an org that makes no job', { ...jobs, kind: 'refuse', status: 400, method: 'POST', times: 1 }],
])('with %s each record is there once', async (_title, fault) => {
  await using world = await BulkOrg.open();
  const system = await world.target();
  await world.org.faults([fault]);
  expect((await writeRows(system, 'Account', wanted(accounts(2_100)))).refused).toEqual([]);
  expect((await world.org.happened())[0]).toBeGreaterThan(0);
  expect(await world.count()).toEqual([2_100, 2_100]);
});

test.each(['written again', 'taken back'])(
  'who begins anew while a job of before still works waits for it: %s',
  async (then) => {
    const hour = 3_600_000;
    await using world = await BulkOrg.open(hour);
    const rows = accounts(2_100);
    const first = await world.target();
    await world.org.faults([{ ...jobs, kind: 'refuse', status: 400, method: 'GET', length: 100 }]);
    await expect(writeRows(first, 'Account', wanted(rows))).rejects.toMatchObject({
      code: 'salesforce.call-refused',
    });
    await world.org.faults([]);
    expect(await world.count()).toEqual([0, 0]);
    const again = await world.target();
    // The job begins while it is waited for.
    const later = world.org.advance(hour);
    if (then === 'taken back') expect(await undo(again)).toMatchObject({ rowsRemoved: 2_100, refused: [] });
    else expect((await writeRows(again, 'Account', wanted(rows))).refused).toEqual([]);
    await later;
    const there = then === 'taken back' ? 0 : 2_100;
    expect(await world.count()).toEqual([there, there]);
  },
);
