import { setTimeout as wait } from 'node:timers/promises';
import { type Connection, createConnection } from 'mysql2/promise';
import { describe, expect, test } from 'vitest';
import { type MysqlAccess, sharedMariadb, skipWithoutMariadb } from '../../../tests/servers/index.ts';
import { Secret } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import type { OpenSystem, Reading, Vitals } from '../port.ts';
import { mysql } from './open.ts';
import { openDatabase } from './opened-database.contract.ts';

describe.skipIf(skipWithoutMariadb())('what MariaDB says of itself while a run is at work', () => {
  const read = async (system: OpenSystem, reading: Reading): Promise<Vitals> =>
    system.watches!.read(new Set([reading]));

  test('tells who waits for a lock of godwit, on records and on the structure of a table', async () => {
    const server = await sharedMariadb();
    await using opened = await openDatabase(server, [
      'CREATE TABLE item (id int PRIMARY KEY, name text)',
      "INSERT INTO item VALUES (1, 'a'), (2, 'b')",
    ]);
    const waits = async (): Promise<Vitals['lockWaits']> =>
      (await read(opened.system, 'lock-waits')).lockWaits;
    const none = { sessions: 0, longestMs: 0 };
    expect(await waits()).toEqual(none);
    // The plain connection is this user's on this machine: godwit's, as far as the server tells.
    const { connection: own, address } = opened.plain;
    await using others = await otherUser(server, address.database);
    const { first, second } = others;
    await first.query('START TRANSACTION');
    await first.query("UPDATE item SET name = 'x' WHERE id = 2");
    const behindOthers = second.query("UPDATE item SET name = 'y' WHERE id = 2");
    await wait(300);
    expect(await waits()).toEqual(none);
    await first.query('ROLLBACK');
    await behindOthers;

    await own.query('START TRANSACTION');
    await own.query("UPDATE item SET name = 'x' WHERE id = 1");
    const behindUs = second.query("UPDATE item SET name = 'y' WHERE id = 1");
    const structure = first.query('ALTER TABLE item ADD COLUMN more int');
    await wait(1_300);
    const found = await waits();
    expect(found?.sessions).toBe(2);
    expect(found?.longestMs).toBeGreaterThanOrEqual(1_000);
    expect(found?.longestMs).toBeLessThan(60_000);
    await own.query('COMMIT');
    await Promise.all([behindUs, structure]);
    // The server keeps what it tells of transactions for a tenth of a second.
    await until(async () => (await waits())?.sessions === 0);
  });

  test('tells whether others work on it, and who holds a record that godwit waits for', async () => {
    const server = await sharedMariadb();
    await using opened = await openDatabase(server, [
      'CREATE TABLE item (id int PRIMARY KEY, name text)',
      "INSERT INTO item VALUES (1, 'a')",
    ]);
    const { connection: own, address } = opened.plain;
    await using others = await otherUser(server, address.database);
    await others.first.query('START TRANSACTION');
    await others.first.query("UPDATE item SET name = 'x' WHERE id = 1");
    const seen = (await read(opened.system, 'others-at-work')).others;
    expect(seen?.sessions).toBeGreaterThanOrEqual(1);
    const waiting = own.query("UPDATE item SET name = 'y' WHERE id = 1");
    await until(
      async () => ((await read(opened.system, 'lock-holders')).lockHolders?.[0]?.waitedMs ?? 0) >= 100,
    );
    const holders = (await read(opened.system, 'lock-holders')).lockHolders;
    expect(holders).toMatchObject([{ session: expect.stringMatching(/^connection \d+$/), relation: null }]);
    await others.first.query('ROLLBACK');
    await waiting;
  });

  test('tells what is written into the binary log, and what is kept of it', async () => {
    await using opened = await openDatabase(await sharedMariadb(), [
      'CREATE TABLE item (id int, filler text)',
    ]);
    const wanted = new Set<Reading>(['log-written', 'log-kept']);
    const before = await opened.system.watches!.read(wanted);
    await opened.plain.connection.query("INSERT INTO item SELECT seq, repeat('x', 200) FROM seq_1_to_10000");
    const after = await opened.system.watches!.read(wanted);
    const grown = (key: 'logBytes' | 'logKeptBytes'): bigint => BigInt(after[key]!) - BigInt(before[key]!);
    expect(grown('logBytes')).toBeGreaterThan(2_000_000n);
    expect(grown('logKeptBytes')).toBeGreaterThan(2_000_000n);
  });

  test('refuses what it cannot tell, with the reason', async () => {
    const server = await sharedMariadb();
    await using opened = await openDatabase(server, ['CREATE TABLE item (id int)']);
    const refuses = async (reading: Reading, system = opened.system): Promise<string | null> =>
      system.watches!.refuses(reading);
    expect(await refuses('replica-lag')).toContain('this server is no replica');
    expect(await refuses('api-calls')).toContain('a database counts no calls');
    for (const reading of ['lock-waits', 'log-written', 'log-kept'] as const)
      expect(await refuses(reading)).toBeNull();
    await using others = await otherUser(server, opened.plain.address.database);
    const address = { ...opened.plain.address, user: others.user, password: new Secret('x') };
    await using narrow = await mysql.open(address, contextFor('source'));
    expect(await refuses('lock-waits', narrow)).toContain('GRANT PROCESS');
    expect(await refuses('log-kept', narrow)).toContain('GRANT BINLOG MONITOR');
    expect(await refuses('replica-lag', narrow)).toContain('GRANT SLAVE MONITOR');
  });
});

async function connect(
  server: MysqlAccess,
  more: Readonly<Record<string, string>> = {},
): Promise<Connection> {
  const { host, port, user, password } = server;
  const connection = await createConnection({ host, port, user, password, ...more });
  connection.on('error', () => undefined);
  return connection;
}

/** Two sessions of a user with rights in one database only. */
async function otherUser(
  server: MysqlAccess,
  database: string,
): Promise<
  { readonly first: Connection; readonly second: Connection; readonly user: string } & AsyncDisposable
> {
  const user = `other ${database}`.slice(0, 40);
  const admin = await connect(server);
  await admin.query(`CREATE USER '${user}'@'%' IDENTIFIED BY 'x'`);
  await admin.query(`GRANT ALL ON \`${database}\`.* TO '${user}'@'%'`);
  const login = { user, password: 'x', database };
  const [first, second] = [await connect(server, login), await connect(server, login)];
  return {
    first,
    second,
    user,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([first.end(), second.end()]);
      await admin.query(`DROP USER '${user}'@'%'`);
      await admin.end();
    },
  };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 100) {
    if (await holds()) return;
    await wait(100);
  }
  throw new Error('it did not come true within a minute');
}
