import { looksUsual } from './job-looks.ts';
import type { CallsSeen } from './org-api.ts';

/** How many records the first page of a job's results may have, the most that any may have, and how many bytes. */
export const resultPages: { readonly first: number; readonly most: number; readonly bytes: number } = {
  first: 2_000,
  most: 50_000,
  bytes: 32 * 1024 * 1024,
};
/** More are not held on the disk of this machine. */
const recordsMost = 2_000_000;
/** A name, a number, a day: with its quotes and its comma. */
const usualBytesOfValue = 16;
/** Made, asked for some times until it ends, checked, removed. */
const callsBesidePages: number = 1 + looksUsual + 1 + 1;
/** A part of the calls that are left, which reading one object may take. */
const shareOfCalls = 0.01;

/** About how many calls it takes to have so many records copied by a job. */
export function callsOfCopy(records: number, fields: number): number {
  const { first, most, bytes } = resultPages;
  const page = Math.min(most, Math.floor(bytes / (Math.max(1, fields) * usualBytesOfValue)));
  return callsBesidePages + 1 + Math.ceil(Math.max(0, records - first) / page);
}

/**
 * Whether records are copied by a job instead of being read page by page: where that halves the calls; or spares some, when the
 * pages would take more than a hundredth of the calls that are left of the day.
 *
 * @param pages calls without a job
 */
export function copyPays(
  { records, fields, pages }: { readonly records: number; readonly fields: number; readonly pages: number },
  calls: CallsSeen | null,
): boolean {
  if (records > recordsMost) return false;
  const job = callsOfCopy(records, fields);
  if (pages >= 2 * job) return true;
  return pages > job && calls !== null && pages > calls.left * shareOfCalls;
}
