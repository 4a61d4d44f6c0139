/** Calls to each of the two systems of a move. */
export interface CallsOfSides {
  readonly source: number;
  readonly target: number;
}

/** What came of one call over the wire, which may be one that is made again. */
export interface CallMade {
  readonly outcome: 'answered' | 'throttled' | 'failed' | 'signed-out' | 'never-sent' | 'lost';
  readonly again: boolean;
  /** Whether it took something of what the system permits: a download by a signed address takes nothing. */
  readonly charged: boolean;
}

/** Calls to one system: those that came to nothing, and those that were made again for that, the ones that take nothing included. */
export interface CallsCounted {
  /** All that left and took something of what the system permits. */
  readonly made: number;
  /** Refused as too many. */
  readonly throttled: number;
  /** No whole answer came. */
  readonly lost: number;
  /** The system answered that it failed, or there was no connection. */
  readonly failed: number;
  readonly again: number;
}

/** The same for each of the two systems. */
export interface CountedOfSides {
  readonly source: CallsCounted;
  readonly target: CallsCounted;
}

export const noCalls: CallsCounted = { made: 0, throttled: 0, lost: 0, failed: 0, again: 0 };

export function countCall(counted: CallsCounted, { outcome, again, charged }: CallMade): CallsCounted {
  const one = (is: boolean): number => (is ? 1 : 0);
  return {
    made: counted.made + one(charged),
    throttled: counted.throttled + one(outcome === 'throttled'),
    lost: counted.lost + one(outcome === 'lost'),
    failed: counted.failed + one(outcome === 'failed' || outcome === 'never-sent'),
    again: counted.again + one(again),
  };
}

/** Part by part. @param sign -1 to take away */
export function addCalls(one: CallsCounted, other: CallsCounted, sign: 1 | -1 = 1): CallsCounted {
  const parts = Object.keys(noCalls) as (keyof CallsCounted)[];
  return Object.fromEntries(
    parts.map((part) => [part, one[part] + sign * other[part]]),
  ) as unknown as CallsCounted;
}

/** What a system lets this project call within how long, beside others, and what was left of it when the runbook was made. */
export interface AgreedCallLimit {
  readonly system: 'source' | 'target';
  /** For people: `ten seconds`, `a day`. */
  readonly name: string;
  readonly calls: number;
  /** What all may call together; left out where all of it is this project's. */
  readonly of?: number;
  readonly everyMs: number;
  readonly left: number;
}

/**
 * How long so many calls take at least, in milliseconds, by the limit that is slowest for them: what is left goes at once, the rest as
 * fast as it comes back. Of a day only whole days count: nobody knows how long it is until the first midnight.
 */
export function callsTakeMs(calls: number, limits: readonly AgreedCallLimit[]): number {
  const times = limits.map(({ calls: each, everyMs, left }) => {
    const windows = Math.max(0, calls - left) / Math.max(1, each);
    return everyMs < dayMs ? Math.round(windows * everyMs) : Math.max(0, Math.ceil(windows) - 1) * everyMs;
  });
  return Math.max(0, ...times);
}

/** How often a run has to wait for another day before so many calls are made. */
export function daysWaited(calls: number, limits: readonly AgreedCallLimit[]): number {
  const waits = limits.flatMap(({ calls: each, everyMs, left }) =>
    everyMs < dayMs ? [] : [Math.ceil(Math.max(0, calls - left) / Math.max(1, each))],
  );
  return Math.max(0, ...waits);
}

const dayMs = 86_400_000;
