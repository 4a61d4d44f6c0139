import { type Fingerprint, GodwitError, isGodwitError } from '../../model/index.ts';
import type { CheckResult, CountsCalls, Inspects, OpenContext, OpenSystem, Reads, Watches } from '../port.ts';
import { WriteJournal } from '../write-journal/index.ts';
import type { SalesforceAddress } from './address.ts';
import { salesforceAutomation } from './automation.ts';
import { SalesforceCalls } from './calls.ts';
import { notASandbox, signInFailed } from './faults.ts';
import { SalesforceInspects } from './inspect.ts';
import { OrgApi } from './org-api.ts';
import { OrgCatalog } from './org-catalog.ts';
import { identify, isForTrying, type OrgIdentity } from './org-identity.ts';
import { SalesforceReads } from './read.ts';
import { callsLeft, SalesforceWatches } from './watch.ts';
import { SalesforceWrites } from './write.ts';

/** Signs in and looks which org it is. Throws `salesforce.sign-in-failed`, and what the transport throws. */
export async function openOrg(address: SalesforceAddress, context: OpenContext): Promise<OpenSystem> {
  const api = await OrgApi.open(address, context);
  try {
    const org = await identify(api);
    if (context.role === 'sandbox' && !isForTrying(address, org)) throw notASandbox(org.id, org.edition);
    return new OpenOrg(address, context, api, org);
  } catch (error) {
    await api[Symbol.asyncDispose]();
    // At the door a wrong secret is no pause of a run: nothing was begun.
    if (error instanceof GodwitError && error.code === 'http.sign-in-refused')
      throw signInFailed(context.name, error.detail, error);
    throw error;
  }
}

class OpenOrg implements OpenSystem {
  readonly kind = 'salesforce';
  readonly name: string;
  readonly inspects: Inspects;
  readonly reads: Reads;
  readonly writes: SalesforceWrites | null;
  readonly undoes: SalesforceWrites | null;
  readonly creates = null;
  readonly automation = salesforceAutomation;
  readonly watches: Watches;
  readonly calls: CountsCalls;
  readonly #address: SalesforceAddress;
  readonly #context: OpenContext;
  readonly #api: OrgApi;
  readonly #org: OrgIdentity;
  readonly #catalog: OrgCatalog;
  #journal: WriteJournal | null = null;

  constructor(address: SalesforceAddress, context: OpenContext, api: OrgApi, org: OrgIdentity) {
    this.name = context.name;
    this.#address = address;
    this.#context = context;
    this.#api = api;
    this.#org = org;
    this.#catalog = new OrgCatalog(api, address.objects);
    this.inspects = new SalesforceInspects(api, this.#catalog, address.version);
    this.reads = new SalesforceReads(api, this.#catalog, context);
    this.watches = new SalesforceWatches(api);
    this.calls = new SalesforceCalls(api, this.#catalog);
    this.writes =
      context.role === 'source'
        ? null
        : new SalesforceWrites(api, this.#catalog, () => this.#openJournal(), context);
    this.undoes = this.writes;
  }

  async fingerprint(): Promise<Fingerprint> {
    const { host } = new URL(this.#address.instance);
    return { kind: this.kind, server: `org ${this.#org.id}`, address: host, database: '', namespace: '' };
  }

  async describe(): Promise<{ readonly version: string; readonly tzdata: string }> {
    const { edition, sandbox } = this.#org;
    return {
      version: `Salesforce ${edition}${sandbox ? ', sandbox' : ''}, REST API ${this.#address.version}`,
      tzdata: 'none: moments are in UTC',
    };
  }

  async check(): Promise<readonly CheckResult[]> {
    const results = [this.#signedIn()];
    for (const look of [() => this.#checkCalls(), () => this.#checkObjects()])
      try {
        results.push(...(await look()));
      } catch (error) {
        if (!isGodwitError(error)) throw error;
        results.push({ name: 'call', outcome: 'fail', detail: error.message, fix: error.nextStep });
      }
    return results;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#journal?.[Symbol.dispose]();
    await this.#api[Symbol.asyncDispose]();
  }

  /** Once it is asked: who only looks makes no file. */
  #openJournal(): WriteJournal {
    const { journal: path } = this.#address;
    this.#journal ??= new WriteJournal({ path, system: this.#org.id, seal: this.#context.seal });
    return this.#journal;
  }

  #signedIn(): CheckResult {
    const { id, edition, sandbox } = this.#org;
    return passed('sign-in', `org ${id}, ${edition}${sandbox ? ', a sandbox' : ''}`);
  }

  async #checkCalls(): Promise<readonly CheckResult[]> {
    const { left, most } = await callsLeft(this.#api);
    const detail = `${left} of ${most} calls of 24 hours are left`;
    if (left * 10 >= most) return [passed('calls', detail)];
    const fix =
      'Wait until the calls come back, or ask the vendor for more; a run pauses when they are used up.';
    return [{ name: 'calls', outcome: 'warn', detail, fix }];
  }

  /** Rights to the objects this system was told to look at; without such a list nobody knows which matter. */
  async #checkObjects(): Promise<readonly CheckResult[]> {
    const { described } = await this.#catalog.load();
    if (described.length === 0)
      return [
        {
          name: 'objects',
          outcome: 'warn',
          detail: 'this user sees no object with records',
          fix: 'Give the user the right to read the objects of the move.',
        },
      ];
    const seen = passed('objects', `${described.length} objects can be read`);
    if (this.#context.role === 'source' || this.#address.objects === null) return [seen];
    const closed = described.filter(({ createable, updateable }) => !createable || !updateable);
    if (closed.length === 0) return [seen];
    const detail = `${closed.map(({ name }) => name).join(', ')}: cannot be created or changed by this user`;
    const fix = 'Give the user the rights to create and edit them, or take them out of the move.';
    return [seen, { name: 'rights', outcome: 'warn', detail, fix }];
  }
}

const passed = (name: string, detail: string): CheckResult => ({ name, outcome: 'ok', detail, fix: null });
