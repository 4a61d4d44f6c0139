import type { Quota, QuotaSighting } from '../../../model/index.ts';
import { type Asking, firstOf, tell } from './book-questions.ts';
import { type CountedWindow, windowMsOf } from './counted-window.ts';
import { type ForeignUse, foreignNow, foreignRise, noForeignUse, seeForeign } from './foreign-use.ts';

/** What the vendor let be seen of one quota so far. Times are the book's. */
export interface SeenQuota {
  readonly vendorLimit: number | null;
  readonly phaseMs: number | null;
  readonly blockedUntilMs: number;
  readonly foreign: ForeignUse;
}

export function* readSeen(quota: string): Asking<SeenQuota> {
  const row = yield* firstOf('seen', quota);
  if (row === undefined)
    return { vendorLimit: null, phaseMs: null, blockedUntilMs: 0, foreign: noForeignUse };
  const [limit, phase, blocked, most, before, from, seenMs] = row.map((value) =>
    value === null ? null : Number(value),
  );
  return {
    vendorLimit: limit ?? null,
    phaseMs: phase ?? null,
    blockedUntilMs: blocked ?? 0,
    foreign: { most: most ?? 0, mostBefore: before ?? 0, fromMs: from ?? 0, seenMs: seenMs ?? null },
  };
}

export function* keepSeen(quota: string, seen: SeenQuota): Asking<void> {
  const { vendorLimit, phaseMs, blockedUntilMs, foreign } = seen;
  const { most, mostBefore, fromMs, seenMs } = foreign;
  yield* tell('see', quota, vendorLimit, phaseMs, blockedUntilMs, most, mostBefore, fromMs, seenMs);
}

/** The moment a sighting speaks of. */
export interface SightingMoment {
  readonly nowMs: number;
  readonly window: CountedWindow;
  /**
   * Units of ours that the vendor has counted, as near as can be told: what was answered up to now, and of what is under way
   * what left before the call that was just answered.
   */
  readonly own: number;
  /** The most of ours that it can have counted: with all that is under way. */
  readonly ownMost: number;
}

/** Adds what one answer says. */
export function afterSighting(
  seen: SeenQuota,
  quota: Quota,
  sighting: QuotaSighting,
  moment: SightingMoment,
): SeenQuota {
  const { nowMs, own, ownMost } = moment;
  const vendorLimit = sighting.limit !== undefined && sighting.limit > 0 ? sighting.limit : seen.vendorLimit;
  const remaining = sighting.refused ? 0 : sighting.remaining;
  const foreign =
    remaining === undefined || quota.rule.kind === 'at-once'
      ? seen.foreign
      : seeForeign(
          seen.foreign,
          seenOfOthers((vendorLimit ?? quota.limit) - remaining, own, ownMost),
          nowMs,
          foreignWindow(quota, moment.window),
        );
  const phased = quota.rule.kind === 'fixed' && sighting.resetInMs !== undefined;
  return {
    vendorLimit,
    phaseMs: phased ? nowMs + (sighting.resetInMs ?? 0) : seen.phaseMs,
    blockedUntilMs: Math.max(seen.blockedUntilMs, blockedUntil(quota, sighting, moment)),
    foreign,
  };
}

/** Only where others are there for certain: our own calls that overtook each other are nobody else's. */
const seenOfOthers = (counted: number, own: number, ownMost: number): number =>
  counted > ownMost ? counted - own : 0;

function blockedUntil({ rule }: Quota, sighting: QuotaSighting, { nowMs, window }: SightingMoment): number {
  if (sighting.retryInMs !== undefined) return nowMs + sighting.retryInMs;
  if (sighting.refused !== true) return 0;
  if (sighting.resetInMs !== undefined) return nowMs + sighting.resetInMs;
  if (window.endsMs !== null) return window.endsMs;
  return nowMs + probeMs(windowMsOf(rule));
}

/** After how long to try again where only use that we cannot see is in the way. */
export const probeMs = (windowMs: number): number => Math.min(600_000, Math.max(20, windowMs / 50));

const foreignWindow = (
  { rule }: Quota,
  { sinceMs, endsMs }: CountedWindow,
): Parameters<typeof foreignNow>[2] => ({
  windowMs: windowMsOf(rule),
  sinceMs: endsMs === null ? null : sinceMs,
});

/**
 * Units to leave to others: the most that was seen of them lately, and what they may use until somebody looks again: as much as
 * at that rate, and as much more as was just seen to come.
 *
 * Invariants: 1. nothing where nobody else was seen. 2. the allowance beyond what was seen follows what others do, never how wide
 * the limit is: beside an even use it is what they use in `probeMs`, rounded up. (A fiftieth of the limit and one left 3 of 70
 * units unused beside a client that takes 30 of 100 evenly; without the rise 1.1 % of the calls were refused beside a client that
 * takes them at random, with it 0.5 to 0.7 %.)
 */
export function leftToOthers(seen: SeenQuota, quota: Quota, nowMs: number, window: CountedWindow): number {
  const others = foreignWindow(quota, window);
  const foreign = foreignNow(seen.foreign, nowMs, others);
  if (foreign === 0) return 0;
  const goingOn = Math.ceil((foreign * probeMs(others.windowMs)) / others.windowMs);
  return foreign + goingOn + foreignRise(seen.foreign, nowMs, others);
}
