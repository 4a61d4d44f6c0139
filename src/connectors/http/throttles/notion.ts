import type { Quota } from '../../../model/index.ts';
import { retryAfterMs } from '../retry-after.ts';
import { plainRefusal, sighting, type Throttle, throttled } from '../throttle.ts';

/** @param account names the connection among the quotas of a book */
export const notionMinute = (account: string, callsAMinute: number): Quota => ({
  name: `${account}/minute`,
  rule: { kind: 'rolling', windowMs: 60_000 },
  limit: callsAMinute,
});

/** A 429 with `Retry-After` in seconds; 529 is an overload of the service, 409 a conflict that passes. Nothing says what is left. */
export const notionThrottle =
  (minute: Quota): Throttle =>
  (answer, nowMs) => {
    const waitMs = retryAfterMs(answer.headers, nowMs);
    if (answer.status === 429)
      return { sightings: sighting(minute.name, { retryInMs: waitMs }, true), refusal: throttled(waitMs) };
    if (answer.status === 409 || answer.status === 529)
      return { sightings: [], refusal: { ...throttled(waitMs), kind: 'busy' } };
    return { sightings: [], refusal: plainRefusal(answer, nowMs) };
  };
