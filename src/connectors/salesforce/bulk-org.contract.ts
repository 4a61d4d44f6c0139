import { PracticeClock, systemClock } from '../../host/index.ts';
import type { Row } from '../../model/index.ts';
import { contextFor, relationIn } from '../contract/contract-world.contract.ts';
import { run, step, type Wanted } from '../contract/write-slices.contract.ts';
import type { OpenSystem, UndoResult } from '../port.ts';
import { salesforce } from './index.ts';
import { PracticeOrg } from './practice-org.contract.ts';

const legacy = { name: 'Legacy__c', type: 'string', length: 40, unique: true, externalId: true };
/** Looks at a job are seconds apart: here they pass sooner. */
const clock = new PracticeClock(systemClock, Date.now(), 20);

/** An org in which records go by bulk jobs, and what is written into it. */
export class BulkOrg implements AsyncDisposable {
  readonly org: PracticeOrg;
  readonly #open: OpenSystem[] = [];

  private constructor(org: PracticeOrg) {
    this.org = org;
  }

  /** An org with so few calls left that records go by jobs. */
  static async open(queueMs = 0): Promise<BulkOrg> {
    const org = await PracticeOrg.open();
    await org.define([{ name: 'Account', fields: [legacy] }], {
      callsADay: 700,
      bulk: { queueMs, recordMs: 0 },
    });
    return new BulkOrg(org);
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

export const accounts = (count: number): Row[] =>
  Array.from({ length: count }, (_none, at): Row => [`account ${at}`, `A-${at}`, at % 7 === 0 ? null : '7']);
export const wanted = (rows: readonly Row[], more: Partial<Wanted> = {}): Wanted => ({
  fields: ['Name', 'Legacy__c', 'NumberOfEmployees'],
  rows,
  key: ['Legacy__c'],
  object: 'accounts',
  captureIds: true,
  ...more,
});
export const undo = async (system: OpenSystem): Promise<UndoResult> =>
  await system.undoes!.undoSlice({ run, step, slice: 0, relation: await relationIn(system, 'Account') });
export const jobs: { readonly path: string } = { path: 'jobs/ingest' };
