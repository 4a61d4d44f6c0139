import { GodwitError } from '../model/index.ts';

/** One reason why something is not allowed, or does not count, in words that name who and what. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly what: string;
}

export type RefusalCode =
  | 'runbook.ledger-broken'
  | 'runbook.closed'
  | 'runbook.expired'
  | 'runbook.not-planned'
  | 'runbook.limits-changed'
  | 'runbook.held'
  | 'runbook.rule-blind'
  | 'runbook.review-overdue'
  | 'runbook.system-differs'
  | 'runbook.structure-changed'
  | 'runbook.mapping-changed'
  | 'runbook.mapping-unsigned'
  | 'runbook.policy-invalid'
  | 'runbook.policy-changed'
  | 'runbook.policy-not-agreed'
  | 'runbook.operator-unknown'
  | 'runbook.rejected'
  | 'runbook.approval-removed'
  | 'runbook.approval-missing'
  | 'runbook.author-alone'
  | 'runbook.wrong-runbook'
  | 'runbook.approval-expired'
  | 'runbook.approval-early'
  | 'runbook.approval-misdated'
  | 'runbook.approval-not-recorded'
  | 'runbook.approval-withdrawn'
  | 'runbook.shown-differs'
  | 'runbook.role-missing'
  | 'runbook.person-twice'
  | 'runbook.signature-invalid'
  | 'runbook.key-revoked'
  | 'runbook.signer-differs'
  | 'runbook.finding-undecided'
  | 'runbook.decision-expired'
  | 'runbook.decision-differs'
  | 'runbook.sandbox-is-live'
  | 'runbook.restore-too-slow'
  | 'runbook.way-back-too-slow'
  | 'runbook.pre-check-missing';

/** One error for all reasons: the code is the first one's, the detail has them all. */
export function refused(refusals: readonly Refusal[]): GodwitError {
  const [first] = refusals;
  const code = first?.code ?? 'runbook.approval-missing';
  const [title, nextStep] = advice[code];
  return new GodwitError({
    code,
    title,
    detail: detailOf(refusals),
    nextStep,
    fate: 'pause',
  });
}

/** One reason stands behind the title; more of them each on a line. */
function detailOf(refusals: readonly Refusal[]): string {
  const reasons = [...new Set(refusals.map(({ what }) => what))];
  return reasons.length === 1 ? reasons.join('') : reasons.map((what) => `\n  - ${what}`).join('');
}

const planAgain = 'Make a new plan with `godwit plan` and have it approved.';
const approve =
  'Ask them to run `godwit approve runbook --key <file>`; `godwit status` shows who is missing.';

