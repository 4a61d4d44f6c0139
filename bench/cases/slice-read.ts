import { Client } from 'pg';
import { postgres } from '../../src/connectors/index.ts';
import { silentLog, systemClock, systemRandom } from '../../src/host/index.ts';
import { findRelation, Secret, type Slice } from '../../src/model/index.ts';
import { type PostgresAccess, startPostgres } from '../../tests/servers/index.ts';
import type { BenchOptions, Figure } from '../figure.ts';

/**
 * How long PostgreSQL takes to give one slice of a small and of a larger relation of every kind of identity: it must not
 * grow with the relation. The server sorts text by a language, as most do. Where keys are scattered over the relation a slice
 * costs a page for nearly each record, which a small relation does not have: there the larger ones are compared.
 */
const recordsFull = 1_000_000;
const rowsPerSlice = 10_000;
const slicesMeasured = 8;

interface Kind {
  readonly title: string;
  readonly relation: string;
  readonly sql: (records: number) => string;
  /** Records of the small and the large relation, as shares of the full number. */
  readonly shares: readonly [small: number, large: number];
}

const values = (records: number, code = `lpad(i::text, 20, '0')`): string =>
  `SELECT 'code-' || ${code}, i, repeat('x', 80) FROM generate_series(1, ${records}) AS i`;
const tenfold = [0.1, 1] as const;

const kinds: readonly Kind[] = [
  {
    title: 'text key',
    relation: 'codes',
    sql: (records) =>
      `CREATE TABLE codes (code text PRIMARY KEY, place int, note text); INSERT INTO codes ${values(records)}`,
    shares: tenfold,
  },
  {
    title: 'text key, scattered',
    relation: 'codes',
    sql: (records) =>
      `CREATE TABLE codes (code text PRIMARY KEY, place int, note text);
       INSERT INTO codes ${values(records, 'md5(i::text)')}`,
    shares: [1, 3],
  },
  {
    title: 'key of text and number',
    relation: 'lines',
    sql: (records) =>
      `CREATE TABLE lines (code varchar(64), place int, note text, PRIMARY KEY (code, place));
       INSERT INTO lines ${values(records)}`,
    shares: tenfold,
  },
  {
    title: 'number key',
    relation: 'numbers',
    sql: (records) =>
      `CREATE TABLE numbers (code text, place int PRIMARY KEY, note text); INSERT INTO numbers ${values(records)}`,
    shares: tenfold,
  },
  {
    title: 'no key',
    relation: 'notes',
    sql: (records) =>
      `CREATE TABLE notes (code text, place int, note text); INSERT INTO notes ${values(records)}`,
    shares: tenfold,
  },
  {
    title: 'no key, partitioned',
    relation: 'parts',
    sql: (records) =>
      `CREATE TABLE parts (code text, place int, note text) PARTITION BY HASH (place);
       ${[0, 1, 2, 3].map((n) => `CREATE TABLE part_${n} PARTITION OF parts FOR VALUES WITH (MODULUS 4, REMAINDER ${n});`).join(' ')}
       INSERT INTO parts ${values(records)}`,
    shares: tenfold,
  },
];

export async function* bench({ scale }: BenchOptions): AsyncGenerator<Figure> {
  const server = await startPostgres({ major: 18 });
  try {
    for (const kind of kinds) {
      const [few, large] = kind.shares.map((share) => Math.round(recordsFull * scale * share)) as [
        number,
        number,
      ];
      const small = await measure(server, kind, few);
      const { splitMs, sliceMs } = await measure(server, kind, large);
      const base = { bench: 'slice-read', case: `${large} records, ${kind.title}` };
      yield { ...base, figure: 'cutting into slices', value: Math.round(splitMs), unit: 'ms' };
      yield {
        ...base,
        figure: `a slice of ${rowsPerSlice}`,
        value: Math.round(sliceMs),
        unit: 'ms',
        against: `the same of ${few}`,
        ratio: sliceMs / small.sliceMs,
      };
    }
  } finally {
    await server.stop();
  }
}

async function measure(
  server: PostgresAccess,
  { relation, sql }: Kind,
  records: number,
): Promise<{ readonly splitMs: number; readonly sliceMs: number }> {
  const database = await server.createDatabase();
  const { host, port, user, password } = server;
  const client = new Client({ host, port, user, password, database });
  await client.connect();
  await client.query(sql(records));
  await client.query('VACUUM ANALYZE');
  await client.end();
  const address = {
    host,
    port,
    user,
    database,
    schema: 'public',
    password: new Secret(password),
    tls: 'off',
  } as const;
  await using system = await postgres.open(address, {
    name: 'bench',
    role: 'source',
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    seal: null,
    signal: new AbortController().signal,
  });
  const found = findRelation(await system.inspects.inspect(), relation);
  if (!found) throw new Error(`no relation ${relation}`);
  await using snapshot = await system.reads.snapshot();
  const began = performance.now();
  const slices: Slice[] = [];
  for await (const slice of snapshot.split(found, rowsPerSlice)) slices.push(slice);
  const splitMs = performance.now() - began;
  const times: number[] = [];
  let rows = 0;
  const step = Math.max(1, Math.floor(slices.length / slicesMeasured));
  for (let at = 0; at < slices.length; at += step) {
    const slice = slices[at] as Slice;
    const from = performance.now();
    for await (const batch of snapshot.read(found, slice)) rows += batch.rows.length;
    times.push(performance.now() - from);
  }
  if (rows < times.length * rowsPerSlice * 0.9) throw new Error(`${rows} rows in ${times.length} slices`);
  times.sort((a, b) => a - b);
  return { splitMs, sliceMs: times[Math.floor(times.length / 2)] as number };
}
