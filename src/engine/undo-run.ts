import { endUnderWay, type UnderWay } from './end-under-way.ts';
import { planMismatch } from './faults.ts';
import { releaseCycles, restoreCycles } from './release-cycles.ts';
import { retried } from './run-step.ts';
import type { Session } from './session.ts';
import { fenceRun } from './team.ts';
import type { PlanToUndo, UndoItem } from './undo-item.ts';
import { type LeftRecord, type UndoReport, undoItems } from './undo-steps.ts';

/** Relations that a step of the run created. */
export interface CreatedRelations {
  readonly step: string;
  readonly relations: readonly string[];
}

/**
 * Takes a run back: steps in reverse order, the slices of each in reverse order, each slice in one transaction (`undo-steps.ts`).
 * Slices of one step go several at once where none of them can need that another has gone.
 *
 * Invariants: 1. what is there to undo is read from the target, so that an interrupted undo goes on where it was. 2. from
 * its start the run can write no more, nor does anything come that it had under way. 3. a record that somebody changed since is named and left alone. 4. what the run
 * created goes last, and only when nobody's records are in it.
 */
export async function undoRun(
  session: Session,
  plans: ReadonlyMap<string, PlanToUndo>,
  created: readonly CreatedRelations[] = [],
): Promise<UndoReport> {
  const found = await retried(session, async () => {
    await endUnderWay(session, await stepsInto(session, plans));
    return itemsOf(session, plans);
  });
  if (found.kind === 'stopped') return nothingUndone(session.run);
  const items = found.result;
  await session.journal.setRunState(session.run, 'undoing', null);
  await tell(session, 'engine.undo-started', { slices: items.length });
  const released = await retried(session, async () => releaseCycles(session, plans));
  if (released.kind === 'stopped') return nothingUndone(session.run);
  const aided = await beginUndo(session, items);
  const undone = { ...(await undoItems(session, items)), notes: aided };
  if (undone.outcome !== 'stopped') await endUndo(session);
  const report = undone.outcome === 'undone' ? await dropCreated(session, created, undone) : undone;
  if (report.outcome === 'left-some')
    await retried(session, async () => restoreCycles(session, released.result));
  if (report.outcome === 'undone') await close(session);
  const { outcome, slicesUndone, rowsRemoved, rowsRestored, left } = report;
  await tell(session, 'engine.undo-ended', {
    outcome,
    slicesUndone,
    rowsRemoved,
    rowsRestored,
    rowsLeft: left.length,
  });
  return report;
}

/** What makes it quicker, for people; a person who asks to stop finds it there the next time. */
async function beginUndo(session: Session, items: readonly UndoItem[]): Promise<readonly string[]> {
  const [first] = items;
  if (!first) return [];
  const relations = [...new Map(items.map(({ relation }) => [relation.name, relation])).values()];
  const begun = await retried(session, async () =>
    (await session.connections.target()).beginUndo(first.step.origin, relations),
  );
  return begun.kind === 'done' ? begun.result : [];
}

/** Also when there was nothing to take back: a process before this one may have been cut off here. */
async function endUndo(session: Session): Promise<void> {
  const [first] = await session.journal.steps(session.run);
  if (first) await retried(session, async () => (await session.connections.target()).endUndo(first.origin));
}

function nothingUndone(run: string): UndoReport {
  return {
    run,
    outcome: 'stopped',
    slicesUndone: 0,
    rowsRemoved: 0,
    rowsRestored: 0,
    left: [],
    stepTimes: [],
    notes: [],
  };
}

/** The steps that write records, the last one first. */
async function stepsInto(
  session: Session,
  plans: ReadonlyMap<string, PlanToUndo>,
): Promise<readonly UnderWay[]> {
  const steps = await session.journal.steps(session.run);
  return steps.toReversed().flatMap((step) => {
    const relation = plans.get(step.object ?? '')?.target;
    return relation ? [{ step, relation }] : [];
  });
}

/** The slices of this run of which the target holds something, the last one written first. */
export async function itemsOf(session: Session, plans: ReadonlyMap<string, PlanToUndo>): Promise<UndoItem[]> {
  const steps = await session.journal.steps(session.run);
  const target = await session.connections.target();
  const [first] = steps;
  // Whoever was frozen with a slice must not bring it behind the back of who takes the run back.
  if (session.team !== null && first)
    await fenceRun(session.team, target, { step: first.origin, run: session.run });
  const order = new Map(steps.map((step, place) => [step.step, { step, place }]));
  const there = [...(await target.applied(session.run)), ...(await target.begun(session.run))];
  const found = there.map((applied) => {
    const known = order.get(applied.step);
    const plan = plans.get(known?.step.object ?? '');
    if (!known || !plan)
      throw planMismatch(
        applied.step,
        `the target holds slices of this step; the journal knows no such step, or its relation is gone`,
      );
    const { target: relation, mode } = plan;
    return { step: known.step, place: known.place, slice: applied.slice, relation, mode };
  });
  return found.sort((a, b) => b.place - a.place || b.slice - a.slice);
}

/** A step that was refused or failed created nothing: what is there under those names is somebody else's. */
async function dropCreated(
  session: Session,
  created: readonly CreatedRelations[],
  report: UndoReport,
): Promise<UndoReport> {
  const begun = new Map((await session.journal.steps(session.run)).map(({ step, state }) => [step, state]));
  const left: LeftRecord[] = [];
  for (const { step, relations } of created.toReversed()) {
    const state = begun.get(step);
    if (state !== 'done' && state !== 'started') continue;
    const dropped = await retried(session, async () =>
      (await session.connections.target()).drop(step, relations),
    );
    if (dropped.kind === 'stopped') return { ...report, outcome: 'stopped' };
    for (const relation of dropped.result)
      left.push({
        step,
        relation,
        key: '',
        reason: 'it was created by this run and holds records of others',
      });
  }
  return left.length === 0 ? report : { ...report, outcome: 'left-some', left };
}

async function close(session: Session): Promise<void> {
  for (const step of await session.journal.steps(session.run))
    await session.journal.setStepState(session.run, step.step, 'undone', null);
  await session.journal.setRunState(session.run, 'undone', null);
}

async function tell(
  session: Session,
  type: 'engine.undo-started' | 'engine.undo-ended',
  body: Readonly<Record<string, string | number>>,
): Promise<void> {
  await session.record({ type, run: session.run, step: '', body: { runbook: session.runbookId, ...body } });
}
