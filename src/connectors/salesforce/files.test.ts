import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Row } from '../../model/index.ts';
import { contextFor, relationIn } from '../contract/contract-world.contract.ts';
import { project, readAll } from '../contract/read-all.contract.ts';
import { run, step, type Wanted, writeRows } from '../contract/write-slices.contract.ts';
import type { OpenSystem } from '../port.ts';
import { salesforce } from './index.ts';
import { PracticeOrg } from './practice-org.contract.ts';

const legacy = { name: 'Legacy__c', type: 'string', length: 40, unique: true, externalId: true };
const fields = ['Legacy__c', 'PathOnClient', 'FirstPublishLocationId', 'VersionData'];

class World implements AsyncDisposable {
  readonly org: PracticeOrg;
  readonly system: OpenSystem;
  readonly account: string;

  private constructor(org: PracticeOrg, system: OpenSystem, account: string) {
    this.org = org;
    this.system = system;
    this.account = account;
  }

  static async open(): Promise<World> {
    const org = await PracticeOrg.open();
    await org.define([{ name: 'ContentVersion', fields: [legacy] }]);
    await org.add('Account', ['Name'], [['Northwind']]);
    const [account] = await org.select('SELECT Id FROM Account');
    const address = { ...org.address, objects: ['Account', 'ContentDocument', 'ContentVersion'] };
    return new World(org, await salesforce.open(address, contextFor('target')), String(account?.['Id']));
  }

  /** Small ones, which go together, and large ones, which go alone. */
  files(): Row[] {
    return Array.from(
      { length: 7 },
      (_none, at): Row => [
        `F-${at}`,
        `offers/Angebot "${at}" für é.pdf`,
        this.account,
        randomBytes(at % 2 === 0 ? 300 + at : 90_000 + at),
      ],
    );
  }

  async write(rows: readonly Row[], more: Partial<Wanted> = {}) {
    const wanted = { fields, rows, key: ['Legacy__c'], object: 'files', captureIds: true, ...more };
    return await writeRows(this.system, 'ContentVersion', wanted);
  }

  /** Keys, places and contents, by key. */
  async there(): Promise<readonly Row[]> {
    const rows = project(await readAll(this.system, 'ContentVersion'), fields);
    return inOrder(rows);
  }

  async linked(): Promise<number> {
    const soql = `SELECT Id FROM ContentDocumentLink WHERE LinkedEntityId = '${this.account}'`;
    return (await this.org.select(soql)).length;
  }

  async undo() {
    const relation = await relationIn(this.system, 'ContentVersion');
    return await this.system.undoes!.undoSlice({ run, step, slice: 0, relation });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.system[Symbol.asyncDispose]();
    await this.org[Symbol.asyncDispose]();
  }
}

const inOrder = (rows: readonly Row[]): readonly Row[] =>
  rows
    .map((row) =>
      row.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value)),
    )
    .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));

const upload = { method: 'POST', path: 'sobjects/ContentVersion' };
test.each([
  ['nothing', []],
  ['an answer that is lost', [{ ...upload, kind: 'reset-in-body', every: 2, times: 2 }]],
  ['a call that is carried out twice', [{ ...upload, kind: 'carried-out-twice', times: 2 }]],
  ['records that others hold', [{ ...upload, kind: 'records-fail', times: 1, records: 1 }]],
  [
    'files that are said to be kept, and are not',
    [{ ...upload, kind: 'records-lost', times: 1, records: 1 }],
  ],
])(
  'after %s each file is there once, byte by byte, on its record, and gone once it is taken back',
  async (_why, faults) => {
    await using world = await World.open();
    const files = world.files();
    await world.org.faults(faults);
    expect((await world.write(files)).refused).toEqual([]);
    if (faults.length > 0) expect((await world.org.happened())[0]).toBeGreaterThan(0);
    await world.org.faults([]);
    expect(await world.there()).toEqual(inOrder(files));
    expect(await world.linked()).toBe(files.length);
    expect(await world.undo()).toEqual({ rowsRemoved: files.length, rowsRestored: 0, refused: [] });
    expect(await world.there()).toEqual([]);
    expect(await world.org.select('SELECT Id FROM ContentDocument')).toEqual([]);
  },
);

test('a file that is there with the same content is not sent, with another one it is refused', async () => {
  await using world = await World.open();
  const files = world.files().slice(0, 2);
  await world.write(files);
  const [small, large] = files;
  const changed = [large?.[0], large?.[1], large?.[2], randomBytes(90_000)] as Row;
  const again = { mode: 'upsert', slice: 1 } as const;
  const { refused } = await world.write([small as Row, changed], again);
  expect(refused.map(({ code, field, row }) => [code, field, row[0]])).toEqual([
    ['target.refused', 'VersionData', 'F-1'],
  ]);
  expect(await world.there()).toEqual(inOrder(files));
});

test('a file that others versioned, or hung on another record, since is left and named', async () => {
  await using world = await World.open();
  await world.write(world.files().slice(0, 3));
  const versions = await world.org.select('SELECT Id, ContentDocumentId, Legacy__c FROM ContentVersion');
  const documentOf = (key: string): unknown =>
    versions.find((one) => one['Legacy__c'] === key)?.['ContentDocumentId'];
  const content = Buffer.from('newer').toString('base64');
  await world.org.add(
    'ContentVersion',
    ['PathOnClient', 'ContentDocumentId', 'VersionData'],
    [['a.pdf', documentOf('F-0'), content]],
  );
  await world.org.add('Contact', ['LastName'], [['Lovelace']]);
  const [contact] = await world.org.select('SELECT Id FROM Contact');
  const link = ['ContentDocumentId', 'LinkedEntityId'];
  await world.org.add('ContentDocumentLink', link, [[documentOf('F-1'), contact?.['Id']]]);
  const undone = await world.undo();
  expect(undone.rowsRemoved).toBe(1);
  expect(undone.refused.map(({ reason }) => reason).sort()).toEqual([
    'it hangs on other records, too',
    'its document has other versions',
  ]);
});
