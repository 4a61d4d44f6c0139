import type { Completion } from '../model/index.ts';
import { carryOutCompletions, stages } from './carry-out-completions.ts';
import { runPlainStep } from './run-step.ts';
import type { Session } from './session.ts';
import type { StepReport } from './step-report.ts';

/**
 * Carries out what completes relations, stage after stage, several statements of a stage at a time, as far as it was not
 * done ahead. What is there is read from the target each time, so the step can be cut off anywhere and begun again.
 */
export async function completeRelations(
  session: Session,
  step: string,
  completions: readonly Completion[],
): Promise<StepReport> {
  const newStep = { step, kind: 'complete-relations', object: null, origin: step } as const;
  return runPlainStep(session, newStep, async () => {
    const { builds } = session;
    builds.stop();
    const made = await carryOutCompletions(session, step, completions);
    await builds.end();
    return stages.flatMap((stage) => {
      const all = completions.filter((one) => one.stage === stage);
      const wanted = countOf(all);
      const now = countOf(made.filter((one) => one.stage === stage));
      const ahead = countOf(all.filter((one) => builds.wasMade(one)));
      const before = ahead === 0 ? '' : `, ${ahead} beside the copies`;
      const others = now + ahead === wanted ? '' : ', the others were there';
      return wanted === 0 ? [] : [`${now} of ${wanted} ${words[stage]}${before}${others}`];
    });
  });
}

/** What these statements make: one may build several indexes. */
function countOf(completions: readonly Completion[]): number {
  return completions.reduce((sum, { others = [] }) => sum + 1 + others.length, 0);
}

const words: Readonly<Record<Completion['stage'], string>> = {
  build: 'indexes built',
  attach: 'keys added',
  reference: 'foreign keys added',
  validate: 'foreign keys held against the records that are there',
  settle: 'comments and settings of indexes and keys',
};
