import { began, ended, objectOf, type StepKind } from './step-kind.ts';

/** Compares both sides anew through the mapping, without anything the copy has kept. */
export const audit: StepKind<'audit'> = {
  describe: (action, _id, plan) => ({
    title: `Audit ${plan.target} against ${plan.source}`,
    shows: action.objects.map((name) => {
      const { source, target } = objectOf(plan, name);
      return `${source} against ${target}: counts, every record and field, both directions`;
    }),
    check:
      'Every record is in the target as the mapping says, or is explained by quarantine or a purge rule.',
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
      .map(({ id }) => ({ do: 'require', claim: { kind: 'step-done', step: id } })),
  start: (step) => [began(step), { do: 'run', step: step.id, action: step.action }],
  complete: (step, runbook) => [
    {
      do: 'require',
      claim: { kind: 'audit-within', differencesMax: runbook.stopRules.auditDifferencesMax },
    },
    ended(step),
  ],
  rollBack: () => [],
};
