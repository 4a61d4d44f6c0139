import {
  type OpenSystem,
  type OwnDatabase,
  postgres,
  postgresOwnDatabase,
} from '../../src/connectors/index.ts';
import {
  executeStep,
  helpStep,
  leadTeam,
  type ObjectPlan,
  type Offer,
  openPostgresJournal,
  openPostgresWorkBoard,
  Seat,
  type SessionOptions,
  type StepReport,
  seatLock,
  type UndoReport,
  undoRun,
  type WorkBoard,
} from '../../src/engine/index.ts';
import type { Transform } from '../../src/expressions/index.ts';
import { sealFromKey, silentLog, systemClock, systemRandom } from '../../src/host/index.ts';
import { findRelation, isGodwitError, type Relation, Secret } from '../../src/model/index.ts';
import { contextOf, copyThing, openCopy } from '../lanes/copy-session.ts';

/** One copy from one schema of a PostgreSQL to another that several processes work on, journal and board in the same database. */

export interface ManyOrder {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly rowsPerSlice: number;
  readonly leaseMs: number;
  readonly beatMs: number;
}

/** About one record in 50 cannot go: the target refuses it. */
export const tablesOf = (rows: number): string => `
  CREATE SCHEMA old; CREATE SCHEMA new;
  CREATE TABLE old.things (id bigint PRIMARY KEY, code text NOT NULL UNIQUE, points numeric, note text);
  INSERT INTO old.things SELECT i, 'c' || i, CASE WHEN i % 50 = 0 THEN -1 ELSE i / 7.0 END, repeat('ü', i % 90)
    FROM generate_series(1, ${rows}) i;
  CREATE TABLE new.things (id bigint PRIMARY KEY, code text NOT NULL UNIQUE, points numeric CHECK (points >= 0), note text)`;

/** Both directions, by SQL alone; a primary key keeps one record from being there twice, so duplicates are looked for by code. */
export const differences = `
  WITH was AS (SELECT * FROM old.things WHERE points >= 0)
  SELECT (SELECT count(*) FROM (TABLE was EXCEPT ALL TABLE new.things) AS lost)
    + (SELECT count(*) FROM (TABLE new.things EXCEPT ALL TABLE was) AS extra)`;

const seal = sealFromKey(new Uint8Array(32).fill(9));
const fields = ['id', 'code', 'points', 'note'];
const project = 'many';
const run = 'run-1';
/** How often a worker looks whether there is something to take. */
const lookMs = 50;

export class ManyWorld implements AsyncDisposable {
  readonly #order: ManyOrder;
  readonly database: OwnDatabase;
  readonly board: WorkBoard;

  private constructor(order: ManyOrder, database: OwnDatabase, board: WorkBoard) {
    this.#order = order;
    this.database = database;
    this.board = board;
  }

  static async open(order: ManyOrder): Promise<ManyWorld> {
    const { host, port, user, password } = order;
    const login = { host, port, user, password: new Secret(password), database: order.database };
    const address = { ...login, schema: 'public', tls: 'off' } as const;
    const database = postgresOwnDatabase(address, new AbortController().signal);
    const board = await openPostgresWorkBoard({ database, project, leaseMs: order.leaseMs });
    return new ManyWorld(order, database, board);
  }

  async seat(purpose: string, version = '1.0.0'): Promise<Seat> {
    const worker = { worker: systemRandom.uuid(), host: 'here', pid: process.pid, version, purpose };
    const { beatMs } = this.#order;
    return Seat.take({ board: this.board, worker, clock: systemClock, log: silentLog, beatMs });
  }

  /** Leads the copy to its end, taking slices itself. */
  async lead(options: Partial<SessionOptions> = {}): Promise<StepReport> {
    return this.#leading(options, async (session) => executeStep(session, copyThing, await this.#plans()));
  }

  async takeBack(): Promise<UndoReport> {
    return this.#leading({}, async (session) => undoRun(session, await this.#plans()));
  }

