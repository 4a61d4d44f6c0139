import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CrmDatabase } from '../crm/crm-servers.ts';
import { runCommand } from '../crm/run-command.ts';

/** Debian's PostgreSQL 15 with its tools. */
export const debianPrograms = '/usr/lib/postgresql/15';
const program = `${debianPrograms}/bin/pgbench`;

const clients = 4;

/** `pgbench` on a database: its usual transactions, three changes and a look in each. */
export class Pgbench {
  readonly #place: readonly string[];
  readonly #words: readonly string[];
  readonly #env: Readonly<Record<string, string>>;

  constructor({ server, database }: CrmDatabase) {
    const { host, port, user, password } = server;
    this.#place = ['-h', host, '-p', String(port), '-U', user, database];
    this.#words = ['-c', String(clients), '-j', '1', '-n', ...this.#place];
    this.#env = { PGPASSWORD: password };
  }

  async fill(scale: number): Promise<void> {
    await runCommand(program, ['-i', '-q', '-s', String(scale), ...this.#place], { env: this.#env });
  }

  /** Transactions a second, as many as there is room for. */
  async most(seconds: number): Promise<number> {
    const told = await runCommand(program, ['-T', String(seconds), ...this.#words], { env: this.#env });
    const found = /^tps = ([\d.]+)/m.exec(told)?.[1];
    if (found === undefined) throw new RangeError(`pgbench told no rate: ${told}`);
    return Number(found);
  }

  /** Begins so many transactions a second, until it is ended, and writes down how long each took. */
  steadily(perSecond: number): SteadyLoad {
    return new SteadyLoad(['-R', String(perSecond), '-T', '86400', ...this.#words], this.#env);
  }
}

/** One transaction: when it ended, in seconds since 1970, and how long after its due time, in milliseconds. */
interface Taken {
  readonly at: number;
  readonly ms: number;
}

export class SteadyLoad implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'godwit-pgbench-'));
  readonly #child: ChildProcess;

  constructor(words: readonly string[], env: Readonly<Record<string, string>>) {
    const log = ['-l', '--log-prefix', join(this.#folder, 'log')];
    this.#child = spawn(program, [...log, ...words], { env: { ...process.env, ...env }, stdio: 'ignore' });
  }

  /** Ends it and answers with all it wrote down, in order. */
  async end(): Promise<readonly Taken[]> {
    this.#child.kill('SIGINT');
    await once(this.#child, 'close');
    const texts = readdirSync(this.#folder).map((name) => readFileSync(join(this.#folder, name), 'utf8'));
    const lines = texts.join('').trim().split('\n');
    return lines
      .map((line) => line.split(' ').map(Number))
      .map(([, , us = 0, , seconds = 0, rest = 0]) => ({ at: seconds + rest / 1e6, ms: us / 1_000 }))
      .sort((a, b) => a.at - b.at);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL');
      await once(this.#child, 'close');
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A stretch of time, in seconds since 1970. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Milliseconds within which 99 of 100 transactions of that stretch were done. */
export function p99(taken: readonly Taken[], { from, to }: Stretch): number {
  const within = taken.filter(({ at }) => at >= from && at < to).map(({ ms }) => ms);
  if (within.length < 500) throw new RangeError(`only ${within.length} transactions in ${to - from} s`);
  return within.sort((a, b) => a - b)[Math.floor(within.length * 0.99)] ?? Number.NaN;
}
