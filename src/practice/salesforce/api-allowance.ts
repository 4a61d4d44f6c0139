import { DaysOfCalls } from '../days-of-calls.ts';
import type { PracticeState } from '../practice-state.ts';
import { RollingWindow } from '../rolling-window.ts';
import type { OrgSettings } from './org-file.ts';
import { concurrencyLimit, type Refusal, requestLimit } from './refusal.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** From then on a call is one of the long ones, of which only so many may run. */
const longCallMs = 20_000;

/**
 * How many calls an org may make: so many in any 24 hours, and so many long ones at a time. Refusals are 403, name no time
 * to wait, and are not counted. Source: Salesforce Developer Limits and Allocations Quick Reference, API requests.
 */
export class ApiAllowance {
  readonly #window: RollingWindow;
  /** By days of UTC, for whoever looks on: the limit knows no days. */
  readonly #days: DaysOfCalls;
  readonly #settings: () => OrgSettings;
  /** When calls that run began, and when they will have ended, in the practice world's time. */
  #running: { readonly fromMs: number; readonly toMs: number }[] = [];

  /** @param settings asked at each call: an admin buys more, or an edition ends */
  constructor(state: PracticeState, settings: () => OrgSettings) {
    this.#window = new RollingWindow({ state, name: 'api calls', windowMs: dayMs, parts: 1440 });
    this.#days = new DaysOfCalls(state);
    this.#settings = settings;
  }

  /** Calls in any 24 hours. */
  get most(): number {
    const org = this.#settings();
    return org.callsADay ?? callsOfEdition(org);
  }

  get #longMost(): number {
    const { edition, longCalls } = this.#settings();
    return longCalls ?? (edition === 'developer' ? 5 : 25);
  }

  used(nowMs: number): number {
    return this.#window.used(nowMs);
  }

  /** Calls of this day, in UTC, that were refused: too many in 24 hours, or too many long ones at a time. */
  refusedToday(nowMs: number): number {
    return this.#days.of(dayOf(nowMs)).refused;
  }

  /** `api-usage=18/5000`: what stands in `Sforce-Limit-Info`. */
  usage(nowMs: number): string {
    return `api-usage=${this.used(nowMs)}/${this.most}`;
  }

  /** Counts a call that will run so long. Throws the vendor's refusal. */
  take(nowMs: number, workMs: number): void {
    this.#running = this.#running.filter(({ toMs }) => toMs > nowMs);
    if (this.#running.filter(({ fromMs }) => nowMs - fromMs >= longCallMs).length >= this.#longMost)
      throw this.#refused(nowMs, concurrencyLimit());
    if (this.used(nowMs) >= this.most) throw this.#refused(nowMs, requestLimit());
    this.#window.take(nowMs, 1);
    this.#days.count(dayOf(nowMs), 1, 0);
    if (workMs >= longCallMs) this.#running.push({ fromMs: nowMs, toMs: nowMs + workMs });
  }

  /** Somebody else uses the same pool. */
  takeElsewhere(nowMs: number, calls: number): void {
    this.#window.take(nowMs, calls);
    this.#days.count(dayOf(nowMs), calls, 0);
  }

  #refused(nowMs: number, refusal: Refusal): Refusal {
    this.#days.count(dayOf(nowMs), 0, 1);
    return refusal;
  }
}

const dayOf = (nowMs: number): string => new Date(nowMs).toISOString().slice(0, 10);

function callsOfEdition({ edition, licences }: OrgSettings): number {
  switch (edition) {
    case 'developer':
      return 15_000;
    case 'full-sandbox':
      return 5_000_000;
    case 'professional':
    case 'enterprise':
      return 100_000 + 1_000 * licences;
    case 'unlimited':
    case 'performance':
      return 100_000 + 5_000 * licences;
  }
}