  async #leading<Result>(
    options: Partial<SessionOptions>,
    work: (session: Awaited<ReturnType<typeof openCopy>>) => Promise<Result>,
  ): Promise<Result> {
    await using seat = await this.seat('godwit run');
    const { team, lock } = await leadTeam(seat, 'godwit run');
    const { database } = this;
    const journal = await openPostgresJournal({
      database,
      project,
      seal,
      clock: systemClock,
      lead: team.lead,
    });
    await using session = await openCopy(this.#systems, {
      run,
      journal,
      lock,
      team,
      ...this.#limited(options),
    });
    return await work(session);
  }

  /**
   * Takes slices of whatever is offered until the signal; as `godwit worker` does. It has a seat when it has looked at both systems: whoever
   * waits for the seat does not outrun its begin.
   */
  async help(signal: AbortSignal, onSlice: (slice: number) => void = () => undefined): Promise<number> {
    const plans = await this.#plans();
    await using seat = await this.seat('godwit worker');
    let brought = 0;
    const tell = (slice: number): void => {
      brought += 1;
      onSlice(slice);
    };
    while (!signal.aborted) {
      try {
        const [offer] = await this.board.offers();
        if (offer) await this.#helpWith(seat, offer, plans, signal, tell);
      } catch (error) {
        if (!isGodwitError(error) || error.fate === 'never') throw error;
      }
      await systemClock.sleep(lookMs, signal).catch(() => undefined);
    }
    return brought;
  }

  /** Through one session, as long as the step is offered so. */
  async #helpWith(
    seat: Seat,
    offer: Offer,
    plans: ReadonlyMap<string, ObjectPlan>,
    signal: AbortSignal,
    onSlice: (slice: number) => void,
  ): Promise<void> {
    const { board, database } = this;
    const journal = await openPostgresJournal({ database, project, seal, clock: systemClock });
    const lock = seatLock(seat, 'godwit worker');
    const options = this.#limited({ view: offer.view, signal });
    await using session = await openCopy(this.#systems, { run, journal, lock, ...options });
    const { worker } = seat.worker;
    const claimed = { board, worker, offer, onSlice: ({ slice }: { slice: number }) => onSlice(slice) };
    while (!signal.aborted && (await board.offers()).some(({ view }) => view === offer.view)) {
      const { open, abandoned } = await board.tally(run, copyThing.id);
      if (open + abandoned > 0) await helpStep(session, copyThing, plans, claimed);
      await systemClock.sleep(lookMs, signal).catch(() => undefined);
    }
  }

  /** Keys of what is in quarantine, each as often as it is there. */
  async quarantined(): Promise<readonly string[]> {
    const { database } = this;
    const journal = await openPostgresJournal({ database, project, seal, clock: systemClock });
    const found: string[] = [];
    for await (const { keyDigest } of journal.entries({ state: 'open' })) found.push(keyDigest);
    return found;
  }

  async ask(sql: string): Promise<string> {
    return String((await this.database.rows(sql))[0]?.[0]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.database[Symbol.asyncDispose]();
  }

  #limited(options: Partial<SessionOptions>): Partial<SessionOptions> {
    const retry = { baseMs: 20, capMs: 500, budgetMs: 60_000 };
    const limits = { rowsPerSlice: this.#order.rowsPerSlice, pipedSliceFactor: 1, slicesAtOnceMax: 2, retry };
    return { ...options, limits: { ...limits, ...options.limits } };
  }

  readonly #systems = {
    source: async (): Promise<OpenSystem> => this.#open('source'),
    target: async (): Promise<OpenSystem> => this.#open('target'),
  };

  async #open(role: 'source' | 'target'): Promise<OpenSystem> {
    const { host, port, user, password, database } = this.#order;
    const schema = role === 'source' ? 'old' : 'new';
    const address = {
      host,
      port,
      user,
      password: new Secret(password),
      database,
      schema,
      tls: 'off',
    } as const;
    return postgres.open(address, contextOf(role));
  }

  async #plans(): Promise<ReadonlyMap<string, ObjectPlan>> {
    await using source = await this.#open('source');
    await using target = await this.#open('target');
    const transform: Transform = {
      object: 'thing',
      targetFields: fields,
      lookups: [],
      copies: fields.map((name) => ({ source: name, target: name })),
      apply: (row) => ({ kind: 'records', rows: [row] }),
    };
    const relations = { source: await thingsOf(source), target: await thingsOf(target) };
    const rest = { object: 'thing', mode: 'empty-only', key: ['id'], captureIds: false } as const;
    return new Map([
      ['thing', { ...rest, ...relations, copyTransform: () => transform, linkTransform: () => transform }],
    ]);
  }
}

async function thingsOf(system: OpenSystem): Promise<Relation> {
  const found = findRelation(await system.inspects.inspect(), 'things');
  if (!found) throw new Error('no relation things');
  return found;
}
