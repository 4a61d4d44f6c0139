import {
  type HubspotAddress,
  hubspot,
  type OpenSystem,
  type RefusedRecord,
  type SliceWrite,
} from '../../../src/connectors/index.ts';
import { type Clock, sealFromKey, silentLog, systemRandom } from '../../../src/host/index.ts';
import {
  findRelation,
  isGodwitError,
  type Row,
  recordKey,
  type Schema,
  Secret,
} from '../../../src/model/index.ts';
import { peopleOfOne, type Told } from './account-check.ts';

const [run, rowsPerSlice, restartsMost] = ['run-1', 500, 60];

export interface Moving {
  readonly server: string;
  /** Where the project keeps what it wrote. */
  readonly folder: string;
  readonly clock: Clock;
  readonly records: number;
  /** Signed in by OAuth, and not by the token of a private app. */
  readonly byOauth?: boolean;
}

const oauth = { clientId: 'practice', clientSecret: 'practice-secret', refreshToken: 'practice-refresh' };

/** What the practice account is made of for such a move. */
export const movedInto: object = {
  callsPerTenSeconds: 100_000,
  searchesPerSecond: 1_000,
  apps: [
    { name: 'practice', token: 'pat-practice' },
    { name: 'public', kind: 'oauth', ...oauth },
  ],
  objects: ['companies', 'contacts'].map((name) => ({
    name,
    properties: [{ name: 'legacy_id', unique: true }],
  })),
};

interface Step {
  readonly step: string;
  readonly object: string;
  readonly relation: string;
  readonly fields: readonly string[];
  readonly key: readonly string[];
  row(at: number, system: OpenSystem): Promise<Row>;
}

const sourceKey = (at: number): string => recordKey([String(at)]);
const companyOf = (at: number): number => Math.floor(at / peopleOfOne);

const idOf = async (system: OpenSystem, object: string, at: number): Promise<Row[number]> =>
  (await system.writes?.resolve(run, object, [sourceKey(at)]))?.get(sourceKey(at))?.[0] ?? null;

const steps: readonly Step[] = [
  {
    step: '01-companies',
    object: 'company',
    relation: 'companies',
    fields: ['legacy_id', 'name'],
    key: ['hs_object_id'],
    row: async (at) => [String(at), `company ${at}`],
  },
  {
    step: '02-people',
    object: 'person',
    relation: 'contacts',
    fields: ['legacy_id', 'firstname', 'email'],
    key: ['hs_object_id'],
    row: async (at) => [String(at), `person ${at}`, `p${at}@example.org`],
  },
  {
    step: '03-links',
    object: 'link',
    relation: 'contacts_to_companies',
    fields: ['from_id', 'to_id'],
    key: ['from_id', 'to_id'],
    row: async (at, system) => [
      await idOf(system, 'person', at),
      await idOf(system, 'company', companyOf(at)),
    ],
  },
];

/** What is tried again by itself; or by a person, where everybody was signed out twice at once. */
const mayPass = (error: unknown): boolean =>
  isGodwitError(error) && (error.fate === 'later' || error.code === 'http.sign-in-refused');

/** Moves companies, people and their links into an account, slice by slice, as the engine asks for it. */
export class Mover {
  readonly #moving: Moving;
  // One that another process has too, which goes on where this one ended.
  readonly #seal = sealFromKey(new Uint8Array(32).fill(3));
  #system: OpenSystem | null = null;
  #schema: Schema | null = null;
  #restarts = 0;
  /** By step: the numbers of those which the account refused. */
  readonly #told = new Map<string, ReadonlySet<number>>();

