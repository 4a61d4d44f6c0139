import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PostgresAccess, sharedPostgres, skipWithoutPostgres } from '../../../../tests/servers/index.ts';
import { systemRandom } from '../../../host/index.ts';
import { Secret } from '../../../model/index.ts';
import type { OwnDatabase } from '../../own-database.ts';
import { postgresOwnDatabase } from '../../postgres/own-database.ts';
import { PostgresQuotaBook } from './postgres-quota-book.ts';
import { type BookWorld, quotaBookContract } from './quota-book.contract.ts';
import { settled } from './quota-world.contract.ts';

describe.skipIf(skipWithoutPostgres(18))('a book of quotas in PostgreSQL', () => {
  let access: PostgresAccess;
  let database: OwnDatabase;
  beforeAll(async () => {
    access = await sharedPostgres(18);
    database = await freshDatabase();
  });
  afterAll(async () => database[Symbol.asyncDispose]());

  async function freshDatabase(port: number = access.port): Promise<OwnDatabase> {
    const { host, user, password } = access;
    const login = {
      host,
      port,
      user,
      password: new Secret(password),
      database: await access.createDatabase(),
    };
    return postgresOwnDatabase({ ...login, schema: 'public', tls: 'off' }, new AbortController().signal);
  }

  async function make(startMs: number = Date.parse('2026-03-28T12:00:00Z')): Promise<BookWorld> {
    const opened = (): PostgresQuotaBook =>
      new PostgresQuotaBook({ database, random: systemRandom, serverMs: () => world.trueMs });
    // Emptied, not made anew: a database for each drawn life would take longer than the life.
    await opened().attempts();
    for (const table of ['used', 'held', 'seen', 'attempts'])
      await database.rows(`DELETE FROM godwit_quota_${table}`);
    await database.rows('UPDATE godwit_quota_time SET last_ms = 0, vendor_ahead_ms = 0');
    const world = {
      book: null as unknown as PostgresQuotaBook,
      trueMs: startMs,
      wallAheadMs: 0,
      kill: () => {
        world.book = opened();
      },
      reboot: (downMs: number) => {
        world.trueMs += downMs;
        world.book = opened();
      },
      [Symbol.dispose]: () => undefined,
    };
    world.book = opened();
    return world;
  }

  quotaBookContract('postgres', make, 8);

  test('by the server\u2019s own clock, several at once take no more together than there is', async () => {
    await using own = await freshDatabase();
    const quota = { name: 'q', rule: { kind: 'rolling', windowMs: 86_400_000 }, limit: 20 } as const;
    const books = Array.from(
      { length: 5 },
      () => new PostgresQuotaBook({ database: own, random: systemRandom }),
    );
    const taken = await Promise.all(
      books.map(async (book) => {
        let granted = 0;
        for (let at = 0; at < 8; at += 1) {
          const grant = await book.reserve([{ quota, cost: 1 }], 60_000);
          if (!grant.granted) continue;
          granted += 1;
          await book.settle(grant.id, settled());
        }
        return granted;
      }),
    );
    expect(taken.reduce((sum, granted) => sum + granted, 0)).toBe(20);
    expect(await books[0]?.use(quota)).toMatchObject({ used: 20, limit: 20 });
    expect(await books[1]?.attempts()).toEqual([{ label: 'read', outcome: 'answered', attempts: 20 }]);
  });

  test('while its database is away nothing leaves; what was under way is counted as used, and its answer is not lost', async () => {
    await using wire = await Wire.to(access.port);
    await using own = await freshDatabase(wire.port);
    const quota = { name: 'q', rule: { kind: 'rolling', windowMs: 86_400_000 }, limit: 20 } as const;
    const book = new PostgresQuotaBook({ database: own, random: systemRandom });
    wire.cut();
    await expect(book.reserve([{ quota, cost: 1 }], 60_000)).rejects.toMatchObject({ fate: 'later' });
    wire.mend();
    const grant = await book.reserve([{ quota, cost: 1 }], 60_000);
    if (!grant.granted) throw new RangeError('there is room');
    wire.cut();
    await book.settle(grant.id, settled());
    wire.mend();
    expect(await book.use(quota)).toMatchObject({ used: 1 });
  });

  test('one of a newer format is refused', async () => {
    await using own = await freshDatabase();
    await new PostgresQuotaBook({ database: own, random: systemRandom }).attempts();
    await own.rows('INSERT INTO godwit_quota_format VALUES (2)');
    await expect(
      new PostgresQuotaBook({ database: own, random: systemRandom }).attempts(),
    ).rejects.toMatchObject({
      code: 'http.book-unusable',
    });
  });
});

/** A wire to a server on this machine: while it is cut nobody gets through. */
class Wire implements AsyncDisposable {
  readonly #server: Server;
  readonly #ends = new Set<Socket>();
  #whole = true;

  private constructor(port: number) {
    this.#server = createServer((near) => {
      if (!this.#whole) {
        near.destroy();
        return;
      }
      const far = connect(port, '127.0.0.1');
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#ends.add(one);
        one.pipe(other);
        one.on('error', () => undefined);
        one.on('close', () => {
          this.#ends.delete(one);
          other.destroy();
        });
      }
    });
  }

  static async to(port: number): Promise<Wire> {
    const wire = new Wire(port);
    wire.#server.listen(0, '127.0.0.1');
    await once(wire.#server, 'listening');
    return wire;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  cut(): void {
    this.#whole = false;
    for (const end of this.#ends) end.destroy();
  }

  mend(): void {
    this.#whole = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
