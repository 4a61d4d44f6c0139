import { asked, began, ended, objectOf, type StepKind, takenBack } from './step-kind.ts';

/** Second pass of a cycle: sets the fields that had to stay empty until the records they point at were there. */
export const link: StepKind<'link'> = {
  describe: (action, _id, plan) => {
    const { object, target } = objectOf(plan, action.object);
    return {
      title: `Link ${object}: set ${action.fields.join(', ')}`,
      shows: action.fields.map((field) => `${target}.${field} is set in the records that step has copied`),
      check: 'Every record that has such a link in the source has it in the target.',
      stopPoint: `Records of ${target} in ${plan.target} are changed a second time.`,
      rollback: `godwit rollback`,
      irreversible: false,
    };
  },
  validate: (_step, runbook) =>
    runbook.steps
      .filter(({ action }) => action.kind === 'copy')
      .map(({ id }) => ({ do: 'require', claim: { kind: 'step-done', step: id } })),
  start: (step) => [...asked(step), began(step), { do: 'run', step: step.id, action: step.action }],
  complete: (step) => [
    { do: 'require', claim: { kind: 'counts-add-up', object: step.action.object } },
    ended(step),
  ],
  rollBack: (step) => [{ do: 'undo', step: step.id }, takenBack(step)],
};
