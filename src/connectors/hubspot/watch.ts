import { isGodwitError } from '../../model/index.ts';
import type { Reading, Vitals, Watches } from '../port.ts';
import type { AccountApi } from './account-api.ts';
import { hubspotCapabilities } from './capabilities.ts';
import { answerUnreadable } from './faults.ts';

/** How long a look may wait for a call of its own: as long as the ten seconds of the app are. */
const waitMostMs = 15_000;

/** Asking is a call itself: a run looks every two seconds, which were 43,200 calls a day. */
const askEveryMs = 60_000;

/** Tells how many calls the account has left today. Asking is one of them. */
export class HubspotWatches implements Watches {
  readonly #api: AccountApi;
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(api: AccountApi) {
    this.#api = api;
  }

  async refuses(reading: Reading): Promise<string | null> {
    const declared = hubspotCapabilities.abilities[reading];
    if (declared !== true) return declared;
    return this.#api.hasDay ? null : 'a public app has no limit of calls a day';
  }

  async read(wanted: ReadonlySet<Reading>): Promise<Vitals> {
    if (!wanted.has('api-calls')) return {};
    const calls = await this.#callsLeft();
    if (calls === null) throw answerUnreadable('calls of the day', 'it tells none');
    return { apiCallsLeft: String(calls.left) };
  }

  /** Asked now and then; in between, and where no call is left to ask with, what was counted is told. */
  async #callsLeft(): ReturnType<typeof callsLeft> {
    const nowMs = this.#api.clock.elapsedMs();
    if (nowMs - this.#askedMs < askEveryMs) return await this.#api.callsCounted();
    try {
      this.#askedMs = nowMs;
      return (await callLimits(this.#api, waitMostMs)).day;
    } catch (error) {
      if (!isGodwitError(error, 'http.quota-spent')) throw error;
      return await this.#api.callsCounted();
    }
  }
}

/** Of the calls of one day; null where the account has no such limit for this app. */
export async function callsLeft(
  api: AccountApi,
): Promise<{ readonly left: number; readonly most: number } | null> {
  return (await callLimits(api)).day;
}

interface CallsOf {
  readonly left: number;
  readonly most: number;
}

/**
 * Of the app in ten seconds, and of the account in a day; null where the answer tells none.
 *
 * @param waitMost how long asking may wait for a call; for ever unless told
 */
export async function callLimits(
  api: AccountApi,
  waitMost?: number,
): Promise<{ readonly tenSeconds: CallsOf | null; readonly day: CallsOf | null }> {
  const call = { method: 'GET', path: '/account-info/v3/details', label: 'calls of the day' } as const;
  const bound = waitMost === undefined ? {} : { waitMostMs: waitMost };
  const { headers } = await api.answer({ ...call, ...bound });
  const told = (leftName: string, mostName: string): CallsOf | null => {
    const [left = Number.NaN, most = Number.NaN] = [leftName, mostName].map((name) =>
      Number(headers[`x-hubspot-ratelimit-${name}`] ?? Number.NaN),
    );
    return Number.isInteger(left) && Number.isInteger(most) ? { left, most } : null;
  };
  return { tenSeconds: told('remaining', 'max'), day: told('daily-remaining', 'daily') };
}
