import { execFileSync } from 'node:child_process';
import { chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../../tests/servers/index.ts';
import { Secret } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import type { CheckResult } from '../port.ts';
import type { PostgresAddress } from './address.ts';
import { onEachServer } from './on-each-server.contract.ts';
import { postgres } from './open.ts';
import { openSchema, readWhole } from './opened-schema.contract.ts';

onEachServer('checks', (server) => {
  it('of a sound target are all ok, and say what was seen', async () => {
    await using opened = await server.open('CREATE TABLE a (id serial PRIMARY KEY)');
    const results = await opened.system.check();
    expect(results.map(({ name, outcome }) => [name, outcome])).toEqual(
      [
        'connection',
        'version',
        'encryption',
        'text encoding',
        'privileges',
        'writable',
        'bookkeeping',
        'connections',
        'space',
      ].map((name) => [name, 'ok']),
    );
    expect(named(results, 'encryption').detail).toContain('not encrypted');
    expect(named(results, 'connection').detail).toContain(opened.address.database);
    expect(named(results, 'privileges').detail).toContain('SELECT, INSERT, UPDATE, DELETE on its tables');
  });

  it('say of a source that its large objects stay behind', async () => {
    await using opened = await server.open('CREATE TABLE a (id serial PRIMARY KEY, photo oid)');
    await using source = await postgres.open(opened.address, contextFor('source'));
    const before = named(await source.check(), 'large objects');
    expect(before).toMatchObject({ outcome: 'ok', detail: 'there are none' });
    await opened.client.query("INSERT INTO a (photo) VALUES (lo_from_bytea(0, '\\x01'))");
    const after = named(await source.check(), 'large objects');
    await opened.client.query('SELECT lo_unlink(photo) FROM a');
    expect(after).toMatchObject({ outcome: 'warn', detail: expect.stringContaining('there are 1:') });
  });

  it('name a server that is not what it says', async () => {
    await using opened = await server.open('CREATE TABLE a (id serial PRIMARY KEY)');
    // Only a superuser of a throwaway database can do this; a proxy in front of another system does it every day.
    await opened.client.query(`ALTER FUNCTION pg_catalog.version() RENAME TO own_version`);
    await opened.client.query(
      `CREATE FUNCTION pg_catalog.version() RETURNS text LANGUAGE sql AS $$ SELECT 'OtherDB 25.1 (compatible)' $$`,
    );
    const version = named(await opened.system.check(), 'version');
    await opened.client.query('DROP FUNCTION pg_catalog.version()');
    await opened.client.query('ALTER FUNCTION pg_catalog.own_version() RENAME TO version');
    expect(version).toMatchObject({ outcome: 'warn' });
    expect(version.detail).toMatch(/says it is PostgreSQL 1\d\.\d+.*calls itself OtherDB 25\.1/);
    expect(named(await opened.system.check(), 'version').outcome).toBe('ok');
  });

  it('name the privileges a reading role lacks, and the statements that grant them work', async () => {
    await using opened = await server.open(
      'CREATE TABLE a (n integer); CREATE TABLE "B b" (n integer); INSERT INTO a VALUES (1)',
    );
    const role = `reader_${server.database()}`;
    await opened.client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'reads'`);
    const address = { ...opened.address, user: role, password: new Secret('reads') };
    await using system = await postgres.open(address, contextFor('source'));
    const before = named(await system.check(), 'privileges');
    expect(before).toMatchObject({ outcome: 'fail' });
    expect(before.detail).toContain('SELECT on its relations, and lacks 3 of it');
    expect(before.fix).not.toContain('INSERT');
    await opened.client.query(String(before.fix));
    expect(named(await system.check(), 'privileges').outcome).toBe('ok');
    expect((await readWhole(system, await opened.relation('a'))).rows.length).toBe(1);
  });

  it('say when there are too few connections for two slices at once', async () => {
    await using opened = await server.open('CREATE TABLE a (n integer)');
    const role = `few_${server.database()}`;
    await opened.client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'x' CONNECTION LIMIT 4;
      GRANT USAGE ON SCHEMA ${opened.client.escapeIdentifier(opened.address.schema)} TO ${role}`);
    const address = { ...opened.address, user: role, password: new Secret('x') };
    await using system = await postgres.open(address, contextFor('source'));
    const found = named(await system.check(), 'connections');
    expect(found).toMatchObject({ outcome: 'warn', detail: expect.stringContaining('one after the other') });
    expect(await system.slicesAtOnceMax?.()).toBe(1);
  });

  it('find records that a policy hides, and reading them fails instead of leaving them out', async () => {
    await using opened = await server.open(`CREATE TABLE a (n integer); INSERT INTO a VALUES (1), (2);
      ALTER TABLE a ENABLE ROW LEVEL SECURITY; CREATE POLICY one ON a USING (n = 1)`);
    const role = `hidden_${server.database()}`;
    const schema = opened.client.escapeIdentifier(opened.address.schema);
    await opened.client.query(
      `CREATE ROLE ${role} LOGIN PASSWORD 'x'; GRANT USAGE ON SCHEMA ${schema} TO ${role}; GRANT SELECT ON a TO ${role}`,
    );
    const address = { ...opened.address, user: role, password: new Secret('x') };
    await using system = await postgres.open(address, contextFor('source'));
    const relation = await opened.relation('a');
    expect(named(await system.check(), 'privileges')).toMatchObject({
      outcome: 'fail',
      detail: expect.stringContaining('hides records of a'),
      fix: expect.stringContaining('BYPASSRLS'),
    });
    await expect(readWhole(system, relation)).rejects.toMatchObject({ code: 'postgres.row-security' });
    await opened.client.query(`ALTER ROLE ${role} BYPASSRLS`);
    await using freed = await postgres.open(address, contextFor('source'));
    expect((await readWhole(freed, relation)).rows.length).toBe(2);
  });

  it('of a target that takes no writes fail with what to do', async () => {
    await using opened = await server.open('CREATE TABLE a (n integer)');
    const outcome = named(await opened.system.check(), 'writable');
    expect(outcome.outcome).toBe('ok');
    await using source = await postgres.open(opened.address, contextFor('source'));
    expect((await source.check()).map(({ name }) => name)).not.toContain('writable');
  });
});

