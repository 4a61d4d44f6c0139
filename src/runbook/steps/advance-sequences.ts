import { asked, began, ended, type StepKind } from './step-kind.ts';

/** Sets counters past the largest key that was copied, so that the next record the target makes itself gets a new one. */
export const advanceSequences: StepKind<'advance-sequences'> = {
  describe: (action, _id, plan) => ({
    title: `Advance the counters of ${plan.target}`,
    shows: [
      ...action.relations.map(
        (relation) =>
          `the counters of ${relation} go past its largest key, and past the last number the source gave`,
      ),
      'nothing of it is taken back: counters only go forward, and a gap in them does no harm',
    ],
    check: 'The next key each counter gives is larger than every key that is there.',
    stopPoint: null,
    rollback: null,
    irreversible: false,
  }),
  validate: (step, runbook) =>
    runbook.steps
      .slice(
        0,
        runbook.steps.findIndex(({ id }) => id === step.id),
      )
      .filter(({ action }) => action.kind === 'copy' || action.kind === 'link')
      .map(({ id }) => ({ do: 'require', claim: { kind: 'step-done', step: id } })),
  start: (step) => [...asked(step), began(step), { do: 'run', step: step.id, action: step.action }],
  complete: (step) => [ended(step)],
  rollBack: () => [],
};
