import type { StopRules } from '../model/index.ts';
import { atMost } from './lifted-stop.ts';
import type { StopReason } from './stop-reason.ts';

/** The exact sums of one field on both sides; null where there is none to give. */
export interface TotalSeen {
  readonly relation: string;
  readonly field: string;
  readonly expected: string | null;
  readonly actual: string | null;
  /** How far apart they are, a decimal without a sign; null where that cannot be said. */
  readonly apart: string | null;
}

/** The agreed sums, on what both sides hold. A sum that cannot be had is no sum that agrees. */
export function totalReasons({ totals = [] }: StopRules, seen: readonly TotalSeen[]): readonly StopReason[] {
  return seen.flatMap(({ relation, field, expected, actual, apart }) => {
    const rule = totals.find((one) => one.relation === relation && one.field === field);
    if (!rule || (apart !== null && atMost(apart, rule.differenceMax))) return [];
    const about = `${relation}.${field}`;
    const reason =
      expected === null || actual === null
        ? `there is no sum of ${about}: a record of the target cannot be read`
        : `the sum of ${about} is ${actual} in the target and ${expected} by the source; they may be ${rule.differenceMax} apart`;
    return [{ code: 'runbook.stop-totals' as const, about, reason, observed: apart }];
  });
}
