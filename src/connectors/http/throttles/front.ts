import type { Quota } from '../../../model/index.ts';
import type { HttpAnswer } from '../call.ts';
import { retryAfterMs } from '../retry-after.ts';
import { countIn, plainRefusal, sighting, type Throttle, throttled } from '../throttle.ts';

/** @param account names the company among the quotas of a book */
export const frontMinute = (account: string, callsAMinute: number): Quota => ({
  name: `${account}/minute`,
  rule: { kind: 'rolling', windowMs: 60_000 },
  limit: callsAMinute,
});

/** Some endpoints bear 5 calls a second for one resource. @param resource its id, as the path names it */
export const frontResource = (account: string, resource: string): Quota => ({
  name: `${account}/resource/${resource}`,
  rule: { kind: 'rolling', windowMs: 1_000 },
  limit: 5,
});

/**
 * `x-ratelimit-*` of the company's minute; a 429 with `retry-after`. One source says milliseconds: a number too large for
 * seconds of a window of one minute is read as such. With `x-front-tier` the refusal is of one resource, not of the minute.
 */
export const frontThrottle =
  (minute: Quota): Throttle =>
  (answer, nowMs) => {
    const { headers, status } = answer;
    const ofResource = headers['x-front-tier'] !== undefined;
    const waitMs = frontWaitMs(headers, nowMs);
    const spent = status === 429 && !ofResource;
    const sightings = ofResource
      ? []
      : sighting(
          minute.name,
          {
            limit: countIn(headers, 'x-ratelimit-limit'),
            remaining: countIn(headers, 'x-ratelimit-remaining'),
            retryInMs: spent ? waitMs : null,
          },
          spent,
        );
    return { sightings, refusal: status === 429 ? throttled(waitMs) : plainRefusal(answer, nowMs) };
  };

function frontWaitMs(headers: HttpAnswer['headers'], nowMs: number): number | null {
  const waitMs = retryAfterMs(headers, nowMs);
  return waitMs !== null && waitMs > 600_000 ? Math.ceil(waitMs / 1_000) : waitMs;
}
