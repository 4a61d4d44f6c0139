import type { Quota } from '../../../model/index.ts';
import type { HttpAnswer } from '../call.ts';
import { retryAfterMs, vendorMsOf } from '../retry-after.ts';
import { countIn, plainRefusal, sighting, type Throttle, throttled } from '../throttle.ts';

/** Points of an app in a full hour of UTC: a page read costs 2, a user or group 3, a write 1. */
export const confluencePoints = (account: string, pointsAnHour: number): Quota => ({
  name: `${account}/points`,
  rule: { kind: 'utc-hour' },
  limit: pointsAnHour,
});

/** Calls to one endpoint of a site in a second. @param endpoint method and path without ids: `GET /pages` */
export const confluenceBurst = (account: string, endpoint: string, callsASecond: number): Quota => ({
  name: `${account}/burst/${endpoint}`,
  rule: { kind: 'rolling', windowMs: 1_000 },
  limit: callsASecond,
});

/**
 * `X-RateLimit-*` of the hour's points, `-Reset` as an ISO instant; a 429 with `Retry-After` in seconds names in
 * `RateLimit-Reason` whether the points or a burst are in the way.
 */
export const confluenceThrottle =
  (points: Quota): Throttle =>
  (answer, nowMs) => {
    const { headers, status } = answer;
    const waitMs = retryAfterMs(headers, nowMs) ?? resetInMs(headers, nowMs);
    const burst = (headers['ratelimit-reason'] ?? '').includes('burst');
    const spent = status === 429 && !burst;
    const known = burst
      ? {}
      : {
          limit: countIn(headers, 'x-ratelimit-limit'),
          remaining: countIn(headers, 'x-ratelimit-remaining'),
          retryInMs: spent ? waitMs : null,
        };
    const refusal = status === 429 ? throttled(waitMs, burst) : plainRefusal(answer, nowMs);
    return { sightings: sighting(points.name, known, spent), refusal };
  };

function resetInMs(headers: HttpAnswer['headers'], nowMs: number): number | null {
  const atMs = Date.parse(headers['x-ratelimit-reset'] ?? '');
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - (vendorMsOf(headers) ?? nowMs));
}
