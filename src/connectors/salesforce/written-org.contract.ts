import type { Row } from '../../model/index.ts';
import { contextFor, relationIn } from '../contract/contract-world.contract.ts';
import { run, step, type Wanted } from '../contract/write-slices.contract.ts';
import type { OpenSystem, UndoResult } from '../port.ts';
import { salesforce } from './index.ts';
import { PracticeOrg } from './practice-org.contract.ts';

export const legacy: object = {
  name: 'Legacy__c',
  type: 'string',
  length: 40,
  unique: true,
  externalId: true,
};
export const fields: readonly string[] = ['Name', 'Legacy__c', 'NumberOfEmployees'];
export const accounts = (count: number, from = 1): Row[] =>
  Array.from({ length: count }, (_none, at): Row => [`account ${from + at}`, `A-${from + at}`, '7']);
export const wanted = (rows: readonly Row[], more: Partial<Wanted> = {}): Wanted => ({
  fields,
  rows,
  key: ['Legacy__c'],
  object: 'accounts',
  captureIds: true,
  ...more,
});

/** A practice org with accounts that are written into, and connections to it. */
export class World implements AsyncDisposable {
  readonly org: PracticeOrg;
  readonly #open: OpenSystem[] = [];

  constructor(org: PracticeOrg) {
    this.org = org;
  }

  static async open(objects: readonly object[] = [{ name: 'Account', fields: [legacy] }]): Promise<World> {
    const org = await PracticeOrg.open();
    await org.define(objects);
    return new World(org);
  }

  /** A connection of a process that begins, or begins again. */
  async target(): Promise<OpenSystem> {
    const address = { ...this.org.address, objects: ['Account', 'Contact'] };
    const system = await salesforce.open(address, contextFor('target'));
    this.#open.push(system);
    return system;
  }

  async accounts(): Promise<readonly string[]> {
    const found = await this.org.select('SELECT Legacy__c FROM Account');
    return found.map((record) => String(record['Legacy__c'])).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const system of this.#open) await system[Symbol.asyncDispose]();
    await this.org[Symbol.asyncDispose]();
  }
}

export const keysOf = (rows: readonly Row[]): readonly string[] => rows.map(([, key]) => String(key)).sort();
export const undo = async (system: OpenSystem, name = 'Account'): Promise<UndoResult> =>
  await system.undoes!.undoSlice({ run, step, slice: 0, relation: await relationIn(system, name) });
