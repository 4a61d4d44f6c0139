import type { Action, Runbook, RunbookStep } from '../model/index.ts';
import { advanceSequences } from './steps/advance-sequences.ts';
import { audit } from './steps/audit.ts';
import { checkTarget } from './steps/check-target.ts';
import { completeRelations } from './steps/complete-relations.ts';
import { copy } from './steps/copy.ts';
import { createRelations } from './steps/create-relations.ts';
import { link } from './steps/link.ts';
import { preCheck } from './steps/pre-check.ts';
import { signOff } from './steps/sign-off.ts';
import type { StepAction, StepKind, StepPlan, StepText } from './steps/step-kind.ts';

export type StepVerb = 'validate' | 'start' | 'complete' | 'rollBack';

/** What a verb of a step asks for, as data. The same step and runbook give the same actions. */
export function stepActions(verb: StepVerb, step: RunbookStep, runbook: Runbook): readonly StepAction[] {
  return kindOf(step.action)[verb](step, runbook);
}

export function describeStep(action: Action, id: string, plan: StepPlan): StepText {
  return kindOf(action).describe(action, id, plan);
}

const kinds: { readonly [Kind in Action['kind']]: StepKind<Kind> } = {
  'check-target': checkTarget,
  'create-relations': createRelations,
  copy,
  link,
  'complete-relations': completeRelations,
  'advance-sequences': advanceSequences,
  audit,
  'sign-off': signOff,
  'pre-check': preCheck,
};

/** The kind of an action takes that action; across a record of kinds the compiler cannot see it. */
function kindOf(action: Action): StepKind<Action['kind']> {
  return kinds[action.kind] as StepKind<Action['kind']>;
}
