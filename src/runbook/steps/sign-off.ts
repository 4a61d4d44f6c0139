import { ended, type StepKind } from './step-kind.ts';
import { afterWriting } from './target-automation.ts';

/** A person who answers for the data looks at the result and signs it. */
export const signOff: StepKind<'sign-off'> = {
  describe: (action, _id, plan) => ({
    title: `Sign off the result in ${plan.target}`,
    shows: [
      `the ${action.role} is shown the audit, the quarantine and what was left behind`,
      ...afterWriting(plan),
    ],
    check: `The ledger holds the signature of a person with the role ${action.role} over the audit's result.`,
    stopPoint: null,
    rollback: null,
    irreversible: false,
  }),
  validate: (step, runbook) =>
    runbook.steps
      .filter(({ id }) => id !== step.id)
      .map(({ id }) => ({ do: 'require', claim: { kind: 'step-done', step: id } })),
  start: (step) => [{ do: 'run', step: step.id, action: step.action }],
  complete: (step) => [ended(step)],
  rollBack: () => [],
};
