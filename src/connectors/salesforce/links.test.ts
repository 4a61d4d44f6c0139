import { expect, test } from 'vitest';
import { findField, type Row } from '../../model/index.ts';
import { contextFor, relationIn } from '../contract/contract-world.contract.ts';
import { collect, project, readAll, sliceList } from '../contract/read-all.contract.ts';
import { run, sourceKeyOf, step, type Wanted, writeRows } from '../contract/write-slices.contract.ts';
import type { OpenSystem } from '../port.ts';
import { salesforce } from './index.ts';
import { PracticeOrg } from './practice-org.contract.ts';

const links = 'ContentDocumentLink';
const ends = ['ContentDocumentId', 'LinkedEntityId'];
const legacy = { name: 'Legacy__c', type: 'string', length: 40, unique: true, externalId: true };

/** An org with documents, each of which hangs on no record yet, and accounts to hang them on. */
class World implements AsyncDisposable {
  readonly org: PracticeOrg;
  readonly system: OpenSystem;
  readonly calls: () => number;
  documents: readonly string[] = [];
  accounts: readonly string[] = [];

  private constructor(org: PracticeOrg, system: OpenSystem, calls: () => number) {
    this.org = org;
    this.system = system;
    this.calls = calls;
  }

  static async open(count = 3): Promise<World> {
    const org = await PracticeOrg.open();
    await org.define([{ name: 'ContentVersion', fields: [legacy] }]);
    const names = Array.from({ length: count }, (_none, at) => String(at));
    await org.add(
      'Account',
      ['Name'],
      names.map((name) => [`account ${name}`]),
    );
    await org.add(
      'ContentVersion',
      ['PathOnClient', 'Legacy__c', 'VersionData'],
      names.map((name) => [`${name}.txt`, `F-${name}`, Buffer.from(name).toString('base64')]),
    );
    const address = { ...org.address, objects: ['Account', 'ContentVersion', links] };
    let calls = 0;
    const onCall = (): void => {
      calls += 1;
    };
    const system = await salesforce.open(address, { ...contextFor('target'), onCall });
    const world = new World(org, system, () => calls);
    world.documents = await world.ids('ContentDocument');
    world.accounts = await world.ids('Account');
    return world;
  }

  async ids(object: string): Promise<readonly string[]> {
    return (await this.org.select(`SELECT Id FROM ${object} ORDER BY Id`)).map((one) => String(one['Id']));
  }

  /** Every document on every account. */
  pairs(): Row[] {
    return this.documents.flatMap((document) => this.accounts.map((account): Row => [document, account]));
  }

  async write(rows: readonly Row[], more: Partial<Wanted> = {}) {
    return await writeRows(this.system, links, { fields: ends, rows, key: ends, object: 'links', ...more });
  }

  /** What the org says, by each account. */
  async there(): Promise<readonly Row[]> {
    const found: Row[] = [];
    for (const account of this.accounts)
      for (const link of await this.org.select(
        `SELECT ContentDocumentId FROM ${links} WHERE LinkedEntityId = '${account}'`,
      ))
        found.push([String(link['ContentDocumentId']), account]);
    return inOrder(found);
  }

  async undo() {
    const relation = await relationIn(this.system, links);
    return await this.system.undoes!.undoSlice({ run, step, slice: 0, relation });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.system[Symbol.asyncDispose]();
    await this.org[Symbol.asyncDispose]();
  }
}

const inOrder = (rows: readonly Row[]): readonly Row[] =>
  [...rows].sort((one, other) => (one.join() < other.join() ? -1 : 1));

const saving = { method: 'POST', path: 'composite/sobjects' };
test.each([
  ['nothing', []],
  ['an answer that is lost', [{ ...saving, kind: 'reset-in-body', times: 1 }]],
  ['a call that is carried out twice', [{ ...saving, kind: 'carried-out-twice', times: 1 }]],
  ['records that others hold', [{ ...saving, kind: 'records-fail', times: 1, records: 1 }]],
  [
    'links that are said to be kept, and are not',
    [{ ...saving, kind: 'records-lost', times: 1, records: 1 }],
  ],
])(
  'after %s a document hangs on every record once, and on none when it is taken back',
  async (_why, faults) => {
    await using world = await World.open();
    await world.org.faults(faults);
    expect((await world.write(world.pairs())).refused).toEqual([]);
    if (faults.length > 0) expect((await world.org.happened())[0]).toBeGreaterThan(0);
    await world.org.faults([]);
    expect(await world.there()).toEqual(inOrder(world.pairs()));
    expect(await world.undo()).toEqual({ rowsRemoved: 9, rowsRestored: 0, refused: [] });
    expect(await world.there()).toEqual([]);
  },
);

