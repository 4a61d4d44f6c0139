import type { Seal, SqliteStore } from '../../host/index.ts';
import { position } from '../../model/index.ts';
import { planMismatch } from '../faults.ts';
import type { SlicePlan } from './journal.ts';
import { openRange, sealRange } from './sealed-range.ts';

/** Plans of slices and of replays: everything of the journal that is not quarantine. */
export interface PlanShelf {
  plan(run: string, step: string): SlicePlan | null;
  savePlan(run: string, step: string, plan: SlicePlan): void;
  saveReplay(run: string, step: string, slices: readonly (readonly string[])[]): void;
  replay(run: string, step: string): readonly (readonly string[])[];
  saveDigest(run: string, step: string, slice: number, digest: string): void;
  digests(run: string, step: string): ReadonlyMap<number, string>;
}

/** Keys may be personal, so ranges are sealed, each bound to its place. */
export function openPlanShelf(file: SqliteStore, seal: Seal): PlanShelf {
  return {
    plan: (run, step) => readPlan(file, seal, run, step),
    savePlan: (run, step, plan) => file.transaction(() => writePlan(file, seal, run, step, plan)),
    saveReplay: (run, step, slices) => file.transaction(() => writeReplay(file, run, step, slices)),
    replay: (run, step) => readReplay(file, run, step),
    saveDigest: (run, step, slice, digest) => {
      file.statement('INSERT OR REPLACE INTO digests VALUES (?, ?, ?, ?)').run(run, step, slice, digest);
    },
    digests: (run, step) => readDigests(file, run, step),
  };
}

function writePlan(file: SqliteStore, seal: Seal, run: string, step: string, plan: SlicePlan): void {
  // The two columns make the plan whole: they are null until then, and a plan is never written twice.
  const changed = file
    .statement(
      'UPDATE steps SET rows_source = ?, position = ? WHERE run = ? AND step = ? AND rows_source IS NULL',
    )
    .run(plan.rowsSource, plan.position, run, step);
  if (changed !== 1)
    throw planMismatch(step, `run ${run} has a plan for this step already, or has no such step`);
  const insert = file.statement('INSERT INTO slices VALUES (?, ?, ?, ?, ?)');
  for (const slice of plan.slices)
    insert.run(run, step, slice.number, sealRange(seal, run, step, slice), Math.round(slice.rowsEstimate));
}

function readPlan(file: SqliteStore, seal: Seal, run: string, step: string): SlicePlan | null {
  const found = file
    .statement('SELECT rows_source, position FROM steps WHERE run = ? AND step = ?')
    .first(run, step);
  if (!found || found[0] === null) return null;
  const rows = file
    .statement(
      'SELECT slice, sealed_range, rows_estimate FROM slices WHERE run = ? AND step = ? ORDER BY slice',
    )
    .all(run, step);
  return {
    slices: rows.map(([number, sealed, rowsEstimate]) => ({
      number: Number(number),
      ...openRange(seal, run, step, Number(number), sealed as Uint8Array),
      rowsEstimate: Number(rowsEstimate),
    })),
    rowsSource: found[0] as string,
    position: position(found[1] as string),
  };
}

function writeReplay(
  file: SqliteStore,
  run: string,
  step: string,
  slices: readonly (readonly string[])[],
): void {
  const insert = file.statement('INSERT INTO replays VALUES (?, ?, ?, ?, ?)');
  for (const [slice, ids] of slices.entries())
    for (const [place, id] of ids.entries()) insert.run(run, step, slice, place, id);
}

function readDigests(file: SqliteStore, run: string, step: string): ReadonlyMap<number, string> {
  const rows = file.statement('SELECT slice, digest FROM digests WHERE run = ? AND step = ?').all(run, step);
  return new Map(rows.map(([slice, digest]) => [Number(slice), digest as string]));
}

function readReplay(file: SqliteStore, run: string, step: string): readonly (readonly string[])[] {
  const slices: string[][] = [];
  const rows = file
    .statement('SELECT slice, entry FROM replays WHERE run = ? AND step = ? ORDER BY slice, place')
    .all(run, step);
  for (const [slice, id] of rows) (slices[Number(slice)] ??= []).push(id as string);
  return slices;
}
