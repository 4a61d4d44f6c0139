import type { StepPlan } from './step-kind.ts';

/** What is kept silent, and what somebody has to look at before anything is written. */
export function beforeWriting({ automation }: StepPlan): readonly string[] {
  if (automation === undefined) return [];
  return [
    ...automation.silenced.map((what) => `kept silent by godwit: ${what}`),
    ...automation.forPeople.map((what) => `for a person to look at: ${what}`),
  ];
}

/** What was switched off for the run does not come back by itself. */
export const afterWriting = ({ automation }: StepPlan): readonly string[] =>
  automation === undefined || automation.forPeople.length === 0
    ? []
    : ['what was switched off in the target for the run is switched on again, by whoever switched it off'];
