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

/** Records of this step in which the value of a field is not as was agreed. */
export interface FieldSeen {
  /** `clean`: data about people stands in it; `range`: it does not lie between the bounds. */
  readonly rule: 'clean' | 'range';
  readonly relation: string;
  readonly field: string;
  readonly rows: number;
}

/** One such record is one too many; a signature lets as many travel as were seen. The values stand in no reason. */
export function fieldReasons(seen: readonly FieldSeen[]): readonly StopReason[] {
  return seen.map(({ rule, relation, field, rows }) => {
    const about = `${relation}.${field}`;
    const records = rows === 1 ? '1 record would bring' : `${rows} records would bring`;
    const reason =
      rule === 'clean'
        ? `${records} data about people into ${about}, which was declared free of it`
        : `${records} values outside of the agreed range into ${about}`;
    return { code: codes[rule], about, reason, observed: String(rows) };
  });
}

const codes = { clean: 'runbook.stop-personal', range: 'runbook.stop-range' } as const;
