import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenContext, OpenSystem } from '../../src/connectors/index.ts';
import {
  executeStep,
  lockProject,
  type ObjectPlan,
  openSession,
  openSqliteJournal,
} from '../../src/engine/index.ts';
import type { Transform } from '../../src/expressions/index.ts';
import { sealFromKey, silentLog, systemClock, systemRandom } from '../../src/host/index.ts';
import { findRelation, type RunbookStep, Warrant } from '../../src/model/index.ts';

export type Opens = (context: OpenContext) => Promise<OpenSystem>;

const table = 'activities';
const seal = sealFromKey(new Uint8Array(32).fill(7));
const step: RunbookStep = {
  id: 'copy',
  title: table,
  action: { kind: 'copy', object: table, deferred: [] },
  shows: [],
  check: 'counts',
  stopPoint: null,
  rollback: null,
  irreversible: false,
  approver: 'anyone',
  rehearsedMs: null,
};

export interface CopiedStep {
  readonly seconds: number;
  /** How the engine says that the records travelled. */
  readonly notes: readonly string[];
}

/**
 * One copy step of the engine over the table, with its journal, its checkpoints and what going back needs, from opening the
 * systems to the last commit. What is done once before any run, looking at both sides, does not count.
 */
export async function copyStep(source: Opens, target: Opens, slicesAtOnceMax: number): Promise<CopiedStep> {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-bench-'));
  try {
    const open = async (opens: Opens, role: 'source' | 'target'): Promise<OpenSystem> =>
      opens({
        clock: systemClock,
        random: systemRandom,
        log: silentLog,
        seal,
        signal: new AbortController().signal,
        name: role,
        role,
      });
    const plan = await planOf(await open(source, 'source'), await open(target, 'target'));
    await using looked = await open(target, 'target');
    const warrant = Warrant.issue({
      runbookId: 'sha256:bench',
      world: 'live',
      target: await looked.fingerprint(),
      steps: [step.id],
      expiresAt: '2100-01-01T00:00:00.000Z',
      approvals: [],
    });
    const journal = openSqliteJournal({ path: join(folder, 'journal.sqlite'), seal, clock: systemClock });
    const began = performance.now();
    await using work = await openSession({
      run: 'bench',
      runbookId: 'sha256:bench',
      journal,
      lock: lockProject({ path: join(folder, 'lock'), purpose: 'a bench', clock: systemClock }),
      systems: { source: async () => open(source, 'source'), target: async () => open(target, 'target') },
      warrant,
      clock: systemClock,
      random: systemRandom,
      log: silentLog,
      signal: new AbortController().signal,
      record: async () => undefined,
      judge: () => 'go',
      onProgress: () => undefined,
      mask: (text) => text,
      limits: { slicesAtOnceMax },
    });
    const report = await executeStep(work, step, new Map([[table, plan]]));
    const seconds = (performance.now() - began) / 1000;
    await journal[Symbol.asyncDispose]();
    if (report.outcome !== 'done' || (report.counts?.rowsQuarantined ?? 0) > 0)
      throw new RangeError(`the step ended ${report.outcome}: ${JSON.stringify(report.counts)}`);
    return { seconds, notes: report.notes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every field as it is, into the field of the same name. */
async function planOf(from: OpenSystem, to: OpenSystem): Promise<ObjectPlan> {
  await using source = from;
  await using target = to;
  const [old, made] = [
    findRelation(await source.inspects.inspect(), table),
    findRelation(await target.inspects.inspect(), table),
  ];
  if (!old || !made) throw new RangeError(`no ${table} on one of the sides`);
  const names = made.fields.map(({ name }) => name);
  const places = names.map((name) => old.fields.findIndex((field) => field.name === name));
  const transform: Transform = {
    object: table,
    targetFields: names,
    lookups: [],
    copies: names.map((name) => ({ source: name, target: name })),
    takes: names.map((name) => ({ source: name, target: name, read: null })),
    apply: (row) => ({ kind: 'records', rows: [places.map((at) => row[at] ?? null)] }),
  };
  return {
    object: table,
    source: old,
    target: made,
    mode: 'empty-only',
    key: ['id'],
    captureIds: false,
    copyTransform: () => transform,
    linkTransform: () => transform,
  };
}
