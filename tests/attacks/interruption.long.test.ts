import type { ChildProcess } from 'node:child_process';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../servers/index.ts';
import { AttackedProject, errorCode } from './attacked-project.ts';

const records = 9_000;

describe.skipIf(skipWithoutPostgres(18))('a run that is hurt goes on, and nothing is half done', () => {
  let server: PostgresServer;
  let project: AttackedProject;
  beforeAll(async () => {
    server = await startPostgres({ major: 18 });
    project = new AttackedProject();
    project.environment['GODWIT_TARGET_PASSWORD'] = server.password;
    using source = new DatabaseSync(project.path('old.sqlite'));
    source.exec(`create table item (id integer primary key, name text not null);
      with recursive n(i) as (select 1 union all select i + 1 from n where i < ${records})
      insert into item select i, 'name ' || i from n`);
    await sql(server, 'create table item (id bigint primary key, name text not null)');
    project.makePeople();
    const target = `postgres://${server.user}@${server.host}:${server.port}/postgres`;
    await project.walk(['init', '--source', 'sqlite:old.sqlite', '--target', target, '--name', 'attack']);
    project.edit('godwit.yaml', 'people: []\n', project.peopleText());
    project.edit('godwit.yaml', 'tls: verify', 'tls: off');
    project.edit('godwit.yaml', 'rows_per_slice: 5000', 'rows_per_slice: 6');
    project.write(
      'mapping/item.yaml',
      'source: item\ntarget: item\nkey: id\nowner: Ada\nfields:\n  id: id\n  name: name\n',
    );
  });
  afterAll(async () => {
    project[Symbol.dispose]();
    await server.stop();
  });

  /** What a person has to be told when the way to a system is barred. */
  test.each([
    ['a wrong password', 'GODWIT_TARGET_PASSWORD', 'postgres.wrong-login'],
    ['no password', '', 'project.missing-secret'],
  ])('%s', async (_what, name, code) => {
    const environment = { GODWIT_TARGET_PASSWORD: name === '' ? '' : 'not it' };
    const answer = await project.godwit(['map', 'check'], { environment });
    expect([errorCode(answer), answer.exit]).toEqual([code, 2]);
    expect(answer.err).toMatch(/next: {2}\S/);
    expect(answer.err).not.toContain('not it');
  });

  test.each([
    [
      'an unknown database',
      'database: postgres',
      'database: nowhere',
      'postgres.unknown-database',
      'nowhere',
    ],
    ['an unknown schema', 'schema: public', 'schema: nowhere', 'postgres.unknown-schema', 'nowhere'],
    ['an unknown host', /host: \S+/, 'host: nowhere.invalid', 'postgres.unreachable', 'nowhere.invalid'],
  ])('%s', async (_what, old, now, code, named) => {
    const before = project.read('godwit.yaml');
    project.edit('godwit.yaml', old, now);
    const answer = await project.godwit(['map', 'check']);
    project.write('godwit.yaml', before);
    expect([errorCode(answer), answer.err]).toEqual([code, expect.stringContaining(named)]);
  });

  test('killed, interrupted, cut off and started twice, it arrives whole, once', {
    timeout: 200_000,
  }, async () => {
    await project.walk(['map', 'check']);
    await project.planAndApprove();
    const twin: { answer?: Awaited<ReturnType<AttackedProject['godwit']>> } = {};
    const interrupted = await project.godwit(['run'], {
      meanwhile: async (child) => {
        await untilWritten(server, 300);
        twin.answer = await project.godwit(['run']);
        child.kill('SIGINT');
      },
    });
    expect([twin.answer && errorCode(twin.answer), twin.answer?.exit]).toEqual(['engine.locked', 4]);
    expect(twin.answer?.err).toMatch(/godwit live run/);
    expect([interrupted.exit, interrupted.out + interrupted.err]).toEqual([
      130,
      expect.stringMatching(/`godwit run` goes on|nothing is half done. Run the same command again/),
    ]);
    const afterInterrupt = await written(server);
    expect(afterInterrupt).toBeLessThan(records);

    const killed = await project.godwit(['run'], {
      meanwhile: async (child: ChildProcess) => {
        await untilWritten(server, afterInterrupt + 300);
        child.kill('SIGKILL');
      },
    });
    expect(killed.exit).toBeNull();
    const afterKill = await written(server);
    expect(afterKill % 60).toBe(0);

    const cut = project.godwit(['run'], {
      meanwhile: async () => {
        await untilWritten(server, afterKill + 300);
        await server.kill();
        await wait(300);
        await server.restart();
      },
    });
    const outcome = await cut;
    if (outcome.exit !== 0) {
      expect(outcome.err).toMatch(/next: {2}\S/);
      await project.walk(['run']);
    }
    expect(await written(server)).toBe(records);
    const audit = await project.godwit(['audit']);
    expect([audit.exit, audit.out]).toEqual([0, expect.stringContaining('source and target agree')]);
    await project.walk(['ledger', 'verify']);
  });

  test('without the privilege to write it says which one is missing, before anything is written', async () => {
    await project.walk(['rollback']);
    await sql(server, "create role reader login password 'reader'; grant select on item to reader");
    project.edit('godwit.yaml', /user: \S+/, 'user: reader');
    project.environment['GODWIT_TARGET_PASSWORD'] = 'reader';
    const check = await project.godwit(['check']);
    expect([check.exit, check.out]).toEqual([
      1,
      expect.stringMatching(/NOT OK.*(?:INSERT|CREATE|privilege)/i),
    ]);
    await project.walk(['plan'], ['approve', 'runbook', '--key', 'ben.key']);
    const answer = await project.godwit(['run']);
    expect([errorCode(answer), answer.exit]).toEqual(['postgres.permission', 2]);
    expect(answer.err).toMatch(/grant/i);
    expect(await written(server)).toBe(0);
  });
});

async function sql(server: PostgresServer, text: string): Promise<readonly unknown[][]> {
  const { host, port, user, password } = server;
  const client = new Client({ host, port, user, password, database: 'postgres' });
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

async function written(server: PostgresServer): Promise<number> {
  return Number((await sql(server, 'select count(*) from item'))[0]?.[0]);
}

async function untilWritten(server: PostgresServer, least: number): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if ((await written(server)) >= least) return;
    await wait(50);
  }
  throw new Error(`${least} records did not come`);
}
