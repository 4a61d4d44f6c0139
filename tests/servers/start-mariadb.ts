import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { endWithParent, type GuardedServer, guardNoMore } from './end-with-parent.ts';
import { freePort } from './free-port.ts';
import { findMariadb } from './mariadb-programs.ts';
import { type MysqlAccess, type MysqlLogin, mysqlAccess } from './mysql-access.ts';
import { runProgram } from './run-program.ts';
import { serverAccount } from './server-account.ts';
import { startAgain } from './start-again.ts';

/** A throwaway server: own folder, own port, own user, gone when the process that started it is gone. */
export interface MariadbServer extends MysqlAccess, AsyncDisposable {
  readonly dataFolder: string;
  /** What the server wrote about itself. */
  log(): Promise<string>;
  /** Stops it and removes its folder; twice is fine. */
  stop(): Promise<void>;
  /** SIGKILL: what a power cut looks like. */
  kill(): Promise<void>;
  /** Starts it again on the same port, after `kill` or while it runs. */
  restart(): Promise<void>;
}

export interface MariadbOptions {
  /** Options of the server: `{ 'max-allowed-packet': '2M' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

// Nothing waits for the disk: `kill` then loses what a real kill would lose, and no more.
// A linguistic default collation on purpose: whoever forgets a binary comparison is found out.
const quickAndSmall = {
  'bind-address': '127.0.0.1',
  'character-set-server': 'utf8mb4',
  'collation-server': 'utf8mb4_general_ci',
  'innodb-buffer-pool-size': '32M',
  'innodb-log-file-size': '64M',
  'innodb-flush-log-at-trx-commit': '2',
  'innodb-flush-method': 'nosync',
  'innodb-doublewrite': '0',
  'sync-frm': '0',
  'log-bin': 'binlog',
  'server-id': '1',
  'binlog-format': 'ROW',
  'binlog-row-metadata': 'FULL',
  'sync-binlog': '0',
  'max-connections': '80',
  'default-time-zone': '+03:00',
  'plugin-maturity': 'unknown',
};

/** Takes about two seconds, most of them for the system tables. Give a test file `sharedMariadb` unless it kills the server. */
export async function startMariadb(options: MariadbOptions = {}): Promise<MariadbServer> {
  const programs = findMariadb();
  const account = serverAccount();
  const folder = await mkdtemp(join(tmpdir(), 'godwit-test-mariadb-'));
  const guarded: GuardedServer = { folder, stop: null, pidFile: join(folder, 'server.pid'), account };
  endWithParent(guarded);
  if (account) await chown(folder, account.uid, account.gid);
  const dataFolder = join(folder, 'data');
  // A server that starts removes what others left in its folder for passing tables: in one they share, of servers that run.
  const basics = ['--no-defaults', `--datadir=${dataFolder}`, `--tmpdir=${folder}`];
  const quiet = ['--skip-test-db', '--auth-root-authentication-method=normal', '--skip-name-resolve'];
  await runProgram(programs.installer, [...basics, ...quiet], account, folder);
  const login = { host: '127.0.0.1', user: 'tester', password: randomBytes(18).toString('base64url') };
  const firstFile = await writeFirstStatements(guarded, login);
  const settings = Object.entries({ ...quickAndSmall, ...options.settings });
  const args = [
    ...basics,
    ...settings.map(([name, value]) => `--${name}=${value}`),
    '--skip-name-resolve',
    `--socket=${join(folder, 's')}`,
    `--pid-file=${guarded.pidFile}`,
    `--log-error=${join(folder, 'server.log')}`,
  ];
  const running = new RunningMariadb(programs.server, args, guarded);
  const port = await running.startOnFreePort(login, [`--init-file=${firstFile}`]);
  return describeServer(running, guarded, dataFolder, { ...login, port });
}

/** Run once by the server itself: its administrator gets no way in, the tests' user gets everything. */
async function writeFirstStatements(
  { folder, account }: GuardedServer,
  { user, password }: Omit<MysqlLogin, 'port'>,
): Promise<string> {
  const file = join(folder, 'first.sql');
  const lines = [
    `CREATE OR REPLACE USER '${user}'@'%' IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO '${user}'@'%' WITH GRANT OPTION;`,
    // The installer leaves administrators without a password behind, one for each name of this machine.
    `DELETE FROM mysql.global_priv WHERE User NOT IN ('${user}', 'mariadb.sys');`,
    'FLUSH PRIVILEGES;',
  ];
  await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  if (account) await chown(file, account.uid, account.gid);
  else await chmod(file, 0o600);
  return file;
}

/** The process and its port. */
class RunningMariadb {
  readonly #program: string;
  readonly #args: readonly string[];
  readonly #guarded: GuardedServer;
  #process: ChildProcess | null = null;

  constructor(program: string, args: readonly string[], guarded: GuardedServer) {
    this.#program = program;
    this.#args = args;
    this.#guarded = guarded;
  }

  async startOnFreePort(login: Omit<MysqlLogin, 'port'>, once: readonly string[]): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      const port = await freePort();
      try {
        await this.start({ ...login, port }, once);
        return port;
      } catch (error) {
        // Between choosing the port and listening on it somebody else may have taken it.
        const log = await this.log();
        if (attempt === 5 || !log.includes('Address already in use')) throw new Error(log, { cause: error });
      }
    }
  }

  async start(login: MysqlLogin, more: readonly string[] = []): Promise<void> {
    const { folder, account } = this.#guarded;
    const child = spawn(this.#program, [...this.#args, `--port=${login.port}`, ...more], {
      cwd: folder,
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
      stdio: 'ignore',
      ...account,
    });
    child.unref();
    this.#process = child;
    for (let waited = 0; waited < 60_000; waited += 20) {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
      if (await answers(login)) return;
      await delay(20);
    }
    throw new Error('the server did not answer within a minute');
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    // Whoever waits for the end has to be kept alive for it.
    child.ref();
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    await rm(this.#guarded.pidFile, { force: true });
  }

  async log(): Promise<string> {
    const file = join(this.#guarded.folder, 'server.log');
    return existsSync(file) ? readFile(file, 'utf8') : '';
  }
}

async function answers({ host, port, user, password }: MysqlLogin): Promise<boolean> {
  try {
    const connection = await createConnection({ host, port, user, password, connectTimeout: 5_000 });
    await connection.end();
    return true;
  } catch {
    return false;
  }
}

function describeServer(
  running: RunningMariadb,
  guarded: GuardedServer,
  dataFolder: string,
  login: MysqlLogin,
): MariadbServer {
  let stopped = false;
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    await running.end('SIGKILL');
    await rm(guarded.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    guardNoMore(guarded);
  };
  return {
    ...mysqlAccess(login),
    dataFolder,
    log: async () => running.log(),
    stop,
    kill: async () => running.end('SIGKILL'),
    restart: async () => {
      if (stopped) throw new Error('this server was stopped and its data is gone');
      await running.end('SIGTERM');
      await startAgain(async () => running.start(login));
    },
    [Symbol.asyncDispose]: stop,
  };
}
