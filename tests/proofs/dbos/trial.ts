import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk';
import { Client } from 'pg';
import type { PostgresAccess } from '../../servers/index.ts';
import { ManyWorld } from '../../workers/many-world.ts';

/**
 * DBOS 5.3 beside the board, as what hands out slices: how much the database has to do for a slice of no work, what becomes of a
 * slice whose process is killed, and of one whose process is frozen, given to another, and wakes up.
 */
export interface TrialResult {
  readonly slices: number;
  readonly dbos: { readonly msPerSlice: number; readonly transactionsPerSlice: number };
  readonly board: { readonly msPerSlice: number; readonly transactionsPerSlice: number };
  /** Of a slice whose executor was killed: whether another began it within half a minute, told by nobody. */
  readonly dbosTakesOverByItself: boolean;
  /** From telling it which executor is dead until another began the slice. */
  readonly dbosTakeoverMsOnceTold: number | null;
  /** How often the work of a slice was done whose executor was frozen and woke up later. */
  readonly dbosEffectsOfOneSlice: number;
}

const executors = 3;

export async function tryDbos(
  server: PostgresAccess,
  { slices, say }: { readonly slices: number; readonly say: (line: string) => void },
): Promise<TrialResult> {
  await using trial = await Trial.begin(server);
  const dbos = await trial.throughDbos(slices);
  say(`through DBOS: ${JSON.stringify(dbos)}`);
  const killed = await trial.killOne();
  say(`killed: ${JSON.stringify(killed)}`);
  const dbosEffectsOfOneSlice = await trial.freezeOne();
  say(`frozen and awake again: the work of one slice was done ${dbosEffectsOfOneSlice} times`);
  await trial.endChildren();
  const board = await trial.throughBoard(slices);
  say(`through the board: ${JSON.stringify(board)}`);
  return { slices, dbos, board, ...killed, dbosEffectsOfOneSlice };
}

class Trial implements AsyncDisposable {
  readonly #server: PostgresAccess;
  readonly #database: string;
  readonly #client: Client;
  readonly #dbos: DBOSClient;
  readonly #children = new Map<string, ChildProcess>();

  private constructor(server: PostgresAccess, database: string, client: Client, dbos: DBOSClient) {
    this.#server = server;
    this.#database = database;
    this.#client = client;
    this.#dbos = dbos;
  }

  static async begin(server: PostgresAccess): Promise<Trial> {
    const { host, port, user, password } = server;
    const database = await server.createDatabase();
    const client = new Client({ host, port, user, password, database });
    await client.connect();
    await client.query(
      'CREATE TABLE done (slice integer, executor text, what text, at timestamptz DEFAULT clock_timestamp())',
    );
    const url = urlOf(server, database);
    // First launches at the same time race in the migrations.
    await DBOS.migrate(url);
    return new Trial(
      server,
      database,
      client,
      await DBOSClient.create({ systemDatabaseUrl: url, applicationName: 'trial' }),
    );
  }

