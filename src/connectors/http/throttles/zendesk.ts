import type { Quota } from '../../../model/index.ts';
import { textOf } from '../call.ts';
import { retryAfterMs } from '../retry-after.ts';
import { countIn, plainRefusal, sighting, type Throttle, throttled } from '../throttle.ts';

export interface ZendeskQuotas {
  /** Calls of the account in a minute. */
  readonly minute: Quota;
  /** Bulk jobs queued or running together. */
  readonly jobs: Quota;
  /** Of single endpoints, under the name the vendor's header gives them: `tickets-index`. */
  readonly endpoints: Readonly<Record<string, Quota>>;
}

const minuteMs = 60_000;

/** @param account names the account among the quotas of a book @param endpoints calls in a minute, by the vendor's name */
export const zendeskQuotas = (
  account: string,
  callsAMinute: number,
  endpoints: Readonly<Record<string, number>> = {},
): ZendeskQuotas => ({
  minute: { name: `${account}/minute`, rule: { kind: 'fixed', windowMs: minuteMs }, limit: callsAMinute },
  jobs: { name: `${account}/jobs`, rule: { kind: 'at-once' }, limit: 30 },
  endpoints: Object.fromEntries(
    Object.entries(endpoints).map(([name, limit]) => [
      name,
      { name: `${account}/${name}`, rule: { kind: 'fixed', windowMs: minuteMs }, limit } as const,
    ]),
  ),
});

/**
 * `X-Rate-Limit` and `ratelimit-*` of the minute, `zendesk-ratelimit-<endpoint>: total=100; remaining=99; resets=41` of one
 * endpoint. A 429 is plain text with `Retry-After` in seconds; too many jobs is a 429 with JSON.
 */
export const zendeskThrottle =
  (quotas: ZendeskQuotas): Throttle =>
  (answer, nowMs) => {
    const { headers, status } = answer;
    const jobs = status === 429 && textOf(answer).includes('TooManyJobs');
    const endpoints = Object.entries(quotas.endpoints).flatMap(([name, quota]) =>
      endpointSighting(quota, headers[`zendesk-ratelimit-${name}`]),
    );
    const spent = status === 429 && !jobs && !endpoints.some(({ remaining }) => remaining === 0);
    const minute = sighting(
      quotas.minute.name,
      {
        limit: countIn(headers, 'ratelimit-limit') ?? countIn(headers, 'x-rate-limit'),
        remaining: countIn(headers, 'ratelimit-remaining') ?? countIn(headers, 'x-rate-limit-remaining'),
        resetInMs: seconds(countIn(headers, 'ratelimit-reset')),
        retryInMs: spent ? retryAfterMs(headers, nowMs) : null,
      },
      spent,
    );
    const refusal =
      status === 429 ? throttled(retryAfterMs(headers, nowMs), jobs) : plainRefusal(answer, nowMs);
    return { sightings: [...minute, ...endpoints], refusal };
  };

const seconds = (count: number | undefined): number | undefined =>
  count === undefined ? undefined : count * 1_000;

function endpointSighting({ name }: Quota, text: string | undefined): ReturnType<typeof sighting> {
  const parts = Object.fromEntries(
    [...(text ?? '').matchAll(/(total|remaining|resets)=(\d+)/g)].map(([, part = '', count]) => [
      part,
      Number(count),
    ]),
  );
  return sighting(name, {
    limit: parts['total'],
    remaining: parts['remaining'],
    resetInMs: seconds(parts['resets']),
  });
}