const opensslMissing = withoutOpenssl();

describe.skipIf(skipWithoutPostgres(18) || opensslMissing)('encryption', () => {
  it('is verified: authority and name; it can only be left out explicitly', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'godwit-tls-'));
    await using server = await startPostgres({ major: 18 });
    try {
      const ca = await serveEncrypted(server, folder);
      const database = await server.createDatabase();
      await using opened = await openSchema(server, database, 'CREATE TABLE a (n integer)');
      const encrypted: PostgresAddress = { ...opened.address, tls: { ca } };
      await using system = await postgres.open(encrypted, contextFor('source'));
      expect(named(await system.check(), 'encryption')).toMatchObject({
        outcome: 'ok',
        detail: expect.stringMatching(/^TLSv1\.[23] /),
      });
      const wrong: readonly PostgresAddress[] = [
        { ...encrypted, tls: 'verify' },
        { ...encrypted, host: 'localhost' },
        { ...encrypted, tls: { ca: 'no certificate' } },
      ];
      for (const address of wrong)
        await expect(postgres.open(address, contextFor('source'))).rejects.toMatchObject({
          code: 'postgres.tls',
          fate: 'never',
        });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

function named(results: readonly CheckResult[], name: string): CheckResult {
  return results.find((result) => result.name === name)!;
}

function withoutOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return false;
  } catch {
    console.warn(
      'skipped: the test of encryption makes a certificate with openssl, which is not here; on Debian: apt-get install openssl',
    );
    return true;
  }
}

/** A certificate for 127.0.0.1 alone, signed by itself; answers with what a client has to trust. */
async function serveEncrypted(server: PostgresServer, folder: string): Promise<string> {
  const [key, certificate] = [join(folder, 'server.key'), join(folder, 'server.crt')];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=godwit test'];
  const paths = ['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate];
  execFileSync('openssl', [...made, ...paths], { stdio: 'ignore' });
  const { uid, gid } = await stat(server.dataFolder);
  for (const [from, name] of [
    [key, 'server.key'],
    [certificate, 'server.crt'],
  ] as const) {
    const to = join(server.dataFolder, name);
    await writeFile(to, await readFile(from), { mode: 0o600 });
    await chown(to, uid, gid);
  }
  const { host, port, user, password } = server;
  const client = new Client({ host, port, user, password, database: 'postgres' });
  await client.connect();
  await client.query('ALTER SYSTEM SET ssl = on');
  await client.end();
  await server.restart();
  return readFile(certificate, 'utf8');
}
