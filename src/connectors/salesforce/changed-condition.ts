import { changedField } from './check-copy.ts';

/** The vendor ends a transaction after ten minutes; a record has the moment at which it was written, and is seen when that has ended. */
const overlapMs = 15 * 60 * 1000;

/**
 * The condition of records that may have been changed since a mark was made; null where all may. Between the greatest moment that was
 * seen then and the moments of what was under way there lies no more than a transaction may take.
 *
 * @param mark `120 "2026-11-20T12:45:00.000+0000"`
 */
export function changedCondition(mark: string): string | null {
  const [, told = ''] = /"([^"]+)"$/.exec(mark) ?? [];
  const moment = Date.parse(told.replace(/\+0000$/, 'Z'));
  return Number.isNaN(moment) ? null : `${changedField} >= ${new Date(moment - overlapMs).toISOString()}`;
}
