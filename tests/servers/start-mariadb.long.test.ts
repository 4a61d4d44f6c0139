import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createConnection } from 'mysql2/promise';
import { describe, expect, it } from 'vitest';
import { type MysqlAccess, sharedMariadb, skipWithoutMariadb, startMariadb } from './index.ts';

describe.skipIf(skipWithoutMariadb())('MariaDB started for a test', () => {
  it('runs with the settings asked for, keeps data over a kill, and is gone after stop', async () => {
    const server = await startMariadb({ settings: { 'max-connections': '33' } });
    const database = await server.createDatabase('keeps "odd" `names`');
    await ask(server, database, 'CREATE TABLE kept AS SELECT 1 AS n');
    expect(await ask(server, database, 'SELECT @@max_connections')).toBe('33');
    expect(await ask(server, database, 'SELECT @@tmpdir')).toBe(dirname(server.dataFolder));
    await server.kill();
    expect(await accepts(server.port)).toBe(false);
    await server.restart();
    expect(await ask(server, database, 'SELECT n FROM kept')).toBe('1');
    await server.stop();
    await server.stop();
    expect(await accepts(server.port)).toBe(false);
    expect(existsSync(server.dataFolder)).toBe(false);
  });

  it('wants the password, and is lent to whoever asks', async () => {
    const [first, second] = await Promise.all([sharedMariadb(), sharedMariadb()]);
    expect(second.port).toBe(first.port);
    await expect(ask({ ...first, password: 'wrong' }, null, 'SELECT 1')).rejects.toThrow(/Access denied/);
    await expect(ask({ ...first, user: 'root', password: '' }, null, 'SELECT 1')).rejects.toThrow();
  });

  it.each(['SIGKILL', 'exit'] as const)('ends when its parent ends by %s', async (how) => {
    const parent = spawn(process.execPath, ['--input-type=module', '-e', parentScript(how)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    const { port, dataFolder } = JSON.parse(line) as { port: number; dataFolder: string };
    expect(await accepts(port)).toBe(true);
    if (how === 'SIGKILL') parent.kill(how);
    for (let waited = 0; waited < 10_000 && existsSync(dataFolder); waited += 50) await delay(50);
    expect(await accepts(port)).toBe(false);
    expect(existsSync(dataFolder)).toBe(false);
  });

  it.skipIf(process.getuid?.() !== 0)('does not run as root', async () => {
    await using server = await startMariadb();
    const pid = readFileSync(`${server.dataFolder}/../server.pid`, 'utf8').trim();
    expect(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]).not.toBe('0');
  });
});

function parentScript(how: string): string {
  const index = JSON.stringify(fileURLToPath(new URL('./start-mariadb.ts', import.meta.url)));
  return `const { startMariadb } = await import(${index});
    const server = await startMariadb();
    console.log(JSON.stringify({ port: server.port, dataFolder: server.dataFolder }));
    ${how === 'exit' ? 'setTimeout(() => process.exit(3), 300)' : 'setInterval(() => undefined, 1000)'}`;
}

async function ask(
  { host, port, user, password }: Omit<MysqlAccess, 'createDatabase' | 'dropDatabase'>,
  database: string | null,
  sql: string,
): Promise<string> {
  const where = database === null ? {} : { database };
  const connection = await createConnection({ host, port, user, password, ...where, rowsAsArray: true });
  try {
    const [rows] = await connection.query(sql);
    return String((rows as unknown[][])[0]?.[0]);
  } finally {
    await connection.end();
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
