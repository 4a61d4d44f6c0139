import { join } from 'node:path';
import {
  type OpenSystem,
  type SalesforceAddress,
  type SliceWrite,
  salesforce,
} from '../../../src/connectors/index.ts';
import { type Clock, sealFromKey, silentLog, systemRandom } from '../../../src/host/index.ts';
import {
  findRelation,
  isGodwitError,
  type Relation,
  type Row,
  recordKey,
  Secret,
} from '../../../src/model/index.ts';
import { contactsOfOne } from './check-org.ts';

const run = 'run-1';
const restartsMost = 80;

export interface Moving {
  readonly instance: string;
  readonly folder: string;
  readonly contacts: number;
  readonly rowsPerSlice: number;
  readonly clock: Clock;
}

interface Step {
  readonly step: string;
  readonly object: string;
  readonly fields: readonly string[];
  readonly count: number;
  row(at: number, account: (at: number) => string): Row;
}

/**
 * Moves accounts and their contacts into an org, slice by slice, as the engine does it: what fails and may pass is tried again over
 * new connections; what is left of a slice is finished.
 */
export class OrgMove {
  readonly #moving: Moving;
  // One that another process has too, which goes on where this one ended.
  readonly #seal = sealFromKey(new Uint8Array(32).fill(3));
  readonly #steps: readonly Step[];
  #system: OpenSystem | null = null;
  #restarts = 0;
  #refused = 0;
  readonly #whyLeft = new Set<string>();
  readonly #whyRefused = new Set<string>();

  constructor(moving: Moving) {
    this.#moving = moving;
    const accounts = Math.ceil(moving.contacts / contactsOfOne);
    this.#steps = [
      {
        step: '01-accounts',
        object: 'Account',
        fields: ['Legacy__c', 'Name'],
        count: accounts,
        row: (at) => [String(at), `company ${at}`],
      },
      {
        step: '02-contacts',
        object: 'Contact',
        fields: ['Legacy__c', 'LastName', 'Email', 'AccountId'],
        count: moving.contacts,
        row: (at, account) => [
          String(at),
          `person ${at}`,
          `p${at}@example.org`,
          account(Math.floor(at / contactsOfOne)),
        ],
      },
    ];
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** Records that the org refused: nothing of what is moved deserves it. */
  get refused(): number {
    return this.#refused;
  }

  get whyRefused(): readonly string[] {
    return [...this.#whyRefused];
  }

  /** Why records were not taken back: nobody else is there who could have changed them. */
  get whyLeft(): readonly string[] {
    return [...this.#whyLeft];
  }

  async move(): Promise<void> {
    for (const step of this.#steps)
      for (let slice = 0; slice * this.#moving.rowsPerSlice < step.count; slice += 1)
        await this.#again(async (system) => await this.#write(system, step, slice));
  }

  async takeBack(): Promise<void> {
    for (const { step, object } of this.#steps.toReversed()) {
      const applied = await this.#again(async (system) => (await system.writes?.applied(run)) ?? []);
      for (const { slice } of applied.filter((one) => one.step === step).toReversed())
        await this.#again(async (system) => {
          const relation = await relationOf(system, object);
          const undone = await system.undoes?.undoSlice({ run, step, slice, relation });
          for (const { reason } of undone?.refused ?? []) this.#whyLeft.add(reason);
        });
    }
  }

  async close(): Promise<void> {
    await this.#system?.[Symbol.asyncDispose]();
    this.#system = null;
  }

  async #write(system: OpenSystem, step: Step, slice: number): Promise<void> {
    if (system.writes === null) throw new RangeError('an org that is not written into');
    const { rowsPerSlice } = this.#moving;
    const [from, to] = [slice * rowsPerSlice, Math.min(step.count, (slice + 1) * rowsPerSlice)];
    const account = await accountIds(system, step, { from, to });
    const records = Array.from({ length: to - from }, (_none, at) => ({
      sourceKey: keyOf(from + at),
      row: step.row(from + at, account),
    }));
    let refused = 0;
    const write: SliceWrite = {
      run,
      step: step.step,
      slice,
      object: step.object,
      relation: await relationOf(system, step.object),
      mode: 'insert',
      fields: step.fields,
      key: ['Id'],
      captureIds: true,
      batches: (async function* () {
        yield records;
      })(),
      beforeCommit: async (those) => {
        refused = those.length;
        for (const { message } of those) this.#whyRefused.add(message.slice(0, 120));
        return {
          rowsRead: to - from,
          rowsPurged: 0,
          rowsWritten: to - from - refused,
          rowsQuarantined: refused,
        };
      },
    };
    await system.writes.writeSlice(write);
    this.#refused += refused;
  }

  async #again<Result>(work: (system: OpenSystem) => Promise<Result>): Promise<Result> {
    for (;;)
      try {
        this.#system ??= await this.#open();
        return await work(this.#system);
      } catch (error) {
        await this.close();
        if (!mayPass(error) || this.#restarts >= restartsMost) throw error;
        this.#restarts += 1;
      }
  }

  async #open(): Promise<OpenSystem> {
    const { clock, folder, instance } = this.#moving;
    const address: SalesforceAddress = {
      instance,
      login: null,
      signIn: { by: 'client-credentials', clientId: 'practice', secret: new Secret('practice-secret') },
      version: '62.0',
      objects: ['Account', 'Contact'],
      share: 1,
      quotas: ':memory:',
      journal: join(folder, 'written.sqlite'),
    };
    return await salesforce.open(address, {
      name: 'target',
      role: 'target',
      clock,
      random: systemRandom,
      log: silentLog,
      seal: this.#seal,
      signal: new AbortController().signal,
    });
  }
}

/** After these a person looks, and runs it again: everybody was signed out twice at once; the org keeps dropping what it says it saved, or keeping what it says it deleted. */
const aPersonRunsAgain = new Set([
  'http.sign-in-refused',
  'salesforce.sign-in-failed',
  'salesforce.not-kept',
  'salesforce.not-deleted',
]);

/** What is tried again by itself, or by a person. */
const mayPass = (error: unknown): boolean =>
  isGodwitError(error) && (error.fate === 'later' || aPersonRunsAgain.has(error.code));

const keyOf = (at: number): string => recordKey([String(at)]);

/** The ids the org gave to the accounts of these contacts. */
async function accountIds(
  system: OpenSystem,
  { object }: Step,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<(at: number) => string> {
  if (object === 'Account') return () => '';
  const [first, last] = [Math.floor(from / contactsOfOne), Math.floor((to - 1) / contactsOfOne)];
  const keys = Array.from({ length: last - first + 1 }, (_none, at) => keyOf(first + at));
  const found = await system.writes?.resolve(run, 'Account', keys);
  return (at) => String(found?.get(keyOf(at))?.[0] ?? '');
}

async function relationOf(system: OpenSystem, name: string): Promise<Relation> {
  const relation = findRelation(await system.inspects.inspect(), name);
  if (relation === undefined) throw new RangeError(`the org has no ${name}`);
  return relation;
}
