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
  const call = { method: 'GET', path: '/account-info/v3/details', label: 'calls of the day' } as const;
  const { headers } = await api.answer(call);
  const [left, most] = ['x-hubspot-ratelimit-daily-remaining', 'x-hubspot-ratelimit-daily'].map((name) =>
    Number(headers[name] ?? Number.NaN),
  );
  return Number.isInteger(left) && Number.isInteger(most) ? { left: left ?? 0, most: most ?? 0 } : null;
}
