import { isGodwitError } from '../../model/index.ts';
import type { Reading, Vitals, Watches } from '../port.ts';
import { salesforceCapabilities } from './capabilities.ts';
import { ExactNumber } from './exact-json.ts';
import { answerUnreadable } from './faults.ts';
import { memberOf, type OrgApi } from './org-api.ts';

/** How long a look may wait for a call of its own. */
const waitMostMs = 15_000;

/** Asking is a call itself: a run looks every two seconds, which were 43,200 calls a day. */
const askEveryMs = 60_000;

/** Tells how many calls the org has left. Asking is one of them. */
export class SalesforceWatches implements Watches {
  readonly #api: OrgApi;
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(api: OrgApi) {
    this.#api = api;
  }

  async refuses(reading: Reading): Promise<string | null> {
    const declared = salesforceCapabilities.abilities[reading];
    return declared === true ? null : declared;
  }

  async read(wanted: ReadonlySet<Reading>): Promise<Vitals> {
    if (!wanted.has('api-calls')) return {};
    return { apiCallsLeft: String((await this.#callsLeft()).left) };
  }

  /** Asked now and then; in between, and where no call is left to ask with, what was counted is told. */
  async #callsLeft(): ReturnType<typeof callsLeft> {
    const nowMs = this.#api.clock.elapsedMs();
    if (nowMs - this.#askedMs < askEveryMs) return await this.#api.callsCounted();
    try {
      this.#askedMs = nowMs;
      return await callsLeft(this.#api, waitMostMs);
    } catch (error) {
      if (!isGodwitError(error, 'http.quota-spent')) throw error;
      return await this.#api.callsCounted();
    }
  }
}

/** Of the calls of any 24 hours. @param waitMost how long asking may wait for a call; for ever unless told */
export async function callsLeft(
  api: OrgApi,
  waitMost?: number,
): Promise<{ readonly left: number; readonly most: number }> {
  const bound = waitMost === undefined ? {} : { waitMostMs: waitMost };
  const told = await api.json({ method: 'GET', path: 'limits', label: 'limits', ...bound });
  const calls = memberOf(told, 'DailyApiRequests');
  const [left, most] = [memberOf(calls, 'Remaining'), memberOf(calls, 'Max')];
  if (left instanceof ExactNumber && most instanceof ExactNumber)
    return { left: Number(left.text), most: Number(most.text) };
  throw answerUnreadable('limits', 'it tells no calls');
}
