import { asked, began, ended, type StepKind, takenBack, wholeRun } from './step-kind.ts';

/** Creates relations the target does not have, by exactly these statements. */
export const createRelations: StepKind<'create-relations'> = {
  describe: (action, _id, plan) => ({
    title: `Create ${action.relations.join(', ')} in ${plan.target}`,
    shows: action.statements,
    check: 'Each relation is there, with the fields, keys and references of its statement.',
    stopPoint: `${plan.target} is changed for the first time: ${action.relations.length} relations are created.`,
    rollback: wholeRun,
    irreversible: false,
  }),
  validate: (step) => [
    { do: 'require', claim: { kind: 'relations-absent', relations: step.action.relations } },
  ],
  start: (step) => [...asked(step), began(step), { do: 'run', step: step.id, action: step.action }],
  complete: (step) => [
    { do: 'require', claim: { kind: 'relations-present', relations: step.action.relations } },
    ended(step),
  ],
  rollBack: (step) => [
    { do: 'drop-relations', step: step.id, relations: step.action.relations },
    takenBack(step),
  ],
};
