import type { Clock, Random, SqliteFile, SteadyTime } from '../../../host/index.ts';
import type {
  CountedAttempts,
  Quota,
  QuotaBook,
  QuotaCharge,
  QuotaGrant,
  QuotaSettlement,
  QuotaUse,
} from '../../../model/index.ts';
import { costOverQuota } from '../faults.ts';
import { type BookStatements, openBookFile, prepareBook } from './book-tables.ts';
import { BookTime } from './book-time.ts';
import { type CountedWindow, CountedWindows, partMsOf, windowMsOf } from './counted-window.ts';
import { afterSighting, keepSeen, leftToOthers, probeMs, readSeen, type SeenQuota } from './seen-quota.ts';

export interface SqliteQuotaBookOptions {
  /** Shared by all processes of this machine that use the same account; `:memory:` keeps nothing. */
  readonly path: string;
  readonly clock: Clock;
  readonly steady: SteadyTime;
  readonly random: Random;
}

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
 * The book of one machine's processes, in an SQLite file.
 *
 * Invariants: those of `QuotaBook`. A reservation looks and takes in one transaction that excludes all others, committed before
 * the attempt leaves. Use is counted at the answer, in parts of a thousandth of the window, rounded against us.
 */
export class SqliteQuotaBook implements QuotaBook, Disposable {
  readonly #file: SqliteFile;
  readonly #time: BookTime;
  readonly #random: Random;
  readonly #sql: BookStatements;
  readonly #windows = new CountedWindows();
  /** Quotas by name, as charged: what a sighting speaks of. */
  readonly #quotas = new Map<string, Quota>();

  /** Throws `http.book-unusable`. */
  constructor({ path, clock, steady, random }: SqliteQuotaBookOptions) {
    this.#file = openBookFile(path);
    this.#time = new BookTime(this.#file, clock, steady);
    this.#sql = prepareBook(this.#file);
    this.#random = random;
  }

  reserve(charges: readonly QuotaCharge[], answerMs: number): Promise<QuotaGrant> {
    return this.#within(() => this.#reserve(charges, answerMs));
  }

  settle(id: string, settlement: QuotaSettlement): Promise<void> {
    return this.#within(() => this.#settle(id, settlement));
  }

