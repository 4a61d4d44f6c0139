import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import {
  drillRestore,
  initProject,
  isGodwitError,
  noteBackup,
  openKey,
  openProject,
  type Project,
  planRun,
  type RestoreDrillReport,
  Secret,
  signerOf,
  signMapping,
} from '../../../src/index.ts';
import { addPeople, passphrase } from '../../docs/agreed-project.ts';
import { type PostgresServer, startPostgres } from '../../servers/index.ts';
import type { Proof } from '../proof.ts';

const fullMib = 1_024;
const nobody = (): void => undefined;

/**
 * A database of 1 GiB in PostgreSQL: backed up by `pg_dump`, really restored by `pg_restore`, each record compared with the
 * database itself, its time in the runbook; and a plan whose window is shorter than that time refused with that sentence.
 * `--count` says how many MiB.
 */
export const prove: Proof = async ({ count, say }) => {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-restore-proof-'));
  await using server = await startPostgres({ major: 15 });
  try {
    const databaseBytes = await fill(server, (count ?? fullMib) * 1_048_576, say);
    await makeProject(folder, server);
    const taken = await inProject(folder, server, (project) => noteBackup(project, say));
    const drill = await inProject(folder, server, (project) =>
      drillRestore(project, { keep: false, onProgress: say }),
    );
    const planned = await inProject(folder, server, async (project) => {
      await signMapping(project, signerOf(project, openKey(join(folder, 'ada.key'), passphrase)));
      return (await planRun(project, nobody)).runbook.restore;
    });
    const refused = await refusedPlan(folder, server, drill);
    const left = await databasesNamed(server, 'crm_drill');
    return {
      holds:
        drill.passed &&
        planned?.durationMs === drill.durationMs &&
        refused.startsWith('restoring the backup took') &&
        left === 0,
      figures: {
        databaseBytes,
        backupBytes: taken.bytes,
        backupSeconds: taken.durationMs / 1_000,
        restoreSeconds: drill.durationMs / 1_000,
        checksSeconds: drill.checksMs / 1_000,
        secondsInTheRunbook: (planned?.durationMs ?? 0) / 1_000,
        checks: drill.checks,
        refused,
        client: drill.client,
        server: drill.server,
        scratchDatabasesLeft: left,
      },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const recordsAtOnce = 100_000;

/** Documents until the database has so many bytes; answers with how many it has. */
async function fill(server: PostgresServer, bytes: number, say: (text: string) => void): Promise<number> {
  await server.createDatabase('crm');
  await using session = await connected(server, 'crm');
  await session.client.query(`CREATE TABLE person (id bigint PRIMARY KEY, name text NOT NULL);
    CREATE TABLE document (id bigserial PRIMARY KEY, kind int NOT NULL, amount numeric(12,2) NOT NULL, at timestamptz NOT NULL,
      body text NOT NULL CHECK (length(body) > 100));`);
  for (;;) {
    await session.client.query(`INSERT INTO document (kind, amount, at, body)
      SELECT n % 7, n * 0.07, '2020-01-01'::timestamptz + n * interval '1 minute',
        (SELECT string_agg(md5(random()::text || n || m), '') FROM generate_series(1, 12) m)
      FROM generate_series(1, ${recordsAtOnce}) n`);
    const { rows } = await session.client.query<{ size: string }>(
      'SELECT pg_database_size(current_database())::text AS size',
    );
    const size = Number(rows[0]?.size);
    say(`${Math.round(size / 1_048_576)} MiB`);
    if (size < bytes) continue;
    await session.client.query('CREATE INDEX document_kind ON document (kind, at); ANALYZE');
    return size;
  }
}

async function connected(
  { host, port, user, password }: PostgresServer,
  database: string,
): Promise<AsyncDisposable & { readonly client: Client }> {
  const client = new Client({ host, port, user, password, database });
  await client.connect();
  return { client, [Symbol.asyncDispose]: () => client.end() };
}

async function databasesNamed(server: PostgresServer, name: string): Promise<number> {
  await using session = await connected(server, 'postgres');
  const { rowCount } = await session.client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  return rowCount ?? 0;
}

async function makeProject(folder: string, server: PostgresServer): Promise<void> {
  using old = new DatabaseSync(join(folder, 'old.sqlite'));
  old.exec(
    "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL); INSERT INTO person VALUES (1, 'a')",
  );
  const { host, port, user } = server;
  await initProject({
    folder,
    source: 'sqlite:old.sqlite',
    target: `postgres://${user}@${host}:${port}/crm?tls=off`,
  });
  mkdirSync(join(folder, 'mapping'), { recursive: true });
  writeFileSync(
    join(folder, 'mapping/person.yaml'),
    'source: person\ntarget: person\nkey: id\nfields:\n  id: id\n  name: name\n',
  );
  addPeople(folder);
  edit(folder, /$/, drillLines(server));
}

function drillLines({ host, port, user }: PostgresServer): string {
  const scratch = `{ kind: postgres, host: ${host}, port: ${port}, database: crm_drill, user: ${user}, password_env: GODWIT_TARGET_PASSWORD, tls: off }`;
  const read =
    '{ name: documents of each kind, query: select count(distinct kind) from document, expect: 7 }';
  return `drills:\n  restore: { backup: crm.dump, scratch: ${scratch}, app_reads: [${read}] }\n`;
}

function edit(folder: string, from: string | RegExp, to: string): void {
  const path = join(folder, 'godwit.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
}

async function inProject<Answer>(
  folder: string,
  { password }: PostgresServer,
  work: (project: Project) => Promise<Answer>,
): Promise<Answer> {
  const secret = (name: string): Secret => (name === 'GODWIT_PASSPHRASE' ? passphrase : new Secret(password));
  await using project = await openProject(folder, { environment: { secret, text: () => null } });
  return await work(project);
}

/** What is said to a plan whose window is one second shorter than the restore; empty when it is taken. */
async function refusedPlan(
  folder: string,
  server: PostgresServer,
  drill: RestoreDrillReport,
): Promise<string> {
  const from = Date.parse('2026-11-20T20:00:00Z');
  const to = from + (Math.floor(drill.durationMs / 1_000) - 1) * 1_000;
  const [begins, ends] = [from, to].map((at) => new Date(at).toISOString().replace('.000Z', 'Z'));
  edit(folder, '  window:\n', `  window: { from: ${begins}, to: ${ends} }\n`);
  return await inProject(folder, server, async (project) => {
    try {
      await planRun(project, nobody);
      return '';
    } catch (error) {
      if (isGodwitError(error) && error.code === 'runbook.restore-too-slow') return error.detail ?? '';
      throw error;
    }
  });
}
