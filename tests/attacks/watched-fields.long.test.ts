import { Client } from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { type PostgresAccess, sharedPostgres, skipWithoutPostgres } from '../servers/index.ts';
import { AttackedProject, errorCode } from './attacked-project.ts';

/** What nobody agreed to bring over is seen before it is there, also where records travel as bytes. */
describe.skipIf(skipWithoutPostgres(18))('values that nobody expects', () => {
  let server: PostgresAccess;
  beforeAll(async () => {
    server = await sharedPostgres(18);
  });

  const secret = 'ann.unexpected@example.org';

  interface Prepared {
    readonly project: AttackedProject;
    readonly sql: (database: 'source' | 'target', text: string) => Promise<readonly unknown[][]>;
  }

  /** Approved: 300 records without a surprise, 50 in a slice of bytes. */
  async function signedProject(rules: string): Promise<Prepared> {
    const project = new AttackedProject();
    const { host, port, user, password } = server;
    const databases = { source: await server.createDatabase(), target: await server.createDatabase() };
    const sql: Prepared['sql'] = async (database, text) => {
      const client = new Client({ host, port, user, password, database: databases[database] });
      await client.connect();
      try {
        return (await client.query({ text, rowMode: 'array' })).rows as unknown[][];
      } finally {
        await client.end();
      }
    };
    const create = 'CREATE TABLE item (id int PRIMARY KEY, name text, made timestamp)';
    await sql('source', create);
    await sql('target', create);
    await sql(
      'source',
      `INSERT INTO item SELECT i, 'name ' || i, '2020-05-05 10:00' FROM generate_series(1, 300) i`,
    );
    for (const role of ['SOURCE', 'TARGET']) project.environment[`GODWIT_${role}_PASSWORD`] = password;
    project.makePeople();
    const at = (database: string): string => `postgres://${user}@${host}:${port}/${database}`;
    await project.walk([
      'init',
      '--source',
      at(databases.source),
      '--target',
      at(databases.target),
      '--name',
      'attack',
    ]);
    project.edit('godwit.yaml', 'people: []\n', project.peopleText());
    for (const _system of ['source', 'target']) project.edit('godwit.yaml', 'tls: verify', 'tls: off');
    project.edit('godwit.yaml', 'rows_per_slice: 5000', 'rows_per_slice: 5');
    project.edit('godwit.yaml', 'slices_at_once: 2', 'slices_at_once: 1');
    project.edit('godwit.yaml', '  action: pause', `${rules}\n  action: pause`);
    const mapping =
      'source: item\ntarget: item\nkey: id\nowner: Ada\nfields:\n  id: id\n  name: name\n  made: made\n';
    project.write('mapping/item.yaml', mapping);
    await project.walk(['map', 'check'], ['approve', 'mapping', '--key', 'ada.key']);
    return { project, sql };
  }

  const plan = [['plan'], ['approve', 'runbook', '--key', 'ben.key']];
  const goOn = ['approve', 'continue', '--key', 'ben.key', '--reason', 'one is known'];

  test('stop the run before the slice they are in, go on for as many as were signed, and stand nowhere', {
    timeout: 120_000,
  }, async () => {
    const { project, sql } = await signedProject('  clean_fields: { item: [name] }');
    using _removed = project;
    await project.walk(...plan);
    await sql('source', `UPDATE item SET name = 'write to ${secret}' WHERE id IN (120, 220)`);
    const there = async (): Promise<unknown> =>
      (await sql('target', 'SELECT count(*)::int FROM item'))[0]?.[0];
    const run = await project.godwit(['run']);
    const found = '1 record would bring data about people into item.name, which was declared free of it';
    expect([run.exit, run.out]).toEqual([4, expect.stringContaining(found)]);
    expect(await there()).toBe(100);
    expect(errorCode(await project.godwit(['run']))).toBe('runbook.held');
    expect((await project.godwit(['status'])).out).toContain('runbook.stop-personal (item.name)');
    await project.walk(goOn);
    const further = await project.godwit(['run']);
    expect([further.exit, further.out]).toEqual([
      4,
      expect.stringContaining(found.replace('1 record', '2 records')),
    ]);
    expect(await there()).toBe(200);
    await project.walk(goOn, ['run']);
    expect(await there()).toBe(300);
    for (const { name, content } of project.files()) expect(content.includes(secret), name).toBe(false);
    for (const { command, out, err } of project.answers)
      expect((out + err).includes(secret), command).toBe(false);
  });

  test('stop it outside of an agreed range; within it, and where only some slices are looked at, they do not', {
    timeout: 120_000,
  }, async () => {
    const range =
      '  ranges: { item: { id: { from: 1, to: 300 }, made: { from: 2001-01-01, to: 2026-12-31 } } }';
    const { project, sql } = await signedProject(range);
    using _removed = project;
    const putBack = project.keepState();
    await sql('source', "UPDATE item SET made = '1899-12-30' WHERE id BETWEEN 151 AND 153");
    await project.walk(...plan);
    const run = await project.godwit(['run']);
    expect([run.exit, run.out]).toEqual([
      4,
      expect.stringContaining('3 records would bring values outside of the agreed range into item.made'),
    ]);
    expect(await sql('target', 'SELECT max(id) FROM item')).toEqual([[150]]);
    await sql('target', 'TRUNCATE item; DROP SCHEMA godwit CASCADE');
    putBack();
    project.edit('godwit.yaml', range, `${range}\n  look_every_slices: 5`);
    await project.walk(...plan, ['run']);
    expect(await sql('target', 'SELECT max(id) FROM item')).toEqual([[300]]);
  });

  test('cannot be agreed on where nobody could see them', { timeout: 120_000 }, async () => {
    const { project } = await signedProject(
      '  clean_fields: { item: [id], other: [name] }\n  ranges: { item: { name: { to: 5 }, made: { from: 1 } } }',
    );
    using _removed = project;
    const planned = await project.godwit(['plan']);
    expect(errorCode(planned)).toBe('runbook.rule-blind');
    for (const reason of [
      'the rule about item.id cannot be held: it holds no text, but integer',
      'the rule about other.name cannot be held: the target has no such field',
      'the rule about item.name cannot be held: a range is of numbers or of dates and times, and it is text',
      'the rule about item.made cannot be held: its values are dates, and its bounds are not',
    ])
      expect(planned.err).toContain(reason);
  });
});
