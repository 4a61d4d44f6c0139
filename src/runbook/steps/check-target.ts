import type { RunbookSystem } from '../../model/index.ts';
import { ended, objectOf, type StepAction, type StepKind } from './step-kind.ts';
import { beforeWriting } from './target-automation.ts';

/** Looks whether both systems still are what was agreed: the same systems, the same structure, the same counts. */
export const checkTarget: StepKind<'check-target'> = {
  describe: (action, _id, plan) => ({
    title: `Check that ${plan.target} is what was agreed`,
    shows: [
      ...action.objects.map((name) => {
        const { target, rowsTargetBefore, mode } = objectOf(plan, name);
        return `${target}: ${rowsTargetBefore} records now, ${mode}`;
      }),
      // Where somebody signs for it, a step of its own shows it.
      ...(plan.attested ? [] : beforeWriting(plan)),
    ],
    check:
      'Fingerprint, structure and counts are those of this runbook; the account may do what the steps need.',
    stopPoint: null,
    rollback: null,
    irreversible: false,
  }),
  validate: (_step, runbook) => runbook.systems.flatMap(sameSystem),
  start: (step) => [{ do: 'run', step: step.id, action: step.action }],
  complete: (step) => [ended(step)],
  rollBack: () => [],
};

function sameSystem({ role, schemaDigest }: RunbookSystem): readonly StepAction[] {
  if (role === 'sandbox') return [];
  return [
    { do: 'require', claim: { kind: 'system-is', role } },
    { do: 'require', claim: { kind: 'structure-is', role, digest: schemaDigest } },
  ];
}
