import { DaysOfCalls } from '../days-of-calls.ts';
import type { PracticeState } from '../practice-state.ts';
import { RollingWindow } from '../rolling-window.ts';
import type { AccountApp, AccountSettings } from './account-file.ts';
import { Refusal } from './refusal.ts';

const tenSecondsMs = 10_000;
/** Calls of a public app in ten seconds for each account; nothing that is bought changes it. */
const publicAppCalls = 110;

/**
 * How many calls may come: of one app in any ten seconds, of all private apps since midnight in the account's zone, searches
 * of the whole account in any second. Refusals say which limit it was, name no time to wait, and are not counted.
 * Source: HubSpot, API usage guidelines and limits.
 */
export class Allowances {
  readonly #state: PracticeState;
  readonly #settings: () => AccountSettings;
  readonly #windows = new Map<string, RollingWindow>();
  readonly #search: RollingWindow;
  readonly #days: DaysOfCalls;

  constructor(state: PracticeState, settings: () => AccountSettings) {
    this.#state = state;
    this.#settings = settings;
    this.#days = new DaysOfCalls(state);
    this.#search = new RollingWindow({ state, name: 'searches', windowMs: 1_000, parts: 100 });
  }

  /** Counts a call. Throws 429. */
  take(app: AccountApp, nowMs: number, isSearch: boolean): void {
    const { searchesPerSecond } = this.#settings();
    if (app.kind !== 'oauth' && this.usedToday(nowMs) >= this.callsADay)
      throw this.#refusal(nowMs, 'You have reached your daily limit.', 'DAILY');
    const window = this.#window(app);
    if (window.used(nowMs) >= this.#mostOf(app))
      throw this.#refusal(nowMs, 'You have reached your ten_secondly_rolling limit.', 'TEN_SECONDLY_ROLLING');
    if (isSearch && this.#search.used(nowMs) >= searchesPerSecond)
      throw this.#refusal(nowMs, 'You have reached your secondly limit.', 'SECONDLY');
    window.take(nowMs, 1);
    if (isSearch) this.#search.take(nowMs, 1);
    if (app.kind !== 'oauth') this.#count(nowMs, 1, 0);
  }

  /** Somebody else uses the calls of the day. */
  takeElsewhere(nowMs: number, calls: number): void {
    this.#count(nowMs, calls, 0);
  }

  get callsADay(): number {
    const { plan, increases, callsADay } = this.#settings();
    const ofPlan = { free: 250_000, starter: 250_000, professional: 625_000, enterprise: 1_000_000 }[plan];
    return callsADay ?? ofPlan + increases * 1_000_000;
  }

  usedToday(nowMs: number): number {
    return this.#days.of(this.#dayOf(nowMs)).calls;
  }

  refusedToday(nowMs: number): number {
    return this.#days.of(this.#dayOf(nowMs)).refused;
  }

  /** What every answer says of the limits, except those of searches. */
  headers(app: AccountApp, nowMs: number): Readonly<Record<string, string>> {
    const most = this.#mostOf(app);
    const left = Math.max(0, most - this.#window(app).used(nowMs));
    const second = Math.ceil(most / 10);
    return {
      'X-HubSpot-RateLimit-Max': String(most),
      'X-HubSpot-RateLimit-Remaining': String(left),
      'X-HubSpot-RateLimit-Interval-Milliseconds': String(tenSecondsMs),
      ...(app.kind === 'oauth' ? {} : this.#dailyHeaders(nowMs)),
      ...(app.kind === 'service-key'
        ? {
            'X-HubSpot-RateLimit-Secondly': String(second),
            'X-HubSpot-RateLimit-Secondly-Remaining': String(Math.min(second, left)),
          }
        : {}),
    };
  }

  #dailyHeaders(nowMs: number): Readonly<Record<string, string>> {
    return {
      'X-HubSpot-RateLimit-Daily': String(this.callsADay),
      'X-HubSpot-RateLimit-Daily-Remaining': String(Math.max(0, this.callsADay - this.usedToday(nowMs))),
    };
  }

  #mostOf({ kind }: AccountApp): number {
    const { plan, increases, callsPerTenSeconds } = this.#settings();
    if (callsPerTenSeconds !== undefined) return callsPerTenSeconds;
    if (kind === 'oauth') return publicAppCalls;
    if (increases > 0) return 250;
    return plan === 'free' || plan === 'starter' ? 100 : 190;
  }

  #window({ name }: AccountApp): RollingWindow {
    const known = this.#windows.get(name);
    if (known !== undefined) return known;
    const state = this.#state;
    const made = new RollingWindow({ state, name: `calls of ${name}`, windowMs: tenSecondsMs, parts: 1_000 });
    this.#windows.set(name, made);
    return made;
  }

  #refusal(nowMs: number, message: string, policyName: string): Refusal {
    this.#count(nowMs, 0, 1);
    const told =
      this.#settings().refusalBody === 'errorType'
        ? { errorType: 'RATE_LIMIT' }
        : { category: 'RATE_LIMITS' };
    return new Refusal(429, { message, policyName, ...told });
  }

  #count(nowMs: number, calls: number, refused: number): void {
    this.#days.count(this.#dayOf(nowMs), calls, refused);
  }

  /** The date in the account's zone. */
  #dayOf(nowMs: number): string {
    const { zone } = this.#settings();
    if (this.#zone?.name !== zone)
      this.#zone = { name: zone, date: new Intl.DateTimeFormat('en-CA', { timeZone: zone }) };
    return this.#zone.date.format(nowMs);
  }

  #zone: { readonly name: string; readonly date: Intl.DateTimeFormat } | null = null;
}
