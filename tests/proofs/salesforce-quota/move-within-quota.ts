import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OpenSystem, type SalesforceAddress, salesforce } from '../../../src/connectors/index.ts';
import { type Log, PracticeClock, sealFromKey, silentLog, systemRandom } from '../../../src/host/index.ts';
import { findRelation, isGodwitError, type Relation, recordKey, Secret } from '../../../src/model/index.ts';
import { openPracticeSalesforce } from '../../../src/practice/index.ts';
import { OwnSockets } from '../quota-rate/own-sockets.ts';
import { VirtualClock } from '../quota-rate/virtual-clock.ts';
import { CallsAtOnce } from './calls-at-once.ts';
import { checkLots, type Lot, type LotsCheck, lotsOf, parentOf } from './lots.ts';

export interface Pool {
  readonly records: number;
  /** Files beside them, each of which is a call. */
  readonly files: number;
  readonly callsADay: number;
  /** Of every ten calls, how many somebody else makes. */
  readonly othersOfTen: number;
  /** Who write at once, each as a process of its own: over own connections, with what is counted and kept shared. */
  readonly writers: number;
  /** How long the org works on a call. From 20 seconds on it bears only 25 of them at once. */
  readonly callMs: number;
  readonly seed: number;
  /** Where the org, and what the project keeps, is; a move that was cut off there goes on. */
  readonly folder: string;
}

export interface PoolResult extends LotsCheck {
  readonly calls: number;
  /** Calls that the org refused because there were too many. */
  readonly tooMany: number;
  /** How often it stopped because the calls were used up, and went on in a new process's place when they came back. */
  readonly pauses: number;
  /** In the org's time. */
  readonly days: number;
  readonly jobs: number;
  /** Calls that brought a file. */
  readonly uploads: number;
  /** The most calls that the org had at once. */
  readonly mostAtOnce: number;
}

const run = 'run-1';
const rowsPerSlice = 5_000;
/** Where many write at once, each has some slices of every object to write. */
const rowsPerSliceOfMany = 1_000;
const filesPerSlice = 200;
/** A practice clock looks at its machine's 20 times a second: the sleeps of a second are one look long. */
const speed = 1_000;
/** Turns of the event loop in which what came over a socket is worked on, with plenty to spare. */
const turns = 64;
const startMs = Date.parse('2026-11-22T09:00:00Z');
/** A wait of this length is let pass at once; the move ends for it and begins anew. */
const longWaitMs = 20 * 60_000;
const dayMs = 24 * 60 * 60_000;

/** Thrown through a move that would wait for long. */
class LongWait extends Error {}

/**
 * Moves accounts, contacts, deals and activities into a practice org with so many calls a day, slice by slice; when they are used
 * up it ends, as a process that is stopped, and another one goes on when they have come back. Time passes when nobody has anything to do.
 */
export async function moveWithinQuota(pool: Pool): Promise<PoolResult> {
  const { records, files, callsADay, othersOfTen, callMs, seed, folder } = pool;
  mkdirSync(folder, { recursive: true });
  const state = join(folder, 'org.sqlite');
  const lots = lotsOf(records, files);
  const legacy = { name: 'Legacy__c', type: 'string', length: 20, unique: true, externalId: true };
  const latency = { callMs };
  const org = { callsADay, latency, objects: lots.map(({ object }) => ({ name: object, fields: [legacy] })) };
  const order = { kind: 'order', order: 'use-calls', content: { calls: othersOfTen } };
  const faults = { seed, faults: othersOfTen === 0 ? [] : [{ ...order, every: 10 - othersOfTen }] };
  using sockets = new OwnSockets();
  using atOnce = new CallsAtOnce();
  const machine = new VirtualClock(startMs, turns, sockets);
  const told = toldIn(folder);
  const server = await openPracticeSalesforce({
    state,
    org,
    faults,
    speed,
    machine,
    ...(told === null ? { start: new Date(startMs).toISOString() } : { port: told.port }),
  });
  try {
    const begun = told ?? {
      port: Number(new URL(server.url).port),
      calls: 0,
      tooMany: 0,
      jobs: 0,
      pauses: 0,
      uploads: 0,
      mostAtOnce: 0,
    };
    const move = new QuotaMove(server.url, pool, { lots, machine, atOnce, told: begun });
    return { ...(await machine.run(move.whole())), ...checkLots(state, lots) };
  } finally {
    await server[Symbol.asyncDispose]();
  }
}

