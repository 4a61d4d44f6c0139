import type { Reading, Vitals, Watches } from '../port.ts';
import { salesforceCapabilities } from './capabilities.ts';
import { ExactNumber } from './exact-json.ts';
import { answerUnreadable } from './faults.ts';
import { memberOf, type OrgApi } from './org-api.ts';

/** Tells how many calls the org has left. Asking is one of them. */
export class SalesforceWatches implements Watches {
  readonly #api: OrgApi;

  constructor(api: OrgApi) {
    this.#api = api;
  }

  async refuses(reading: Reading): Promise<string | null> {
    const declared = salesforceCapabilities.abilities[reading];
    return declared === true ? null : declared;
  }

  async read(wanted: ReadonlySet<Reading>): Promise<Vitals> {
    if (!wanted.has('api-calls')) return {};
    return { apiCallsLeft: String((await callsLeft(this.#api)).left) };
  }
}

/** Of the calls of any 24 hours. */
export async function callsLeft(api: OrgApi): Promise<{ readonly left: number; readonly most: number }> {
  const told = await api.json({ method: 'GET', path: 'limits', label: 'limits' });
  const calls = memberOf(told, 'DailyApiRequests');
  const [left, most] = [memberOf(calls, 'Remaining'), memberOf(calls, 'Max')];
  if (left instanceof ExactNumber && most instanceof ExactNumber)
    return { left: Number(left.text), most: Number(most.text) };
  throw answerUnreadable('limits', 'it tells no calls');
}
