import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { OpenContext, OpenSystem } from '../connectors/index.ts';
import type { Transform } from '../expressions/index.ts';
import { sealFromKey, silentLog, systemClock, systemRandom } from '../host/index.ts';
import { findRelation, type Relation, type RunbookStep, Warrant } from '../model/index.ts';
import {
  executeStep,
  lockProject,
  type ObjectPlan,
  openSession,
  openSqliteJournal,
  type Session,
  type StepReport,
  undoRun,
} from './index.ts';

const seal = sealFromKey(new Uint8Array(32).fill(9));
const step: RunbookStep = {
  id: 'copy-thing',
  title: 'thing',
  action: { kind: 'copy', object: 'thing', deferred: [] },
  shows: [],
  check: 'counts',
  stopPoint: null,
  rollback: null,
  irreversible: false,
  approver: 'anyone',
  rehearsedMs: null,
};

/** What a table `thing` travels between: the target is one of several places with the same table in it. */
export interface LaneWorld {
  open(role: 'source' | 'target', place: string, context: OpenContext): Promise<OpenSystem>;
  /** The records of the target, by plain SQL. */
  contentOf(place: string): Promise<unknown>;
}

export interface Travelled {
  readonly report: StepReport;
  readonly content: unknown;
  /** The quarantine's entries, in an order of their own. */
  readonly entries: readonly string[];
  /** Slices that could not go in bulk. */
  readonly single: number;
}

/** Brings `thing` over by the lane the engine chooses or, not `piped`, as records; and takes it back again. */
export class LaneTraveller implements AsyncDisposable {
  readonly #world: LaneWorld;
  readonly #folder: string;

  private constructor(world: LaneWorld, folder: string) {
    this.#world = world;
    this.#folder = folder;
  }

  static async create(world: LaneWorld): Promise<LaneTraveller> {
    return new LaneTraveller(world, await mkdtemp(join(tmpdir(), 'godwit-lanes-')));
  }

  async travel(run: string, place: string, fields: readonly string[], piped: boolean): Promise<Travelled> {
    const [old, made] = [await this.#relationIn('source', place), await this.#relationIn('target', place)];
    const places = fields.map((name) => old.fields.findIndex((field) => field.name === name));
    const transform: Transform = {
      object: 'thing',
      targetFields: fields,
      lookups: [],
      ...(piped && {
        copies: fields.map((name) => ({ source: name, target: name })),
        takes: fields.map((name) => ({ source: name, target: name, read: null })),
      }),
      apply: (row) => ({ kind: 'records', rows: [places.map((at) => row[at] ?? null)] }),
    };
    const plan: ObjectPlan = {
      object: 'thing',
      source: old,
      target: made,
      mode: 'empty-only',
      key: ['id'],
      captureIds: false,
      copyTransform: () => transform,
      linkTransform: () => transform,
    };
    const plans = new Map([['thing', plan]]);
    let single = 0;
    await using work = await this.#session(run, place, (message) => {
      if (message.includes('goes record by record')) single += 1;
    });
    const report = await executeStep(work, step, plans);
    const content = await this.#world.contentOf(place);
    const entries: string[] = [];
    for await (const { id } of work.journal.entries({})) {
      const { key, code, field, rule } = (await work.journal.entry(id))!.entry;
      entries.push(JSON.stringify([key, code, field, rule]));
    }
    expect((await undoRun(work, plans)).outcome).toBe('undone');
    expect(await this.#world.contentOf(place)).toEqual([]);
    await work.journal[Symbol.asyncDispose]();
    return { report, content, entries: entries.sort(), single };
  }

  async #open(role: 'source' | 'target', place: string): Promise<OpenSystem> {
    return this.#world.open(role, place, {
      clock: systemClock,
      random: systemRandom,
      log: silentLog,
      seal,
      signal: new AbortController().signal,
      name: role,
      role,
    });
  }

  async #relationIn(role: 'source' | 'target', place: string): Promise<Relation> {
    await using system = await this.#open(role, place);
    return findRelation(await system.inspects.inspect(), 'thing') as Relation;
  }

  async #session(
    run: string,
    place: string,
    debug: (message: string) => void,
  ): Promise<Session & AsyncDisposable> {
    await using system = await this.#open('target', place);
    const warrant = Warrant.issue({
      runbookId: 'sha256:x',
      world: 'live',
      target: await system.fingerprint(),
      steps: [step.id],
      expiresAt: '2100-01-01T00:00:00.000Z',
      approvals: [],
    });
    return openSession({
      run,
      runbookId: 'sha256:x',
      journal: openSqliteJournal({ path: join(this.#folder, `${run}.sqlite`), seal, clock: systemClock }),
      lock: lockProject({ path: join(this.#folder, `${run}.lock`), purpose: 'a test', clock: systemClock }),
      systems: {
        source: async () => this.#open('source', place),
        target: async () => this.#open('target', place),
      },
      warrant,
      clock: systemClock,
      random: systemRandom,
      log: { ...silentLog, debug },
      signal: new AbortController().signal,
      record: async () => undefined,
      judge: () => 'go',
      onProgress: () => undefined,
      mask: (text) => text,
      // One after the other: of two records with one unique value the first slice that arrives keeps it.
      limits: { rowsPerSlice: 30, pipedSliceFactor: 1, slicesAtOnceMax: 4 },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }
}
