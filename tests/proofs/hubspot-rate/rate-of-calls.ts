import type { LoggedCall } from './call-log.ts';

/** How near calls came to what is permitted, from the first of them to the last. */
export interface Rate {
  readonly calls: number;
  /** In the account's time. */
  readonly seconds: number;
  readonly usedPercent: number;
}

export interface Permitted {
  /** Calls in any ten seconds. */
  readonly limit: number;
  /** How many times as fast as this machine's the account's time runs. */
  readonly speed: number;
}

/** A download of a file by its signed address is no call of the API: the account counts none. */
export const isCounted = ({ path, status }: LoggedCall): boolean =>
  !path.startsWith('/__practice/') && !path.startsWith('/hubfs/') && status !== 429;

/** What the account let in of these. */
export function rateOf(calls: readonly LoggedCall[], { limit, speed }: Permitted): Rate {
  const counted = calls.filter(isCounted);
  const [first, last] = [counted[0], counted.at(-1)];
  const seconds = (((last?.atMs ?? 0) - (first?.atMs ?? 0)) * speed) / 1_000;
  const permitted = (seconds * limit) / 10;
  const usedPercent = permitted === 0 ? 0 : Number(((counted.length / permitted) * 100).toFixed(2));
  return { calls: counted.length, seconds: Math.round(seconds), usedPercent };
}

/** What changes the account: the copy steps go from the first of these to the last. */
const writes = ({ method, path }: LoggedCall): boolean =>
  method === 'POST' && (path.endsWith('/batch/create') || path === '/files/v3/files');

/**
 * From the first call that writes to the last one and what was looked for behind it, with everything between: reads, the ends of slices and of steps.
 *
 * @param run calls of `godwit run`, in their order
 */
export function copySteps(run: readonly LoggedCall[]): readonly LoggedCall[] {
  const last = run.findLastIndex(writes);
  return run.slice(Math.max(0, run.findIndex(writes) - 1), last + 2);
}

/** The parts of the copy steps, each from its first writing call to its last: records, links, files. */
export function partsOf(copied: readonly LoggedCall[]): ReadonlyMap<string, readonly LoggedCall[]> {
  const parts = new Map<string, readonly LoggedCall[]>();
  for (const name of new Set(copied.filter(writes).map(partOf))) {
    const [from, to] = [copied, copied.toReversed()].map((calls) =>
      calls.findIndex((call) => writes(call) && partOf(call) === name),
    );
    parts.set(name, copied.slice(from, copied.length - (to ?? 0)));
  }
  return parts;
}

/** `contacts`, `deals to companies`, `files`. */
function partOf({ path }: LoggedCall): string {
  const [, from, to] = /^\/crm\/v4\/associations\/([^/]+)\/([^/]+)\//.exec(path) ?? [];
  if (from !== undefined) return `${from} to ${to}`;
  return /^\/crm\/v3\/objects\/([^/]+)\//.exec(path)?.[1] ?? 'files';
}

/** The longest times without a call, in the account's milliseconds, with the calls before and behind them. */
export function gapsOf(calls: readonly LoggedCall[], { speed }: Permitted, most: number): readonly string[] {
  return calls
    .slice(1)
    .map((call, at) => ({ call, before: calls[at], ms: (call.atMs - (calls[at]?.atMs ?? 0)) * speed }))
    .sort((one, other) => other.ms - one.ms)
    .slice(0, most)
    .map(
      ({ call, before, ms }) =>
        `${Math.round(ms)} ms: ${before?.method} ${before?.path} | ${call.method} ${call.path}`,
    );
}