/** What was counted so far, and where the org listens: its calls are counted under that name. */
interface Counted {
  readonly port: number;
  calls: number;
  tooMany: number;
  jobs: number;
  pauses: number;
  uploads: number;
  mostAtOnce: number;
}

const countedIn = (folder: string): string => join(folder, 'counted.json');

const toldIn = (folder: string): Counted | null =>
  existsSync(countedIn(folder)) ? (JSON.parse(readFileSync(countedIn(folder), 'utf8')) as Counted) : null;

interface Moved {
  readonly lots: readonly Lot[];
  readonly machine: VirtualClock;
  readonly atOnce: CallsAtOnce;
  readonly told: Counted;
}

class QuotaMove {
  readonly #instance: string;
  readonly #pool: Pool;
  readonly #lots: readonly Lot[];
  readonly #machine: VirtualClock;
  readonly #atOnce: CallsAtOnce;
  readonly #counted: Counted;
  // One that another process has too, which goes on where this one ended.
  readonly #seal = sealFromKey(new Uint8Array(32).fill(3));

  constructor(instance: string, pool: Pool, { lots, machine, atOnce, told }: Moved) {
    this.#instance = instance;
    this.#pool = pool;
    this.#lots = lots;
    this.#machine = machine;
    this.#atOnce = atOnce;
    this.#counted = told;
  }

