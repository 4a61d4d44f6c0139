import { expect, test } from 'vitest';
import { PracticeClock, systemClock } from '../../host/index.ts';
import type { Row } from '../../model/index.ts';
import { contextFor, relationIn } from '../contract/contract-world.contract.ts';
import {
  run,
  sourceKeyOf,
  step,
  type Wanted,
  writeRows,
  writesOf,
} from '../contract/write-slices.contract.ts';
import type { OpenSystem } from '../port.ts';
import { salesforce } from './index.ts';
import { PracticeOrg } from './practice-org.contract.ts';

const legacy = { name: 'Legacy__c', type: 'string', length: 40, unique: true, externalId: true };
/** Looks at a job are seconds apart: here they pass sooner. */
const clock = new PracticeClock(systemClock, Date.now(), 20);

class World implements AsyncDisposable {
  readonly org: PracticeOrg;
  readonly #open: OpenSystem[] = [];

  private constructor(org: PracticeOrg) {
    this.org = org;
  }

  /** An org with so few calls left that records go by jobs. */
  static async open(queueMs = 0): Promise<World> {
    const org = await PracticeOrg.open({ callsADay: 700 });
    await org.define([{ name: 'Account', fields: [legacy] }], { bulk: { queueMs, recordMs: 0 } });
    return new World(org);
  }

  async target(): Promise<OpenSystem> {
    const address = { ...this.org.address, objects: ['Account'] };
    const system = await salesforce.open(address, { ...contextFor('target'), clock });
    this.#open.push(system);
    return system;
  }

  /** How many there are, and how many of them are there once. */
  async count(): Promise<readonly [number, number]> {
    const found = await this.org.select(
      'SELECT COUNT(Id) records, COUNT_DISTINCT(Legacy__c) keys FROM Account',
    );
    return [Number(found[0]?.['records']), Number(found[0]?.['keys'])];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const system of this.#open) await system[Symbol.asyncDispose]();
    await this.org[Symbol.asyncDispose]();
  }
}

const accounts = (count: number): Row[] =>
  Array.from({ length: count }, (_none, at): Row => [`account ${at}`, `A-${at}`, at % 7 === 0 ? null : '7']);
const wanted = (rows: readonly Row[], more: Partial<Wanted> = {}): Wanted => ({
  fields: ['Name', 'Legacy__c', 'NumberOfEmployees'],
  rows,
  key: ['Legacy__c'],
  object: 'accounts',
  captureIds: true,
  ...more,
});
const undo = async (system: OpenSystem) =>
  await system.undoes!.undoSlice({ run, step, slice: 0, relation: await relationIn(system, 'Account') });
const jobs = { path: 'jobs/ingest' };

test('many records go by a job, with few calls; what it refuses is told, what it cannot say goes by itself', async () => {
  await using world = await World.open();
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
  await using world = await World.open();
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
    await using world = await World.open(hour);
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
