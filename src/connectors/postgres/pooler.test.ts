import { describe, expect, it } from 'vitest';
import {
  sharedPostgres,
  skipWithoutPgbouncer,
  skipWithoutPostgres,
  startPgbouncer,
} from '../../../tests/servers/index.ts';
import { Secret } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import type { OpenSystem } from '../port.ts';
import { postgres } from './open.ts';
import { openSchema, readWhole, writeOne } from './opened-schema.contract.ts';
import { Sessions } from './sessions.ts';

describe.skipIf(skipWithoutPgbouncer() || skipWithoutPostgres(18))('through a connection pooler', () => {
  it('that keeps a connection for each session, everything is as without it', async () => {
    await using world = await open({ mode: 'session' });
    const { opened, system } = world;
    const relation = await opened.relation('a');
    const { fields, rows } = await readWhole(system, relation);
    expect(rows).toEqual([['1', '2026-11-21 10:00:00+00']]);
    const target = await writeOne(system, await opened.relation('b'), { fields, rows });
    expect(target.refused).toEqual([]);
    const [connection] = await system.check();
    expect(connection).toMatchObject({ name: 'connection', outcome: 'ok' });
    expect(connection?.detail).toContain('through a connection pooler');
  });

  it.each([1, 10])('that lends connections out, with %i of them, it is refused', async (poolSize) => {
    await expect(open({ mode: 'transaction', poolSize })).rejects.toMatchObject({
      code: 'postgres.shared-sessions',
      fate: 'never',
    });
  });

  it('whose connection lost its settings, no transaction begins', async () => {
    const access = await sharedPostgres(18);
    await using pooler = await startPgbouncer(access, { mode: 'session' });
    const { host, port, user, password } = pooler;
    const database = await access.createDatabase();
    const address = {
      host,
      port,
      user,
      password: new Secret(password),
      database,
      schema: 'public',
      tls: 'off',
    } as const;
    await using sessions = new Sessions(address, false, new AbortController().signal);
    const lost = sessions.lend(async (session) => {
      await session.begin('BEGIN');
      await session.run('ROLLBACK');
      await session.run('DISCARD ALL');
      await session.begin('BEGIN');
    });
    await expect(lost).rejects.toMatchObject({ code: 'postgres.shared-sessions' });
  });

  it('that knows no transactions, it is refused', async () => {
    await expect(open({ mode: 'statement' })).rejects.toMatchObject({ code: 'postgres.shared-sessions' });
  });

  it('that has too few connections to give, that is what it is told', async () => {
    await expect(open({ mode: 'session', poolSize: 1 })).rejects.toMatchObject({
      code: 'postgres.too-many-connections',
    });
  });

  it('that refuses how a connection begins, the parameter is named', async () => {
    await expect(open({ mode: 'session', ignoredParameters: '' })).rejects.toMatchObject({
      code: 'postgres.pooler-parameter',
      message: expect.stringContaining('options'),
    });
  });
});

async function open(
  options: Parameters<typeof startPgbouncer>[1],
): Promise<{ opened: Awaited<ReturnType<typeof openSchema>>; system: OpenSystem } & AsyncDisposable> {
  const access = await sharedPostgres(18);
  await using stack = new AsyncDisposableStack();
  const opened = stack.use(
    await openSchema(
      access,
      await access.createDatabase(),
      `CREATE TABLE a (id integer PRIMARY KEY, at timestamptz);
      CREATE TABLE b (LIKE a INCLUDING ALL); INSERT INTO a VALUES (1, '2026-11-21 10:00:00+00')`,
    ),
  );
  const pooler = stack.use(await startPgbouncer(access, options));
  const address = { ...opened.address, port: pooler.port, password: new Secret(pooler.password) };
  const system = stack.use(await postgres.open(address, contextFor('target')));
  const kept = stack.move();
  return { opened, system, [Symbol.asyncDispose]: async () => kept.disposeAsync() };
}
