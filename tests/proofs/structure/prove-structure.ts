import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import {
  decidableFindings,
  type Environment,
  initProject,
  inspectSystems,
  openKey,
  openProject,
  type Project,
  planRun,
  runMigration,
  Secret,
  signerOf,
  signFinding,
  signMapping,
} from '../../../src/index.ts';
import { addPeople, agreedRunbook, ownerKey, passphrase } from '../../docs/agreed-project.ts';
import type { PostgresAccess } from '../../servers/index.ts';
import { countStructure, type StructureCount } from './count-structure.ts';
import { everyKind } from './every-kind.ts';
import { madeUpSchema, type SchemaSize } from './made-up-schema.ts';

export interface StructureProof extends StructureCount {
  readonly planSeconds: number;
  readonly runSeconds: number;
  readonly records: number;
}

/** A made-up schema with one of every kind of thing besides, sketched, planned and moved by godwit into an empty schema beside it, and counted. */
export async function proveStructure(server: PostgresAccess, size: SchemaSize): Promise<StructureProof> {
  const database = await server.createDatabase();
  await ask(
    server,
    database,
    `CREATE SCHEMA old; CREATE SCHEMA new; SET search_path = old; ${madeUpSchema(size)};\n${everyKind(server.major)}`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'godwit-structure-'));
  const environment = environmentOf(server);
  try {
    const { host, port, user } = server;
    const locator = (schema: string): string =>
      `postgres://${user}@${encodeURIComponent(host)}:${port}/${database}?schema=${schema}&tls=off`;
    await initProject({ folder, source: locator('old'), target: locator('new') }, { environment });
    addPeople(folder);
    await using project = await openProject(folder, { environment });
    const planned = await agree(project, folder);
    const source = (await inspectSystems(project)).source;
    const began = performance.now();
    const watcher = { onStep: (): void => undefined, onProgress: (): void => undefined };
    const run = await runMigration(project, 'Ada', watcher);
    const runSeconds = (performance.now() - began) / 1000;
    const { target } = await inspectSystems(project);
    const records = run.steps.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0);
    return { ...countStructure(source, target, planned.findings), ...planned, runSeconds, records };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function agree(
  project: Project,
  folder: string,
): Promise<Pick<StructureProof, 'planSeconds'> & Pick<Awaited<ReturnType<typeof planRun>>, 'findings'>> {
  await signMapping(project, signerOf(project, openKey(join(folder, 'ada.key'), passphrase)));
  const plan = async (): ReturnType<typeof planRun> => planRun(project, () => undefined);
  await plan().catch(() => undefined);
  const owner = signerOf(project, ownerKey(folder));
  for (const finding of decidableFindings(project))
    await signFinding(project, owner, { finding, reason: 'as agreed', validDays: 1 });
  const began = performance.now();
  const { findings } = await plan();
  const planSeconds = (performance.now() - began) / 1000;
  await agreedRunbook(project);
  return { planSeconds, findings };
}

function environmentOf({ password }: PostgresAccess): Environment {
  const secrets = new Map([['GODWIT_PASSPHRASE', passphrase]]);
  for (const role of ['SOURCE', 'TARGET']) secrets.set(`GODWIT_${role}_PASSWORD`, new Secret(password));
  return { secret: (name) => secrets.get(name) ?? null, text: () => null };
}

async function ask(
  { host, port, user, password }: PostgresAccess,
  database: string,
  sql: string,
): Promise<void> {
  const client = new Client({ host, port, user, password, database });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
