import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import type { PostgresAccess } from '../../servers/index.ts';
import { differences, type ManyOrder, ManyWorld, tablesOf } from '../../workers/many-world.ts';
import { Standstills } from './standstills.ts';

/**
 * A copy that one process leads and three others work on, while these are killed (SIGKILL) or frozen (SIGSTOP) again and again with a
 * slice in their hands, in the midst of its transaction. What they held has to go to another in time, a frozen one that wakes
 * up must bring nothing, and at the end every record is compared by plain SQL.
 */
export interface WorkersOptions {
  readonly server: PostgresAccess;
  readonly kills: number;
  readonly freezes: number;
  readonly slices: number;
  readonly rowsPerSlice: number;
  /** How long the target takes over one record of each slice, so that there is a moment to be struck in. */
  readonly sliceMs: number;
  readonly leaseMs: number;
  readonly beatMs: number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly say: (line: string) => void;
}

export interface WorkersResult {
  readonly workers: number;
  readonly slices: number;
  readonly kills: number;
  readonly freezes: number;
  /** Strikes in which the whole machine stood still: they are in no other number, and were done again. */
  readonly repeated: number;
  /** From the signal until another had the slice, in milliseconds; sorted. */
  readonly takeoversMs: readonly number[];
  /** Struck between having the slice and having brought it: told again by the board. */
  readonly struckWithSlice: number;
  readonly outcome: string;
  readonly recordsDifferent: number;
  readonly recordsTwice: number;
  readonly checkpoints: number;
  readonly quarantineExpected: number;
  readonly quarantineFound: number;
  readonly quarantineTwice: number;
}

const workers = 3;

export async function strikeWorkers(options: WorkersOptions): Promise<WorkersResult> {
  const { host, port, user, password } = options.server;
  const database = await options.server.createDatabase();
  const { rowsPerSlice, leaseMs, beatMs } = options;
  const order: ManyOrder = { host, port, user, password, database, rowsPerSlice, leaseMs, beatMs };
  const client = new Client({ host, port, user, password, database });
  await client.connect();
  await client.query(tablesOf(options.slices * rowsPerSlice));
  await client.query(slowTarget(options));
  await using world = await ManyWorld.open(order);
  const crowd = new Crowd(order);
  try {
    const leading = world.lead();
    const over = new AbortController();
    leading.then(
      () => over.abort(),
      () => over.abort(),
    );
    using standstills = new Standstills();
    const struck = await new Striker(options, client, crowd, over.signal, standstills).strikeAll();
    // The rest need not take its time.
    await client.query(slowFunction(options.rowsPerSlice, 0));
    const report = await leading;
    return {
      ...struck,
      workers,
      slices: options.slices,
      outcome: report.outcome,
      ...(await compare(options, world)),
    };
  } finally {
    await crowd.end();
    await client.end();
  }
}

/** One record of each slice makes the target wait inside the COPY that brings it. */
function slowTarget({ rowsPerSlice, sliceMs }: WorkersOptions): string {
  return `${slowFunction(rowsPerSlice, sliceMs)}
    ALTER TABLE new.things ADD CONSTRAINT slow CHECK (new.slow(id));`;
}

function slowFunction(rowsPerSlice: number, sliceMs: number): string {
  return `
    CREATE OR REPLACE FUNCTION new.slow(id bigint) RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN
      IF id % ${rowsPerSlice} = ${Math.floor(rowsPerSlice / 2)} THEN PERFORM pg_sleep(${sliceMs / 1000}); END IF;
      RETURN true;
    END $$;`;
}

/** The worker processes; one that was killed is replaced. */
class Crowd {
  readonly #order: ManyOrder;
  readonly #children = new Map<number, ChildProcess>();

  constructor(order: ManyOrder) {
    this.#order = order;
    for (let at = 0; at < workers; at += 1) this.start();
  }

