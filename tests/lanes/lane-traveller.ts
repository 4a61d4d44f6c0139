import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenSystem } from '../../src/connectors/index.ts';
import {
  executeStep,
  type ObjectPlan,
  type Session,
  type StepReport,
  undoRun,
} from '../../src/engine/index.ts';
import { compileTransform, lookedAt, type Transform } from '../../src/expressions/index.ts';
import { silentLog } from '../../src/host/index.ts';
import { findRelation, type ObjectMapping, type Relation } from '../../src/model/index.ts';
import { contextOf, copyThing, keptIn, openCopy } from './copy-session.ts';
import type { LaneSource, LaneTargets, Place } from './lane-case.ts';

/** What became of a table at one place. */
export interface Travelled {
  readonly report: StepReport;
  readonly content: readonly unknown[];
  /** The quarantine's entries, and what stayed behind by which rule, each in an order of its own. */
  readonly entries: readonly string[];
  readonly purged: readonly string[];
  /** Slices of the bulk lane that could not go so as a whole. */
  readonly slicesLeft: number;
  /** Records left in the target after going back. */
  readonly left: number;
}

interface Systems {
  readonly source: Pick<LaneSource, 'open'>;
  readonly targets: LaneTargets;
}

/** Brings `thing` over by the lane the engine chooses or record by record, and takes it back again. */
export class LaneTraveller implements AsyncDisposable {
  readonly #systems: Systems;
  readonly #folder: string;

  private constructor(systems: Systems, folder: string) {
    this.#systems = systems;
    this.#folder = folder;
  }

  static async create(systems: Systems): Promise<LaneTraveller> {
    return new LaneTraveller(systems, await mkdtemp(join(tmpdir(), 'godwit-lanes-')));
  }

  /** @param run a name that no run before had */
  async travel(run: string, mapping: ObjectMapping, place: Place): Promise<Travelled> {
    const plans = new Map([['thing', await this.#plan(mapping, place)]]);
    let slicesLeft = 0;
    await using work = await this.#session(run, place, (message) => {
      if (message.includes('goes record by record')) slicesLeft += 1;
    });
    await using _journal = work.journal;
    const report = await executeStep(work, copyThing, plans);
    const content = await this.#systems.targets.contentOf(place, mapping.target);
    const entries = await entriesOf(work);
    const purged = totals(await work.journal.purged(run));
    const undone = await undoRun(work, plans);
    if (undone.outcome !== 'undone') throw new Error(`going back: ${JSON.stringify(undone)}`);
    const left = (await this.#systems.targets.contentOf(place, mapping.target)).length;
    return { report, content, entries, purged, slicesLeft, left };
  }

  async #plan(mapping: ObjectMapping, place: Place): Promise<ObjectPlan> {
    const whole = await relationOf(this.#systems.source.open(contextOf('source')), mapping.source);
    const source = lookedAt(mapping, whole, new Map());
    const target = await relationOf(this.#systems.targets.open(place, contextOf('target')), mapping.target);
    const compiled = compileTransform(mapping, source, target, new Map());
    const transform = place === 'bulk' ? compiled : asClosure(compiled);
    return {
      object: 'thing',
      source,
      target,
      mode: 'empty-only',
      key: mapping.key,
      captureIds: false,
      copyTransform: () => transform,
      linkTransform: () => transform,
    };
  }

  async #session(run: string, place: Place, debug: (message: string) => void): Promise<Session> {
    const systems = {
      source: async () => this.#systems.source.open(contextOf('source')),
      target: async () => this.#systems.targets.open(place, contextOf('target')),
    };
    return openCopy(systems, {
      ...keptIn(this.#folder, run),
      log: { ...silentLog, debug },
      // Of two records with one unique value the first slice keeps it: there the engine has to take one after the other.
      limits: { rowsPerSlice: 30, pipedSliceFactor: 1, partRowsMin: 2, slicesAtOnceMax: 4 },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }
}

async function relationOf(opening: Promise<OpenSystem>, name: string): Promise<Relation> {
  await using system = await opening;
  const found = findRelation(await system.inspects.inspect(), name);
  if (!found) throw new Error(`${name} is not there`);
  return found;
}

/** The same mapping as a closure alone. */
function asClosure(whole: Transform): Transform {
  const { object, targetFields, lookups } = whole;
  return { object, targetFields, lookups, apply: (row, environment) => whole.apply(row, environment) };
}

async function entriesOf({ journal }: Session): Promise<readonly string[]> {
  const entries: string[] = [];
  for await (const { id } of journal.entries({})) {
    const kept = await journal.entry(id);
    if (kept === null) throw new RangeError(`an entry is listed and not there`);
    const { key, code, field, rule, where } = kept.entry;
    entries.push(JSON.stringify([key, code, field, rule, where]));
  }
  return entries.sort();
}

/** By rule, over all slices. */
function totals(
  counted: readonly { readonly rule: number; readonly reason: string; readonly count: number }[],
): readonly string[] {
  const byRule = Map.groupBy(counted, ({ rule, reason }) => `${rule} ${reason}`);
  const lines = [...byRule].map(
    ([rule, counts]) => `${rule}: ${counts.reduce((sum, { count }) => sum + count, 0)}`,
  );
  return lines.sort();
}
