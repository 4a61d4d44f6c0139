import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Relation, type Row, recordKey, Secret, type Slice } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import { collect, sliceList } from '../contract/read-all.contract.ts';
import type { Snapshot } from '../port.ts';
import { onOneServer, type ServerUnderTest } from './on-each-server.contract.ts';
import { postgres } from './open.ts';
import type { OpenedSchema } from './opened-schema.contract.ts';

/** The databases of the tests sort text by a language. */
const words = `SELECT 'Word-' || md5(i::text) AS code, i AS place FROM generate_series(1, 8000) AS i`;

const noKeyPartitioned = `CREATE TABLE t (code text, place int) PARTITION BY RANGE (place);
  CREATE TABLE p0 PARTITION OF t FOR VALUES FROM (0) TO (3111);
  CREATE TABLE p1 (place int, code text); ALTER TABLE t ATTACH PARTITION p1 FOR VALUES FROM (3111) TO (99999)`;

type Kind = readonly [title: string, table: string, tables: readonly string[]];

const kinds: readonly Kind[] = [
  ['text', `CREATE TABLE t (code text PRIMARY KEY, place int)`, ['t']],
  ['varchar and number', `CREATE TABLE t (code varchar(60), place int, PRIMARY KEY (code, place))`, ['t']],
  ['padded text', `CREATE TABLE t (code char(60) NOT NULL UNIQUE, place int)`, ['t']],
  [
    'text in a collation of its own',
    `CREATE TABLE t (code text COLLATE "sv-x-icu" PRIMARY KEY, place int)`,
    ['t'],
  ],
  [
    'text with an index in the order of bytes',
    `CREATE TABLE t (code text NOT NULL, place int); CREATE UNIQUE INDEX ON t (code COLLATE "C")`,
    ['t'],
  ],
  [
    'text in a collation that calls different texts equal',
    `CREATE COLLATION relaxed (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
     CREATE TABLE t (code text COLLATE relaxed PRIMARY KEY, place int)`,
    ['t'],
  ],
  ['text of an extension', `CREATE TABLE t (code public.citext PRIMARY KEY, place int)`, ['t']],
  [
    'text of an extension and number',
    `CREATE TABLE t (code public.citext, place int, PRIMARY KEY (code, place))`,
    ['t'],
  ],
  ['no key', `CREATE TABLE t (code text, place int)`, ['t']],
  [
    'text, partitioned',
    `CREATE TABLE t (code text PRIMARY KEY, place int) PARTITION BY HASH (code);
     CREATE TABLE p0 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 0);
     CREATE TABLE p1 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 1)`,
    ['p0', 'p1'],
  ],
  ['no key, partitioned', noKeyPartitioned, ['p0', 'p1']],
];

