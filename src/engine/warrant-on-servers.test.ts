import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../tests/servers/index.ts';
import { type OpenSystem, postgres } from '../connectors/index.ts';
import { sealFromKey, silentLog, systemClock, systemRandom } from '../host/index.ts';
import { fingerprintDifference, Secret, type Warrant } from '../model/index.ts';
import { issueRehearsalWarrant } from '../runbook/index.ts';
import { WarrantedTarget } from './warranted-target.ts';

/** One real server with the sandbox, production beside it and production in another database; and a clone of all of it. */
const step = '03-copy-company';
const context = {
  clock: systemClock,
  random: systemRandom,
  log: silentLog,
  seal: sealFromKey(new Uint8Array(32).fill(4)),
  signal: new AbortController().signal,
};

interface Place {
  readonly server: PostgresServer;
  readonly database: string;
  readonly schema: string;
}

async function open({ server, database, schema }: Place): Promise<OpenSystem> {
  const { host, port, user, password } = server;
  const login = { host, port, user, password: new Secret(password), database, schema };
  return postgres.open({ ...login, tls: 'off' }, { ...context, name: 'target', role: 'target' });
}

/** By plain SQL: the schemas of a database that hold what was written. */
async function whereWritten(server: PostgresServer, database: string): Promise<readonly string[]> {
  const client = new Client({ ...login(server), database });
  await client.connect();
  try {
    const { rows } = await client.query(`SELECT schemaname AS s FROM pg_tables WHERE tablename = 'written'`);
    return (rows as { readonly s: string }[]).map(({ s }) => s);
  } finally {
    await client.end();
  }
}

describe.skipIf(skipWithoutPostgres(18))('a warrant for the sandbox, on real servers', () => {
  let server: PostgresServer;
  let clone: PostgresServer;
  let warrant: Warrant;
  beforeAll(async () => {
    server = await startPostgres({ major: 18 });
    for (const database of ['shop', 'shop_old']) {
      await server.createDatabase(database);
      const client = new Client({ ...login(server), database });
      await client.connect();
      await client.query('CREATE SCHEMA production; CREATE SCHEMA sandbox');
      await client.end();
    }
    await server.kill();
    clone = await startPostgres({ major: 18, cloneOf: server });
    await server.restart();
    await using target = await open({ server, database: 'shop', schema: 'production' });
    await using sandbox = await open({ server, database: 'shop', schema: 'sandbox' });
    warrant = issueRehearsalWarrant({
      runbookId: 'sha256:draft',
      steps: [step],
      sandbox: await sandbox.fingerprint(),
      target: await target.fingerprint(),
      source: { kind: 'sqlite', server: 'a', address: '/old.sqlite', database: 'main', namespace: '' },
      expiresAt: '2100-01-01T00:00:00.000Z',
    });
  });
  afterAll(async () => {
    await server.stop();
    await clone.stop();
  });

  const write = async (place: Place): Promise<void> => {
    await using system = await open(place);
    const target = new WarrantedTarget(system, warrant, systemClock);
    await target.create(step, ['CREATE TABLE written (id integer)']);
  };

  test.each<[string, () => Place, RegExp]>([
    [
      'production beside it',
      () => ({ server, database: 'shop', schema: 'production' }),
      /\(differs in namespace\)/,
    ],
    [
      'a sandbox of the same name in another database',
      () => ({ server, database: 'shop_old', schema: 'sandbox' }),
      /\(differs in database\)/,
    ],
    [
      'production in another database',
      () => ({ server, database: 'shop_old', schema: 'production' }),
      /\(differs in database, namespace\)/,
    ],
    [
      'the same sandbox of a physical clone',
      () => ({ server: clone, database: 'shop', schema: 'sandbox' }),
      /\(differs in address\)/,
    ],
    [
      'production of a physical clone',
      () => ({ server: clone, database: 'shop', schema: 'production' }),
      /\(differs in address, namespace\)/,
    ],
  ])('does not open %s', async (_what, place, detail) => {
    await expect(write(place())).rejects.toMatchObject({
      code: 'warrant.refused',
      detail: expect.stringMatching(detail) as string,
    });
    const { server: where, database } = place();
    expect(await whereWritten(where, database)).not.toContain(place().schema);
  });

  test('opens the sandbox', async () => {
    await write({ server, database: 'shop', schema: 'sandbox' });
    expect(await whereWritten(server, 'shop')).toEqual(['sandbox']);
    expect(await whereWritten(server, 'shop_old')).toEqual([]);
    expect(await whereWritten(clone, 'shop')).toEqual([]);
  });

  test('knows a clone by its address alone, and gives none for production’s clone in its name', async () => {
    await using target = await open({ server, database: 'shop', schema: 'production' });
    await using copy = await open({ server: clone, database: 'shop', schema: 'production' });
    const [live, cloned] = [await target.fingerprint(), await copy.fingerprint()];
    expect(fingerprintDifference(live, cloned)).toEqual(['address']);
    expect(live.server).toMatch(/^cluster \d+$/);
    const request = { runbookId: 'sha256:draft', steps: [step], source: warrant.content.target };
    const { expiresAt } = warrant.content;
    expect(() => issueRehearsalWarrant({ ...request, sandbox: cloned, target: live, expiresAt })).toThrow(
      expect.objectContaining({ code: 'runbook.sandbox-is-live' }),
    );
  });
});

function login({ host, port, user, password }: PostgresServer): Record<string, string | number> {
  return { host, port, user, password };
}
