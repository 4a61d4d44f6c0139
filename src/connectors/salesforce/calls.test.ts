import { expect, test } from 'vitest';
import { PracticeClock, systemClock } from '../../host/index.ts';
import type { Row } from '../../model/index.ts';
import { contextFor, relationIn } from '../contract/contract-world.contract.ts';
import { writeRows } from '../contract/write-slices.contract.ts';
import type { OpenSystem } from '../port.ts';
import { salesforce } from './index.ts';
import { PracticeOrg } from './practice-org.contract.ts';

const legacy = { name: 'Legacy__c', type: 'string', length: 40, unique: true, externalId: true };
/** Looks at a job are seconds apart: here they pass sooner. */
const clock = new PracticeClock(systemClock, Date.now(), 20);

class World implements AsyncDisposable {
  readonly #org: PracticeOrg;
  readonly system: OpenSystem;
  readonly #told: () => number;

  constructor(org: PracticeOrg, system: OpenSystem, told: () => number) {
    this.#org = org;
    this.system = system;
    this.#told = told;
  }

  static async open(more: object = {}): Promise<World> {
    const org = await PracticeOrg.open();
    await org.define([{ name: 'Account', fields: [legacy] }], more);
    let told = 0;
    const onCall = (): void => {
      told += 1;
    };
    const address = { ...org.address, objects: ['Account', 'ContentVersion'] };
    const system = await salesforce.open(address, { ...contextFor('target'), clock, onCall });
    // Writing looks at the objects first, as a command does once.
    await system.inspects.inspect();
    return new World(org, system, () => told);
  }

  /** Calls that the org counted, and those that were told. */
  async during(work: () => Promise<unknown>): Promise<readonly [number, number]> {
    const before = [await this.#org.callsUsed(), this.#told()] as const;
    await work();
    return [(await this.#org.callsUsed()) - before[0], this.#told() - before[1]];
  }

  /** Without the look at the objects. */
  async write(count: number): Promise<readonly [number, number]> {
    const looking = 2;
    const rows = Array.from({ length: count }, (_none, at): Row => [`${1e14 + at}`, `account ${at}`]);
    const wanted = { fields: ['Legacy__c', 'Name'], rows, key: ['Legacy__c'], captureIds: true };
    const [counted, told] = await this.during(() => writeRows(this.system, 'Account', wanted));
    return [counted - looking, told - looking];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.system[Symbol.asyncDispose]();
    await this.#org[Symbol.asyncDispose]();
  }
}

test('as many calls as predicted are counted by the org, and as many are told', async () => {
  await using world = await World.open();
  const { system } = world;
  const [count, slice] = [2_450, 1_000];
  const accounts = await relationIn(system, 'Account');
  const toWrite = system.calls!.toWrite(accounts, count, count);
  // Looks for about 500 keys, sends 200 and looks at 1,000 a call.
  expect(toWrite).toBe(5 + 13 + 3);
  expect(await world.write(count)).toEqual([toWrite, toWrite]);

  const toRead = system.calls!.toRead(accounts, count, slice);
  await using snapshot = await system.reads.snapshot();
  const made = await world.during(async () => {
    for await (const one of snapshot.split(accounts, slice))
      for await (const _batch of snapshot.read(accounts, one));
  });
  expect(made).toEqual([toRead, toRead]);
});

test('where a job takes fewer calls than pages, the job is predicted for reading, and counted', async () => {
  await using world = await World.open({ bulk: { queueMs: 0, recordMs: 0 } });
  const [count, slice] = [2_450, 100];
  await world.write(count);
  const { system } = world;
  const accounts = await relationIn(system, 'Account');
  const toRead = system.calls!.toRead(accounts, count, slice);
  // Made, asked for, checked, removed; a page of 2,000 and one of the others.
  expect(toRead).toBe(1 + 4 + 1 + 1 + 2);
  await using snapshot = await system.reads.snapshot();
  const [counted, told] = await world.during(async () => {
    for await (const one of snapshot.split(accounts, slice))
      for await (const _batch of snapshot.read(accounts, one));
  });
  expect(told).toBe(counted);
  // How often it is asked for before it has ended, nobody knows.
  expect(Math.abs(counted - toRead)).toBeLessThanOrEqual(4);
  expect(system.calls!.toRead(accounts, count, count)).toBe(2 + 2);
});

test('where so few calls are left that records go by a job, the job is predicted', async () => {
  await using world = await World.open({ callsADay: 700, bulk: { queueMs: 0, recordMs: 0 } });
  const accounts = await relationIn(world.system, 'Account');
  const toWrite = world.system.calls!.toWrite(accounts, 2_100, 5_000);
  expect(toWrite).toBe(5 + 9 + 2);
  const [counted] = await world.write(2_100);
  // How often it is asked for before it has ended, nobody knows.
  expect(Math.abs(counted - toWrite)).toBeLessThanOrEqual(4);
  expect(world.system.calls!.toWrite(accounts, 2_100, 1_000)).toBeGreaterThan(toWrite);
});

test('of a day of which a part is left to others the plan reckons with the rest', async () => {
  await using org = await PracticeOrg.open();
  const address = { ...org.address, objects: ['Account'], share: 0.25 };
  await using system = await salesforce.open(address, contextFor('source'));
  const [limit] = await system.calls!.limits();
  // Two of ours were made: to look which org it is, and to ask.
  expect(limit).toMatchObject({ calls: Math.floor((limit?.of ?? 0) / 4), left: (limit?.calls ?? 0) - 2 });
  expect(limit?.of).toBeGreaterThan(100_000);
});

test('the limit is what the org tells of its 24 hours', async () => {
  await using world = await World.open({ callsADay: 700 });
  expect(await world.system.calls!.limits()).toEqual([
    { name: 'a day', calls: 700, everyMs: 86_400_000, left: expect.any(Number) },
  ]);
});
