import { Client } from 'pg';
import { type BulkPlan, type OpenSystem, postgres } from '../../src/connectors/index.ts';
import { sealFromKey, silentLog, systemClock, systemRandom } from '../../src/host/index.ts';
import { findRelation, type Relation, Secret } from '../../src/model/index.ts';
import { type PostgresAccess, startPostgres } from '../../tests/servers/index.ts';
import type { BenchOptions, Figure } from '../figure.ts';
import { peakMiB } from '../peak-memory.ts';

/**
 * The peak of memory of this process while a text of 500,000,000 characters and as many bytes go through the pipe from one
 * PostgreSQL table into another, beside what the process had taken before. What arrived is measured and digested in SQL.
 */
const sizeFull = 500_000_000;

export async function* bench({ scale }: BenchOptions): AsyncGenerator<Figure> {
  const size = Math.round((sizeFull * scale) / 2) * 2;
  await using server = await startPostgres({ major: 18 });
  const database = await server.createDatabase();
  await run(server, database, [
    'CREATE SCHEMA source',
    'CREATE SCHEMA target',
    'CREATE TABLE source.a (id integer PRIMARY KEY, body text, raw bytea)',
    'CREATE TABLE target.a (id integer PRIMARY KEY, body text, raw bytea)',
    `INSERT INTO source.a VALUES (1, repeat('godwit 🐦', ${size / 8}), NULL), (2, 'small', '\\x00')`,
    `INSERT INTO source.a VALUES (3, NULL, decode(repeat('00ff', ${size / 4}) || repeat('ff00', ${size / 4}), 'hex'))`,
  ]);
  const of = {
    bench: 'large-value',
    case: `a text and bytes of ${size}, PostgreSQL to PostgreSQL, binary pipe`,
  };
  const before = peakMiB();
  const began = performance.now();
  await pipe(server, database);
  const seconds = (performance.now() - began) / 1000;
  yield { ...of, figure: 'peak memory of the process', value: Math.round(peakMiB()), unit: 'MiB' };
  yield { ...of, figure: 'of it taken before', value: Math.round(before), unit: 'MiB' };
  yield { ...of, figure: 'time, on a shared machine', value: Math.round(seconds), unit: 's' };
  const [row] = await run(server, database, [sameContent]);
  if (row?.['same'] !== '3') throw new RangeError(`${row?.['same']} of 3 records arrived as they were`);
  yield { ...of, figure: 'records equal, asked in SQL', value: 3, unit: 'records' };
}

const sameContent = `SELECT count(*)::text AS same FROM source.a AS s JOIN target.a AS t USING (id)
  WHERE s.body IS NOT DISTINCT FROM t.body AND s.raw IS NOT DISTINCT FROM t.raw`;

async function pipe(server: PostgresAccess, database: string): Promise<void> {
  await using source = await open(server, database, 'source');
  await using target = await open(server, database, 'target');
  const [from, to] = [await relationOf(source), await relationOf(target)];
  await using snapshot = await source.reads.snapshot();
  const { exports } = snapshot;
  const imports = target.writes?.imports;
  if (!exports || !imports) throw new RangeError('there is no pipe');
  await target.writes?.prepare('bench');
  const fields = from.fields.flatMap((field, at) => {
    const own = to.fields[at];
    return own ? [{ source: { kind: 'field' as const, field }, target: own }] : [];
  });
  const plan: BulkPlan = await imports.plan(to, fields, exports.formats);
  if (plan.kind === 'impossible') throw new RangeError(plan.reason);
  const slice = { number: 0, after: null, upTo: null, rowsEstimate: 3 };
  await imports.importSlice({
    run: 'bench',
    step: 'copy',
    slice: 0,
    relation: to,
    load: plan.load,
    key: ['id'],
    bounds: { after: null, upTo: null },
    chunks: exports.export(from, slice, plan.load),
    beforeCommit: async (rows) => ({
      rowsRead: rows,
      rowsWritten: rows,
      rowsQuarantined: 0,
      rowsPurged: 0,
    }),
  });
}

async function relationOf(system: OpenSystem): Promise<Relation> {
  const relation = findRelation(await system.inspects.inspect(), 'a');
  if (!relation) throw new RangeError('there is no table a');
  return relation;
}

async function open(
  { host, port, user, password }: PostgresAccess,
  database: string,
  role: 'source' | 'target',
): Promise<OpenSystem> {
  const address = {
    host,
    port,
    user,
    password: new Secret(password),
    database,
    schema: role,
    tls: 'off',
  } as const;
  return postgres.open(address, {
    name: role,
    role,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    seal: sealFromKey(systemRandom.bytes(32)),
    signal: new AbortController().signal,
  });
}

async function run(
  { host, port, user, password }: PostgresAccess,
  database: string,
  statements: readonly string[],
): Promise<readonly Record<string, string>[]> {
  const client = new Client({ host, port, user, password, database });
  await client.connect();
  try {
    let rows: readonly Record<string, string>[] = [];
    for (const statement of statements) rows = (await client.query<Record<string, string>>(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}