  async #start(what: 'dbos' | 'board', name: string): Promise<void> {
    const script = fileURLToPath(new URL('./trial-child.ts', import.meta.url));
    const child = spawn(
      process.execPath,
      ['--no-warnings', script, what, urlOf(this.#server, this.#database), name],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    this.#children.set(name, child);
    if (what === 'dbos') await once(child.stdout, 'data');
  }

  async throughDbos(slices: number): Promise<TrialResult['dbos']> {
    for (let at = 0; at < executors; at += 1) await this.#start('dbos', `executor ${at}`);
    return await this.#measure(slices, async () => {
      for (let slice = 0; slice < slices; slice += 1) await this.#enqueue(slice, 0);
      while (
        (await this.#number("SELECT count(*) FROM dbos.workflow_status WHERE status = 'SUCCESS'")) < slices
      )
        await delay(50);
    });
  }

  async throughBoard(slices: number): Promise<TrialResult['board']> {
    const { host, port, user, password } = this.#server;
    const order = {
      host,
      port,
      user,
      password,
      database: this.#database,
      rowsPerSlice: 1,
      leaseMs: 3_600_000,
      beatMs: 1_500,
    };
    await using world = await ManyWorld.open(order);
    // The board of the trial, not that of the world: the same tables, another project.
    const { openPostgresWorkBoard } = await import('../../../src/engine/index.ts');
    const board = await openPostgresWorkBoard({
      database: world.database,
      project: 'trial',
      leaseMs: 3_600_000,
    });
    await board.join({ worker: 'lead', host: 'h', pid: 1, version: '1.0.0', purpose: 'p' });
    const leading = await board.lead('lead', 'run');
    if (!leading.leads) throw new Error('nobody else is there');
    for (let at = 0; at < executors; at += 1) await this.#start('board', `worker ${at}`);
    while ((await board.workers()).length < executors + 1) await delay(50);
    const offer = {
      run: 'run',
      step: 'step',
      runbookId: 'r',
      version: '1.0.0',
      view: null,
      position: 'p',
      atOnceMax: null,
    };
    return await this.#measure(slices, async () => {
      await board.offer(leading.token, {
        ...offer,
        slices: Array.from({ length: slices }, (_none, at) => at),
      });
      while ((await board.tally('run', 'step')).done < slices) await delay(50);
    });
  }

  /** A slice that takes a minute, whose executor is killed in it. */
  async killOne(): Promise<Pick<TrialResult, 'dbosTakesOverByItself' | 'dbosTakeoverMsOnceTold'>> {
    const slice = 100_001;
    await this.#enqueue(slice, 60_000);
    const name = await this.#begunBy(slice, 1);
    await this.#kill(name);
    await delay(30_000);
    if ((await this.#begun(slice)).length > 1)
      return { dbosTakesOverByItself: true, dbosTakeoverMsOnceTold: null };
    const began = performance.now();
    await this.#dbos.resumeWorkflow(String(slice), { queueName: 'slices' });
    await this.#begunBy(slice, 2);
    return { dbosTakesOverByItself: false, dbosTakeoverMsOnceTold: Math.round(performance.now() - began) };
  }

  /** A slice of some seconds, whose executor is frozen in it, and wakes up when another has done it. */
  async freezeOne(): Promise<number> {
    const slice = 100_002;
    await this.#enqueue(slice, 3_000);
    const name = await this.#begunBy(slice, 1);
    const child = this.#children.get(name);
    child?.kill('SIGSTOP');
    await this.#dbos.resumeWorkflow(String(slice), { queueName: 'slices' });
    while ((await this.#ended(slice)) < 1) await delay(100);
    child?.kill('SIGCONT');
    await delay(8_000);
    return await this.#ended(slice);
  }

  async #enqueue(slice: number, takesMs: number): Promise<void> {
    const options = {
      workflowName: 'slice',
      queueName: 'slices',
      workflowID: String(slice),
      appVersion: '1',
    };
    await this.#dbos.enqueue<(slice: number, takesMs: number) => Promise<void>>(options, slice, takesMs);
  }

  async #measure(slices: number, work: () => Promise<void>): Promise<TrialResult['board']> {
    const [before, began] = [await this.#transactions(), performance.now()];
    await work();
    const tookMs = performance.now() - began;
    // The server counts a session's transactions with some delay.
    await delay(2_000);
    const transactions = (await this.#transactions()) - before;
    return {
      msPerSlice: Number((tookMs / slices).toFixed(2)),
      transactionsPerSlice: Number((transactions / slices).toFixed(1)),
    };
  }

  async #transactions(): Promise<number> {
    return this.#number(
      'SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()',
    );
  }

  async #number(sql: string): Promise<number> {
    const { rows } = await this.#client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return Number(rows[0]?.[0]);
  }

  async #begun(slice: number): Promise<readonly string[]> {
    const { rows } = await this.#client.query<{ executor: string }>(
      "SELECT executor FROM done WHERE slice = $1 AND what = 'began' ORDER BY at",
      [slice],
    );
    return rows.map(({ executor }) => executor);
  }

  async #begunBy(slice: number, times: number): Promise<string> {
    for (;;) {
      const by = await this.#begun(slice);
      if (by.length >= times) return by.at(-1) ?? '';
      await delay(20);
    }
  }

  async #ended(slice: number): Promise<number> {
    return this.#number(`SELECT count(*) FROM done WHERE slice = ${slice} AND what = 'ended'`);
  }

  async #kill(name: string): Promise<void> {
    const child = this.#children.get(name);
    this.#children.delete(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async endChildren(): Promise<void> {
    await Promise.all([...this.#children.keys()].map(async (name) => this.#kill(name)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.endChildren();
    await this.#dbos.destroy();
    await this.#client.end();
  }
}

function urlOf({ host, port, user, password }: PostgresAccess, database: string): string {
  return `postgresql://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}?sslmode=disable`;
}