  start(): void {
    const script = fileURLToPath(new URL('./worker-child.ts', import.meta.url));
    const child = spawn(process.execPath, ['--no-warnings', script, JSON.stringify(this.#order)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (child.pid !== undefined) this.#children.set(child.pid, child);
  }

  has(pid: number): boolean {
    return this.#children.has(pid);
  }

  signal(pid: number, signal: NodeJS.Signals): void {
    this.#children.get(pid)?.kill(signal);
  }

  async kill(pid: number): Promise<void> {
    const child = this.#children.get(pid);
    this.#children.delete(pid);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async end(): Promise<void> {
    await Promise.all([...this.#children.keys()].map(async (pid) => this.kill(pid)));
  }
}

type Struck = Pick<WorkersResult, 'kills' | 'freezes' | 'repeated' | 'takeoversMs' | 'struckWithSlice'>;

interface Held {
  readonly pid: number;
  readonly slice: number;
  readonly token: string;
}

class Striker {
  readonly #options: WorkersOptions;
  readonly #client: Client;
  readonly #crowd: Crowd;
  readonly #over: AbortSignal;
  readonly #standstills: Standstills;
  readonly #takeovers: number[] = [];
  #struckWithSlice = 0;
  readonly #done = { kills: 0, freezes: 0, repeated: 0 };

  constructor(
    options: WorkersOptions,
    client: Client,
    crowd: Crowd,
    over: AbortSignal,
    standstills: Standstills,
  ) {
    this.#options = options;
    this.#client = client;
    this.#crowd = crowd;
    this.#over = over;
    this.#standstills = standstills;
  }

  async strikeAll(): Promise<Struck> {
    const { kills, freezes } = this.#options;
    while (this.#done.kills + this.#done.freezes < kills + freezes) {
      const victim = await this.#someoneAtWork();
      if (victim === null) break;
      const kind = this.#nextKind();
      await delay(this.#options.random() * 50);
      await this.#strike(kind, victim);
    }
    return {
      ...this.#done,
      takeoversMs: [...this.#takeovers].sort((a, b) => a - b),
      struckWithSlice: this.#struckWithSlice,
    };
  }

  /** Both kinds, mixed, until each has its number. */
  #nextKind(): 'kills' | 'freezes' {
    const { kills, freezes, random } = this.#options;
    const left = { kills: kills - this.#done.kills, freezes: freezes - this.#done.freezes };
    return random() * (left.kills + left.freezes) < left.kills ? 'kills' : 'freezes';
  }

  async #strike(kind: 'kills' | 'freezes', { pid, slice, token }: Held): Promise<void> {
    const { random, leaseMs } = this.#options;
    const { count } = this.#standstills;
    const began = performance.now();
    if (kind === 'kills') await this.#crowd.kill(pid);
    else this.#crowd.signal(pid, 'SIGSTOP');
    const withSlice = (await this.#seen(slice, token)) === 'held';
    // One that nobody took until the run was over counts with the time it waited.
    const taken = (await this.#outcome(slice, token)) !== 'done';
    const tookMs = Math.round(performance.now() - began);
    if (this.#standstills.count !== count) this.#repeat(slice);
    else this.#keep(kind, slice, withSlice, taken ? tookMs : null);
    if (kind === 'kills') this.#crowd.start();
    else {
      // It wakes up while the other one is at it, or long after.
      await delay(random() * leaseMs);
      this.#crowd.signal(pid, 'SIGCONT');
    }
  }

  /** What becomes of a slice whose owner was struck; one that was committed just before is done, and nobody has to take it over. */
  async #outcome(slice: number, token: string): Promise<'taken over' | 'done' | 'held'> {
    let seen = await this.#seen(slice, token);
    while (seen === 'held' && !this.#over.aborted) {
      await delay(20);
      seen = await this.#seen(slice, token);
    }
    return seen;
  }

  #keep(kind: 'kills' | 'freezes', slice: number, withSlice: boolean, takeoverMs: number | null): void {
    this.#done[kind] += 1;
    if (withSlice) this.#struckWithSlice += 1;
    if (takeoverMs !== null) this.#takeovers.push(takeoverMs);
    const until = takeoverMs === null ? 'was done' : `${takeoverMs} ms until another had it`;
    this.#options.say(`${kind === 'kills' ? 'killed' : 'frozen'} with slice ${slice}: ${until}`);
  }

  #repeat(slice: number): void {
    this.#done.repeated += 1;
    this.#options.say(`struck with slice ${slice}: the machine stood still, another one instead`);
  }

  async #seen(slice: number, token: string): Promise<'taken over' | 'done' | 'held'> {
    const { rows } = await this.#client.query<{ token: string; state: string }>(
      'SELECT token::text, state FROM godwit_journal_claim WHERE slice = $1',
      [slice],
    );
    const [row] = rows;
    if (row?.token !== token) return 'taken over';
    return row.state === 'done' ? 'done' : 'held';
  }

  /** A worker that has a slice and is in the midst of its transaction; null when the run is over. */
  async #someoneAtWork(): Promise<Held | null> {
    while (!this.#over.aborted) {
      const { rows } = await this.#client.query<{ pid: string; slice: number; token: string }>(holding);
      const found = rows.find(({ pid }) => this.#crowd.has(Number(pid)));
      if (found) return { ...found, pid: Number(found.pid) };
      await delay(20);
    }
    return null;
  }
}

/** By chance one of those that hold a slice while their lease lasts. */
const holding = `
  SELECT w.pid::text, c.slice, c.token::text FROM godwit_journal_claim c JOIN godwit_journal_worker w USING (project, worker)
  WHERE c.state = 'held' AND w.left_at IS NULL AND w.until > clock_timestamp() AND w.purpose = 'godwit worker'
  ORDER BY random()`;

async function compare(
  { slices, rowsPerSlice }: WorkersOptions,
  world: ManyWorld,
): Promise<
  Pick<
    WorkersResult,
    | 'recordsDifferent'
    | 'recordsTwice'
    | 'checkpoints'
    | 'quarantineExpected'
    | 'quarantineFound'
    | 'quarantineTwice'
  >
> {
  const kept = await world.quarantined();
  const count = async (sql: string): Promise<number> => Number(await world.ask(sql));
  return {
    recordsDifferent: await count(differences),
    recordsTwice: await count('SELECT count(*) - count(DISTINCT code) FROM new.things'),
    checkpoints: await count('SELECT count(*) FROM godwit.checkpoint'),
    quarantineExpected: Math.floor((slices * rowsPerSlice) / 50),
    quarantineFound: kept.length,
    quarantineTwice: kept.length - new Set(kept).size,
  };
}

/** What the proof claims: no record is lost or doubled, and whatever a worker held was another's in time. */
export function holdsFor(result: WorkersResult, takeoverMaxMs: number): boolean {
  return (
    result.outcome === 'done' &&
    result.recordsDifferent === 0 &&
    result.recordsTwice === 0 &&
    result.checkpoints === result.slices &&
    result.quarantineFound === result.quarantineExpected &&
    result.quarantineTwice === 0 &&
    (result.takeoversMs.at(-1) ?? 0) <= takeoverMaxMs
  );
}