test('a place that others gave a document is refused where links are added, and left where it is merged', async () => {
  await using world = await World.open();
  const [theirs, ...ours] = world.pairs();
  await world.org.add(links, ends, [theirs!]);
  const { refused } = await world.write(world.pairs());
  expect(refused.map(({ code, row }) => [code, row])).toEqual([['target.unique', theirs]]);
  expect((await world.write(world.pairs(), { mode: 'upsert', slice: 1 })).refused).toEqual([]);
  expect(await world.there()).toEqual(inOrder(world.pairs()));
  expect(await world.undo()).toMatchObject({ rowsRemoved: ours.length });
  expect(await world.there()).toEqual([theirs]);
});

test('a link to what is not there is refused with the words of the org', async () => {
  await using world = await World.open(1);
  const { refused } = await world.write([[world.documents[0]!, '001Gp00000000zzIAA']]);
  expect(refused.map(({ code }) => code)).toEqual(['target.foreign-key']);
});

test('all places are read, each once, also in slices and by an end; those of users are left out', async () => {
  await using world = await World.open(5);
  await world.org.add(links, ends, world.pairs());
  const content = await readAll(world.system, links);
  expect(inOrder(project(content, ends))).toEqual(inOrder(world.pairs()));
  await using snapshot = await world.system.reads.snapshot();
  const { relation } = content;
  expect(await snapshot.count(relation)).toBe('25');
  const slices = await sliceList(snapshot, relation, 7);
  expect(slices.map(({ rowsEstimate }) => rowsEstimate)).toEqual([10, 10, 5]);
  const read: Row[] = [];
  for (const slice of slices) {
    const part = await collect(snapshot.read(relation, slice));
    expect(part.rows.length).toBe(slice.rowsEstimate);
    read.push(...project(part, ends));
  }
  expect(inOrder(read)).toEqual(inOrder(world.pairs()));
  const [document, account] = [world.documents[2]!, world.accounts[4]!];
  const fetched = async (fields: readonly string[], key: Row) =>
    inOrder(project(await collect(snapshot.fetch(relation, fields, [key])), ends));
  expect(await fetched(ends, [document, account])).toEqual([[document, account]]);
  expect(await fetched(['LinkedEntityId'], [account])).toEqual(
    inOrder(world.documents.map((one): Row => [one, account])),
  );
  expect((await fetched(['ContentDocumentId'], [document])).length).toBe(5);
  const id = project(content, ['Id'])[3]!;
  expect(await fetched(['Id'], id)).toEqual([project(content, ends)[3]]);
});

test('a file is looked up as its document, where that is the key of the mapping', async () => {
  await using world = await World.open(0);
  const files = ['a', 'b'].map((name): Row => [name, `${name}.txt`, Buffer.from(name)]);
  const wanted = { fields: ['Legacy__c', 'PathOnClient', 'VersionData'], rows: files, captureIds: true };
  await writeRows(world.system, 'ContentVersion', { ...wanted, object: 'files', key: ['ContentDocumentId'] });
  const versions = await world.org.select('SELECT Legacy__c, ContentDocumentId FROM ContentVersion');
  const asked = files.map((_file, at) => sourceKeyOf(0, at));
  const found = await world.system.writes!.resolve(run, 'files', asked);
  expect(inOrder([...found.values()])).toEqual(
    inOrder(versions.map((one): Row => [String(one['ContentDocumentId'])])),
  );
});

test('what a mapping has to know of places stands among the facts', async () => {
  await using world = await World.open(0);
  const whole = await world.system.inspects.inspect();
  const relation = whole.relations.find(({ name }) => name === links)!;
  expect(relation.uniques).toEqual([{ name: 'ends', fields: ends, deferrable: false }]);
  expect(findField(relation, 'LinkedEntityId')?.nullable).toBe(false);
  expect(await world.system.inspects.nameless!(links, ends)).toBeNull();
  expect(await world.system.inspects.nameless!(links, ends.slice(1))).toContain('its two ends name a link');
  const address = { ...world.org.address, objects: ['ContentVersion'] };
  await using less = await salesforce.open(address, contextFor('source'));
  const { objects } = await less.inspects.inspect();
  expect(objects.find(({ name }) => name === 'ContentVersion places')?.definition).toContain(
    'the first place',
  );
});

test('as many calls as predicted are made where each document hangs on one record', async () => {
  await using world = await World.open();
  const { system, calls } = world;
  const relation = await relationIn(system, links);
  const one = world.documents.map((document, at): Row => [document, world.accounts[at]!]);
  const before = calls();
  await world.write(one);
  // Two for the look at the objects, as a command does once.
  expect(calls() - before - 2).toBe(system.calls!.toWrite(relation, 3, 3));
  await using snapshot = await system.reads.snapshot();
  const read = async (): Promise<number> => {
    const from = calls();
    for (const slice of await sliceList(snapshot, relation, 100))
      await collect(snapshot.read(relation, slice));
    return calls() - from;
  };
  expect(await read()).toBe(system.calls!.toRead(relation, 3, 100));
  expect(system.calls!.toRead(relation, 1_000, 100)).toBe(2 * (1 + 5));
});
