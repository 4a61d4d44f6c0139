import { findRelation } from '../model/index.ts';
import { relationsExist, targetNotEmpty } from './faults.ts';
import type { ObjectPlan } from './object-plan.ts';
import { runPlainStep } from './run-step.ts';
import type { Session } from './session.ts';
import type { StepReport } from './step-report.ts';

/** Refuses a target that already holds records of an object that was agreed as empty-only. */
export async function checkTarget(
  session: Session,
  step: string,
  plans: readonly ObjectPlan[],
): Promise<StepReport> {
  const newStep = { step, kind: 'check-target', object: null, origin: step } as const;
  return runPlainStep(session, newStep, async () => {
    const target = await session.connections.target();
    await target.prepare(step, session.run);
    // Records this run wrote itself are no surprise: it passed this check before it began to write.
    const [whole, begun] = [await target.applied(session.run), await target.begun(session.run)];
    if (whole.length + begun.length > 0) return ['this run has begun to write; the target was empty before'];
    const schema = await target.inspect();
    const notes: string[] = [];
    for (const plan of plans) {
      // What the runbook itself creates is not there yet; that nothing else is missing is part of the agreed structure.
      if (!findRelation(schema, plan.target.name)) {
        notes.push(`${plan.target.name} is not there yet`);
        continue;
      }
      const rows = await target.count(plan.target);
      if (plan.mode === 'empty-only' && rows !== '0') throw targetNotEmpty(plan.target.name, rows);
      notes.push(`${plan.target.name} holds ${rows}`);
    }
    return notes;
  });
}

/**
 * Creates relations by exactly the statements that were approved; a repetition finds them there, unless the step was refused
 * before because somebody else's stood in the way.
 */
export async function createRelations(
  session: Session,
  step: string,
  relations: readonly string[],
  statements: readonly string[],
): Promise<StepReport> {
  const newStep = { step, kind: 'create-relations', object: null, origin: step } as const;
  const before = (await session.journal.steps(session.run)).find((one) => one.step === step);
  const foreign = before?.code === 'engine.relations-exist';
  return runPlainStep(session, newStep, async (again) => {
    const repeated = again && !foreign;
    const target = await session.connections.target();
    const schema = await target.inspect();
    const there = relations.filter((name) => findRelation(schema, name));
    if (there.length > 0 && (!repeated || there.length < relations.length)) throw relationsExist(there);
    if (there.length === 0) await target.create(step, statements);
    return relations.map((name) => `${name} ${there.length === 0 ? 'created' : 'is there'}`);
  });
}
