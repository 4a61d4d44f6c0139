import type { Random } from '../../../host/index.ts';
import type {
  CountedAttempts,
  Quota,
  QuotaCharge,
  QuotaGrant,
  QuotaSettlement,
  QuotaUse,
} from '../../../model/index.ts';
import { costOverQuota } from '../faults.ts';
import { type Asking, firstOf, rowsOf, tell } from './book-questions.ts';
import { type BookTime, hearVendor } from './book-time.ts';
import { backAfterMs, type CountedWindow, CountedWindows, partMsOf, windowMsOf } from './counted-window.ts';
import { afterSighting, keepSeen, leftToOthers, probeMs, readSeen, type SeenQuota } from './seen-quota.ts';

/** One quota as it is within a transaction. */
interface Standing {
  readonly quota: Quota;
  readonly nowMs: number;
  readonly window: CountedWindow;
  readonly seen: SeenQuota;
  readonly used: number;
  readonly held: number;
  readonly heldUntilMs: number | null;
}

/**
 * What every book does, whatever holds its tables. Use is counted at the answer, in parts of a thousandth of the window, rounded
 * against us.
 */
export class BookRules {
  readonly #time: BookTime;
  readonly #random: Random;
  readonly #windows = new CountedWindows();
  /** Quotas by name, as charged: what a sighting speaks of. */
  readonly #quotas = new Map<string, Quota>();

  constructor(time: BookTime, random: Random) {
    this.#time = time;
    this.#random = random;
  }

  *reserve(charges: readonly QuotaCharge[], answerMs: number): Asking<QuotaGrant> {
    const { nowMs, vendorAheadMs } = yield* this.#time.now();
    yield* this.#endOverdue(nowMs);
    let inTheWay: { readonly waitMs: number; readonly standing: Standing } | null = null;
    let evenMs = 0;
    for (const { quota, cost } of charges) {
      this.#quotas.set(quota.name, quota);
      const standing = yield* this.#standing(quota, nowMs, vendorAheadMs);
      const waitMs = yield* waitFor(standing, cost);
      if (waitMs > (inTheWay?.waitMs ?? 0)) inTheWay = { waitMs, standing };
      evenMs = Math.max(evenMs, evenlyMs(standing, cost));
    }
    if (inTheWay !== null) return refusedFor(inTheWay.standing, inTheWay.waitMs);
    const id = this.#random.uuid();
    for (const { quota, cost, holdMs } of charges)
      yield* tell(
        'hold',
        id,
        quota.name,
        cost,
        nowMs,
        nowMs + answerMs,
        partMsOf(quota.rule),
        holdMs ?? null,
      );
    return { granted: true, id, evenMs };
  }

  *settle(id: string, { reached, sightings, vendorMs, label, outcome }: QuotaSettlement): Asking<void> {
    const { nowMs } = yield* this.#time.now();
    const held = yield* rowsOf('heldOf', id);
    for (const [name, units = 0, , partMs, holdMs] of held) {
      const quota = String(name);
      if (reached && holdMs !== null && holdMs !== undefined) {
        yield* tell('keep', nowMs + Number(holdMs), id, quota);
        continue;
      }
      yield* tell('drop', id, quota);
      if (reached) yield* this.#count(quota, Number(units), nowMs, Number(partMs));
    }
    if (vendorMs !== null && held[0] !== undefined)
      yield* hearVendor(vendorMs, Number(held[0][2]), nowMs + 1);
    const { vendorAheadMs } = yield* this.#time.now();
    const fromMs = Number(held[0]?.[2] ?? nowMs);
    for (const sighting of sightings) {
      const quota = this.#quotas.get(sighting.quota);
      if (quota === undefined) continue;
      const standing = yield* this.#standing(quota, nowMs, vendorAheadMs);
      const under = Number((yield* firstOf('heldBefore', quota.name, fromMs))?.[0] ?? 0);
      const moment = {
        nowMs,
        window: standing.window,
        own: standing.used + under,
        ownMost: standing.used + standing.held,
      };
      yield* keepSeen(quota.name, afterSighting(standing.seen, quota, sighting, moment));
    }
    yield* tell('count', label, outcome);
  }

  *release(id: string): Asking<void> {
    yield* tell('dropAll', id);
  }

  *attempts(): Asking<readonly CountedAttempts[]> {
    return (yield* rowsOf('counted')).map(([label, outcome, attempts]) => ({
      label: String(label),
      outcome: String(outcome),
      attempts: Number(attempts),
    }));
  }

