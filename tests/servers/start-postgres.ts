import { randomBytes } from 'node:crypto';
import { appendFile, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithParent, type GuardedServer, guardNoMore } from './end-with-parent.ts';
import { freePort } from './free-port.ts';
import { killServer } from './kill-server.ts';
import { createDatabase, type PostgresAccess, type PostgresLogin, superuser } from './postgres-access.ts';
import { findPostgresPackage, type PostgresMajor } from './postgres-package.ts';
import { preparePrograms } from './prepare-programs.ts';
import { runProgram } from './run-program.ts';
import { serverAccount } from './server-account.ts';
import { startAgain } from './start-again.ts';

/** A throwaway server: own folder, own port, gone when the process that started it is gone. */
export interface PostgresServer extends PostgresAccess, AsyncDisposable {
  readonly dataFolder: string;
  /** What the server wrote about itself. */
  log(): Promise<string>;
  /** Stops it and removes its folder; twice is fine. */
  stop(): Promise<void>;
  /** SIGKILL to the postmaster and all its backends: what a power cut looks like. */
  kill(): Promise<void>;
  /** Starts it again on the same port, after `kill` or while it runs. */
  restart(): Promise<void>;
}

export interface PostgresOptions {
  readonly major: PostgresMajor;
  /** Lines for postgresql.conf, in front of which nothing is quoted: `{ max_connections: '20', fsync: 'on' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Begins as a physical clone of this server, which was killed: a copy of its folder, with its identity and its people. */
  readonly cloneOf?: PostgresServer;
  /** The clone follows the server it is one of, once that runs again, by this physical replication slot, which is there. */
  readonly follows?: string;
  /** A folder with the `bin` of another build of that version than the package's: `/usr/lib/postgresql/15`. */
  readonly programs?: string;
}

// Commits wait for the operating system, not for the disk: `kill` then loses what a real kill would lose, and no more.
const quickAndSmall = {
  fsync: 'off',
  full_page_writes: 'off',
  shared_buffers: '16MB',
  max_connections: '60',
  max_wal_size: '256MB',
  wal_level: 'logical',
  max_prepared_transactions: '4',
  unix_socket_directories: "''",
  listen_addresses: "'127.0.0.1'",
  timezone: "'UTC'",
  log_timezone: "'UTC'",
  log_statement: "'none'",
};

interface GuardedPostgres extends GuardedServer {
  readonly dataFolder: string;
  readonly pgCtl: string;
}

/** Takes about a second: half for `initdb`. Give a test file `sharedPostgres` unless it needs to kill the server. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const programs = options.programs ?? (await preparePrograms(findPostgresPackage(options.major)));
  const account = serverAccount();
  const folder = await mkdtemp(join(tmpdir(), `godwit-test-postgres-${options.major}-`));
  const dataFolder = join(folder, 'data');
  const pgCtl = join(programs, 'bin', 'pg_ctl');
  const args = ['stop', '-D', dataFolder, '-m', 'immediate', '-w', '-t', '20'];
  const stop = { program: pgCtl, args };
  const guarded = { folder, dataFolder, pgCtl, account, stop, pidFile: join(dataFolder, 'postmaster.pid') };
  endWithParent(guarded);
  if (account) await chown(folder, account.uid, account.gid);
  const password = options.cloneOf?.password ?? randomBytes(18).toString('base64url');
  if (options.cloneOf) await copyCluster(options.cloneOf, guarded);
  else await initialize(guarded, programs, password);
  await configure(dataFolder, { ...quickAndSmall, ...options.settings, ...following(options) });
  if (options.follows !== undefined) {
    const signal = join(dataFolder, 'standby.signal');
    await writeFile(signal, '');
    if (account) await chown(signal, account.uid, account.gid);
  }
  const port = await startOnFreePort(guarded);
  return describeServer(guarded, { host: '127.0.0.1', port, user: superuser, password }, options.major);
}

function following({ cloneOf, follows }: PostgresOptions): Readonly<Record<string, string>> {
  if (cloneOf === undefined || follows === undefined) return {};
  const { host, port, user, password } = cloneOf;
  return {
    primary_conninfo: `'host=${host} port=${port} user=${user} password=${password} application_name=${follows}'`,
    primary_slot_name: `'${follows}'`,
  };
}

async function initialize(server: GuardedPostgres, programs: string, password: string): Promise<void> {
  const passwordFile = join(server.folder, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (server.account) await chown(passwordFile, server.account.uid, server.account.gid);
  // A linguistic default collation on purpose: whoever forgets COLLATE "C" is found out.
  const locale = ['--locale=C', '--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en-US'];
  const access = [`--username=${superuser}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const args = ['-D', server.dataFolder, ...locale, ...access, '--no-sync'];
  await runProgram(join(programs, 'bin', 'initdb'), args, server.account, server.folder);
  await rm(passwordFile);
}

/** By the account that the server runs as, so that the copy is its own. */
async function copyCluster(
  from: PostgresServer,
  { dataFolder, account, folder }: GuardedPostgres,
): Promise<void> {
  await runProgram('cp', ['-Rp', from.dataFolder, dataFolder], account, folder);
}

async function configure(dataFolder: string, settings: Readonly<Record<string, string>>): Promise<void> {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  await appendFile(join(dataFolder, 'postgresql.conf'), `\n${lines.join('\n')}\n`);
}

async function startOnFreePort(server: GuardedPostgres): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      await start(server, port);
      return port;
    } catch (error) {
      // Between choosing the port and listening on it somebody else may have taken it.
      const log = await readLog(server);
      if (attempt === 5 || !log.includes('Address already in use')) throw new Error(log, { cause: error });
    }
  }
}

async function start(server: GuardedPostgres, port: number): Promise<void> {
  const options = ['-o', `-p ${port}`, '-l', join(server.folder, 'server.log')];
  const args = ['start', '-D', server.dataFolder, ...options, '-w', '-t', '60'];
  await runProgram(server.pgCtl, args, server.account, server.folder);
}

async function readLog(server: GuardedPostgres): Promise<string> {
  return readFile(join(server.folder, 'server.log'), 'utf8');
}

function describeServer(server: GuardedPostgres, login: PostgresLogin, major: PostgresMajor): PostgresServer {
  let state: 'running' | 'killed' | 'stopped' = 'running';
  const shutDown = async (mode: string): Promise<void> => {
    if (state !== 'running') return;
    const args = ['stop', '-D', server.dataFolder, '-m', mode, '-w', '-t', '60'];
    await runProgram(server.pgCtl, args, server.account, server.folder);
  };
  const stop = async (): Promise<void> => {
    if (state === 'stopped') return;
    await shutDown('immediate');
    state = 'stopped';
    await rm(server.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    guardNoMore(server);
  };
  return {
    ...login,
    major,
    dataFolder: server.dataFolder,
    createDatabase: async (name, template) => createDatabase(login, name, template),
    log: async () => readLog(server),
    stop,
    kill: async () => {
      await killServer(server.dataFolder);
      state = 'killed';
    },
    restart: async () => {
      if (state === 'stopped') throw new Error('this server was stopped and its data is gone');
      await shutDown('fast');
      await startAgain(async () => start(server, login.port));
      state = 'running';
    },
    [Symbol.asyncDispose]: stop,
  };
}
