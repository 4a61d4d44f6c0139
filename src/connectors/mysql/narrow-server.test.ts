import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { skipWithoutMariadb, startMariadb } from '../../../tests/servers/index.ts';
import { isGodwitError, recordKey, Secret, textUnlimited } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import { table } from '../contract/neutral-relations.contract.ts';
import { mysql } from './open.ts';
import { openDatabase, readWhole, writeOne } from './opened-database.contract.ts';
import { settleSession } from './session-settings.ts';
import { Sessions } from './sessions.ts';

/** A server that somebody has set up as narrowly as it goes. */
describe.skipIf(skipWithoutMariadb())('a narrow MariaDB', () => {
  let server: Awaited<ReturnType<typeof startMariadb>>;
  beforeAll(async () => {
    server = await startMariadb({
      settings: {
        'sql-mode': '',
        'max-allowed-packet': '65536',
        'wait-timeout': '1',
        'interactive-timeout': '1',
        'lower-case-table-names': '1',
        'local-infile': '0',
      },
    });
  });
  afterAll(async () => server.stop());

  it('without strict mode refuses what does not fit all the same', async () => {
    await using opened = await openDatabase(server, ['CREATE TABLE a (id int PRIMARY KEY, small tinyint)']);
    const { refused } = await writeOne(opened.system, await opened.relation('a'), {
      fields: ['id', 'small'],
      rows: [
        ['1', '127'],
        ['2', '128'],
      ],
    });
    expect(refused.map(({ sourceKey, code }) => [sourceKey, code])).toEqual([
      [recordKey(['1']), 'target.type'],
    ]);
  });

  it('with small packets takes many records, and refuses the one that is too large by itself', async () => {
    await using opened = await openDatabase(server, ['CREATE TABLE a (id int PRIMARY KEY, w longtext)']);
    const rows = Array.from({ length: 40 }, (_none, at) => [
      String(at),
      'x'.repeat(at === 7 ? 70_000 : 10_000),
    ]);
    const relation = await opened.relation('a');
    const { refused } = await writeOne(opened.system, relation, { fields: ['id', 'w'], rows });
    expect(refused.map(({ sourceKey }) => sourceKey)).toEqual([recordKey(['7'])]);
    expect((await readWhole(opened.system, relation)).rows.length).toBe(39);
    const packets = (await opened.system.check()).find(({ name }) => name === 'packet size');
    expect(packets).toMatchObject({ outcome: 'warn', detail: expect.stringContaining('max_allowed_packet') });
  });

  it('does not end a session that waits for its turn', async () => {
    await using opened = await openDatabase(server, ['CREATE TABLE a (id int PRIMARY KEY)']);
    await using snapshot = await opened.system.reads.snapshot();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await snapshot.count(await opened.relation('a'))).toBe('0');
  });

  it('that lowers names says so, and is given none that it would change', async () => {
    await using opened = await openDatabase(server, []);
    const names = (await opened.system.check()).find(({ name }) => name === 'names');
    expect(names).toMatchObject({ outcome: 'warn', detail: expect.stringContaining('lower case') });
    const schema = { formatVersion: 1, kind: 'jsonl', version: '', namespace: null, objects: [] } as const;
    const statements = (name: string): unknown => {
      const relation = table(name, { id: textUnlimited });
      return opened.system.creates?.statements({ ...schema, relations: [relation] }, [name]);
    };
    expect(statements('album')).toHaveLength(1);
    expect(() => statements('Album')).toThrow(/lower case/);
  });

  it('that takes no writes says so before, and refuses them with a code', async () => {
    await using opened = await openDatabase(server, ['CREATE TABLE a (id int PRIMARY KEY)']);
    const { address, connection } = opened.plain;
    await connection.query("CREATE USER writer IDENTIFIED BY 'weak'");
    await connection.query(
      `GRANT SELECT, SHOW VIEW, TRIGGER, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP, REFERENCES, LOCK TABLES
         ON \`${address.database}\`.* TO writer`,
    );
    await connection.query('SET GLOBAL read_only = 1');
    try {
      const narrow = { ...address, user: 'writer', password: new Secret('weak') };
      await using system = await mysql.open(narrow, contextFor('target'));
      const checks = new Map((await system.check()).map(({ name, outcome }) => [name, outcome]));
      expect([checks.get('writable'), checks.get('privileges')]).toEqual(['fail', 'ok']);
      const failure = await writeOne(system, await opened.relation('a'), {
        fields: ['id'],
        rows: [['1']],
      }).catch((error: unknown) => error);
      expect(isGodwitError(failure, 'mysql.read-only')).toBe(true);
    } finally {
      await connection.query('SET GLOBAL read_only = 0');
      await connection.query('DROP USER writer');
    }
  });

  it('counts what a role gives its user, once the sessions have that role', async () => {
    await using opened = await openDatabase(server, []);
    const { address, connection } = opened.plain;
    const database = `\`${address.database.replaceAll('_', '\\_')}\`.*`;
    for (const statement of [
      'CREATE ROLE seer',
      'CREATE ROLE mover',
      'CREATE ROLE idle',
      "CREATE USER holder IDENTIFIED BY 'weak'",
      `GRANT SELECT, SHOW VIEW, TRIGGER ON ${database} TO seer`,
      `GRANT INSERT, UPDATE, CREATE, ALTER, INDEX, DROP, REFERENCES ON ${database} TO mover`,
      'GRANT seer TO mover',
      'GRANT mover TO holder',
      'GRANT idle TO holder',
      'GRANT LOCK TABLES ON *.* TO holder',
      'GRANT DELETE ON `elsewhere`.* TO mover',
      'SET DEFAULT ROLE mover FOR holder',
    ])
      await connection.query(statement);
    const told = async (): Promise<unknown> => {
      const login = { ...address, user: 'holder', password: new Secret('weak') };
      await using system = await mysql.open(login, contextFor('target'));
      return (await system.check()).find(({ name }) => name === 'privileges');
    };
    try {
      expect(await told()).toMatchObject({
        outcome: 'fail',
        detail: `holder lacks DELETE, which reading, writing and bookkeeping needs; the roles idle are granted, but its sessions do not have them`,
        fix: `GRANT DELETE ON \`${address.database}\`.* TO 'holder'@'%' (or, where a role has it: SET DEFAULT ROLE ... FOR 'holder'@'%')`,
      });
      await connection.query(`GRANT ALL PRIVILEGES ON ${database} TO seer`);
      expect(await told()).toMatchObject({ outcome: 'ok' });
    } finally {
      await connection.query('DROP USER holder');
      for (const role of ['seer', 'mover', 'idle']) await connection.query(`DROP ROLE ${role}`);
    }
  });

  it('needs no right to read files of the server', async () => {
    await using opened = await openDatabase(server, ['CREATE TABLE a (id int PRIMARY KEY)']);
    const { address, connection } = opened.plain;
    await connection.query("CREATE USER plain IDENTIFIED BY 'weak'");
    await connection.query(`GRANT ALL ON \`${address.database}\`.* TO plain`);
    await connection.query('SET GLOBAL local_infile = 1');
    try {
      const [[file] = []] = await opened.plain.ask(
        "SELECT count(*) FROM information_schema.USER_PRIVILEGES WHERE PRIVILEGE_TYPE = 'FILE' AND GRANTEE LIKE '%plain%'",
      );
      expect(file).toBe('0');
      await using system = await mysql.open(
        { ...address, user: 'plain', password: new Secret('weak') },
        contextFor('target'),
      );
      const relation = await opened.relation('a');
      const fields = relation.fields.map((field) => ({
        target: field,
        source: { kind: 'field', field } as const,
      }));
      expect(await system.writes?.imports?.plan(relation, fields, ['mysql-text'])).toMatchObject({
        kind: 'load',
      });
    } finally {
      await connection.query('SET GLOBAL local_infile = 0');
      await connection.query('DROP USER plain');
    }
  });

  it('that withdraws its permission between plan and slice has the records of the slice go one by one', async () => {
    await using opened = await openDatabase(server, ['CREATE TABLE a (id int PRIMARY KEY)']);
    const relation = await opened.relation('a');
    const fields = relation.fields.map((field) => ({
      target: field,
      source: { kind: 'field', field } as const,
    }));
    const imports = opened.system.writes?.imports;
    await opened.plain.connection.query('SET GLOBAL local_infile = 1');
    const plan = await imports?.plan(relation, fields, ['mysql-text']);
    await opened.plain.connection.query('SET GLOBAL local_infile = 0');
    if (plan?.kind !== 'load') throw new Error('no plan');
    const failure = await imports
      ?.importSlice({
        run: 'run',
        step: 'step',
        slice: 0,
        relation,
        load: plan.load,
        key: ['id'],
        bounds: { after: null, upTo: null },
        chunks: (async function* () {
          yield Buffer.from('1\n');
        })(),
        beforeCommit: async (rows) => ({
          rowsRead: rows,
          rowsWritten: rows,
          rowsQuarantined: 0,
          rowsPurged: 0,
        }),
      })
      .catch((error: unknown) => error);
    // The engine then reads and writes the slice's records.
    expect(isGodwitError(failure) && failure.fate).toBe('never');
    expect((await readWhole(opened.system, relation)).rows).toEqual([]);
    expect((await writeOne(opened.system, relation, { fields: ['id'], rows: [['1']] })).refused).toEqual([]);
  });

  it('that keeps a setting for its administrators is used without it, and not without one that matters', async () => {
    await using opened = await openDatabase(server, []);
    await using sessions = new Sessions(opened.plain.address, false, new AbortController().signal);
    const settle = async (kept: string): Promise<readonly string[]> =>
      sessions.lend(async (session) => {
        const run: string[] = [];
        const guarded = {
          rows: async (sql: string) => session.rows(sql),
          run: async (sql: string) => {
            if (sql.includes(kept)) throw denied;
            run.push(sql);
            await session.run(sql);
          },
        };
        await settleSession(guarded, false, 30_000);
        return run;
      });
    const run = await settle('idle_transaction_timeout');
    expect(run.filter((sql) => sql.includes('idle_write_transaction_timeout'))).toHaveLength(1);
    await expect(settle('foreign_key_checks')).rejects.toBe(denied);
  });
});

/** As the server says it. */
const denied = Object.assign(new Error('Access denied; you need SUPER'), {
  errno: 1227,
  sqlState: '42000',
  sqlMessage: 'Access denied; you need SUPER',
});