/** Code -> what it means, what to do. */
const advice: Readonly<Record<RefusalCode, readonly [title: string, nextStep: string]>> = {
  'runbook.ledger-broken': [
    'The ledger does not verify, so no approval can be trusted',
    'Run `godwit ledger verify` and restore the ledger first.',
  ],
  'runbook.closed': ['This runbook was carried out or given up already', planAgain],
  'runbook.expired': ['This runbook is no longer valid', planAgain],
  'runbook.not-planned': [
    'runbook.yaml is not what `godwit plan` wrote',
    'Take it back to what was planned, for example from version control, or plan again and have that approved.',
  ],
  'runbook.limits-changed': [
    'Limits in godwit.yaml were changed after the runbook was made',
    'Put them back as they were agreed, or plan again and have that approved.',
  ],
  'runbook.held': [
    'The run was stopped, and nobody has signed that it goes on',
    'Have the person it names look at it and sign: `godwit approve continue --key <file> --reason <why>`. Or take the run back: `godwit rollback`.',
  ],
  'runbook.rule-blind': [
    'A stop rule was agreed that nobody could hold the run against',
    'Give the login the privilege that is named, or take the rule out of `stop_rules` in godwit.yaml, so that nobody relies on it; then plan again.',
  ],
  'runbook.review-overdue': [
    'The glass was broken, and nobody has looked at it in time',
    'Have the people it names look at it and sign: `godwit approve review --key <file> --reason <what they found>`. The way back, `godwit rollback`, stays open.',
  ],
  'runbook.system-differs': [
    'This is not the system the runbook was approved for',
    'Point the project back at the agreed system, or plan again for this one.',
  ],
  'runbook.structure-changed': [
    'A system was changed after the runbook was made',
    'Take the change back; or run `godwit map check` against what is there now, and plan again.',
  ],
  'runbook.mapping-changed': ['The mapping was changed after the runbook was made', planAgain],
  'runbook.mapping-unsigned': [
    'Nobody has signed this mapping, so it has no author',
    'Have its author run `godwit approve mapping --key <file>`, then plan again.',
  ],
  'runbook.policy-invalid': [
    'The people section does not say clearly who may decide',
    'Correct the people section of godwit.yaml.',
  ],
  'runbook.policy-changed': [
    'People, roles, keys or rules were changed after the runbook was made',
    planAgain,
  ],
  'runbook.policy-not-agreed': [
    'People, keys or rules in godwit.yaml are not those that were agreed',
    'Put them back as they were, or have those who could decide so far agree: `godwit approve people --key <file>`, then `godwit plan`.',
  ],
  'runbook.operator-unknown': [
    'Whoever starts this run may not do so',
    'Give the person the role operator in godwit.yaml, or let an operator start it.',
  ],
  'runbook.rejected': [
    'Somebody has rejected this runbook',
    'Settle the reason with them. They can approve it after all, or a new plan is made.',
  ],
  'runbook.approval-removed': [
    'A decision that the ledger speaks of is no longer there',
    'Restore the file in approvals/, for example from version control; or plan again and have the new runbook approved.',
  ],
  'runbook.approval-missing': ['This runbook is not approved by enough people', approve],
  'runbook.author-alone': [
    'Who wrote the mapping, or runs it, cannot approve it',
    'Ask somebody else with the role to approve; where nobody has it, give it to somebody in godwit.yaml.',
  ],
  'runbook.wrong-runbook': ['An approval is for another runbook', approve],
  'runbook.approval-expired': ['An approval has expired', approve],
  'runbook.approval-early': [
    'An approval is dated in the future',
    'Set the clock of the machine it was signed on, and sign again.',
  ],
  'runbook.approval-misdated': [
    'An approval is dated at a time at which it cannot have been given',
    'Set the clock of the machine it was signed on, and sign again.',
  ],
  'runbook.approval-not-recorded': [
    'An approval is not in the ledger',
    'Bring it in with `godwit approve import <file>`, so that the ledger speaks of it.',
  ],
  'runbook.approval-withdrawn': ['An approval was withdrawn', approve],
  'runbook.shown-differs': ['An approver was shown something else than this runbook', approve],
  'runbook.role-missing': ['Somebody decided in a role they do not have', approve],
  'runbook.person-twice': ['One person approved more than once, which counts once', approve],
  'runbook.signature-invalid': ['A decision is not signed by a known person', approve],
  'runbook.key-revoked': ['A decision was signed with a key that does not count', approve],
  'runbook.signer-differs': ['A decision names somebody else than the one who signed it', approve],
  'runbook.finding-undecided': [
    'Something blocks this plan until it is mended or decided',
    'Mend it, or have somebody with the role owner or approver, who did not write the mapping, sign it: `godwit approve finding <name> --key <file> --reason <why>`.',
  ],
  'runbook.decision-expired': ['A decision on a finding has expired', 'Have it decided again.'],
  'runbook.decision-differs': [
    'A decision on a finding does not cover what was found',
    'Have it decided again for what is found now.',
  ],
  'runbook.pre-check-missing': [
    'A check that has to come before production lacks its evidence',
    'Provide it with the command that is named; `godwit status` shows how all of them stand.',
  ],
  'runbook.restore-too-slow': [
    'Restoring the backup takes longer than the systems may be closed',
    'Make the restore faster and drill it again with `godwit drill restore`, or agree on a longer outage or window.',
  ],
  'runbook.way-back-too-slow': [
    'Taking the run back takes longer than the systems may be closed',
    'Move in smaller parts, or make the target faster, and walk the way back again with `godwit drill rollback`; or agree on a longer outage or window.',
  ],
  'runbook.sandbox-is-live': [
    'The sandbox is the live system itself',
    'Give the sandbox a schema, a file or an account of its own; a rehearsal never touches source or target.',
  ],
};
