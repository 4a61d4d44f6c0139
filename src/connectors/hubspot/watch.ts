import type { Reading, Vitals, Watches } from '../port.ts';
import type { AccountApi } from './account-api.ts';
import { hubspotCapabilities } from './capabilities.ts';
import { answerUnreadable } from './faults.ts';

/** Tells how many calls the account has left today. Asking is one of them. */
export class HubspotWatches implements Watches {
  readonly #api: AccountApi;

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
    const calls = await callsLeft(this.#api);
    if (calls === null) throw answerUnreadable('calls of the day', 'it tells none');
    return { apiCallsLeft: String(calls.left) };
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

/** Of the app in ten seconds, and of the account in a day; null where the answer tells none. */
export async function callLimits(
  api: AccountApi,
): Promise<{ readonly tenSeconds: CallsOf | null; readonly day: CallsOf | null }> {
  const call = { method: 'GET', path: '/account-info/v3/details', label: 'calls of the day' } as const;
  const { headers } = await api.answer(call);
  const told = (leftName: string, mostName: string): CallsOf | null => {
    const [left = Number.NaN, most = Number.NaN] = [leftName, mostName].map((name) =>
      Number(headers[`x-hubspot-ratelimit-${name}`] ?? Number.NaN),
    );
    return Number.isInteger(left) && Number.isInteger(most) ? { left, most } : null;
  };
  return { tenSeconds: told('remaining', 'max'), day: told('daily-remaining', 'daily') };
}
