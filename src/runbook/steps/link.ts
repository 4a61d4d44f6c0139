import { asked, began, ended, objectOf, type StepKind, takenBack, wholeRun } from './step-kind.ts';

/** Second pass of a cycle: sets the fields that had to stay empty until the records they point at were there. */
export const link: StepKind<'link'> = {
  describe: (action, _id, plan) => {
    const { object, target } = objectOf(plan, action.object);
    return {
      title: `Link ${object}: set ${action.fields.join(', ')}`,
      shows: action.fields.map((field) =>
        action.cycle
          ? `${target}.${field} came with the copy; if a record of ${action.cycle.map((one) => one.object).join(', ')} was kept back, they are taken back and copied again, and it is set in a second pass`
          : `${target}.${field} is set in the records that step has copied`,
      ),
      check: 'Every record that has such a link in the source has it in the target.',
      stopPoint: `Records of ${target} in ${plan.target} are changed a second time.`,
      rollback: wholeRun,
      irreversible: false,
    };
  },
  validate: (step, runbook) =>
    runbook.steps
      .slice(
        0,
        runbook.steps.findIndex(({ id }) => id === step.id),
      )
      .filter(({ action }) => action.kind === 'copy')
      .map(({ id }) => ({ do: 'require', claim: { kind: 'step-done', step: id } })),
  start: (step) => [...asked(step), began(step), { do: 'run', step: step.id, action: step.action }],
  complete: (step) => [
    { do: 'require', claim: { kind: 'counts-add-up', object: step.action.object } },
    ended(step),
  ],
  rollBack: (step) => [{ do: 'undo', step: step.id }, takenBack(step)],
};
