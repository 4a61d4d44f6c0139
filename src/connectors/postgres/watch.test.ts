import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { skipWithoutPostgres, startPostgres } from '../../../tests/servers/index.ts';
import { Secret } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import type { OpenSystem, Reading, Vitals } from '../port.ts';
import { onEachServer, type ServerUnderTest } from './on-each-server.contract.ts';
import { postgres } from './open.ts';

onEachServer('what a server says of itself while a run is at work', (server) => {
  const read = async (system: OpenSystem, reading: Reading): Promise<Vitals> =>
    system.watches!.read(new Set([reading]));

  test('tells who waits for a lock of godwit, and nobody who waits for a lock of others', async () => {
    await using opened = await server.open('CREATE TABLE item (id int PRIMARY KEY)', 'source');
    expect((await read(opened.system, 'lock-waits')).lockWaits).toEqual({ sessions: 0, longestMs: 0 });
    const relation = await opened.relation('item');
    await using snapshot = await opened.system.reads.snapshot();
    await snapshot.count(relation);
    await using others = await twoSessions(server, opened.address.schema);
    // First somebody else's lock, on another table.
    await others.first.query('CREATE TABLE other (id int); BEGIN; LOCK TABLE other');
    const waitsForOther = others.second.query('LOCK TABLE other');
    waitsForOther.catch(() => undefined);
    await wait(150);
    expect((await read(opened.system, 'lock-waits')).lockWaits).toEqual({ sessions: 0, longestMs: 0 });
    await others.first.query('ROLLBACK');
    await waitsForOther.catch(() => undefined);
    await others.second.query('ROLLBACK');
    // Then the one that reading a relation holds.
    const blocked = others.second.query('ALTER TABLE item ADD COLUMN more int');
    await wait(150);
    const { lockWaits } = await read(opened.system, 'lock-waits');
    expect(lockWaits?.sessions).toBe(1);
    expect(lockWaits?.longestMs).toBeGreaterThanOrEqual(100);
    await snapshot[Symbol.asyncDispose]();
    await blocked;
    expect((await read(opened.system, 'lock-waits')).lockWaits).toEqual({ sessions: 0, longestMs: 0 });
  });

  test('tells what is written into the log, and what a slot keeps of it', async () => {
    await using opened = await server.open('CREATE TABLE item (id int, filler text)', 'target');
    const name = `keeps_${opened.address.schema.replaceAll(/\W/g, '_')}`.slice(0, 60);
    await opened.client.query('SELECT pg_create_physical_replication_slot($1, true)', [name]);
    try {
      const before = await opened.system.watches!.read(new Set(['log-written', 'log-kept']));
      await opened.client.query(
        "INSERT INTO item SELECT i, repeat('x', 200) FROM generate_series(1, 10000) i",
      );
      const after = await opened.system.watches!.read(new Set(['log-written', 'log-kept']));
      const grown = (key: 'logBytes' | 'logKeptBytes'): bigint => BigInt(after[key]!) - BigInt(before[key]!);
      expect(grown('logBytes')).toBeGreaterThan(2_000_000n);
      expect(grown('logKeptBytes')).toBeGreaterThan(2_000_000n);
    } finally {
      await opened.client.query('SELECT pg_drop_replication_slot($1)', [name]);
    }
  });

  test('tells who holds the lock that godwit waits for, and not what he does with it', async () => {
    await using opened = await server.open('CREATE TABLE item (id int PRIMARY KEY)', 'target');
    expect((await read(opened.system, 'lock-holders')).lockHolders).toEqual([]);
    await using others = await twoSessions(server, opened.address.schema);
    await others.first.query("SET application_name = 'nightly report'; BEGIN; LOCK TABLE item");
    const waiting = opened.system.creates!.create(['ALTER TABLE item ADD COLUMN more int']);
    await wait(300);
    const [holder, ...more] = (await read(opened.system, 'lock-holders')).lockHolders ?? [];
    expect(more).toEqual([]);
    expect(holder).toMatchObject({
      session: expect.stringMatching(/^pid \d+$/),
      application: 'nightly report',
      user: server.access().user,
      state: 'idle in transaction',
      relation: 'item',
    });
    expect(holder?.waitedMs).toBeGreaterThanOrEqual(100);
    expect(holder?.inTransactionMs).toBeGreaterThanOrEqual(100);
    await others.first.query('COMMIT');
    await waiting;
    expect((await read(opened.system, 'lock-holders')).lockHolders).toEqual([]);
  });

  test('tells whether others work on it, between their statements too, and does not count godwit', async () => {
    await using opened = await server.open('CREATE TABLE item (id int PRIMARY KEY)', 'source');
    const before = (await read(opened.system, 'others-at-work')).others;
    await using others = await twoSessions(server, opened.address.schema);
    await others.first.query('SELECT 1');
    await others.second.query('BEGIN');
    const now = (await read(opened.system, 'others-at-work')).others;
    expect(now?.sessions).toBeGreaterThanOrEqual(2);
    expect(now?.hidden).toBe(0);
    expect(BigInt(now?.statements ?? '0')).toBeGreaterThanOrEqual(BigInt(before?.statements ?? '0'));
  });

  test('refuses what it cannot tell, with the reason', async () => {
    await using opened = await server.open('CREATE TABLE item (id int)', 'source');
    const refuses = async (reading: Reading): Promise<string | null> =>
      opened.system.watches!.refuses(reading);
    expect(await refuses('replica-lag')).toBe(
      'no replica follows this server now, so there is no lag to look at',
    );
    expect(await refuses('api-calls')).toContain('a database counts no calls');
    for (const reading of ['lock-waits', 'log-written', 'log-kept'] as const)
      expect(await refuses(reading)).toBeNull();
  });

  test('refuses the lag of replicas to a role that may not see it', async () => {
    await using opened = await server.open('CREATE TABLE item (id int)', 'source');
    const role = `blind_${opened.address.schema.replaceAll(/\W/g, '_')}`.slice(0, 60);
    await opened.client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
    await opened.client.query(`GRANT USAGE ON SCHEMA "${opened.address.schema}" TO ${role}`);
    try {
      const address = { ...opened.address, user: role, password: new Secret('x') };
      await using system = await postgres.open(address, contextFor('source'));
      expect(await system.watches!.refuses('replica-lag')).toContain('GRANT pg_read_all_stats');
    } finally {
      await opened.client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });
});

async function twoSessions(
  server: ServerUnderTest,
  schema: string,
): Promise<{ readonly first: Client; readonly second: Client } & AsyncDisposable> {
  const { host, port, user, password } = server.access();
  const open = async (): Promise<Client> => {
    const client = new Client({ host, port, user, password, database: server.database() });
    await client.connect();
    await client.query(`SET search_path = "${schema}"`);
    return client;
  };
  const [first, second] = [await open(), await open()];
  return {
    first,
    second,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([first.end(), second.end()]);
    },
  };
}

