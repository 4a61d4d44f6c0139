import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import {
  type PostgresLogin,
  type PostgresServer,
  sharedPostgres,
  skipWithoutPostgres,
  startPostgres,
} from './index.ts';

describe.each([15, 18] as const)('PostgreSQL %i', (major) => {
  describe.skipIf(skipWithoutPostgres(major))('started for a test', () => {
    it('runs with the settings asked for, keeps data over a kill, and is gone after stop', async () => {
      const server = await startPostgres({ major, settings: { max_connections: '33', fsync: 'on' } });
      const database = await server.createDatabase('keeps "odd" names');
      await ask(server, database, 'CREATE TABLE kept AS SELECT 1 AS n');
      expect(await ask(server, database, 'SHOW max_connections')).toBe('33');
      expect(await ask(server, database, 'SHOW TimeZone')).toBe('UTC');
      expect(Number(await ask(server, database, 'SHOW server_version_num'))).toSatisfy(
        (version: number) => Math.floor(version / 10_000) === major,
      );
      await server.kill();
      expect(await accepts(server.port)).toBe(false);
      await server.restart();
      expect(await ask(server, database, 'SELECT n FROM kept')).toBe('1');
      await server.stop();
      await server.stop();
      expect(await accepts(server.port)).toBe(false);
      expect(existsSync(server.dataFolder)).toBe(false);
    });

    it('wants the password', async () => {
      const server = await sharedPostgres(major);
      await expect(ask({ ...server, password: 'wrong' }, 'postgres', 'SELECT 1')).rejects.toThrow(
        /password authentication failed/,
      );
    });

    it('lends one server to whoever asks, and copies a template', async () => {
      const [first, second] = await Promise.all([sharedPostgres(major), sharedPostgres(major)]);
      expect(second.port).toBe(first.port);
      const template = await first.createDatabase();
      await ask(first, template, 'CREATE TABLE t AS SELECT 7 AS n');
      expect(await ask(first, await first.createDatabase(undefined, template), 'SELECT n FROM t')).toBe('7');
    });

    it.each(waysToEnd(major))('ends when its parent ends by %s', async (how) => {
      const parent = spawn(process.execPath, ['--input-type=module', '-e', parentScript(major, how)], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
      const { port, dataFolder } = JSON.parse(line) as PostgresServer;
      expect(await accepts(port)).toBe(true);
      if (how === 'SIGKILL' || how === 'SIGINT') parent.kill(how);
      for (let waited = 0; waited < 10_000 && existsSync(dataFolder); waited += 50) await delay(50);
      expect(await accepts(port)).toBe(false);
      expect(existsSync(dataFolder)).toBe(false);
    });
  });
});

describe.skipIf(skipWithoutPostgres(15) || process.getuid?.() !== 0)('as root', () => {
  it('replaces a copy of the programs that somebody else planted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'godwit-planted-'));
    try {
      const { findPostgresPackage } = await import('./postgres-package.ts');
      const { preparePrograms } = await import('./prepare-programs.ts');
      const found = { ...findPostgresPackage(15), version: `planted-${process.pid}` };
      const place = join(tmpdir(), `godwit-postgres-${found.version}-0`);
      await mkdir(join(folder, 'bin'));
      await symlink(folder, place);
      expect(await preparePrograms(found)).toBe(place);
      expect(existsSync(join(place, 'bin', 'postgres'))).toBe(true);
      expect(existsSync(join(folder, 'bin', 'postgres'))).toBe(false);
      await rm(join(place, 'bin', 'postgres'));
      await preparePrograms(found);
      expect(existsSync(join(place, 'bin', 'postgres'))).toBe(true);
      await rm(place, { recursive: true });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('runs the server as somebody else', async () => {
    const server = await sharedPostgres(15);
    const uid = await ask(server, 'postgres', "SELECT pg_read_file('/proc/self/status')");
    expect(/^Uid:\s+(\d+)/m.exec(uid)?.[1]).not.toBe('0');
  });
});

/** The guard does not know the server's version: one of them shows every way. */
function waysToEnd(major: number): readonly ('SIGKILL' | 'SIGINT' | 'exit' | 'throw')[] {
  return major === 15 ? ['SIGKILL', 'SIGINT', 'exit', 'throw'] : ['SIGKILL'];
}

function parentScript(major: number, how: string): string {
  const index = JSON.stringify(fileURLToPath(new URL('./start-postgres.ts', import.meta.url)));
  const end = { exit: 'process.exit(3)', throw: 'setTimeout(() => { throw new Error("x") })' }[how];
  return `const { startPostgres } = await import(${index});
    const server = await startPostgres({ major: ${major} });
    console.log(JSON.stringify({ port: server.port, dataFolder: server.dataFolder }));
    ${end === undefined ? 'setInterval(() => undefined, 1000)' : `setTimeout(() => { ${end} }, 300)`}`;
}

async function ask(login: PostgresLogin, database: string, sql: string): Promise<string> {
  const { host, port, user, password } = login;
  const client = new Client({ host, port, user, password, database });
  await client.connect();
  try {
    const answer = await client.query({ text: sql, rowMode: 'array' });
    return String((answer as { rows?: unknown[][] }).rows?.[0]?.[0]);
  } finally {
    await client.end();
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
