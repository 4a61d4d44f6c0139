import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  type HubspotAddress,
  hubspot,
  type OpenSystem,
  type SliceWrite,
} from '../../../src/connectors/index.ts';
import { PracticeClock, sealFromKey, silentLog, systemClock, systemRandom } from '../../../src/host/index.ts';
import { findRelation, isGodwitError, type Row, recordKey, Secret } from '../../../src/model/index.ts';
import { openPracticeHubspot } from '../../../src/practice/index.ts';
import { seededDraw } from '../../../src/practice/seeded-draw.ts';

export interface Weather {
  readonly seed: number;
  readonly records: number;
  /** How many times as fast as the machine's time passes, here and at the account. */
  readonly speed: number;
}

export interface WeatherResult {
  readonly faults: readonly string[];
  /** How often the run ended with an error that may pass, and began again with new connections. */
  readonly restarts: number;
  readonly refused: number;
  /** What the account's own file says: records that are there twice, that are missing, that hold something else, links that are missing. */
  readonly doubled: number;
  readonly missing: number;
  readonly altered: number;
  readonly linksMissing: number;
  /** Records and links that are left after the run was taken back. */
  readonly left: number;
}

const [run, rowsPerSlice, restartsMost] = ['run-1', 500, 60];
const kinds = [
  'reset-in-body',
  'reset-before',
  'carried-out-twice',
  'records-lost',
  'refuse',
  'timeout-after-accepting',
];
const paths = [
  'contacts/batch/create',
  'contacts/batch/read',
  'companies/batch/create',
  'associations/',
  'batch/archive',
  '/crm/',
];

/** Five to nine faults, drawn from the seed: which calls, how many of them, and what befalls them. */
function drawFaults(
  seed: number,
): readonly (Readonly<Record<string, unknown>> & { readonly kind: string })[] {
  const draw = (...from: readonly number[]): number => seededDraw(seed, ...from);
  const pick = (from: readonly string[], ...by: readonly number[]): string =>
    from[Math.floor(draw(...by) * from.length)] ?? '';
  return Array.from({ length: 5 + Math.floor(draw(0) * 5) }, (_none, at) => {
    const kind = pick(kinds, at, 1);
    const isLoss = kind === 'records-lost';
    return {
      kind,
      path: isLoss ? 'batch/create' : pick(paths, at, 2),
      from: 1 + Math.floor(draw(at, 3) * 20),
      every: 2 + Math.floor(draw(at, 4) * 6),
      length: 1 + Math.floor(draw(at, 5) * 2),
      times: 1 + Math.floor(draw(at, 6) * 12),
      ...(isLoss ? { records: 0.02 + draw(at, 7) * 0.2 } : {}),
      ...(kind === 'refuse' ? { status: [502, 503, 429, 423][Math.floor(draw(at, 8) * 4)] } : {}),
      ...(kind === 'timeout-after-accepting' ? { holdMs: 200_000 } : {}),
    };
  });
}

/**
 * Moves companies, people and their links into a practice account in bad weather, begins again whenever an error says that it may
 * pass, looks at the account's own file by plain SQL, takes everything back, and looks again.
 */
