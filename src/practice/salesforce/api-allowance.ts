import type { PracticeState } from '../practice-state.ts';
import { RollingWindow } from '../rolling-window.ts';
import type { OrgSettings } from './org-file.ts';
import { concurrencyLimit, requestLimit } from './refusal.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** From then on a call is one of the long ones, of which only so many may run. */
const longCallMs = 20_000;

/**
 * How many calls an org may make: so many in any 24 hours, and so many long ones at a time. Refusals are 403, name no time
 * to wait, and are not counted. Source: Salesforce Developer Limits and Allocations Quick Reference, API requests.
 */
export class ApiAllowance {
  readonly #window: RollingWindow;
  readonly #settings: () => OrgSettings;
  /** When calls that run began, and when they will have ended, in the practice world's time. */
  #running: { readonly fromMs: number; readonly toMs: number }[] = [];

  /** @param settings asked at each call: an admin buys more, or an edition ends */
  constructor(state: PracticeState, settings: () => OrgSettings) {
    this.#window = new RollingWindow({ state, name: 'api calls', windowMs: dayMs, parts: 1440 });
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

  /** `api-usage=18/5000`: what stands in `Sforce-Limit-Info`. */
  usage(nowMs: number): string {
    return `api-usage=${this.used(nowMs)}/${this.most}`;
  }

  /** Counts a call that will run so long. Throws the vendor's refusal. */
  take(nowMs: number, workMs: number): void {
    this.#running = this.#running.filter(({ toMs }) => toMs > nowMs);
    if (this.#running.filter(({ fromMs }) => nowMs - fromMs >= longCallMs).length >= this.#longMost)
      throw concurrencyLimit();
    if (this.used(nowMs) >= this.most) throw requestLimit();
    this.#window.take(nowMs, 1);
    if (workMs >= longCallMs) this.#running.push({ fromMs: nowMs, toMs: nowMs + workMs });
  }

  /** Somebody else uses the same pool. */
  takeElsewhere(nowMs: number, calls: number): void {
    this.#window.take(nowMs, calls);
  }
}

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
