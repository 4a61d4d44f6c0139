import { setTimeout as wait } from 'node:timers/promises';
import { type Connection, createConnection } from 'mysql2/promise';
import { describe, expect, test } from 'vitest';
import { type MysqlAccess, skipWithoutMariadb, startMariadb } from '../../../tests/servers/index.ts';
import { Secret } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import type { Reading } from '../port.ts';
import { mysql } from './open.ts';

describe.skipIf(skipWithoutMariadb())('MariaDB that follows another', () => {
  test('as a replica says how far it is behind, and nothing while it does not follow', async () => {
    await using master = await startMariadb();
    await using replica = await startMariadb({ settings: { 'server-id': '2' } });
    const database = await master.createDatabase('followed');
    await replica.createDatabase('followed');
    const [there, here] = [await connect(master), await connect(replica)];
    const [rows] = await there.query({ sql: 'SHOW MASTER STATUS', rowsAsArray: true });
    const [file, position] = (rows as unknown[][])[0] ?? [];
    await here.query(`CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = ${master.port},
      MASTER_USER = '${master.user}', MASTER_PASSWORD = '${master.password}', MASTER_SSL_VERIFY_SERVER_CERT = 0,
      MASTER_LOG_FILE = '${String(file)}', MASTER_LOG_POS = ${String(position)}, MASTER_DELAY = 60`);
    await here.query('START SLAVE');
    const { host, port, user, password } = replica;
    const address = {
      host,
      port,
      user,
      database,
      password: new Secret(password),
      tls: 'off',
      dates: 'checked',
    } as const;
    await using system = await mysql.open(address, contextFor('source'));
    const lag = async (): Promise<number | null | undefined> =>
      (await system.watches!.read(new Set<Reading>(['replica-lag']))).replicas?.[0]?.lagMs;
    expect(await system.watches!.refuses('replica-lag')).toBeNull();
    await until(async () => (await lag()) === 0);
    await there.query('CREATE TABLE followed.item (id int)');
    await until(async () => ((await lag()) ?? 0) >= 2_000);
    await here.query('STOP SLAVE');
    expect(await lag()).toBeNull();
    await Promise.all([there.end(), here.end()]);
  });
});

async function connect({ host, port, user, password }: MysqlAccess): Promise<Connection> {
  const connection = await createConnection({ host, port, user, password });
  connection.on('error', () => undefined);
  return connection;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 100) {
    if (await holds()) return;
    await wait(100);
  }
  throw new Error('it did not come true within a minute');
}