export async function moveInWeather({ seed, records, speed }: Weather): Promise<WeatherResult> {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-weather-'));
  const faults = drawFaults(seed);
  const account = {
    callsPerTenSeconds: 100_000,
    searchesPerSecond: 1_000,
    objects: ['companies', 'contacts'].map((name) => ({
      name,
      properties: [{ name: 'legacy_id', unique: true }],
    })),
  };
  const state = join(folder, 'account.sqlite');
  const server = await openPracticeHubspot({ state, account, faults: { seed, faults }, speed });
  try {
    const mover = new Mover({ server: server.url, folder, speed, records });
    const moved = await mover.move();
    const there = lookAt(state, records);
    const left = await mover.takeBack(state);
    return { faults: faults.map(({ kind }) => kind), ...moved, ...there, left };
  } finally {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Moving {
  readonly server: string;
  readonly folder: string;
  readonly speed: number;
  readonly records: number;
}

interface Step {
  readonly step: string;
  readonly object: string;
  readonly relation: string;
  readonly fields: readonly string[];
  readonly key: readonly string[];
  row(at: number, system: OpenSystem): Promise<Row>;
}

const sourceKey = (at: number): string => recordKey([String(at)]);
/** One company for ten people. */
const companyOf = (at: number): number => Math.floor(at / 10);

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

class Mover {
  readonly #moving: Moving;
  readonly #clock: PracticeClock;
  readonly #seal = sealFromKey(systemRandom.bytes(32));
  #system: OpenSystem | null = null;
  #restarts = 0;
  #refused = 0;

  constructor(moving: Moving) {
    this.#moving = moving;
    this.#clock = new PracticeClock(systemClock, Date.now(), moving.speed);
  }

  async move(): Promise<{ readonly restarts: number; readonly refused: number }> {
    for (const step of steps) {
      const count =
        step.object === 'company' ? companyOf(this.#moving.records - 1) + 1 : this.#moving.records;
      for (let slice = 0; slice * rowsPerSlice < count; slice += 1)
        await this.#again(async (system) => await this.#write(system, step, slice, count));
    }
    return { restarts: this.#restarts, refused: this.#refused };
  }

  /** What is left of it in the account. */
  async takeBack(state: string): Promise<number> {
    for (const { step, relation: name } of steps.toReversed()) {
      const applied = await this.#again(async (system) => (await system.writes?.applied(run)) ?? []);
      for (const { slice } of applied.filter((one) => one.step === step).toReversed())
        await this.#again(async (system) => {
          const relation = findRelation(await system.inspects.inspect(), name);
          if (relation) await system.undoes?.undoSlice({ run, step, slice, relation });
        });
    }
    await this.#close();
    const file = new DatabaseSync(state, { readOnly: true });
    const rows = file.prepare('SELECT count(*) AS n FROM records WHERE archived_ms IS NULL').get();
    file.close();
    return Number(rows?.['n'] ?? 0);
  }

  async #write(system: OpenSystem, step: Step, slice: number, count: number): Promise<void> {
    const relation = findRelation(await system.inspects.inspect(), step.relation);
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
    let refused = 0;
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
        refused = those.length;
        return { ...counts, rowsWritten: to - from - refused, rowsQuarantined: refused };
      },
    });
    this.#refused += refused;
  }

  /** New connections after each failure that may pass, as the engine does it. */
  async #again<Result>(work: (system: OpenSystem) => Promise<Result>): Promise<Result> {
    for (;;)
      try {
        this.#system ??= await hubspot.open(this.#address(), {
          name: 'weather',
          role: 'target',
          clock: this.#clock,
          random: systemRandom,
          log: silentLog,
          seal: this.#seal,
          signal: new AbortController().signal,
        });
        return await work(this.#system);
      } catch (error) {
        await this.#close();
        if (!isGodwitError(error) || error.fate !== 'later' || this.#restarts >= restartsMost) throw error;
        this.#restarts += 1;
      }
  }

  async #close(): Promise<void> {
    await this.#system?.[Symbol.asyncDispose]();
    this.#system = null;
  }

  #address(): HubspotAddress {
    const { server, folder } = this.#moving;
    return {
      api: server,
      signIn: { by: 'access-token', token: new Secret('pat-practice') },
      objects: ['companies', 'contacts'],
      archived: false,
      share: 1,
      quotas: ':memory:',
      state: folder,
    };
  }
}

type There = Pick<WeatherResult, 'doubled' | 'missing' | 'altered' | 'linksMissing'>;

/** Plain SQL on the account's own file: nothing of the connector vouches for itself. */
function lookAt(state: string, records: number): There {
  const file = new DatabaseSync(state, { readOnly: true });
  const number = (sql: string): number => Number(file.prepare(sql).get()?.['n'] ?? 0);
  const live = "FROM records WHERE archived_ms IS NULL AND type = '0-1'";
  const legacy = "json_extract(properties, '$.legacy_id')";
  const there = {
    doubled: number(`SELECT count(*) - count(DISTINCT ${legacy}) AS n ${live}`),
    missing: records - number(`SELECT count(DISTINCT ${legacy}) AS n ${live}`),
    altered: number(
      `SELECT count(*) AS n ${live} AND (json_extract(properties, '$.firstname') <> 'person ' || ${legacy}
        OR json_extract(properties, '$.email') <> 'p' || ${legacy} || '@example.org')`,
    ),
    linksMissing:
      records -
      number(
        `SELECT count(*) AS n FROM links JOIN records person ON person.id = from_id JOIN records company ON company.id = to_id
          WHERE person.type = '0-1' AND company.type = '0-2' AND type_id = 279
            AND CAST(json_extract(person.properties, '$.legacy_id') AS INTEGER) / 10
              = CAST(json_extract(company.properties, '$.legacy_id') AS INTEGER)`,
      ),
  };
  file.close();
  return there;
}
