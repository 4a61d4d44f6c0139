import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../tests/servers/index.ts';
import { type Clock, silentLog } from '../host/index.ts';
import { type PacedBy, Secret } from '../model/index.ts';
import { SystemBrake } from './brakes.ts';
import { contextFor } from './contract/contract-world.contract.ts';
import type { OpenSystem } from './port.ts';
import { postgres } from './postgres/open.ts';

/** A second later at each look: as often as a pace looks. */
class Seconds implements Clock {
  #ms = 0;

  now(): string {
    return new Date(this.#ms).toISOString();
  }

  elapsedMs(): number {
    return this.#ms;
  }

  async sleep(durationMs: number): Promise<void> {
    this.#ms += durationMs;
  }
}

describe.skipIf(skipWithoutPostgres(18))('a system that is over its limits', () => {
  let server: PostgresServer;
  let others: Client;
  let system: OpenSystem;
  beforeAll(async () => {
    server = await startPostgres({ major: 18, settings: { autovacuum: 'off' } });
    const { host, port, user, password } = server;
    const database = await server.createDatabase();
    others = new Client({ host, port, user, password, database });
    await others.connect();
    await others.query("SELECT pg_create_physical_replication_slot('slow', true)");
    const address = { host, port, user, database, schema: 'public', password: new Secret(password) };
    system = await postgres.open({ ...address, tls: 'off' }, contextFor('target'));
  });
  afterAll(async () => {
    await system[Symbol.asyncDispose]();
    await others.end();
    await server.stop();
  });

  const mib = 2 ** 20;
  const write = async (): Promise<unknown> =>
    others.query(`SELECT pg_logical_emit_message(false, 'filler', repeat('x', ${mib}))`);
  const keptMib = async (): Promise<number> => {
    const { rows } = await others.query<{ kept: string }>(
      'SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) AS kept FROM pg_replication_slots',
    );
    return Number(rows[0]?.kept) / mib;
  };
  const braked = (limits: PacedBy, clock = new Seconds()): (() => Promise<string | null>) => {
    const brake = new SystemBrake({
      role: 'target',
      limits,
      clock,
      log: silentLog,
      system: async () => system,
    });
    return async () => {
      await clock.sleep(1_000);
      return brake.holds();
    };
  };

  test('holds before it keeps more log than it may, when it would until the next look', async () => {
    const before = Math.ceil(await keptMib());
    const holds = braked({ logKeptMibMax: before + 10 });
    const told: (string | null)[] = [await holds()];
    for (let piece = 0; piece < 12 && (told.at(-1) ?? null) === null; piece += 1) {
      await write();
      await write();
      told.push(await holds());
    }
    expect(told.at(-1)).toBe(`the target keeps nearly ${before + 10} MiB of log, or more`);
    expect(await keptMib()).toBeLessThan(before + 10);
    expect(await keptMib()).toBeGreaterThan(before + 4);
    await others.query("SELECT pg_replication_slot_advance('slow', pg_current_wal_lsn())");
    expect(await holds()).toBeNull();
  });

  test('holds while it writes more log than it may, and says nothing of what was not asked', async () => {
    const holds = braked({ logMibPerSecondMax: 1 });
    expect(await holds()).toBeNull();
    for (let piece = 0; piece < 4; piece += 1) await write();
    expect(await holds()).toBe('the target wrote more than 1 MiB of log a second');
    expect(await holds()).toBe('the target wrote more than 1 MiB of log a second');
    expect(await holds()).toBeNull();
    expect(await braked({ replicaLagSecondsMax: 1 })()).toBeNull();
  });

  test('that does not answer holds nothing', async () => {
    const brake = new SystemBrake({
      role: 'source',
      limits: { logKeptMibMax: 1 },
      clock: new Seconds(),
      log: silentLog,
      system: async () => null,
    });
    expect(await brake.holds()).toBeNull();
  });
});
