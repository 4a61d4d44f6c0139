import type { Quota } from '../../../model/index.ts';
import { type HttpAnswer, textOf } from '../call.ts';
import { countIn, plainRefusal, sighting, type Throttle, throttled } from '../throttle.ts';

export interface HubspotQuotas {
  /** Calls of this app in any 10 seconds. */
  readonly tenSeconds: Quota;
  /** Calls of the whole account since midnight in its zone. */
  readonly day: Quota;
  /** Searches of the whole account in any second; their answers say nothing of what is left. */
  readonly search: Quota;
}

export interface HubspotPlan {
  /** 100 for Free and Starter, 190 for Professional and Enterprise, 250 with an increase, 110 for a public app. */
  readonly tenSeconds: number;
  readonly day: number;
  /** The account's zone: `Europe/Stockholm`. */
  readonly zone: string;
}

/** @param account names the account among the quotas of a book */
export const hubspotQuotas = (account: string, plan: HubspotPlan): HubspotQuotas => ({
  tenSeconds: {
    name: `${account}/ten-seconds`,
    rule: { kind: 'rolling', windowMs: 10_000 },
    limit: plan.tenSeconds,
  },
  day: { name: `${account}/day`, rule: { kind: 'midnight', zone: plan.zone }, limit: plan.day },
  search: { name: `${account}/search`, rule: { kind: 'rolling', windowMs: 1_000 }, limit: 5 },
});

/**
 * `X-HubSpot-RateLimit-*` of the ten seconds and the day. A 429 names its policy in the body and gives no `Retry-After`;
 * 423 is a lock of some seconds, 477 a migration of the account with a `Retry-After`.
 */
export const hubspotThrottle =
  (quotas: HubspotQuotas): Throttle =>
  (answer, nowMs) => {
    const { headers } = answer;
    const policy = policyOf(answer);
    const sightings = [
      ...sighting(
        quotas.tenSeconds.name,
        {
          limit: countIn(headers, 'x-hubspot-ratelimit-max'),
          remaining: countIn(headers, 'x-hubspot-ratelimit-remaining'),
        },
        policy === 'tenSeconds',
      ),
      ...sighting(
        quotas.day.name,
        {
          limit: countIn(headers, 'x-hubspot-ratelimit-daily'),
          remaining: countIn(headers, 'x-hubspot-ratelimit-daily-remaining'),
        },
        policy === 'day',
      ),
      ...sighting(quotas.search.name, {}, policy === 'search'),
    ];
    return { sightings, refusal: refusalOf(answer, nowMs) };
  };

function refusalOf(answer: HttpAnswer, nowMs: number): ReturnType<typeof plainRefusal> {
  if (answer.status === 423) return { ...throttled(2_000), kind: 'busy' };
  if (answer.status === 477)
    return { ...throttled(plainRefusal({ ...answer, status: 429 }, nowMs)?.waitMs ?? null), kind: 'busy' };
  return plainRefusal(answer, nowMs);
}

function policyOf(answer: HttpAnswer): 'tenSeconds' | 'day' | 'search' | null {
  if (answer.status !== 429) return null;
  const text = textOf(answer);
  const policy = /"policyName"\s*:\s*"([A-Z_]+)"/.exec(text)?.[1] ?? text;
  if (/DAILY|daily limit/.test(policy)) return 'day';
  if (/TEN_SECONDLY|ten_secondly/.test(policy)) return 'tenSeconds';
  return /SECONDLY|secondly/.test(policy) ? 'search' : 'tenSeconds';
}
