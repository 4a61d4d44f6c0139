import { cpSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import {
  type PostgresAccess,
  serverAccount,
  sharedPostgres,
  skipWithoutPostgres,
  startPostgres,
} from '../servers/index.ts';
import { changeDatabase } from './approved-project.ts';
import { type Answer, AttackedProject, errorCode } from './attacked-project.ts';
import { SmallDisk } from './small-disk.ts';

/** A move at the command line whose ledger is in a database: from `init` to the proof, and with no room left for it. */
const records = 1_000;

interface SeenStatus {
  readonly unknown: readonly { readonly step: string }[];
  readonly running: { readonly purpose: string } | null;
}

/** As far as the mapping and the people. */
async function begun(
  server: PostgresAccess,
  database: string,
  { many = records, inSlice = 100 } = {},
): Promise<AttackedProject> {
  const project = new AttackedProject();
  changeDatabase(
    project.path('old.sqlite'),
    `create table item (id integer primary key, name text);
     with recursive n(i) as (select 1 union all select i + 1 from n where i < ${many})
     insert into item select i, 'item ' || i from n`,
  );
  changeDatabase(project.path('new.sqlite'), 'create table item (id integer primary key, name text)');
  project.makePeople();
  const systems = ['--source', 'old', '--target', 'new'].map((word) =>
    word.startsWith('--') ? word : `sqlite:${project.path(`${word}.sqlite`)}`,
  );
  await project.walk(['init', ...systems, '--name', 'attack']);
  project.edit('godwit.yaml', 'people: []\n', project.peopleText());
  project.edit('godwit.yaml', 'rows_per_slice: 5000', `rows_per_slice: ${inSlice}`);
  project.environment['GODWIT_LEDGER_PASSWORD'] = server.password;
  project.write(
    'godwit.yaml',
    `${project.read('godwit.yaml')}
ledger:
  { kind: postgres, host: ${server.host}, port: ${server.port}, database: ${database}, user: ${server.user},
    password_env: GODWIT_LEDGER_PASSWORD, tls: off }
`,
  );
  project.write(
    'mapping/item.yaml',
    'source: item\ntarget: item\nkey: id\nowner: Ben\nfields:\n  id: id\n  name: name\n',
  );
  return project;
}

async function query(
  { host, port, user, password }: PostgresAccess,
  database: string,
  ...statements: readonly string[]
): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ host, port, user, password, database });
  await client.connect();
  try {
    let rows: readonly Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

const linesThere =
  "SELECT convert_from(line, 'UTF8') AS line FROM godwit_ledger_line WHERE ledger <> 'other' ORDER BY number";

function written(project: AttackedProject): number {
  using file = new DatabaseSync(project.path('new.sqlite'), { readOnly: true, timeout: 10_000 });
  return Number(file.prepare('select count(*) as n from item').get()?.['n']);
}

describe.skipIf(skipWithoutPostgres(18))('a ledger in PostgreSQL', () => {
  test('is that of a whole move, from init to the proof, and comes again where its copy is lost', async () => {
    const server = await sharedPostgres(18);
    const database = await server.createDatabase();
    using project = await begun(server, database);
    await project.walk(['check'], ['inspect'], ['profile'], ['map', 'check'], ['assess']);
    await project.walk(['approve', 'mapping', '--key', 'ada.key'], ['plan'], ['rehearse', '--full']);
    await project.walk(['plan'], ['approve', 'runbook', '--key', 'ben.key'], ['run'], ['audit']);
    await project.walk(['approve', 'result', '--key', 'ben.key'], ['status'], ['report']);
    expect(written(project)).toBe(records);

    const [trust, bundle] = [project.path('away/trust.json'), project.path('away/move.gwproof')];
    await project.walk(['ledger', 'trust', '--out', trust]);
    await project.walk(['ledger', 'bundle', '--trust', trust, '--out', bundle]);
    const lines = async (): Promise<readonly unknown[]> =>
      (await query(server, database, linesThere)).map(({ line }) => line);
    const there = await lines();
    expect(project.read('.godwit/ledger/entries.jsonl').trimEnd().split('\n')).toEqual(there);
    for (const type of ['runbook-planned', 'run-started', 'run-ended', 'audit-ended'])
      expect(there.join('\n')).toContain(`"type":"${type}"`);

    using elsewhere = new AttackedProject();
    const proof = await elsewhere.godwit(['ledger', 'verify', bundle, '--trust', trust]);
    expect([proof.exit, proof.out]).toEqual([0, expect.stringMatching(/^holds: evidence of attack$/m)]);
    expect(proof.out).toContain('which Ben had approved');

    // The copy in the folder is only one: on a machine that has none the same history stands.
    rmSync(project.path('.godwit/ledger'), { recursive: true });
    await project.walk(['ledger', 'verify'], ['rollback']);
    expect(written(project)).toBe(0);
    expect((await lines()).slice(0, there.length)).toEqual(there);
    expect((await lines()).length).toBeGreaterThan(there.length);
  }, 120_000);

  test('keeps other folders out while one is at work, and tells of no step as cut off that is under way', async () => {
    const server = await sharedPostgres(18);
    const database = await server.createDatabase();
    using project = await begun(server, database, { many: 20_000, inSlice: 10 });
    await project.walk(['map', 'check']);
    await project.planAndApprove();
    using other = new AttackedProject();
    cpSync(project.folder, other.folder, { recursive: true });
    Object.assign(other.environment, project.environment);
    const look = async (): Promise<SeenStatus> =>
      JSON.parse((await other.godwit(['status', '--json'])).out) as SeenStatus;

    let seen: SeenStatus | undefined;
    let refused: Answer | undefined;
    const run = await project.godwit(['run'], {
      meanwhile: async (child) => {
        while (written(project) < 50 && child.exitCode === null) await wait(20);
        seen = await look();
        refused = await other.godwit(['run']);
        child.kill('SIGKILL');
      },
    });
    expect(run.exit).toBeNull();
    expect(seen).toMatchObject({ unknown: [], running: { purpose: 'godwit live run' } });
    expect([refused?.exit, refused && errorCode(refused)]).toEqual([4, 'engine.locked']);
    expect(refused?.err).toContain('godwit live run');
    // The server lets the lock go when it notices that the process has ended.
    let after = await look();
    for (let looks = 0; after.running !== null && looks < 100; looks += 1) {
      await wait(50);
      after = await look();
    }
    expect(after).toMatchObject({ running: null, unknown: [{ step: '02-copy-item' }] });
    const lines = await query(server, database, linesThere);
    expect(lines.map(({ line }) => String(line)).join('\n')).not.toContain('step-outcome-unknown');
  }, 120_000);

  // Only the superuser of a Linux machine can make a disk that is small enough to fill.
  test.skipIf(!SmallDisk.possible())(
    'that has no room: nothing is written that it could not speak of, and the run goes on when there is room',
    async () => {
      const account = serverAccount();
      using disk = account ? new SmallDisk(account) : new SmallDisk();
      await using server = await startPostgres({ major: 18 });
      const database = await server.createDatabase();
      await query(
        server,
        database,
        `CREATE TABLESPACE small LOCATION '${disk.folder}'`,
        `ALTER DATABASE ${database} SET default_tablespace = small`,
      );
      using project = await begun(server, database);
      await project.walk(['map', 'check']);
      await project.planAndApprove();
      // The disk first, in large pieces; then what room the pages of the ledger itself still have.
      const pieces = 'INSERT INTO filler SELECT repeat(md5(random()::text), 200) FROM generate_series(1, 50)';
      const lines = `INSERT INTO godwit_ledger_line SELECT 'other', 1 + count(*), repeat('x', 150)::bytea
        FROM godwit_ledger_line WHERE ledger = 'other'`;
      await query(server, database, 'CREATE TABLE filler (t text STORAGE PLAIN)');
      for (const fill of [pieces, lines])
        await expect(query(server, database, ...Array.from({ length: 100 }, () => fill))).rejects.toThrow(
          /No space left on device/,
        );

      const full = await project.godwit(['run']);
      expect([errorCode(full), full.exit]).toEqual(['postgres.disk-full', 4]);
      const told = (await query(server, database, linesThere)).map(({ line }) => String(line)).join('\n');
      expect(told).not.toContain('"type":"run-ended"');
      expect(written(project)).toBe(0);
      await query(server, database, 'DROP TABLE filler', 'CHECKPOINT');
      await project.walk(['run'], ['audit'], ['ledger', 'verify']);
      expect(written(project)).toBe(records);
    },
    120_000,
  );
});
