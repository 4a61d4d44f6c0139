/** What others use of a quota, as the book keeps it; times are the book's. */
export interface ForeignUse {
  /** The most that was seen since `fromMs`, and in the span before. */
  readonly most: number;
  readonly mostBefore: number;
  readonly fromMs: number;
  /** When it was looked at last; null when never. */
  readonly seenMs: number | null;
}

export const noForeignUse: ForeignUse = { most: 0, mostBefore: 0, fromMs: 0, seenMs: null };

export interface ForeignWindow {
  readonly windowMs: number;
  /** When the current window began, where all comes back at once; else null. */
  readonly sinceMs: number | null;
}

/** Highest sightings count for a span of so many parts of the window. */
const spansInWindow = 20;

/** How much to leave to others now. Fades while nobody looks, since their calls leave a rolling window too. */
export function foreignNow(use: ForeignUse, nowMs: number, { windowMs, sinceMs }: ForeignWindow): number {
  if (use.seenMs === null) return 0;
  if (sinceMs !== null) return use.fromMs < sinceMs ? 0 : use.most;
  const spanMs = windowMs / spansInWindow;
  const unseenMs = Math.max(0, nowMs - use.seenMs - spanMs);
  const most = nowMs - use.fromMs >= 2 * spanMs ? use.most : Math.max(use.most, use.mostBefore);
  return Math.ceil(most * Math.max(0, 1 - unseenMs / windowMs));
}

/** By how much more was seen now than in the span before: so much can come again before anybody looks. Never less than 0. */
export function foreignRise(use: ForeignUse, nowMs: number, { windowMs, sinceMs }: ForeignWindow): number {
  const together = sinceMs === null && nowMs - use.fromMs < (2 * windowMs) / spansInWindow;
  return together && use.mostBefore > 0 ? Math.max(0, use.most - use.mostBefore) : 0;
}

/** @param units that others used, as near as can be told */
export function seeForeign(
  use: ForeignUse,
  units: number,
  nowMs: number,
  { windowMs, sinceMs }: ForeignWindow,
): ForeignUse {
  const fresh = { most: units, mostBefore: 0, fromMs: nowMs, seenMs: nowMs };
  if (use.seenMs === null) return fresh;
  if (sinceMs !== null)
    return use.fromMs < sinceMs ? fresh : { ...use, most: Math.max(use.most, units), seenMs: nowMs };
  const spanMs = windowMs / spansInWindow;
  if (nowMs - use.fromMs < spanMs) return { ...use, most: Math.max(use.most, units), seenMs: nowMs };
  return { ...fresh, mostBefore: nowMs - use.fromMs < 2 * spanMs ? use.most : 0 };
}