  *#count(quota: string, units: number, atMs: number, partMs: number): Asking<void> {
    if (partMs > 0) yield* tell('use', quota, Math.floor(atMs / partMs), units);
  }

  /** What nobody settled in time was counted by the vendor at the latest now. */
  *#endOverdue(nowMs: number): Asking<void> {
    for (const [id, quota, units, untilMs, partMs] of yield* rowsOf('overdue', nowMs)) {
      yield* tell('drop', String(id), String(quota));
      yield* this.#count(String(quota), Number(units), Number(untilMs), Number(partMs));
    }
  }

  *#standing(quota: Quota, nowMs: number, vendorAheadMs: number): Asking<Standing> {
    const seen = yield* readSeen(quota.name);
    const window = this.#windows.at(quota.rule, nowMs, { phaseMs: seen.phaseMs, vendorAheadMs });
    const firstPart = firstPartOf(quota, window);
    yield* this.#forget(quota, window);
    const [held = 0, heldUntil = null] = (yield* firstOf('heldSum', quota.name)) ?? [];
    const [used = 0] = (yield* firstOf('usedSum', quota.name, firstPart)) ?? [];
    return {
      quota,
      nowMs,
      window,
      seen,
      used: Number(used),
      held: Number(held),
      heldUntilMs: heldUntil === null ? null : Number(heldUntil),
    };
  }

  /** Keeps one window more than counts: a vendor's clock that turns out to be behind leads back into it. */
  *#forget({ name, rule }: Quota, { sinceMs }: CountedWindow): Asking<void> {
    const partMs = partMsOf(rule);
    if (partMs > 0) yield* tell('forget', name, Math.floor((sinceMs - windowMsOf(rule)) / partMs));
  }

  *use(quota: Quota): Asking<QuotaUse> {
    const { nowMs, vendorAheadMs } = yield* this.#time.now();
    yield* this.#endOverdue(nowMs);
    this.#quotas.set(quota.name, quota);
    const standing = yield* this.#standing(quota, nowMs, vendorAheadMs);
    const { window, seen, used, held } = standing;
    const partMs = partMsOf(quota.rule);
    const parts = window.endsMs === null && partMs > 0 ? yield* comingBack(standing) : [];
    return {
      used: used + held,
      foreign: leftToOthers(seen, quota, nowMs, window),
      limit: usable(quota, seen),
      comingBack: parts.map(({ atMs, units }) => ({ inMs: atMs - nowMs, units })),
      endsInMs: window.endsMs === null ? null : window.endsMs - nowMs,
    };
  }
}

function refusedFor({ quota, nowMs, window, seen, used, held }: Standing, waitMs: number): QuotaGrant {
  const foreign = leftToOthers(seen, quota, nowMs, window);
  const spent = { used: used + held, foreign, limit: usable(quota, seen), rule: quota.rule };
  return { granted: false, quota: quota.name, waitMs, spent };
}

function firstPartOf({ rule }: Quota, { sinceMs }: CountedWindow): number {
  const partMs = partMsOf(rule);
  return partMs === 0 ? 0 : Math.floor(sinceMs / partMs);
}

const usable = ({ limit, share }: Quota, { vendorLimit }: SeenQuota): number =>
  Math.max(1, Math.floor((vendorLimit ?? limit) * (share ?? 1)));

/** Only windows that are short and wide: what is spent at once there comes back at once, and leaves others no gap. */
function evenlyMs({ quota, seen, nowMs, window }: Standing, cost: number): number {
  const { rule } = quota;
  if (rule.kind !== 'rolling' || rule.windowMs > 60_000) return 0;
  const most = usable(quota, seen);
  const left = Math.min(most, (seen.vendorLimit ?? quota.limit) - leftToOthers(seen, quota, nowMs, window));
  return most < 20 ? 0 : (cost * rule.windowMs) / Math.max(most / 10, left);
}

/** 0 where there is room; else about how long until there may be. Throws where there never is. */
function* waitFor(standing: Standing, cost: number): Asking<number> {
  const { quota, nowMs, window, seen, used, held } = standing;
  const most = usable(quota, seen);
  if (cost > most) throw costOverQuota(quota.name, cost, most);
  const blockedMs = seen.blockedUntilMs - nowMs;
  if (blockedMs > 0) return blockedMs;
  const others = leftToOthers(seen, quota, nowMs, window);
  const free = Math.min(most, (seen.vendorLimit ?? quota.limit) - others) - used - held;
  if (cost <= free) return 0;
  if (used + held + cost <= most && mayProbe(standing)) return 0;
  return Math.max(1, yield* untilFree(standing, cost - free, others > 0));
}

/** Only others are in the way, and nobody has looked for a while. */
function mayProbe({ quota, nowMs, held, seen, window }: Standing): boolean {
  const { seenMs } = seen.foreign;
  if (held > 0 || seenMs === null || window.endsMs !== null) return false;
  return nowMs - seenMs >= 5 * probeMs(windowMsOf(quota.rule));
}

/** @param need units that are missing @param others whether foreign use is in the way too, which may fade at any time */
function* untilFree(standing: Standing, need: number, others: boolean): Asking<number> {
  const { quota, nowMs, window, heldUntilMs } = standing;
  const lookAgainMs = quota.rule.kind === 'at-once' ? 1_000 : probeMs(windowMsOf(quota.rule));
  const unsureMs = heldUntilMs === null ? lookAgainMs : Math.min(lookAgainMs, heldUntilMs - nowMs);
  if (window.endsMs !== null) {
    const endsMs = window.endsMs - nowMs;
    return heldUntilMs === null ? endsMs : Math.min(endsMs, unsureMs);
  }
  let back = 0;
  for (const { atMs, units } of yield* comingBack(standing)) {
    back += units;
    if (back >= need) return others ? Math.min(atMs - nowMs, lookAgainMs) : atMs - nowMs;
  }
  return unsureMs;
}

/** When the used units of a rolling window come back, in order. */
function* comingBack({
  quota,
  window,
}: Standing): Asking<readonly { readonly atMs: number; readonly units: number }[]> {
  const partMs = partMsOf(quota.rule);
  if (partMs === 0) return [];
  return (yield* rowsOf('used', quota.name, firstPartOf(quota, window))).map(([part, units]) => ({
    atMs: (Number(part) + 1) * partMs + backAfterMs(windowMsOf(quota.rule)),
    units: Number(units),
  }));
}
