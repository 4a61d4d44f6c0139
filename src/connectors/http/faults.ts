import { GodwitError } from '../../model/index.ts';

/** Every failure that leaves the transport. None holds a token, a body, or the query of an address: those may be personal. */
export function costOverQuota(quota: string, cost: number, limit: number): GodwitError {
  return new GodwitError({
    code: 'http.cost-over-quota',
    title: 'A single call costs more than its whole quota',
    detail: `${quota}: ${cost} of ${limit}`,
    nextStep: 'Check the limit and the share of this quota; with a smaller batch a call costs less.',
    fate: 'never',
  });
}

export function bookForeign(path: string, why: string, cause?: unknown): GodwitError {
  return new GodwitError({
    code: 'http.book-unusable',
    title: 'The file in which quotas are kept cannot be used',
    detail: why,
    nextStep:
      'Put the file back as it was, or use the godwit version that wrote it. Removing it forgets what was used: wait for the longest quota to pass first.',
    fate: 'never',
    where: { file: path },
    cause,
  });
}

/** @param at ISO instant at which the quota comes back, as far as known */
export function quotaSpent(quota: string, at: string, waitMs: number): GodwitError {
  return new GodwitError({
    code: 'http.quota-spent',
    title: 'The quota is spent for longer than this call may wait',
    detail: `${quota}: free again at about ${at}, in ${Math.ceil(waitMs / 1000)} s`,
    nextStep:
      'Run the same command again then; it goes on where it stopped. Or ask the vendor for more calls.',
    fate: 'later',
  });
}
