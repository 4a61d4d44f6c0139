import type { CheckResult } from '../port.ts';

/** What one check found, before it has its name. */
export type Outcome = Omit<CheckResult, 'name'>;

export function ok(detail: string): Outcome {
  return { outcome: 'ok', detail, fix: null };
}
