import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../servers/index.ts';
import { AttackedProject, errorCode } from './attacked-project.ts';

const records = 250_000;
/** Records in a slice that goes in bulk: ten times what is agreed. */
const rowsPerSlice = 1_000;
const agreedBad = 40;
/** The record with which one more is bad than was agreed. */
const tripsAt = 14_502;

/**
 * A run over 250,000 records in which the budget is used up at record 14,502. Where it ended is asked of the target in plain
 * SQL, not of godwit.
 */
describe.skipIf(skipWithoutPostgres(18))('a stop rule that trips in the middle of a large relation', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ major: 18 });
  }, 120_000);
  afterAll(async () => server.stop());

  async function sql(database: string, text: string): Promise<readonly (readonly unknown[])[]> {
    const { user, host, port, password } = server;
    const client = new Client({ user, host, port, password, database });
    await client.connect();
    try {
      return (await client.query({ text, rowMode: 'array' })).rows as unknown[][];
    } finally {
      await client.end();
    }
  }

  async function approved(database: string, action: 'pause' | 'roll-back'): Promise<AttackedProject> {
    const project = new AttackedProject();
    project.environment['GODWIT_TARGET_PASSWORD'] = server.password;
    using source = new DatabaseSync(project.path('old.sqlite'));
    source.exec(`create table owner (id integer primary key, name text not null);
      insert into owner select value, 'owner ' || value from json_each('[1,2,3]');
      create table item (id integer primary key, owner_id integer not null, name text);
      with recursive n(i) as (select 1 union all select i + 1 from n where i < ${records})
      insert into item select i, i % 3 + 1, 'name ' || i from n`);
    await sql('postgres', `create database ${database}`);
    await sql(database, 'create table owner (id bigint primary key, name text not null)');
    await sql(
      database,
      'create table item (id bigint primary key, owner_id bigint not null references owner, name text not null)',
    );
    project.makePeople();
    const target = `postgres://${server.user}@${server.host}:${server.port}/${database}`;
    await project.walk(['init', '--source', 'sqlite:old.sqlite', '--target', target, '--name', 'attack']);
    project.edit('godwit.yaml', 'people: []\n', project.peopleText());
    project.edit('godwit.yaml', 'tls: verify', 'tls: off');
    project.edit('godwit.yaml', 'rows_per_slice: 5000', `rows_per_slice: ${rowsPerSlice / 10}`);
    // One after the other: of slices side by side those under way are finished too.
    project.edit('godwit.yaml', 'slices_at_once: 2', 'slices_at_once: 1');
    project.edit('godwit.yaml', 'quarantined_per_10000: 100', 'quarantined_per_10000: 1');
    project.edit('godwit.yaml', 'quarantined_floor: 100', `quarantined_floor: ${agreedBad}`);
    if (action !== 'pause') project.edit('godwit.yaml', 'action: pause', `action: ${action}`);
    const mapping = (name: string, fields: string): void =>
      project.write(
        `mapping/${name}.yaml`,
        `source: ${name}\ntarget: ${name}\nkey: id\nowner: Ada\nfields:\n  id: id\n${fields}`,
      );
    mapping('owner', '  name: name\n');
    mapping('item', '  owner_id: owner_id\n  name: name\n');
    await project.walk(['map', 'check']);
    await project.planAndApprove();
    // Nobody could know of them when it was approved; the last of them is record 14,502.
    source.exec(`update item set name = null where id > ${tripsAt - agreedBad - 1} and id <= ${tripsAt}`);
    return project;
  }

  /** What the target holds of both relations: how many, from where to where, and how many names. */
  const there = (database: string): Promise<readonly (readonly unknown[])[]> =>
    sql(
      database,
      `select 'owner', count(*)::int, min(id)::int, max(id)::int from owner
       union all select 'item', count(*)::int, min(id)::int, max(id)::int from item order by 1 desc`,
    );

  const afterSlice = Math.ceil(tripsAt / rowsPerSlice) * rowsPerSlice;

  async function staysHeld(project: AttackedProject): Promise<void> {
    const again = await project.godwit(['run']);
    expect([again.exit, errorCode(again)]).toEqual([4, 'runbook.held']);
    const wrong = await project.godwit(['approve', 'continue', '--key', 'ada.key', '--reason', 'go']);
    expect(errorCode(wrong)).toBe('approval.cannot-continue');
    const status = await project.godwit(['status']);
    expect(status.out).toContain(`${agreedBad + 1} of ${afterSlice} records are in quarantine`);
    expect(status.out).toContain('Ben');
  }

  async function goesOn(project: AttackedProject, database: string): Promise<void> {
    await project.walk(
      ['approve', 'continue', '--key', 'ben.key', '--reason', 'known, mended later'],
      ['run'],
    );
    expect(await there(database)).toEqual([
      ['owner', 3, 1, 3],
      ['item', records - agreedBad - 1, 1, records],
    ]);
  }

  test('stops within the slice; what is there is whole slices, and nothing goes on without the signature', {
    timeout: 600_000,
  }, async () => {
    using project = await approved('paused', 'pause');
    const run = await project.godwit(['run']);
    expect([run.exit, run.out]).toEqual([4, expect.stringContaining(`of ${afterSlice} records are in`)]);
    const stopped = [
      ['owner', 3, 1, 3],
      ['item', afterSlice - agreedBad - 1, 1, afterSlice],
    ];
    expect(await there('paused')).toEqual(stopped);
    await staysHeld(project);
    expect(await there('paused')).toEqual(stopped);
    await goesOn(project, 'paused');
  });

  test('takes the step back where that was agreed: the target is as it was before it', {
    timeout: 600_000,
  }, async () => {
    using project = await approved('taken_back', 'roll-back');
    const run = await project.godwit(['run']);
    expect([run.exit, run.out]).toEqual([
      4,
      expect.stringContaining('the target is as it was before this step'),
    ]);
    const before = [
      ['owner', 3, 1, 3],
      ['item', 0, null, null],
    ];
    expect(await there('taken_back')).toEqual(before);
    await staysHeld(project);
    expect(await there('taken_back')).toEqual(before);
    await goesOn(project, 'taken_back');
  });
});
