import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endWithParent, type GuardedServer, guardNoMore } from './end-with-parent.ts';
import { findProgram } from './find-program.ts';
import { freePort } from './free-port.ts';
import type { PostgresLogin } from './postgres-access.ts';
import { serverAccount } from './server-account.ts';

/** A throwaway connection pooler in front of a server; the same login, another port. */
export interface Pgbouncer extends PostgresLogin, AsyncDisposable {}

export interface PgbouncerOptions {
  readonly mode: 'session' | 'transaction' | 'statement';
  /** Connections to the server for each database and user. */
  readonly poolSize?: number;
  /** Startup parameters it passes over instead of refusing the connection. */
  readonly ignoredParameters?: string;
}

const missing =
  'PgBouncer is not installed; on Debian: apt-get update && apt-get install -y --no-install-recommends pgbouncer';

/** Whether tests behind a pooler cannot run here; prints what is skipped and how to change that. */
export function skipWithoutPgbouncer(): boolean {
  const absent = findProgram('pgbouncer') === null;
  if (absent) console.warn(`skipped: ${missing}`);
  return absent;
}

export async function startPgbouncer(server: PostgresLogin, options: PgbouncerOptions): Promise<Pgbouncer> {
  const program = findProgram('pgbouncer');
  if (program === null) throw new Error(missing);
  const account = serverAccount();
  const folder = await mkdtemp(join(tmpdir(), 'godwit-test-pgbouncer-'));
  const guarded: GuardedServer = { folder, stop: null, pidFile: join(folder, 'server.pid'), account };
  endWithParent(guarded);
  const port = await freePort();
  const settings = join(folder, 'pgbouncer.ini');
  const users = join(folder, 'users.txt');
  await writeFile(users, `"${server.user}" "${server.password}"\n`);
  await writeFile(settings, settingsText(server, options, { folder, port, users }));
  if (account) for (const path of [folder, settings, users]) await chown(path, account.uid, account.gid);
  await chmod(folder, 0o700);
  const running = spawn(program, ['-q', settings], { stdio: ['ignore', 'ignore', 'pipe'], ...account });
  let printed = '';
  running.stderr.on('data', (chunk) => (printed += String(chunk)));
  await listening(running, port, () => printed);
  return {
    host: '127.0.0.1',
    port,
    user: server.user,
    password: server.password,
    async [Symbol.asyncDispose]() {
      const ended = once(running, 'exit');
      if (running.exitCode === null && running.kill('SIGKILL')) await ended;
      await rm(folder, { recursive: true, force: true });
      guardNoMore(guarded);
    },
  };
}

function settingsText(
  server: PostgresLogin,
  { mode, poolSize = 10, ignoredParameters = 'options' }: PgbouncerOptions,
  place: { readonly folder: string; readonly port: number; readonly users: string },
): string {
  return [
    '[databases]',
    `* = host=${server.host} port=${server.port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${place.port}`,
    'unix_socket_dir =',
    'auth_type = scram-sha-256',
    `auth_file = ${place.users}`,
    `pool_mode = ${mode}`,
    `default_pool_size = ${poolSize}`,
    'query_wait_timeout = 2',
    `ignore_startup_parameters = ${ignoredParameters}`,
    `logfile = ${join(place.folder, 'log')}`,
    `pidfile = ${join(place.folder, 'server.pid')}`,
    '',
  ].join('\n');
}

async function listening(running: ChildProcess, port: number, printed: () => string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (running.exitCode !== null) throw new Error(`pgbouncer ended at once: ${printed()}`);
    if (await answers(port)) return;
    await delay(25);
  }
  throw new Error(`pgbouncer does not listen: ${printed()}`);
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
