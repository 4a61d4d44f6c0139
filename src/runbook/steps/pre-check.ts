import type { PreCheck } from '../../model/index.ts';
import { began, ended, type StepKind, type StepPlan } from './step-kind.ts';
import { beforeWriting } from './target-automation.ts';

/** Something that has to be so before anything is written, with evidence of it. It changes nothing, so nothing is taken back. */
export const preCheck: StepKind<'pre-check'> = {
  describe: (action, _id, plan) => ({
    title: preCheckTitles[action.check],
    shows: shownOf(action, plan),
    check: `Signed evidence of it is there${'validHours' in action ? `, not older than ${action.validHours} hours` : ''}.`,
    stopPoint: null,
    rollback: null,
    irreversible: false,
  }),
  validate: (step) => [{ do: 'require', claim: { kind: 'evidence-held', check: step.action.check } }],
  start: (step) => [began(step)],
  complete: (step) => [ended(step)],
  rollBack: () => [],
};

export const preCheckTitles: Readonly<Record<PreCheck['check'], string>> = {
  restore: 'Before production: a backup was restored, and the application reads it',
  rehearsal: 'Before production: the whole was rehearsed, audited and taken back',
  owners: 'Before production: owners approved what deletes, merges or overwrites',
  monitoring: 'Before production: monitoring is live',
  support: 'Before production: support is briefed',
  automation: 'Before production: what the target does by itself was looked at',
};

function shownOf(action: PreCheck, plan: StepPlan): readonly string[] {
  switch (action.check) {
    case 'restore':
      return ['evidence: `godwit drill restore`, with at least one app-read'];
    case 'rehearsal':
      return ['evidence: `godwit rehearse --full`, with this mapping'];
    case 'owners':
      return action.steps.length === 0
        ? ['no step deletes, merges or overwrites records']
        : action.steps.map(
            ({ step, owner }) => `${step}: ${owner} signs \`godwit approve step ${step} --key <file>\``,
          );
    case 'monitoring':
      return [
        'evidence: `godwit drill monitoring`, or `godwit approve check monitoring --reference <where> --key <file>`',
      ];
    case 'support':
      return ['evidence: `godwit approve check support --reference <where> --file <brief> --key <file>`'];
    case 'automation':
      return [
        ...beforeWriting(plan),
        'evidence: `godwit approve check automation --reference <where> --key <file>`, by who looked',
      ];
  }
}