  constructor(moving: Moving) {
    this.#moving = moving;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** What the account refused. */
  get told(): Told {
    const of = (step: string): ReadonlySet<number> =>
      new Set([...this.#told].flatMap(([slice, numbers]) => (slice.startsWith(step) ? [...numbers] : [])));
    return { companies: of('01'), people: of('02'), links: of('03') };
  }

  async move(): Promise<void> {
    for (const step of steps) {
      const count =
        step.object === 'company' ? companyOf(this.#moving.records - 1) + 1 : this.#moving.records;
      for (let slice = 0; slice * rowsPerSlice < count; slice += 1)
        await this.#again(async (system) => await this.#write(system, step, slice, count));
    }
  }

  /** Takes everything back, what was written last first. */
  async takeBack(): Promise<void> {
    for (const { step, relation: name } of steps.toReversed()) {
      const applied = await this.#again(async (system) => (await system.writes?.applied(run)) ?? []);
      for (const { slice } of applied.filter((one) => one.step === step).toReversed())
        await this.#again(async (system) => {
          const relation = findRelation(await this.#inspected(system), name);
          if (relation) await system.undoes?.undoSlice({ run, step, slice, relation });
        });
    }
    await this.close();
  }

  async #write(system: OpenSystem, step: Step, slice: number, count: number): Promise<void> {
    const relation = findRelation(await this.#inspected(system), step.relation);
    if (relation === undefined || system.writes === null) throw new RangeError(step.relation);
    await system.writes.prepare(run);
    const [from, to] = [slice * rowsPerSlice, Math.min(count, (slice + 1) * rowsPerSlice)];
    const batches: SliceWrite['batches'] = (async function* () {
      const records: { sourceKey: string; row: Row }[] = [];
      for (let at = from; at < to; at += 1)
        records.push({ sourceKey: sourceKey(at), row: await step.row(at, system) });
      yield records;
    })();
    const counts = { rowsRead: to - from, rowsPurged: 0 };
    let told: readonly RefusedRecord[] = [];
    await system.writes.writeSlice({
      run,
      step: step.step,
      slice,
      object: step.object,
      relation,
      mode: 'insert',
      fields: step.fields,
      key: step.key,
      captureIds: true,
      batches,
      beforeCommit: async (those) => {
        told = those;
        return { ...counts, rowsWritten: to - from - told.length, rowsQuarantined: told.length };
      },
    });
    const numberOf = new Map(
      Array.from({ length: to - from }, (_none, at) => [sourceKey(from + at), from + at]),
    );
    const numbers = told.map(({ sourceKey: key }) => numberOf.get(key) ?? -1);
    this.#told.set(`${step.step} ${slice}`, new Set(numbers));
  }

  /** New connections after each failure that may pass, as the engine does it. */
  async #again<Result>(work: (system: OpenSystem) => Promise<Result>): Promise<Result> {
    for (;;)
      try {
        this.#system ??= await hubspot.open(this.#address(), {
          name: 'weather',
          role: 'target',
          clock: this.#moving.clock,
          random: systemRandom,
          log: silentLog,
          seal: this.#seal,
          signal: new AbortController().signal,
        });
        return await work(this.#system);
      } catch (error) {
        await this.close();
        if (!mayPass(error) || this.#restarts >= restartsMost) throw error;
        this.#restarts += 1;
      }
  }

  /** Once for each opening, as a command does it. */
  async #inspected(system: OpenSystem): Promise<Schema> {
    this.#schema ??= await system.inspects.inspect();
    return this.#schema;
  }

  async close(): Promise<void> {
    this.#schema = null;
    await this.#system?.[Symbol.asyncDispose]();
    this.#system = null;
  }

  #address(): HubspotAddress {
    const { server, folder, byOauth = false } = this.#moving;
    return {
      api: server,
      signIn: byOauth
        ? {
            by: 'refresh-token',
            clientId: oauth.clientId,
            secret: new Secret(oauth.clientSecret),
            token: new Secret(oauth.refreshToken),
          }
        : { by: 'access-token', token: new Secret('pat-practice') },
      objects: ['companies', 'contacts'],
      archived: false,
      share: 1,
      quotas: ':memory:',
      state: folder,
    };
  }
}
