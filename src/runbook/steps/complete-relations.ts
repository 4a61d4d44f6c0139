import { asked, began, ended, type StepKind, takenBack, wholeRun } from './step-kind.ts';

/**
 * Builds the indexes, keys and foreign keys that could wait for the records, by exactly these statements; indexes and keys ahead
 * of it where nothing is copied into their relation any more.
 */
export const completeRelations: StepKind<'complete-relations'> = {
  describe: (action, _id, plan) => ({
    title: `Add indexes, keys and foreign keys to ${action.relations.join(', ')} in ${plan.target}`,
    shows: action.completions.map(({ statement }) => statement),
    check: 'Each index is whole, each key and foreign key holds for every record that is there.',
    stopPoint: `${action.relations.length} relations of ${plan.target} are locked against writing, one after the other, while their indexes are built: of a relation whose records are there already beside the copies that follow, of the others here.`,
    rollback: wholeRun,
    irreversible: false,
  }),
  validate: (_step, runbook) =>
    runbook.steps
      .filter(({ action }) => action.kind === 'copy' || action.kind === 'link')
      .map(({ id }) => ({ do: 'require', claim: { kind: 'step-done', step: id } })),
  start: (step) => [...asked(step), began(step), { do: 'run', step: step.id, action: step.action }],
  complete: (step) => [ended(step)],
  // Indexes and keys go with the relations that this run has created, or stay with the records of others.
  rollBack: (step) => [
    { do: 'release', step: step.id, completions: step.action.completions },
    takenBack(step),
  ],
};
