import { expect, test } from 'vitest';
import type { Row, Schema } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import type { OpenSystem } from '../port.ts';
import { countedReferences } from '../references-query.contract.ts';
import { salesforce } from './index.ts';
import { PracticeOrg } from './practice-org.contract.ts';

const house = {
  name: 'House__c',
  fields: [
    { name: 'Account__c', type: 'reference', references: 'Account' },
    { name: 'Beside__c', type: 'reference', references: 'House__c' },
  ],
};

interface World extends AsyncDisposable {
  readonly org: PracticeOrg;
  readonly system: OpenSystem;
  readonly schema: Schema;
  readonly calls: () => number;
}

async function openWorld(objects: readonly string[]): Promise<World> {
  const org = await PracticeOrg.open();
  await org.define([house]);
  let calls = 0;
  const onCall = (): void => void (calls += 1);
  const system = await salesforce.open({ ...org.address, objects }, { ...contextFor('target'), onCall });
  const schema = await system.inspects.inspect();
  const dispose = async (): Promise<void> => {
    await system[Symbol.asyncDispose]();
    await org[Symbol.asyncDispose]();
  };
  return { org, system, schema, calls: () => calls, [Symbol.asyncDispose]: dispose };
}

async function idsOf(org: PracticeOrg, object: string): Promise<readonly string[]> {
  return (await org.select(`SELECT Id FROM ${object} ORDER BY Id`)).map((one) => String(one['Id']));
}

/** Told before the admin does something in the midst of it. */
async function counted(
  { system, schema }: World,
  child: string,
  meanwhile: () => Promise<unknown> = async () => undefined,
): Promise<Awaited<ReturnType<typeof countedReferences>>> {
  await using snapshot = await system.reads.snapshot();
  await meanwhile();
  const named = async (name: string) => schema.relations.find((one) => one.name === name)!;
  return await countedReferences(snapshot, await named(child), named);
}

test('an org counts the references of a relation, and those whose parent was deleted, in a call each', async () => {
  await using world = await openWorld(['Account', 'House__c']);
  const { org, calls } = world;
  await org.add('Account', ['Name'], [['one'], ['other']]);
  const [one = '', other = ''] = await idsOf(org, 'Account');
  const rows: Row[] = [[one], [one], [other], [null]];
  await org.add('House__c', ['Account__c'], rows);
  const before = calls();
  // A reference to the object itself is not answered by the vendor: it is not asked.
  expect(await counted(world, 'House__c')).toEqual({ Account__c: ['3', '0'], Beside__c: null });
  // One to begin with, and one to count.
  expect(calls() - before).toBe(2);
  await org.send('DELETE', `sobjects/Account/${other}`);
  expect(await counted(world, 'House__c')).toEqual({ Account__c: ['3', '1'], Beside__c: null });
});

test('where the org refuses such a query, records are to be read', async () => {
  await using world = await openWorld(['Account', 'House__c']);
  const gone = async (): Promise<void> => await world.org.define([]);
  expect(await counted(world, 'House__c', gone)).toEqual({ Account__c: null, Beside__c: null });
});

test('links of files are asked for by their ends, so that they are not counted', async () => {
  await using world = await openWorld(['ContentDocument', 'ContentDocumentLink']);
  expect(Object.values(await counted(world, 'ContentDocumentLink'))).toEqual([null]);
});
