import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { type PostgresAccess, startPostgres } from '../../tests/servers/index.ts';
import { differences, type ManyOrder, ManyWorld } from '../../tests/workers/many-world.ts';
import { median } from '../crm/measure-in-turns.ts';
import type { BenchOptions, Figure } from '../figure.ts';

/**
 * One copy of 4 million records within a PostgreSQL 18 on this machine, by the process that leads alone and by it and a worker, in turns. Both
 * share the processors with the database, so two are not twice as fast. The worker is there, and has looked at both systems, before
 * the time begins. Every result is compared in SQL before its time counts; one to which the worker brought nothing is none.
 *
 * The slices are as many at every scale: a worker opens both systems anew when a step is offered, and what is over in a few slices
 * is over by then.
 */
const rowsFull = 4_000_000;
const slices = 80;

export async function* bench({ scale, runs }: BenchOptions): AsyncGenerator<Figure> {
  const rowsPerSlice = Math.ceil((rowsFull * scale) / slices);
  const rows = slices * rowsPerSlice;
  await using server = await startPostgres({ major: 18 });
  const template = await makeTables(server, rows);
  const seconds = { one: [] as number[], two: [] as number[] };
  const parts: number[] = [];
  for (let round = 0; round < runs; round += 1)
    for (const way of round % 2 === 0 ? (['one', 'two'] as const) : (['two', 'one'] as const)) {
      const measured = await copyOnce(server, template, { workers: way === 'one' ? 0 : 1, rowsPerSlice });
      seconds[way].push(measured.seconds);
      if (way === 'two') parts.push(measured.broughtByWorkers);
    }
  const of = { bench: 'two-workers', case: `${rows} records, slices of ${rowsPerSlice}` };
  const [one, two] = [median(seconds.one), median(seconds.two)];
  yield { ...of, figure: 'one process', value: rounded(one), unit: 's' };
  const beside = { against: 'one process', ratio: one / two };
  yield { ...of, figure: 'two processes', value: rounded(two), unit: 's', ...beside };
  const share = (100 * median(parts)) / slices;
  yield { ...of, figure: 'slices that the worker brought', value: Math.round(share), unit: '%' };
}

async function makeTables(server: PostgresAccess, rows: number): Promise<string> {
  const { host, port, user, password } = server;
  const database = await server.createDatabase();
  const client = new Client({ host, port, user, password, database });
  await client.connect();
  await client.query(`CREATE SCHEMA old; CREATE SCHEMA new;
    CREATE TABLE old.things (id bigint PRIMARY KEY, code text NOT NULL UNIQUE, points numeric, note text);
    INSERT INTO old.things SELECT i, 'c' || i, i / 7.0, repeat('ü', (i % 90)::integer) FROM generate_series(1, ${rows}) i;
    CREATE TABLE new.things (id bigint PRIMARY KEY, code text NOT NULL UNIQUE, points numeric, note text)`);
  await client.query('VACUUM (ANALYZE, FREEZE) old.things');
  await client.end();
  return database;
}

async function copyOnce(
  server: PostgresAccess,
  template: string,
  { workers, rowsPerSlice }: { readonly workers: number; readonly rowsPerSlice: number },
): Promise<{ readonly seconds: number; readonly broughtByWorkers: number }> {
  const { host, port, user, password } = server;
  const database = await server.createDatabase(undefined, template);
  const order = { host, port, user, password, database, rowsPerSlice, leaseMs: 5_000, beatMs: 1_250 };
  await using world = await ManyWorld.open(order);
  const children = Array.from({ length: workers }, () => startWorker(order));
  try {
    const seated = async (): Promise<number> => (await world.board.workers()).length;
    while ((await seated()) < workers) await delay(50);
    const began = performance.now();
    const { outcome } = await world.lead();
    const seconds = (performance.now() - began) / 1_000;
    if (outcome !== 'done' || (await world.ask(differences)) !== '0')
      throw new Error(`the copy is not the source (${outcome})`);
    const seen = await world.board.workers();
    const helpers = seen.filter(({ purpose }) => purpose === 'godwit worker');
    const broughtByWorkers = helpers.reduce((sum, { slicesDone }) => sum + slicesDone, 0);
    if (helpers.some(({ slicesDone }) => slicesDone === 0))
      throw new Error('the worker brought no slice: this is not the time of two processes');
    return { seconds, broughtByWorkers };
  } finally {
    await Promise.all(children.map(endWorker));
  }
}

function startWorker(order: ManyOrder): ChildProcess {
  const script = fileURLToPath(new URL('../../tests/proofs/workers/worker-child.ts', import.meta.url));
  return spawn(process.execPath, ['--no-warnings', script, JSON.stringify(order)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function endWorker(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
