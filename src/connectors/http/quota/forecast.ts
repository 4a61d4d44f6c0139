import type { Quota, QuotaBook, QuotaUse } from '../../../model/index.ts';
import { windowMsOf } from './counted-window.ts';

/** What a run will cost. */
export interface RunCost {
  /** Units of each quota over the whole run. */
  readonly charges: readonly { readonly quota: Quota; readonly units: number }[];
  readonly calls: number;
  /** How long a call takes, in milliseconds, and how many go together. */
  readonly callMs: number;
  readonly atOnce: number;
}

export interface Forecast {
  /** Until the last call has been answered, in milliseconds from now. */
  readonly doneInMs: number;
  /** The quota that decides; null where the calls themselves take longer. */
  readonly decidedBy: string | null;
  /** Waits of a minute or more for that quota, in milliseconds from now; the first hundred. */
  readonly pauses: readonly QuotaPause[];
}

export interface QuotaPause {
  readonly fromMs: number;
  readonly untilMs: number;
}

const toldFromMs = 60_000;
const pausesMost = 100;
/** More rounds than this are not played one by one: they are all alike. */
const roundsPlayed = 500;

/** Says how long a run will take, before it starts: its charges are played against what the book knows. */
export async function forecast(run: RunCost, book: QuotaBook): Promise<Forecast> {
  const working = (run.calls * run.callMs) / run.atOnce;
  let longest: Forecast = { doneInMs: Math.ceil(working), decidedBy: null, pauses: [] };
  for (const { quota, units } of run.charges) {
    if (quota.rule.kind === 'at-once') continue;
    const { lastMs, pauses } = play(quota, await book.use(quota), units);
    const doneInMs = Math.ceil(lastMs + run.callMs);
    if (doneInMs > longest.doneInMs) longest = { doneInMs, decidedBy: quota.name, pauses };
  }
  return longest;
}

interface Played {
  /** When the last unit can be used. */
  readonly lastMs: number;
  readonly pauses: readonly QuotaPause[];
}

function play({ rule }: Quota, use: QuotaUse, units: number): Played {
  const windowMs = windowMsOf(rule);
  const each = Math.max(1, use.limit - use.foreign);
  const skipped = Math.max(0, Math.floor(units / each) - roundsPlayed);
  const start = { windowMs, each, use, units: units - skipped * each };
  const played = use.endsInMs === null ? playRolling(start) : playTogether(start, use.endsInMs);
  return { lastMs: played.lastMs + skipped * windowMs, pauses: played.pauses };
}

interface Start {
  readonly windowMs: number;
  readonly each: number;
  readonly use: QuotaUse;
  readonly units: number;
}

/** Units come back one by one, a window after they were used. */
function playRolling({ windowMs, each, use, units }: Start): Played {
  const back = use.comingBack.map(({ inMs, units: count }) => ({ atMs: inMs, units: count }));
  const pauses: QuotaPause[] = [];
  let [nowMs, free, left, next] = [0, Math.max(0, each - use.used), units, 0];
  for (;;) {
    const taken = Math.min(free, left);
    free -= taken;
    left -= taken;
    if (taken > 0) back.push({ atMs: nowMs + windowMs, units: taken });
    if (left <= 0) return { lastMs: nowMs, pauses };
    const coming = back[next] ?? { atMs: nowMs + windowMs, units: each };
    next += 1;
    addPause(pauses, nowMs, coming.atMs);
    nowMs = Math.max(nowMs, coming.atMs);
    free += coming.units;
  }
}

/** All units come back together when the window ends. */
function playTogether({ windowMs, each, use, units }: Start, endsInMs: number): Played {
  const pauses: QuotaPause[] = [];
  let left = units - Math.max(0, each - use.used);
  let [nowMs, endMs] = [0, endsInMs];
  while (left > 0) {
    addPause(pauses, nowMs, endMs);
    left -= each;
    nowMs = endMs;
    endMs += windowMs;
  }
  return { lastMs: nowMs, pauses };
}

function addPause(pauses: QuotaPause[], fromMs: number, untilMs: number): void {
  if (untilMs - fromMs < toldFromMs) return;
  if (pauses.length < pausesMost) pauses.push({ fromMs, untilMs });
}
