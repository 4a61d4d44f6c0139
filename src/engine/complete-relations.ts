import type { Completion } from '../model/index.ts';
import { carryOutCompletions, stages } from './carry-out-completions.ts';
import { runPlainStep } from './run-step.ts';
import type { Session } from './session.ts';
import type { StepReport } from './step-report.ts';

/**
 * Carries out what completes relations, stage after stage, several statements of a stage at a time. What is there is read
 * from the target each time, so the step can be cut off anywhere and begun again.
 */
export async function completeRelations(
  session: Session,
  step: string,
  completions: readonly Completion[],
): Promise<StepReport> {
  const newStep = { step, kind: 'complete-relations', object: null, origin: step } as const;
  return runPlainStep(session, newStep, async () => {
    const made = await carryOutCompletions(session, step, completions);
    return stages.flatMap((stage) => {
      const all = completions.filter((one) => one.stage === stage);
      const now = made.filter((one) => one.stage === stage).length;
      const others = now === all.length ? '' : ', the others were there';
      return all.length === 0 ? [] : [`${now} of ${all.length} ${words[stage]}${others}`];
    });
  });
}

const words: Readonly<Record<Completion['stage'], string>> = {
  build: 'indexes built',
  attach: 'keys added',
  reference: 'foreign keys added',
  validate: 'foreign keys held against the records that are there',
};
