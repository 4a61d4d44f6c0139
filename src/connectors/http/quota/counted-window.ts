import type { QuotaRule } from '../../../model/index.ts';
import { ZoneDays } from './zone-days.ts';

/** How far a vendor's idea of the end of a window may be from ours, either way: it says whole seconds. */
const slackMs = 1_500;
const hourMs = 3_600_000;

/** What is known of a quota's windows beside their rule. */
export interface WindowKnowledge {
  /** A moment at which a `fixed` window ends, in the book's time; null as long as the vendor has not said. */
  readonly phaseMs: number | null;
  /** The vendor's clock less the book's. */
  readonly vendorAheadMs: number;
}

export interface CountedWindow {
  /** What was answered from here on counts, in the book's time. */
  readonly sinceMs: number;
  /** When everything comes back at once; null where units come back one by one. */
  readonly endsMs: number | null;
}

/** Which use counts at a moment. Close to an end both windows count: nobody knows in which one the vendor is. */
export class CountedWindows {
  readonly #days = new Map<string, ZoneDays>();

  at(rule: QuotaRule, nowMs: number, { phaseMs, vendorAheadMs }: WindowKnowledge): CountedWindow {
    switch (rule.kind) {
      case 'at-once':
        return { sinceMs: nowMs, endsMs: null };
      case 'rolling':
        return { sinceMs: nowMs - backAfterMs(rule.windowMs), endsMs: null };
      case 'fixed':
        if (phaseMs === null) return { sinceMs: nowMs - rule.windowMs, endsMs: null };
        return sideBySide(nowMs, rule.windowMs, phaseMs);
      case 'utc-hour':
        return sideBySide(nowMs, hourMs, -vendorAheadMs);
      case 'midnight': {
        const { startMs, endMs } = this.#daysOf(rule.zone).dayOf(nowMs - slackMs + vendorAheadMs);
        return { sinceMs: startMs - vendorAheadMs - slackMs, endsMs: endMs - vendorAheadMs + slackMs };
      }
    }
  }

  #daysOf(zone: string): ZoneDays {
    const known = this.#days.get(zone) ?? new ZoneDays(zone);
    this.#days.set(zone, known);
    return known;
  }
}

function sideBySide(nowMs: number, windowMs: number, phaseMs: number): CountedWindow {
  const startMs = phaseMs + Math.floor((nowMs - slackMs - phaseMs) / windowMs) * windowMs;
  return { sinceMs: startMs - slackMs, endsMs: startMs + windowMs + slackMs };
}

/**
 * When units of a rolling window come back. Of a long one a part later than the window says: a vendor that counts a day in minutes
 * lets them back at the end of theirs, and one who asks before is refused, or takes his own calls for those of others.
 */
export const backAfterMs = (windowMs: number): number =>
  windowMs < hourMs ? windowMs : windowMs + partMsOf({ kind: 'rolling', windowMs });

/** Use is kept in parts so long, so that a window has about a thousand of them; 0 where none is kept. */
export function partMsOf(rule: QuotaRule): number {
  switch (rule.kind) {
    case 'at-once':
      return 0;
    case 'rolling':
    case 'fixed':
      return Math.max(1, Math.ceil(rule.windowMs / 1_000));
    case 'utc-hour':
      return hourMs / 1_000;
    case 'midnight':
      return (24 * hourMs) / 1_000;
  }
}

/** How long the longest window of a rule is, in milliseconds; 0 for `at-once`. */
export function windowMsOf(rule: QuotaRule): number {
  if (rule.kind === 'rolling' || rule.kind === 'fixed') return rule.windowMs;
  return partMsOf(rule) * 1_000;
}
