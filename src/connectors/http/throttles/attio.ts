import type { Quota } from '../../../model/index.ts';
import { retryAfterMs } from '../retry-after.ts';
import { plainRefusal, type Throttle, throttled } from '../throttle.ts';

/** Calls in a second; queries by POST are reads. @param account names the workspace among the quotas of a book */
export const attioQuotas = (account: string): { readonly reads: Quota; readonly writes: Quota } => ({
  reads: { name: `${account}/reads`, rule: { kind: 'rolling', windowMs: 1_000 }, limit: 100 },
  writes: { name: `${account}/writes`, rule: { kind: 'rolling', windowMs: 1_000 }, limit: 25 },
});

/** A 429 says in `Retry-After`, as an HTTP date, when to come back; nothing says what is left. */
export const attioThrottle: Throttle = (answer, nowMs) => ({
  sightings: [],
  refusal:
    answer.status === 429
      ? throttled(retryAfterMs(answer.headers, nowMs) ?? 1_000)
      : plainRefusal(answer, nowMs),
});
