/**
 * `node bench/prove/engine-rate.ts [records]`: how fast the records lane is, and how much memory it takes, for records of ten
 * fields from SQLite to SQLite and to PostgreSQL, one third and the whole of the number of records: memory must not grow with it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { OpenSystem } from '../../src/connectors/index.ts';
import { postgres, sqlite } from '../../src/connectors/index.ts';
import {
  executeStep,
  lockProject,
  type ObjectPlan,
  openSession,
  openSqliteJournal,
} from '../../src/engine/index.ts';
import type { Transform } from '../../src/expressions/index.ts';
import { SqliteFile, sealFromKey, silentLog, systemClock, systemRandom } from '../../src/host/index.ts';
import { findRelation, type Relation, type RunbookStep, Secret, Warrant } from '../../src/model/index.ts';
import { startPostgres } from '../../tests/servers/index.ts';

const records = Number(process.argv[2] ?? 300_000);
const seal = sealFromKey(new Uint8Array(32));
const context = {
  clock: systemClock,
  random: systemRandom,
  log: silentLog,
  seal,
  signal: new AbortController().signal,
};
const fields = [
  'id',
  'email',
  'first_name',
  'last_name',
  'city',
  'visits',
  'balance',
  'born',
  'note',
  'active',
];
const step: RunbookStep = {
  id: 'copy',
  title: 'copy',
  action: { kind: 'copy', object: 'contact', deferred: [] },
  shows: [],
  check: '',
  stopPoint: null,
  rollback: null,
  irreversible: false,
  approver: '',
  rehearsedMs: null,
};

const transform: Transform = {
  object: 'contact',
  targetFields: fields,
  lookups: [],
  apply: (row) => ({
    kind: 'records',
    rows: [[row[0] ?? null, String(row[1]).toLowerCase(), ...row.slice(2)]],
  }),
};

const columns = `(id INTEGER PRIMARY KEY, email TEXT, first_name TEXT, last_name TEXT, city TEXT, visits INTEGER,
  balance TEXT, born TEXT, note TEXT, active INTEGER)`;

const folder = await mkdtemp(join(tmpdir(), 'godwit-rate-'));
await using server = await startPostgres({ major: 18, settings: { shared_buffers: "'256MB'" } });
for (const count of [Math.round(records / 3), records]) {
  await measure('sqlite', count);
  await measure('postgres', count);
}
await rm(folder, { recursive: true });

async function measure(kind: 'sqlite' | 'postgres', count: number): Promise<void> {
  const path = join(folder, `${kind}-${count}`);
  const source = async (): Promise<OpenSystem> =>
    sqlite.open({ path: `${path}-source` }, { ...context, name: 'old', role: 'source' });
  seed(`${path}-source`, count);
  const target = kind === 'sqlite' ? sqliteTarget(`${path}-target`) : await postgresTarget();
  const plan = await planOf(source, target);
  const fresh = await target();
  const warrant = Warrant.issue({
    runbookId: 'rate',
    world: 'rehearsal',
    target: await fresh.fingerprint(),
    steps: [step.id],
    expiresAt: '2100-01-01T00:00:00.000Z',
    approvals: [],
  });
  await fresh[Symbol.asyncDispose]();
  await using journal = openSqliteJournal({ path: `${path}-journal`, seal, clock: systemClock });
  using lock = lockProject({ path: `${path}-lock`, purpose: 'a measurement', clock: systemClock });
  let peak = 0;
  await using session = await openSession({
    run: 'rate',
    runbookId: 'rate',
    journal,
    systems: { source, target },
    lock,
    warrant,
    ...context,
    record: async () => undefined,
    judge: () => 'go',
    onProgress: () => {
      peak = Math.max(peak, process.memoryUsage().rss);
    },
    mask: (text) => text,
  });
  const beganMs = performance.now();
  const report = await executeStep(session, step, new Map([['contact', plan]]));
  const seconds = (performance.now() - beganMs) / 1000;
  if (report.counts?.rowsWritten !== count)
    throw new Error(`${report.counts?.rowsWritten} of ${count} written`);
  const line = `sqlite -> ${kind}: ${count} records in ${seconds.toFixed(1)} s, ${Math.round(count / seconds)} a second`;
  process.stdout.write(`${line}, peak memory ${Math.round(peak / 1e6)} MB\n`);
}

function seed(path: string, count: number): void {
  using file = new SqliteFile(path);
  file.run(`CREATE TABLE contacts ${columns};
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO contacts SELECT i, 'C' || i || '@example.org', 'Zoë', 'number ' || i, 'Göteborg', i % 90,
      (i % 1000) || '.50', '1990-01-02', 'a note about contact number ' || i, i % 2 FROM n`);
}

function sqliteTarget(path: string): () => Promise<OpenSystem> {
  using file = new SqliteFile(path);
  file.run(`CREATE TABLE contacts ${columns}`);
  return async () => sqlite.open({ path }, { ...context, name: 'new', role: 'target' });
}

async function postgresTarget(): Promise<() => Promise<OpenSystem>> {
  const database = await server.createDatabase();
  const { host, port, user } = server;
  const client = new Client({ host, port, user, password: server.password, database });
  await client.connect();
  await client.query(`CREATE TABLE contacts (id bigint PRIMARY KEY, email text, first_name text, last_name text, city text,
    visits integer, balance numeric(12,2), born date, note text, active integer)`);
  await client.end();
  const address = {
    host,
    port,
    user,
    database,
    password: new Secret(server.password),
    schema: 'public',
    tls: 'off' as const,
  };
  return async () => postgres.open(address, { ...context, name: 'new', role: 'target' });
}

async function planOf(
  source: () => Promise<OpenSystem>,
  target: () => Promise<OpenSystem>,
): Promise<ObjectPlan> {
  const relationOf = async (open: () => Promise<OpenSystem>): Promise<Relation> => {
    await using system = await open();
    const found = findRelation(await system.inspects.inspect(), 'contacts');
    if (!found) throw new Error('no relation contacts');
    return found;
  };
  return {
    object: 'contact',
    source: await relationOf(source),
    target: await relationOf(target),
    mode: 'empty-only',
    key: ['id'],
    captureIds: false,
    copyTransform: () => transform,
    linkTransform: () => transform,
  };
}
