import type { Quota } from '../../../model/index.ts';
import { type HttpAnswer, textOf } from '../call.ts';
import { plainRefusal, sighting, type Throttle, throttled } from '../throttle.ts';

const dayMs = 24 * 3_600_000;

export interface SalesforceQuotas {
  /** Calls of the whole org in any 24 hours. */
  readonly day: Quota;
  /** Calls that run 20 seconds or longer, together. */
  readonly longCalls: Quota;
}

/** @param account names the org among the quotas of a book @param longCalls 25; 5 for a developer org */
export const salesforceQuotas = (
  account: string,
  callsADay: number,
  longCalls: number,
): SalesforceQuotas => ({
  day: { name: `${account}/day`, rule: { kind: 'rolling', windowMs: dayMs }, limit: callsADay },
  longCalls: { name: `${account}/long-calls`, rule: { kind: 'at-once' }, limit: longCalls },
});

/**
 * Every answer carries `Sforce-Limit-Info: api-usage=18/5000`. Refusals are 403 with a code in the body, and no time to wait;
 * 420 and 406 have been seen under load. A policy of the org that looks at every call and takes too long refuses it with 400.
 * A record that is locked is no refusal of the call: the connector sees it.
 */
export const salesforceThrottle =
  ({ day }: SalesforceQuotas): Throttle =>
  (answer, nowMs) => {
    const [, used, limit] = /api-usage=(\d+)\/(\d+)/.exec(answer.headers['sforce-limit-info'] ?? '') ?? [];
    const known =
      used === undefined || limit === undefined
        ? {}
        : { limit: Number(limit), remaining: Math.max(0, Number(limit) - Number(used)) };
    const kind = refusedFor(answer);
    const spent = kind === 'day';
    if (kind !== null)
      return { sightings: sighting(day.name, known, spent), refusal: throttled(null, kind === 'at-once') };
    const refusal =
      answer.status === 420 || answer.status === 406 || policyTooSlow(answer)
        ? ({ kind: 'busy', carriedOut: 'no', waitMs: null, atOnce: true } as const)
        : plainRefusal(answer, nowMs);
    return { sightings: sighting(day.name, known), refusal };
  };

const policyTooSlow = (answer: HttpAnswer): boolean =>
  answer.status === 400 && textOf(answer).includes('"TXN_SECURITY_METERING_ERROR"');

function refusedFor(answer: HttpAnswer): 'day' | 'at-once' | null {
  if (answer.status !== 403) return null;
  const text = textOf(answer);
  if (!text.includes('"REQUEST_LIMIT_EXCEEDED"')) return null;
  return /Concurrent/.test(text) ? 'at-once' : 'day';
}
