import { completeRelation } from './complete-early.ts';
import { appliedOf } from './copy-slices.ts';
import { endUnderWay } from './end-under-way.ts';
import { entryUnknown } from './faults.ts';
import type { JournalStep } from './journal/journal.ts';
import type { EntrySummary } from './journal/quarantine-entry.ts';
import { ProgressMeter } from './progress.ts';
import { replayInput } from './read-again.ts';
import { assertInPlace } from './records-in-place.ts';
import { LookupCache } from './resolve-lookups.ts';
import { sumOf } from './run-status.ts';
import { retried, runStep } from './run-step.ts';
import type { Session } from './session.ts';
import type { SliceWork } from './slice-work.ts';
import type { StepReport } from './step-report.ts';
import { travelSlices } from './travel-slices.ts';

/** Entries one slice of a replay repeats: the most keys one `fetch` takes. */
const entriesPerSlice = 1_000;

export interface ReplayWork {
  /** The work of the step whose entries are repeated, with the mapping as it is now. */
  readonly work: SliceWork;
  /** Ids of entries, or all open ones of that step. */
  readonly entries: readonly string[] | 'all';
  /** Ids of settled entries whose records this step has not met yet; see `owedLinks`. */
  readonly owed: readonly string[];
}

export interface ReplayReport extends StepReport {
  /** Records the source does not hold any more: their sealed original was used. */
  readonly rowsFromOriginals: number;
  /** Entries that cannot be repeated: unreadable then, and without a key to read them again. */
  readonly unrepeatable: readonly string[];
}

/**
 * Tries again what could not go, as a step of its own (`replay-1`, `replay-2`, ...), so that it can be undone on its own.
 *
 * Invariants: 1. only entries of slices that are in the target are repeated: the others come again with their slice.
 * 2. an entry is marked after the commit that settles it; when the mark is lost, the next replay sets it first.
 * 3. the source is read as it is now, and refused where its records may have changed places. 4. a record that fails again gets a new entry, and the old one is superseded: there
 * is one open entry for each record.
 */
export async function replayQuarantine(session: Session, request: ReplayWork): Promise<ReplayReport> {
  const { origin } = request.work;
  await settleEarlierReplays(session, request.work);
  await session.connections.forgetSnapshot();
  await assertInPlace(session, request.work);
  const { repeatable, unrepeatable } = await openEntries(session, request);
  const step = await nextReplay(session);
  const work = { ...request.work, step };
  const slices = chunks(repeatable);
  const newStep = { step, kind: 'replay', object: work.object, origin } as const;
  let rowsFromOriginals = 0;
  const onGone = (rows: number): void => {
    rowsFromOriginals += rows;
  };
  const report = await runStep(session, newStep, async () => {
    await completeRelation(session, work);
    await session.journal.saveReplay(session.run, step, slices);
    return travelReplay(session, work, slices, onGone);
  });
  return { ...report, rowsFromOriginals, unrepeatable };
}

async function travelReplay(
  session: Session,
  work: SliceWork,
  slices: readonly (readonly string[])[],
  onGone: (rows: number) => void,
): Promise<StepReport> {
  const { journal } = session;
  const inputs = slices.map((ids, number) => replayInput({ journal, work, ids, onGone }, number));
  const slicesPlanned = slices.length;
  const rowsSource = String(slices.flat().length);
  const base = { run: session.run, step: work.step, object: work.object, rowsSource, slicesPlanned };
  const meter = new ProgressMeter(base, [], session.clock);
  const lookups = new LookupCache(session.limits.lookupsCachedMax);
  const end = await travelSlices({ session, work, lookups, meter, slicesPlanned }, inputs);
  session.crash('between-replay-and-mark');
  await settle(session, work.step);
  const applied = await appliedOf(session, work.step);
  const counts = sumOf(applied);
  return {
    ...end,
    step: work.step,
    counts,
    slicesApplied: applied.length,
    slicesPlanned,
    movement: null,
    notes: [],
  };
}

/** Ids only: a million originals would not fit into memory, and each slice reads its own. */
async function openEntries(
  session: Session,
  request: ReplayWork,
): Promise<{ readonly repeatable: readonly string[]; readonly unrepeatable: readonly string[] }> {
  const applied = await appliedSlices(session);
  const { origin } = request.work;
  const wanted = request.entries === 'all' ? null : new Set(request.entries);
  const [repeatable, unrepeatable]: [string[], string[]] = [[], []];
  for await (const summary of session.journal.entries({ run: session.run, origin, state: 'open' })) {
    if (!applied.has(placeOf(summary))) continue;
    if (wanted && !wanted.delete(summary.id)) continue;
    const kept = await session.journal.entry(summary.id);
    (kept && kept.entry.key !== null ? repeatable : unrepeatable).push(summary.id);
  }
  const [unknown] = wanted ?? [];
  if (unknown !== undefined) throw entryUnknown(unknown);
  return { repeatable: [...repeatable, ...request.owed], unrepeatable };
}

async function appliedSlices(session: Session): Promise<ReadonlySet<string>> {
  const looked = await retried(session, async () =>
    (await session.connections.target()).applied(session.run),
  );
  const applied = looked.kind === 'done' ? looked.result : [];
  return new Set(applied.map(placeOf));
}

function placeOf({ step, slice }: { readonly step: string; readonly slice: number }): string {
  return JSON.stringify([step, slice]);
}

function chunks(ids: readonly string[]): string[][] {
  const slices: string[][] = [];
  for (let at = 0; at < ids.length; at += entriesPerSlice) slices.push(ids.slice(at, at + entriesPerSlice));
  return slices;
}

async function nextReplay(session: Session): Promise<string> {
  const steps = await session.journal.steps(session.run);
  return `replay-${steps.filter((step) => step.kind === 'replay').length + 1}`;
}

/** A replay that was cut off may have committed slices whose entries were not marked; what it had under way comes no more. */
async function settleEarlierReplays(session: Session, { origin, target }: SliceWork): Promise<void> {
  const cutOff = (step: JournalStep): boolean =>
    step.kind === 'replay' && step.origin === origin && step.state !== 'done';
  for (const step of (await session.journal.steps(session.run)).filter(cutOff)) {
    await endUnderWay(session, [{ step, relation: target }]);
    await settle(session, step.step);
    await dropUncommitted(session, step.step);
    await session.journal.setStepState(session.run, step.step, 'done', null);
  }
}

/** Entries of a slice that was rolled back stand for records whose older entry is still open. */
async function dropUncommitted(session: Session, step: string): Promise<void> {
  const applied = new Set((await appliedOf(session, step)).map(({ slice }) => slice));
  const dropped: string[] = [];
  for await (const { id, slice } of session.journal.entries({ run: session.run, step, state: 'open' }))
    if (!applied.has(slice)) dropped.push(id);
  await session.journal.settleEntries(dropped, 'superseded', step);
}

/** Marks the entries of every slice of a replay that the target holds. */
async function settle(session: Session, step: string): Promise<void> {
  const slices = await session.journal.replay(session.run, step);
  for (const { slice } of await appliedOf(session, step)) {
    const again = new Set<string>();
    for await (const entry of session.journal.entries({ run: session.run, step, slice }))
      again.add(entry.keyDigest);
    const replayed: string[] = [];
    const superseded: string[] = [];
    for (const id of slices[slice] ?? []) {
      const old: EntrySummary | null = await session.journal.entry(id);
      if (old) (again.has(old.keyDigest) ? superseded : replayed).push(id);
    }
    await session.journal.settleEntries(replayed, 'replayed', step);
    await session.journal.settleEntries(superseded, 'superseded', step);
  }
}