onOneServer('the order of keys', (server) => {
  test.each(kinds)('all slices together read the relation once: %s', async (_title, table, tables) => {
    await using opened = await withWords(server, table);
    await opened.client.query('VACUUM ANALYZE');
    const relation = await opened.relation('t');
    const slices = await cut(opened, 400);
    expect(slices).toHaveLength(20);
    await opened.client.query('SELECT pg_stat_reset()');
    {
      await using snapshot = await opened.system.reads.snapshot();
      const keys = await keysOf(snapshot, relation, slices);
      expect(keys).toHaveLength(8_000);
      expect(new Set(keys).size).toBe(8_000);
    }
    await opened.system[Symbol.asyncDispose]();
    // What the server scanned in tables; a look into an index counts only what it finds.
    expect(await scanned(opened, tables)).toBeLessThan(3 * 8_000);
  });

  test('an index built by another version of the library is not used', async () => {
    await using opened = await withWords(
      server,
      `CREATE COLLATION old (provider = icu, locale = 'en', version = '1.2.3');
       CREATE TABLE t (code text COLLATE old PRIMARY KEY, place int)`,
      `SELECT unnest('{a,A,b,B,ä,z}'::text[]), 1`,
    );
    expect(await codes(opened, await cut(opened, 2))).toEqual([
      ['A', 'B'],
      ['a', 'b'],
      ['z', 'ä'],
    ]);
  });

  test('without that the order is the one of the language', async () => {
    await using opened = await withWords(
      server,
      'CREATE TABLE t (code text PRIMARY KEY, place int)',
      `SELECT unnest('{a,A,b,B,ä,z}'::text[]), 1`,
    );
    expect(await codes(opened, await cut(opened, 2))).toEqual([
      ['a', 'A'],
      ['ä', 'b'],
      ['B', 'z'],
    ]);
  });

  test('slices that were cut in another order are refused', async () => {
    await using opened = await withWords(
      server,
      `CREATE TABLE t (code text PRIMARY KEY, place int);
       CREATE TABLE u (code public.citext, place int, PRIMARY KEY (code, place))`,
      `SELECT unnest('{a,A,b,B}'::text[]), 1`,
    );
    await using snapshot = await opened.system.reads.snapshot();
    const slice = (after: Row, upTo: Row): Slice => ({ number: 1, after, upTo, rowsEstimate: 1 });
    const read = async (name: string, one: Slice): Promise<unknown> =>
      collect(snapshot.read(await opened.relation(name), one));
    await expect(read('t', slice(['B'], ['a']))).rejects.toMatchObject({ code: 'postgres.order-changed' });
    expect(await read('t', slice(['a'], ['B']))).toMatchObject({
      rows: [
        ['A', '1'],
        ['b', '1'],
        ['B', '1'],
      ],
    });
    await expect(read('u', slice(['b', '1'], ['B', '1']))).rejects.toMatchObject({
      code: 'postgres.order-changed',
    });
    await expect(read('u', slice(['b', '1'], ['B', '2']))).resolves.toMatchObject({ rows: [] });
  });

  test('who may read a partitioned table need not be let read its parts', async () => {
    await using opened = await withWords(server, noKeyPartitioned);
    const role = `reader_${randomBytes(5).toString('hex')}`;
    const schema = opened.client.escapeIdentifier(opened.address.schema);
    await opened.client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'reads'; GRANT USAGE ON SCHEMA ${schema} TO ${role};
      GRANT SELECT ON t TO ${role}`);
    const relation = await opened.relation('t');
    const slices = await cut(opened, 1_200);
    const address = { ...opened.address, user: role, password: new Secret('reads') };
    {
      await using system = await postgres.open(address, contextFor('source'));
      await using snapshot = await system.reads.snapshot();
      expect(await keysOf(snapshot, relation, slices)).toHaveLength(8_000);
    }
    await opened.client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });

  test('records without key and place are one slice', async () => {
    await using opened = await withWords(
      server,
      `CREATE TABLE t (code text, place int); CREATE VIEW v AS SELECT code, place % 7 AS place FROM t`,
    );
    await using snapshot = await opened.system.reads.snapshot();
    const slices = await sliceList(snapshot, await opened.relation('v'), 100);
    expect(slices).toMatchObject([{ number: 0, after: null, upTo: null }]);
    expect((await collect(snapshot.read(await opened.relation('v'), slices[0]!))).rows).toHaveLength(8_000);
  });
});

/** A schema with `t` in it, filled. */
async function withWords(
  server: ServerUnderTest,
  tables: string,
  rows: string = words,
): Promise<OpenedSchema> {
  return server.open(`CREATE EXTENSION IF NOT EXISTS citext SCHEMA public;
    ${tables}; INSERT INTO t (code, place) ${rows}`);
}

async function cut(opened: OpenedSchema, rowsPerSlice: number): Promise<readonly Slice[]> {
  await using snapshot = await opened.system.reads.snapshot();
  return await sliceList(snapshot, await opened.relation('t'), rowsPerSlice);
}

async function keysOf(snapshot: Snapshot, relation: Relation, slices: readonly Slice[]): Promise<string[]> {
  const keys: string[] = [];
  for (const slice of slices)
    for (const row of (await collect(snapshot.read(relation, slice))).rows) keys.push(recordKey(row));
  return keys;
}

/** The first field of every record, slice by slice. */
async function codes(opened: OpenedSchema, slices: readonly Slice[]): Promise<unknown[]> {
  await using snapshot = await opened.system.reads.snapshot();
  const relation = await opened.relation('t');
  const found: unknown[] = [];
  for (const slice of slices)
    found.push((await collect(snapshot.read(relation, slice))).rows.map(([code]) => code));
  return found;
}

/** Rows that scans of these tables went through; the server tells once the sessions that did it have ended. */
async function scanned(opened: OpenedSchema, tables: readonly string[]): Promise<number> {
  const names = tables.map((name) => `'${name}'`).join(', ');
  const found = (view: string, count: string): string =>
    `(SELECT coalesce(sum(${count}), 0) FROM ${view} WHERE schemaname = current_schema() AND relname IN (${names}))`;
  const scans = found('pg_stat_user_tables', 'seq_tup_read');
  const ask = `SELECT ${scans}, ${scans} + ${found('pg_stat_user_indexes', 'idx_tup_read')}`;
  for (let waited = 0; waited < 100; waited += 1) {
    const [[byScan, all] = []] = await opened.ask(ask);
    if (Number(all) >= 8_000) return Number(byScan);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the server tells nothing about its scans');
}
