import { type Journal, lookAtTarget, reconcile, type Session } from '../engine/index.ts';
import { digestOf } from '../host/index.ts';
import type { RunbookStep } from '../model/index.ts';
import { objectsWritten, type StopReason, stopPointReason } from '../runbook/index.ts';
import type { Project } from './project.ts';
import type { World } from './world.ts';

/** The type of the entry by which the ledger says that a stop point was passed, and by what. */
export const stopPointPassed = 'stop-point-passed';

/** Reads what is to be seen at the hard stop before a step: the target counts, and the run's own numbers so far. */
export async function lookAtStopPoint(
  {
    world,
    session,
    journal,
  }: { readonly world: World; readonly session: Session; readonly journal: Journal },
  step: RunbookStep,
  done: ReadonlySet<string>,
): Promise<StopReason> {
  const { run, plans } = world;
  const targets = objectsWritten(step.action).flatMap((object) => plans.get(object)?.target ?? []);
  const written = [...new Map(targets.map((target) => [target.name, target])).values()];
  const seen = await lookAtTarget(session, async (target) => {
    const holds: { relation: string; rows: string }[] = [];
    for (const relation of written)
      holds.push({ relation: relation.name, rows: await target.count(relation) });
    return { holds, objects: await reconcile({ run, journal, target }) };
  });
  return stopPointReason(step, { ...seen, done: [...done] }, digestOf);
}

/** The run was let go on before this step, and the step was not taken back since: it goes on where it was. */
export function wasPassed(project: Project, run: string, step: string): boolean {
  let passed = false;
  for (const { type, body } of project.ledger().entries()) {
    const about = body as { readonly run?: string; readonly step?: string } | undefined;
    if (about?.run !== run || about.step !== step) continue;
    if (type === stopPointPassed) passed = true;
    if (type === 'step-taken-back') passed = false;
  }
  return passed;
}
