import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { type PostgresServer, startPostgres } from '../../tests/servers/index.ts';
import { CrmMove, type ToldLine } from '../crm/crm-move.ts';
import { type CrmDatabase, sql } from '../crm/crm-servers.ts';
import { copyOfPeople, peopleTable } from './people.ts';

const slot = 'slow_replica';
const settings = { wal_level: 'replica', max_wal_size: '8GB', max_slot_wal_keep_size: '-1' };

const begun = /^\d+-check-target done/;

/** The most that was seen of a target while a copy went into it. */
export interface SeenOfTarget {
  readonly lagSecondsMax: number;
  readonly keptMibMax: number;
  readonly seconds: number;
}

/**
 * A target that a replica follows, which is slow: four of five moments it stands still. What it has not taken yet the target keeps.
 */
export class FollowedTarget implements AsyncDisposable {
  readonly #source: CrmDatabase;
  readonly #target: PostgresServer;
  readonly #replica: PostgresServer;

  private constructor(source: CrmDatabase, target: PostgresServer, replica: PostgresServer) {
    this.#source = source;
    this.#target = target;
    this.#replica = replica;
  }

  static async start(source: CrmDatabase): Promise<FollowedTarget> {
    const target = await startPostgres({ major: 15, settings });
    await sql(
      { server: target, database: 'postgres' },
      `SELECT pg_create_physical_replication_slot('${slot}', true)`,
    );
    await target.kill();
    const replica = await startPostgres({ major: 15, settings, cloneOf: target, follows: slot });
    await target.restart();
    const followed = new FollowedTarget(source, target, replica);
    await followed.#caughtUp();
    return followed;
  }

  /** @param protection lines of godwit.yaml */
  async copy(protection: string, seconds: number): Promise<SeenOfTarget> {
    const target = { server: this.#target, database: await this.#target.createDatabase() };
    await sql(target, 'CREATE SCHEMA crm', peopleTable);
    using move = new CrmMove(this.#source, target, copyOfPeople, protection);
    await move.prepare();
    await this.#caughtUp();
    const over = new AbortController();
    const slow = this.#slowDown(over.signal);
    const watching = this.#watch(over.signal);
    const began = performance.now();
    let told: readonly ToldLine[];
    try {
      told = await move.verbFor(seconds * 1_000, 'run');
    } finally {
      over.abort();
      await slow;
    }
    const seen = await watching;
    if (!told.some(({ line }) => begun.test(line)))
      throw new RangeError(`no copy began: ${told.map(({ line }) => line).join('\n')}`);
    await this.#caughtUp();
    await sql(
      { server: this.#target, database: 'postgres' },
      `DROP DATABASE ${target.database} WITH (FORCE)`,
    );
    return { ...seen, seconds: (performance.now() - began) / 1_000 };
  }

  async #slowDown(over: AbortSignal): Promise<void> {
    const all = (signal: NodeJS.Signals): void => {
      for (const pid of this.#replicaProcesses()) process.kill(pid, signal);
    };
    try {
      while (!over.aborted) {
        all('SIGSTOP');
        await wait(800);
        all('SIGCONT');
        await wait(200);
      }
    } finally {
      all('SIGCONT');
    }
  }

  /** Those that take and apply the log; the postmaster answers on. */
  #replicaProcesses(): readonly number[] {
    const postmaster = readFileSync(`${this.#replica.dataFolder}/postmaster.pid`, 'utf8').split('\n')[0];
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        try {
          const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
          const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
          return stat.split(') ')[1]?.split(' ')[1] === postmaster && /startup|walreceiver/.test(command);
        } catch {
          return false;
        }
      })
      .map(Number);
  }

  async #watch(over: AbortSignal): Promise<Omit<SeenOfTarget, 'seconds'>> {
    const most = { lagSecondsMax: 0, keptMibMax: 0 };
    while (!over.aborted) {
      const { lagSeconds, keptMib } = await this.#now();
      most.lagSecondsMax = Math.max(most.lagSecondsMax, lagSeconds);
      most.keptMibMax = Math.max(most.keptMibMax, keptMib);
      await wait(250);
    }
    return most;
  }

  async #now(): Promise<{ readonly lagSeconds: number; readonly keptMib: number }> {
    const [row] = await sql(
      { server: this.#target, database: 'postgres' },
      `SELECT coalesce(extract(epoch FROM max(r.replay_lag)), 0)::float8,
         coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn)), 0)::float8 / 1048576
       FROM pg_replication_slots AS s LEFT JOIN pg_stat_replication AS r ON r.pid = s.active_pid`,
    );
    return { lagSeconds: Number(row?.[0]), keptMib: Number(row?.[1]) };
  }

  async #caughtUp(): Promise<void> {
    for (let waited = 0; waited < 240; waited += 1) {
      if ((await this.#now()).keptMib < 1) return;
      await wait(500);
    }
    throw new RangeError('the replica did not catch up within two minutes');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#replica.stop();
    await this.#target.stop();
  }
}
