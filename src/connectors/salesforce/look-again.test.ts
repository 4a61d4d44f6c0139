import { expect, test } from 'vitest';
import { contextFor } from '../contract/contract-world.contract.ts';
import { salesforce } from './index.ts';
import { PracticeOrg } from './practice-org.contract.ts';

test('an object that is looked at again is told as the whole org tells it, and one that is gone is not', async () => {
  await using org = await PracticeOrg.open();
  const objects = ['Account', 'Contact', 'ContentVersion', 'Task'];
  await using system = await salesforce.open({ ...org.address, objects }, contextFor('target'));
  const { inspects } = system;
  const whole = await inspects.inspect();
  for (const name of objects) {
    const again = await inspects.lookAgain?.(name);
    expect(again?.relations).toEqual(whole.relations.filter((one) => one.name === name));
    const around = (all: typeof whole.objects): typeof whole.objects =>
      all.filter((one) => one.relation === name);
    expect(around(again?.objects ?? [])).toEqual(around(whole.objects));
  }
  expect((await inspects.lookAgain?.('Invoice__c'))?.relations).toEqual([]);
});
