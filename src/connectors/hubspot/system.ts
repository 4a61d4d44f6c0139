import { type Fingerprint, GodwitError, isGodwitError } from '../../model/index.ts';
import type {
  CheckResult,
  CountsCalls,
  Inspects,
  OpenContext,
  OpenSystem,
  Reads,
  Undoes,
  Watches,
  Writes,
} from '../port.ts';
import { AccountApi } from './account-api.ts';
import { AccountCatalog } from './account-catalog.ts';
import type { HubspotAddress } from './address.ts';
import { hubspotAutomation } from './automation.ts';
import { HubspotCalls } from './calls.ts';
import { signInFailed } from './faults.ts';
import { requireForTrying } from './for-trying.ts';
import { HubspotInspects } from './inspect.ts';
import { HubspotReads } from './read.ts';
import { TargetState } from './target-state.ts';
import { HubspotUndoes } from './undo.ts';
import { callsLeft, HubspotWatches } from './watch.ts';
import { HubspotWrites } from './write.ts';

/** Signs in and looks which account it is. Throws `hubspot.sign-in-failed`, `hubspot.not-a-sandbox`, and what the transport throws. */
export async function openAccount(address: HubspotAddress, context: OpenContext): Promise<OpenSystem> {
  try {
    const api = await AccountApi.open(address, context);
    await refuseUnfit(address, context, api);
    return new OpenAccount(address, context, api);
  } catch (error) {
    // At the door a wrong secret is no pause of a run: nothing was begun.
    if (error instanceof GodwitError && error.code === 'http.sign-in-refused')
      throw signInFailed(context.name, error.detail, error);
    throw error;
  }
}

async function refuseUnfit(address: HubspotAddress, { role }: OpenContext, api: AccountApi): Promise<void> {
  try {
    requireForTrying(role, address, api.identity);
  } catch (error) {
    await api[Symbol.asyncDispose]();
    throw error;
  }
}

class OpenAccount implements OpenSystem {
  readonly kind = 'hubspot';
  readonly name: string;
  readonly inspects: Inspects;
  readonly reads: Reads;
  readonly writes: Writes | null;
  readonly undoes: Undoes | null;
  readonly creates = null;
  readonly automation = hubspotAutomation;
  readonly watches: Watches;
  readonly calls: CountsCalls;
  readonly #address: HubspotAddress;
  readonly #api: AccountApi;
  readonly #catalog: AccountCatalog;
  readonly #context: OpenContext;
  #state: TargetState | null = null;

  constructor(address: HubspotAddress, context: OpenContext, api: AccountApi) {
    this.name = context.name;
    this.#address = address;
    this.#api = api;
    this.#context = context;
    this.#catalog = new AccountCatalog(api, address.objects);
    this.inspects = new HubspotInspects(api, this.#catalog, address.archived);
    this.reads = new HubspotReads(api, this.#catalog, address.archived);
    this.watches = new HubspotWatches(api);
    this.calls = new HubspotCalls(api, this.#catalog);
    const target = { api, catalog: this.#catalog, context, state: () => this.#openState() };
    const isSource = context.role === 'source';
    this.writes = isSource ? null : new HubspotWrites(target);
    this.undoes = isSource ? null : new HubspotUndoes(target);
  }

  async fingerprint(): Promise<Fingerprint> {
    const { host } = new URL(this.#address.api);
    const { id } = this.#api.identity;
    return { kind: this.kind, server: `account ${id}`, address: host, database: '', namespace: '' };
  }

  async describe(): Promise<{ readonly version: string; readonly tzdata: string }> {
    const type = this.#api.identity.type.toLowerCase().replaceAll('_', ' ');
    return { version: `HubSpot CRM API v3, ${type} account`, tzdata: 'none: moments are in UTC' };
  }

  async check(): Promise<readonly CheckResult[]> {
    const { id, type } = this.#api.identity;
    const results: CheckResult[] = [passed('sign-in', `account ${id}, ${type.toLowerCase()}`)];
    for (const look of [() => this.#checkCalls(), () => this.#checkObjects()])
      try {
        results.push(await look());
      } catch (error) {
        if (!isGodwitError(error)) throw error;
        results.push({ name: 'call', outcome: 'fail', detail: error.message, fix: error.nextStep });
      }
    return results;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#state?.[Symbol.dispose]();
    this.#state = null;
    await this.#api[Symbol.asyncDispose]();
  }

  #openState(): TargetState {
    this.#state ??= new TargetState(this.#address.state, this.#api.identity.id, this.#context.seal);
    return this.#state;
  }

  async #checkCalls(): Promise<CheckResult> {
    const calls = await callsLeft(this.#api);
    if (calls === null) return passed('calls', 'this app has no limit of calls a day');
    const detail = `${calls.left} of ${calls.most} calls of today are left`;
    if (calls.left * 10 >= calls.most) return passed('calls', detail);
    const fix =
      'Wait for midnight in the zone of the account, or ask the vendor for more; a run pauses when they are used up.';
    return { name: 'calls', outcome: 'warn', detail, fix };
  }

  async #checkObjects(): Promise<CheckResult> {
    const { described, owners } = await this.#catalog.load();
    if (described.length > 0 && owners) return passed('objects', `${described.length} objects can be read`);
    const [detail, fix] =
      described.length > 0
        ? ['the owners of records cannot be seen', 'Give the app the scope crm.objects.owners.read.']
        : [
            'this app sees no object with records',
            'Give the app the scopes to read the objects of the move.',
          ];
    return { name: 'objects', outcome: 'warn', detail, fix };
  }
}

const passed = (name: string, detail: string): CheckResult => ({ name, outcome: 'ok', detail, fix: null });
