import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { type PostgresAccess, sharedPostgres, skipWithoutPostgres } from '../servers/index.ts';
import { AttackedProject, errorCode } from './attacked-project.ts';

/** Rules about the systems themselves, from the agreement to the signature that lets a run go on, on a real server. */
describe.skipIf(skipWithoutPostgres(18))('a run that one of its systems suffers from', () => {
  let server: PostgresAccess;
  beforeAll(async () => {
    server = await sharedPostgres(18);
  });

  async function connected(database: string): Promise<Client & AsyncDisposable> {
    const { host, port, user, password } = server;
    const client = new Client({ host, port, user, password, database });
    await client.connect();
    return Object.assign(client, { [Symbol.asyncDispose]: async () => client.end() });
  }

  /** Mapped and signed, not yet planned: `records` items, 20 in a slice. */
  async function signedProject(
    rules: string,
    { records, slow = false }: { readonly records: number; readonly slow?: boolean },
  ): Promise<{ project: AttackedProject; source: string; target: string }> {
    const project = new AttackedProject();
    const [source, target] = [await server.createDatabase(), await server.createDatabase()];
    await using from = await connected(source);
    await using to = await connected(target);
    await from.query(`CREATE TABLE item (id int PRIMARY KEY, name text);
      INSERT INTO item SELECT i, repeat('x', 500) FROM generate_series(1, ${records}) i`);
    await to.query('CREATE TABLE item (id int PRIMARY KEY, name text)');
    if (slow)
      await to.query(`CREATE FUNCTION takes_long() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(0.02); RETURN NEW; END $$;
        CREATE TRIGGER takes_long BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION takes_long()`);
    project.environment['GODWIT_SOURCE_PASSWORD'] = server.password;
    project.environment['GODWIT_TARGET_PASSWORD'] = server.password;
    project.makePeople();
    const at = (database: string): string =>
      `postgres://${server.user}@${server.host}:${server.port}/${database}`;
    await project.walk(['init', '--source', at(source), '--target', at(target), '--name', 'attack']);
    project.edit('godwit.yaml', 'people: []\n', project.peopleText());
    project.edit('godwit.yaml', /tls: verify/, 'tls: off');
    project.edit('godwit.yaml', /tls: verify/, 'tls: off');
    project.edit('godwit.yaml', 'rows_per_slice: 5000', 'rows_per_slice: 20');
    project.edit('godwit.yaml', '  action: pause', `${rules}\n  action: pause`);
    const mapping = 'source: item\ntarget: item\nkey: id\nowner: Ada\nfields:\n  id: id\n  name: name\n';
    project.write('mapping/item.yaml', mapping);
    await project.walk(['map', 'check'], ['approve', 'mapping', '--key', 'ada.key']);
    return { project, source, target };
  }

  const approve = ['approve', 'runbook', '--key', 'ben.key'];
  const goOn = (name: string): string[] => [
    'approve',
    'continue',
    '--key',
    `${name}.key`,
    '--reason',
    'seen',
  ];

  test('stops for somebody who waits for its locks, and goes on by the named signature', {
    timeout: 120_000,
  }, async () => {
    const rules = '  lock_wait_seconds: { source: 1 }\n  log_written_mib: { source: 100000, target: 100000 }';
    const { project, source, target } = await signedProject(rules, { records: 1_000, slow: true });
    using _removed = project;
    await project.walk(['plan'], approve);
    await using others = await connected(source);
    await using look = await connected(target);
    const there = async (): Promise<number> =>
      Number((await look.query('SELECT count(*) FROM item')).rows[0]?.count);
    const run = await project.godwit(['run'], {
      meanwhile: async () => {
        while ((await there()) === 0) await wait(50);
        await others.query('BEGIN; LOCK TABLE item');
        await others.query('ROLLBACK');
      },
    });
    expect([run.exit, run.out]).toEqual([
      4,
      expect.stringContaining('1 session of others waits for locks of this run on the source, for'),
    ]);
    const held = await there();
    expect(held).toBeLessThan(1_000);
    expect(held % 20).toBe(0);
    expect(errorCode(await project.godwit(['run']))).toBe('runbook.held');
    const status = await project.godwit(['status']);
    expect(status.out).toContain('runbook.stop-lock-wait (source)');
    expect(status.out).toContain('Ben');
    expect(errorCode(await project.godwit(goOn('ada')))).toBe('approval.cannot-continue');
    await look.query('DROP TRIGGER takes_long ON item');
    await project.walk(goOn('ben'));
    expect(await there()).toBe(held);
  });

  test('stops for the log it fills, behind whole slices', {
    timeout: 120_000,
  }, async () => {
    const { project, target } = await signedProject('  log_written_mib: { target: 1 }', { records: 4_000 });
    using _removed = project;
    await project.walk(['plan'], approve);
    const run = await project.godwit(['run']);
    expect([run.exit, run.out]).toEqual([
      4,
      expect.stringMatching(
        /the target has written \d{7,} bytes into its log since the step began; agreed are 1 MiB/,
      ),
    ]);
    await using look = await connected(target);
    // In bulk a slice is ten times as large.
    expect(Number((await look.query('SELECT count(*) FROM item')).rows[0]?.count) % 200).toBe(0);
    expect(errorCode(await project.godwit(['run']))).toBe('runbook.held');
  });

  test('is not planned under a rule that nobody could hold it against', { timeout: 120_000 }, async () => {
    const { project } = await signedProject('  replica_lag_seconds: { target: 30 }', { records: 3 });
    using _removed = project;
    const agreed: readonly [before: string, now: string, reason: string][] = [
      ['', '', 'replica-lag of the target cannot be held: no replica follows this server now'],
      [
        'replica_lag_seconds: { target: 30 }',
        'api_calls_left: { source: 1000 }',
        'api-calls of the source cannot be held: a database counts no calls',
      ],
    ];
    for (const [before, now, reason] of agreed) {
      if (before !== '') project.edit('godwit.yaml', before, now);
      const planned = await project.godwit(['plan']);
      expect([planned.exit, errorCode(planned)]).toEqual([4, 'runbook.rule-blind']);
      expect(planned.err).toContain(reason);
    }
    project.edit('godwit.yaml', 'api_calls_left: { source: 1000 }', 'api_calls_left: {}');
    const empty = await project.godwit(['plan']);
    expect([errorCode(empty), empty.err]).toEqual([
      'project.unreadable-settings',
      expect.stringContaining('for which system'),
    ]);
  });
});