  async whole(): Promise<Omit<PoolResult, keyof LotsCheck>> {
    for (let failures = 0; ; ) {
      const wait = await this.#goOn();
      if (wait === null) break;
      if (wait.ms === 0) failures += 1;
      else this.#counted.pauses += 1;
      if (failures > 20) throw wait.error;
      await this.#tell('clock', { advanceMs: wait.ms });
    }
    const days = Number((((await this.#now()) - startMs) / dayMs).toFixed(2));
    const { port: _port, ...counted } = this.#counted;
    return { ...counted, days };
  }

  /** Until it is done, or has to wait for long. Null where it is done. */
  async #goOn(): Promise<{ readonly ms: number; readonly error: unknown } | null> {
    const stop = new AbortController();
    let waitMs = 0;
    const clock = new PracticeClock(this.#machine, await this.#now(), speed);
    const log: Log = {
      ...silentLog,
      debug: (message, details) => this.#count(message, details),
      info: (message, details) => {
        if (message !== 'pause' || stop.signal.aborted) return;
        waitMs = Date.parse(String(details?.['until'])) - clock.nowMs();
        if (waitMs > longWaitMs) stop.abort(new LongWait());
      },
    };
    try {
      await using opened = new AsyncDisposableStack();
      const open = async (): Promise<OpenSystem> => opened.use(await this.#open(log, stop.signal));
      const writers: [OpenSystem, ...OpenSystem[]] = [await open()];
      while (writers.length < this.#pool.writers) writers.push(await open());
      for (const [at, lot] of this.#lots.entries())
        await this.#bring(writers, lot, `0${at + 1}-${lot.object}`);
      return null;
    } catch (error) {
      if (stop.signal.aborted) return { ms: waitMs, error };
      if (isGodwitError(error) && error.fate === 'later') return { ms: 0, error };
      throw error;
    }
  }

  #count(message: string, details: Readonly<Record<string, unknown>> = {}): void {
    if (message !== 'call') return;
    this.#counted.calls += 1;
    if (details['outcome'] === 'throttled') this.#counted.tooMany += 1;
    const [label, status] = [String(details['label']), Number(details['status'])];
    if (status === 200 && label.startsWith('make bulk job')) this.#counted.jobs += 1;
    if (status === 201 && label === 'upload ContentVersion') this.#counted.uploads += 1;
    this.#counted.mostAtOnce = Math.max(this.#counted.mostAtOnce, this.#atOnce.most);
    writeFileSync(countedIn(this.#pool.folder), JSON.stringify(this.#counted));
  }

  /** Whoever has written a slice takes the next one that nobody took. */
  async #bring(writers: readonly [OpenSystem, ...OpenSystem[]], lot: Lot, step: string): Promise<void> {
    const [first] = writers;
    const relation = findRelation(await first.inspects.inspect(), lot.object);
    if (relation === undefined) throw new RangeError(lot.object);
    const waiting = await slicesLeft(first, lot, { step, rows: this.#rowsPerSlice(lot) });
    const ended = await Promise.allSettled(
      writers.map(async ({ writes }) => {
        if (writes === null) throw new RangeError(lot.object);
        for (let slice = waiting.shift(); slice !== undefined; slice = waiting.shift())
          await this.#write({ writes, relation, lot, step, slice });
      }),
    );
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
  }

  #rowsPerSlice({ object }: Lot): number {
    if (object === 'ContentVersion') return filesPerSlice;
    return this.#pool.writers > 1 ? rowsPerSliceOfMany : rowsPerSlice;
  }

  async #write({ writes, relation, lot, step, slice }: Writing): Promise<void> {
    const rows = this.#rowsPerSlice(lot);
    const from = slice * rows;
    const count = Math.min(lot.count - from, rows);
    const ids = await parentIds(writes, lot, from, count);
    await writes.writeSlice({
      run,
      step,
      slice,
      object: lot.object,
      relation,
      mode: 'insert',
      fields: lot.fields,
      key: ['Id'],
      captureIds: true,
      batches: (async function* () {
        for (let at = from; at < from + count; at += 1)
          yield [{ sourceKey: keyOf(at), row: lot.row(at, ids(at)) }];
      })(),
      beforeCommit: async (refused) => {
        if (refused.length > 0) throw new RangeError(`${lot.object}: ${refused[0]?.message}`);
        return { rowsRead: count, rowsPurged: 0, rowsWritten: count, rowsQuarantined: 0 };
      },
    });
  }

  async #open(log: Log, signal: AbortSignal): Promise<OpenSystem> {
    const address: SalesforceAddress = {
      instance: this.#instance,
      login: null,
      signIn: { by: 'client-credentials', clientId: 'practice', secret: new Secret('practice-secret') },
      version: '62.0',
      objects: this.#lots.map(({ object }) => object),
      share: 1,
      quotas: join(this.#pool.folder, 'quotas.sqlite'),
      journal: join(this.#pool.folder, 'written.sqlite'),
      clock: 'practice',
    };
    const context = {
      name: 'target',
      role: 'target',
      clock: this.#machine,
      random: systemRandom,
    } as const;
    return await salesforce.open(address, { ...context, log, seal: this.#seal, signal });
  }

  async #now(): Promise<number> {
    const answer = await fetch(`${this.#instance}/__practice/state`);
    return Date.parse(((await answer.json()) as { readonly now: string }).now);
  }

  async #tell(order: string, content: object): Promise<void> {
    const body = JSON.stringify(content);
    await fetch(`${this.#instance}/__practice/${order}`, { method: 'POST', body });
  }
}

interface Writing {
  readonly writes: NonNullable<OpenSystem['writes']>;
  readonly relation: Relation;
  readonly lot: Lot;
  readonly step: string;
  readonly slice: number;
}

async function slicesLeft(
  system: OpenSystem,
  { count }: Lot,
  { step, rows }: { readonly step: string; readonly rows: number },
): Promise<number[]> {
  const applied = (await system.writes?.applied(run)) ?? [];
  const done = new Set(applied.filter((one) => one.step === step).map(({ slice }) => slice));
  return Array.from({ length: Math.ceil(count / rows) }, (_none, slice) => slice).filter(
    (slice) => !done.has(slice),
  );
}

const keyOf = (at: number): string => recordKey([String(at)]);

/** The ids that the org gave to the parents of these records. */
async function parentIds(
  writes: Writing['writes'],
  { parent }: Lot,
  from: number,
  count: number,
): Promise<(at: number) => string> {
  if (parent === null) return () => '';
  const wanted = Array.from({ length: count }, (_none, at) => keyOf(parentOf(from + at, parent)));
  const found = await writes.resolve(run, parent.of, [...new Set(wanted)]);
  return (at) => String(found.get(keyOf(parentOf(at, parent)))?.[0] ?? '');
}
