/** Calls to each of the two systems of a move. */
export interface CallsOfSides {
  readonly source: number;
  readonly target: number;
}

/** What a system lets its callers call within how long, and what was left of it when the runbook was made. */
export interface AgreedCallLimit {
  readonly system: 'source' | 'target';
  /** For people: `ten seconds`, `a day`. */
  readonly name: string;
  readonly calls: number;
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
