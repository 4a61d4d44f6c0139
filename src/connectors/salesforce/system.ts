import { type Fingerprint, GodwitError, isGodwitError } from '../../model/index.ts';
import type { CheckResult, Inspects, OpenContext, OpenSystem, Reads, Watches } from '../port.ts';
import { WriteJournal } from '../write-journal/index.ts';
import type { SalesforceAddress } from './address.ts';
import { listOf } from './described.ts';
import { answerUnreadable, signInFailed } from './faults.ts';
import { SalesforceInspects } from './inspect.ts';
import { memberOf, OrgApi } from './org-api.ts';
import { OrgCatalog } from './org-catalog.ts';
import { SalesforceReads } from './read.ts';
import { callsLeft, SalesforceWatches } from './watch.ts';
import { SalesforceWrites } from './write.ts';

/** Signs in and looks which org it is. Throws `salesforce.sign-in-failed`, and what the transport throws. */
export async function openOrg(address: SalesforceAddress, context: OpenContext): Promise<OpenSystem> {
  const api = await OrgApi.open(address, context);
  try {
    return new OpenOrg(address, context, api, await identify(api));
  } catch (error) {
    await api[Symbol.asyncDispose]();
    // At the door a wrong secret is no pause of a run: nothing was begun.
    if (error instanceof GodwitError && error.code === 'http.sign-in-refused')
      throw signInFailed(context.name, error.detail, error);
    throw error;
  }
}

interface OrgIdentity {
  readonly id: string;
  readonly edition: string;
  readonly sandbox: boolean;
}

async function identify(api: OrgApi): Promise<OrgIdentity> {
  const soql = 'SELECT Id, OrganizationType, IsSandbox FROM Organization LIMIT 1';
  const label = 'identity of the org';
  const told = await api.json({ method: 'GET', path: `query?q=${encodeURIComponent(soql)}`, label });
  const [org = null] = listOf(told, 'records');
  const [id, edition] = [memberOf(org, 'Id'), memberOf(org, 'OrganizationType')];
  if (typeof id !== 'string') throw answerUnreadable(label, 'it holds no organization');
  return {
    id,
    edition: typeof edition === 'string' ? edition : 'unknown edition',
    sandbox: memberOf(org, 'IsSandbox') === true,
  };
}

class OpenOrg implements OpenSystem {
  readonly kind = 'salesforce';
  readonly name: string;
  readonly inspects: Inspects;
  readonly reads: Reads;
  readonly writes: SalesforceWrites | null;
  readonly undoes: SalesforceWrites | null;
  readonly creates = null;
  readonly watches: Watches;
  readonly #address: SalesforceAddress;
  readonly #context: OpenContext;
  readonly #api: OrgApi;
  readonly #org: OrgIdentity;
  readonly #catalog: OrgCatalog;
  readonly #journal: WriteJournal | null;

  constructor(address: SalesforceAddress, context: OpenContext, api: OrgApi, org: OrgIdentity) {
    this.name = context.name;
    this.#address = address;
    this.#context = context;
    this.#api = api;
    this.#org = org;
    this.#catalog = new OrgCatalog(api, address.objects);
    this.inspects = new SalesforceInspects(this.#catalog, address.version);
    this.reads = new SalesforceReads(api, this.#catalog);
    this.watches = new SalesforceWatches(api);
    const { seal, role } = context;
    const path = address.journal;
    this.#journal =
      role === 'source' || seal === null ? null : new WriteJournal({ path, system: org.id, seal });
    this.writes =
      this.#journal === null ? null : new SalesforceWrites(api, this.#catalog, this.#journal, context);
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