  release(id: string): Promise<void> {
    return this.#within(() => {
      this.#sql.dropAll.run(id);
    });
  }

  use(quota: Quota): Promise<QuotaUse> {
    return this.#within(() => this.#use(quota));
  }

  attempts(): Promise<readonly CountedAttempts[]> {
    return this.#within(() =>
      this.#sql.counted.all().map(([label, outcome, attempts]) => ({
        label: String(label),
        outcome: String(outcome),
        attempts: Number(attempts),
      })),
    );
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }

  /** Everything is one transaction; a failure becomes a rejection, not a throw. */
  async #within<Result>(work: () => Result): Promise<Result> {
    return await Promise.resolve(this.#file.transaction(work));
  }

  #reserve(charges: readonly QuotaCharge[], answerMs: number): QuotaGrant {
    const { nowMs, vendorAheadMs } = this.#time.now();
    this.#endOverdue(nowMs);
    let [inTheWay, evenMs] = [{ quota: '', waitMs: 0 }, 0];
    for (const { quota, cost } of charges) {
      this.#quotas.set(quota.name, quota);
      const standing = this.#standing(quota, nowMs, vendorAheadMs);
      const waitMs = waitFor(standing, cost, this.#sql);
      if (waitMs > inTheWay.waitMs) inTheWay = { quota: quota.name, waitMs };
      evenMs = Math.max(evenMs, evenlyMs(standing, cost));
    }
    if (inTheWay.waitMs > 0) return { granted: false, ...inTheWay };
    const id = this.#random.uuid();
    for (const { quota, cost, holdMs } of charges)
      this.#sql.hold.run(id, quota.name, cost, nowMs, nowMs + answerMs, partMsOf(quota.rule), holdMs ?? null);
    return { granted: true, id, evenMs };
  }

  #settle(id: string, { reached, sightings, vendorMs, label, outcome }: QuotaSettlement): void {
    const { nowMs } = this.#time.now();
    const held = this.#sql.heldOf.all(id);
    for (const [quota = '', units = 0, , partMs, holdMs] of held) {
      if (reached && holdMs !== null && holdMs !== undefined) {
        this.#sql.keep.run(nowMs + Number(holdMs), id, quota);
        continue;
      }
      this.#sql.drop.run(id, quota);
      if (reached) this.#count(String(quota), Number(units), nowMs, Number(partMs));
    }
    if (vendorMs !== null && held[0] !== undefined)
      this.#time.hearVendor(vendorMs, Number(held[0][2]), nowMs + 1);
    const { vendorAheadMs } = this.#time.now();
    const fromMs = Number(held[0]?.[2] ?? nowMs);
    for (const sighting of sightings) {
      const quota = this.#quotas.get(sighting.quota);
      if (quota === undefined) continue;
      const standing = this.#standing(quota, nowMs, vendorAheadMs);
      const under = Number(this.#sql.heldBefore.first(quota.name, fromMs)?.[0] ?? 0);
      const moment = {
        nowMs,
        window: standing.window,
        own: standing.used + under,
        ownMost: standing.used + standing.held,
      };
      keepSeen(this.#sql, quota.name, afterSighting(standing.seen, quota, sighting, moment));
    }
    this.#sql.count.run(label, outcome);
  }

  #count(quota: string, units: number, atMs: number, partMs: number): void {
    if (partMs > 0) this.#sql.use.run(quota, Math.floor(atMs / partMs), units);
  }

  /** What nobody settled in time was counted by the vendor at the latest now. */
  #endOverdue(nowMs: number): void {
    for (const [id = '', quota = '', units, untilMs, partMs] of this.#sql.overdue.all(nowMs)) {
      this.#sql.drop.run(id, quota);
      this.#count(String(quota), Number(units), Number(untilMs), Number(partMs));
    }
  }

  #standing(quota: Quota, nowMs: number, vendorAheadMs: number): Standing {
    const seen = readSeen(this.#sql, quota.name);
    const window = this.#windows.at(quota.rule, nowMs, { phaseMs: seen.phaseMs, vendorAheadMs });
    const firstPart = firstPartOf(quota, window);
    this.#forget(quota, window);
    const [held = 0, heldUntil = null] = this.#sql.heldSum.first(quota.name) ?? [];
    return {
      quota,
      nowMs,
      window,
      seen,
      used: Number(this.#sql.usedSum.first(quota.name, firstPart)?.[0] ?? 0),
      held: Number(held),
      heldUntilMs: heldUntil === null ? null : Number(heldUntil),
    };
  }

  /** Keeps one window more than counts: a vendor's clock that turns out to be behind leads back into it. */
  #forget({ name, rule }: Quota, { sinceMs }: CountedWindow): void {
    const partMs = partMsOf(rule);
    if (partMs > 0) this.#sql.forget.run(name, Math.floor((sinceMs - windowMsOf(rule)) / partMs));
  }

  #use(quota: Quota): QuotaUse {
    const { nowMs, vendorAheadMs } = this.#time.now();
    this.#endOverdue(nowMs);
    this.#quotas.set(quota.name, quota);
    const standing = this.#standing(quota, nowMs, vendorAheadMs);
    const { window, seen, used, held } = standing;
    const partMs = partMsOf(quota.rule);
    const parts = window.endsMs === null && partMs > 0 ? comingBack(standing, this.#sql) : [];
    return {
      used: used + held,
      foreign: leftToOthers(seen, quota, nowMs, window),
      limit: usable(quota, seen),
      comingBack: parts.map(({ atMs, units }) => ({ inMs: atMs - nowMs, units })),
      endsInMs: window.endsMs === null ? null : window.endsMs - nowMs,
    };
  }
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
function waitFor(standing: Standing, cost: number, sql: BookStatements): number {
  const { quota, nowMs, window, seen, used, held } = standing;
  const most = usable(quota, seen);
  if (cost > most) throw costOverQuota(quota.name, cost, most);
  const blockedMs = seen.blockedUntilMs - nowMs;
  if (blockedMs > 0) return blockedMs;
  const others = leftToOthers(seen, quota, nowMs, window);
  const free = Math.min(most, (seen.vendorLimit ?? quota.limit) - others) - used - held;
  if (cost <= free) return 0;
  if (used + held + cost <= most && mayProbe(standing)) return 0;
  return Math.max(1, untilFree(standing, cost - free, others > 0, sql));
}

/** Only others are in the way, and nobody has looked for a while. */
function mayProbe({ quota, nowMs, held, seen, window }: Standing): boolean {
  const { seenMs } = seen.foreign;
  if (held > 0 || seenMs === null || window.endsMs !== null) return false;
  return nowMs - seenMs >= 5 * probeMs(windowMsOf(quota.rule));
}

/** @param need units that are missing @param others whether foreign use is in the way too, which may fade at any time */
function untilFree(standing: Standing, need: number, others: boolean, sql: BookStatements): number {
  const { quota, nowMs, window, heldUntilMs } = standing;
  const lookAgainMs = quota.rule.kind === 'at-once' ? 1_000 : probeMs(windowMsOf(quota.rule));
  const unsureMs = heldUntilMs === null ? lookAgainMs : Math.min(lookAgainMs, heldUntilMs - nowMs);
  if (window.endsMs !== null) {
    const endsMs = window.endsMs - nowMs;
    return heldUntilMs === null ? endsMs : Math.min(endsMs, unsureMs);
  }
  let back = 0;
  for (const { atMs, units } of comingBack(standing, sql)) {
    back += units;
    if (back >= need) return others ? Math.min(atMs - nowMs, lookAgainMs) : atMs - nowMs;
  }
  return unsureMs;
}

/** When the used units of a rolling window come back, in order. */
function comingBack(
  { quota, window }: Standing,
  { used }: BookStatements,
): readonly { readonly atMs: number; readonly units: number }[] {
  const partMs = partMsOf(quota.rule);
  if (partMs === 0) return [];
  return used.all(quota.name, firstPartOf(quota, window)).map(([part, units]) => ({
    atMs: (Number(part) + 1) * partMs + windowMsOf(quota.rule),
    units: Number(units),
  }));
}
