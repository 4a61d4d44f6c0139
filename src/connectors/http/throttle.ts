import type { QuotaSighting } from '../../model/index.ts';
import type { HttpAnswer } from './call.ts';
import { retryAfterMs } from './retry-after.ts';

/** What one answer says about being allowed to go on. */
export interface ThrottleReading {
  readonly sightings: readonly QuotaSighting[];
  /** Null where the call was worked on. */
  readonly refusal: Refusal | null;
}

export interface Refusal {
  /** `throttled`: too many, certainly not carried out. `busy`: the system cannot work; `carriedOut` says whether it may have. */
  readonly kind: 'throttled' | 'busy';
  readonly carriedOut: 'no' | 'maybe';
  /** How long the vendor asks to wait; null where it says nothing. */
  readonly waitMs: number | null;
  /** Too many at once: fewer should be under way together. */
  readonly atOnce: boolean;
}

/** How a vendor says what is left, and how it refuses. @param nowMs the caller's clock, for dates without the answer's own */
export type Throttle = (answer: HttpAnswer, nowMs: number) => ThrottleReading;

export const throttled = (waitMs: number | null, atOnce = false): Refusal => ({
  kind: 'throttled',
  carriedOut: 'no',
  waitMs,
  atOnce,
});

/**
 * What the standards say, for systems that add nothing: 429 is not carried out (RFC 6585), nor is 503 with a `Retry-After`
 * meant to be (RFC 9110, 15.6.4); whether another 5xx was carried out, nobody knows.
 */
export const plainThrottle: Throttle = (answer, nowMs) => ({
  sightings: [],
  refusal: plainRefusal(answer, nowMs),
});

export function plainRefusal({ status, headers }: HttpAnswer, nowMs: number): Refusal | null {
  const waitMs = retryAfterMs(headers, nowMs);
  if (status === 429) return throttled(waitMs);
  if (status === 425) return { kind: 'busy', carriedOut: 'no', waitMs, atOnce: false };
  if (status === 408) return { kind: 'busy', carriedOut: 'maybe', waitMs, atOnce: true };
  if (status < 500 || status === 501 || status === 505) return null;
  return {
    kind: 'busy',
    carriedOut: status === 503 && waitMs !== null ? 'no' : 'maybe',
    waitMs,
    atOnce: status === 504,
  };
}

/** A whole number in a header; undefined where there is none. */
export function countIn(headers: HttpAnswer['headers'], name: string): number | undefined {
  const text = headers[name]?.trim() ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** A sighting of those parts that are known; null where none is. */
export function sighting(
  quota: string,
  parts: Readonly<
    Partial<Record<'limit' | 'remaining' | 'resetInMs' | 'retryInMs', number | null | undefined>>
  >,
  refused = false,
): readonly QuotaSighting[] {
  const known = Object.entries(parts).filter(([, value]) => value !== undefined && value !== null);
  if (known.length === 0 && !refused) return [];
  return [{ quota, ...Object.fromEntries(known), ...(refused ? { refused } : {}) }];
}
