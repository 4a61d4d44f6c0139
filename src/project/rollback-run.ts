import { type UndoReport, undoRun } from '../engine/index.ts';
import { findRelation } from '../model/index.ts';
import { runbookClosed } from '../runbook/index.ts';
import { createdBy } from './created-relations.ts';
import { keptRunbook } from './kept-runbooks.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import type { Project } from './project.ts';
import { workOnRun } from './work-on-run.ts';
import { type WorldToTakeBack, worldToTakeBack } from './world-to-take-back.ts';

export interface RollbackResult extends UndoReport {
  /** Records in each relation of the target, before the run and now; decimal digits. */
  readonly relations: readonly { readonly relation: string; readonly before: string; readonly now: string }[];
}

/**
 * `godwit rollback`: takes back what the run wrote, newest first, and refuses to touch what somebody changed since. Covered by
 * the approvals under which the run was started: going back is part of every approved runbook.
 *
 * @param run an earlier run; that of `runbook.yaml` when left out
 */
export async function rollbackRun(project: Project, operator: string, run?: string): Promise<RollbackResult> {
  const runbook = run === undefined ? readPlannedRunbook(project) : keptRunbook(project, run);
  const world = await worldToTakeBack(project, runbook, operator);
  return await workOnRun(project, world, 'godwit rollback', async ({ session }) => {
    const report = await undoRun(session, world.relations, createdBy(world.runbook));
    return { ...report, relations: await recordCounts(project, world, operator, report) };
  });
}

/** The ledger keeps what is there now, and closes a runbook that was taken back whole. */
async function recordCounts(
  project: Project,
  world: WorldToTakeBack,
  operator: string,
  { outcome }: UndoReport,
): Promise<RollbackResult['relations']> {
  const relations = await countAgain(world);
  const ledger = project.ledger();
  ledger.append([{ type: 'rollback-counted', actor: operator, body: { run: world.run, relations } }]);
  if (outcome === 'undone') ledger.append([runbookClosed(operator, world.runbookId, 'undone')]);
  await project.checkpoint();
  return relations;
}

/** The audit of a rollback: what each relation of the target holds now, beside what it held before the run. */
async function countAgain(world: WorldToTakeBack): Promise<RollbackResult['relations']> {
  await using target = await world.openTarget();
  const schema = await target.inspects.inspect();
  await using snapshot = await target.reads.snapshot();
  const relations = new Map<string, { relation: string; before: string; now: string }>();
  for (const { target: relation, object, rowsTargetBefore: before } of world.runbook.objects) {
    if (!world.relations.has(object) || relations.has(relation)) continue;
    const found = findRelation(schema, relation);
    relations.set(relation, { relation, before, now: found ? await snapshot.count(found) : '0' });
  }
  return [...relations.values()];
}
