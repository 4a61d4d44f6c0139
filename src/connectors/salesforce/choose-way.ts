import type { CallsSeen } from './org-api.ts';

/** The most records of one call (`composite/sobjects`). */
export const recordsOfCall = 200;
/** From so many records on a job is the usual way. */
const usualFrom = 10_000;
/** Below so many a job needs more calls than it saves: it is made, filled, begun, asked for, and told of twice. */
const leastFrom = 2_000;
/** A part of the calls that are left, which one lot of records may take. */
const shareOfCalls = 0.01;

/** Whether records go by a bulk job, by their number and by the calls that are left of the day. */
export function goesInBulk(records: number, calls: CallsSeen | null): boolean {
  if (records >= usualFrom) return true;
  if (records < leastFrom || calls === null) return false;
  return records / recordsOfCall > calls.left * shareOfCalls;
}
