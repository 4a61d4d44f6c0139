import { expect, test } from 'vitest';
import { PracticeClock, systemClock } from '../../host/index.ts';
import type { Row } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import { readAll } from '../contract/read-all.contract.ts';
import { type Wanted, writeRows } from '../contract/write-slices.contract.ts';
import { salesforce } from './index.ts';
import { PracticeOrg } from './practice-org.contract.ts';

/** What code and policies of an org say to calls: bodies as they were seen, see `golden-bodies.test.ts` of the practice system. */
const metering = {
  kind: 'refuse',
  status: 400,
  headers: { 'Content-Type': 'application/json' },
  body: `[{"errorCode":"TXN_SECURITY_METERING_ERROR","message":"We can't complete the action because enabled transaction security policies took too long to complete."}]`,
};
/** Between attempts are seconds: here they pass sooner. */
const clock = new PracticeClock(systemClock, Date.now(), 50);
const legacy = { name: 'Legacy__c', type: 'string', length: 20, unique: true, externalId: true };

test('a policy that takes too long is waited for; one that stays is told by its name, with what an admin can do', async () => {
  await using org = await PracticeOrg.open();
  await org.add('Account', ['Name'], [['Ada']]);
  const address = { ...org.address, objects: ['Account'] };
  await using system = await salesforce.open(address, { ...contextFor('source'), clock });
  await org.faults([{ ...metering, path: 'query', times: 2 }]);
  const { rows } = await readAll(system, 'Account');
  expect([rows.length, await org.happened()]).toEqual([1, [2]]);
  await org.faults([{ ...metering, path: 'query' }]);
  await expect(readAll(system, 'Account')).rejects.toMatchObject({
    code: 'salesforce.policy-too-slow',
    fate: 'later',
    nextStep: expect.stringContaining('Exempt from Transaction Security') as unknown,
  });
});

test("a record a trigger fails on is in quarantine with the trigger's text and name, whichever way it went", async () => {
  await using org = await PracticeOrg.open();
  const trigger = { object: 'Account', name: 'Audit_Trigger', field: 'Site', matches: '^bad$' };
  const more = { triggers: [trigger], bulk: { queueMs: 0, recordMs: 0 }, callsADay: 700 };
  await org.define([{ name: 'Account', fields: [legacy] }], more);
  const address = { ...org.address, objects: ['Account'] };
  await using target = await salesforce.open(address, { ...contextFor('target'), clock });
  for (const [slice, count] of [3, 2_100].entries()) {
    const rows = Array.from(
      { length: count },
      (_none, at): Row => [`account ${at}`, `${slice}-${at}`, at === 1 ? 'bad' : 'good'],
    );
    const wanted: Wanted = {
      fields: ['Name', 'Legacy__c', 'Site'],
      rows,
      key: ['Legacy__c'],
      slice,
    };
    const { refused } = await writeRows(target, 'Account', wanted);
    expect(refused).toMatchObject([
      {
        code: 'target.refused',
        constraint: 'Audit_Trigger',
        message: expect.stringMatching(
          /Audit_Trigger: execution of BeforeInsert\s+caused by: System.NullPointerException/,
        ) as unknown,
      },
    ]);
  }
  const [found] = await org.select('SELECT COUNT(Id) records FROM Account');
  expect(found).toMatchObject({ records: 2_101 });
});