describe.skipIf(skipWithoutPostgres(18))('how far a replica is behind', () => {
  test('grows while it cannot apply, is none when it can, and is not known while it does not follow', async () => {
    await using server = await startPostgres({
      major: 18,
      settings: { wal_receiver_status_interval: '1s' },
    });
    const [from, to] = [await server.createDatabase(), await server.createDatabase()];
    const { host, port, user, password } = server;
    const session = async (database: string): Promise<Client> => {
      const client = new Client({ host, port, user, password, database });
      // Where the test fails the server ends before its clients do.
      client.on('error', () => undefined);
      await client.connect();
      return client;
    };
    const [source, follower, blocker] = [await session(from), await session(to), await session(to)];
    for (const client of [source, follower]) await client.query('CREATE TABLE item (id int PRIMARY KEY)');
    await source.query('CREATE PUBLICATION all_of_it FOR ALL TABLES');
    await source.query("SELECT pg_create_logical_replication_slot('follows', 'pgoutput')");
    await follower.query(`CREATE SUBSCRIPTION follows
      CONNECTION 'host=${host} port=${port} user=${user} password=${password} dbname=${from}'
      PUBLICATION all_of_it WITH (create_slot = false, slot_name = follows, copy_data = false)`);
    const address = { host, port, user, database: from, schema: 'public', password: new Secret(password) };
    await using system = await postgres.open({ ...address, tls: 'off' }, contextFor('source'));
    const lag = async (): Promise<number | null | undefined> => {
      const { replicas } = await system.watches!.read(new Set<Reading>(['replica-lag']));
      return replicas?.find(({ name }) => name.startsWith('follows'))?.lagMs;
    };
    await until(async () => (await lag()) === 0);
    expect(await system.watches!.refuses('replica-lag')).toBeNull();
    await blocker.query('BEGIN; LOCK TABLE item');
    await source.query('INSERT INTO item VALUES (1)');
    await until(async () => ((await lag()) ?? 0) > 1_500);
    await blocker.query('ROLLBACK');
    await until(async () => (await follower.query('SELECT FROM item')).rowCount === 1);
    await follower.query('ALTER SUBSCRIPTION follows DISABLE');
    await until(async () => (await lag()) === undefined);
    for (const client of [source, follower, blocker]) await client.end();
  });
});

describe.skipIf(skipWithoutPostgres(18))('others at work on a server', () => {
  test('are not those who work on the same run, from wherever and as whichever role', async () => {
    await using server = await startPostgres({ major: 18 });
    const { host, port, user, password } = server;
    const database = await server.createDatabase();
    const elsewhere = new Client({ host, port, user, password, database });
    elsewhere.on('error', () => undefined);
    await elsewhere.connect();
    await elsewhere.query('CREATE ROLE worker LOGIN; SET SESSION AUTHORIZATION worker');
    const address = { host, port, user, database, schema: 'public', password: new Secret(password) };
    await using system = await postgres.open({ ...address, tls: 'off' }, contextFor('source'));
    const others = async (name: string): Promise<number | undefined> => {
      await elsewhere.query(`SET application_name = '${name}'`);
      return (await system.watches!.read(new Set<Reading>(['others-at-work']))).others?.sessions;
    };
    expect(await others('shop')).toBe(1);
    expect(await others('godwit 4711')).toBe(0);
    await elsewhere.end();
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 100) {
    if (await holds()) return;
    await wait(100);
  }
  throw new Error('it did not come true within a minute');
}
