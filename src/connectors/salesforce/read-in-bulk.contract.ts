import { PracticeClock, systemClock } from '../../host/index.ts';
import { type Relation, type Row, recordKey, type Slice } from '../../model/index.ts';
import { contextFor, relationIn } from '../contract/contract-world.contract.ts';
import { collect, readAll, sliceList } from '../contract/read-all.contract.ts';
import type { OpenSystem, Snapshot } from '../port.ts';
import { salesforce } from './index.ts';
import { PracticeOrg } from './practice-org.contract.ts';

/** Looks at a job are seconds apart: here they pass sooner. */
const clock = new PracticeClock(systemClock, Date.now(), 50);

/** An org of which objects are read, and what was called for that. */
export class ReadOrg implements AsyncDisposable {
  readonly org: PracticeOrg;
  readonly object: string;
  /** Labels of the calls since `system` was opened. */
  readonly calls: string[] = [];
  readonly warnings: string[] = [];
  readonly #open: OpenSystem[] = [];

  private constructor(org: PracticeOrg, object: string) {
    this.org = org;
    this.object = object;
  }

  static async open(object: string, objects: readonly object[] = []): Promise<ReadOrg> {
    const org = await PracticeOrg.open();
    await org.define(objects, { bulk: { queueMs: 0, recordMs: 0 } });
    return new ReadOrg(org, object);
  }

  async system(): Promise<OpenSystem> {
    const address = { ...this.org.address, objects: [this.object] };
    const log = {
      debug: (message: string, details: Readonly<Record<string, unknown>> = {}) => {
        if (message === 'call') this.calls.push(String(details['label']));
      },
      info: () => undefined,
      warn: (message: string, details: Readonly<Record<string, unknown>> = {}) => {
        this.warnings.push(`${message}: ${String(details['why'])}`);
      },
    };
    const system = await salesforce.open(address, { ...contextFor('source'), clock, log });
    this.#open.push(system);
    return system;
  }

  /** Page by page. */
  async inPages(): Promise<readonly Row[]> {
    const { rows } = await readAll(await this.system(), this.object);
    return rows;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const system of this.#open) await system[Symbol.asyncDispose]();
    await this.org[Symbol.asyncDispose]();
  }
}

export interface Cut {
  readonly snapshot: Snapshot;
  readonly relation: Relation;
  readonly slices: readonly Slice[];
}

/** In so many slices that a job takes fewer calls. */
export async function cut(system: OpenSystem, name: string, rowsPerSlice: number): Promise<Cut> {
  const relation = await relationIn(system, name);
  const snapshot = await system.reads.snapshot();
  return { snapshot, relation, slices: await sliceList(snapshot, relation, rowsPerSlice) };
}

export async function readSlices({ snapshot, relation, slices }: Cut): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const slice of slices) rows.push(...(await collect(snapshot.read(relation, slice))).rows);
  return rows;
}

export const keysOf = (rows: readonly Row[]): number => new Set(rows.map(recordKey)).size;
