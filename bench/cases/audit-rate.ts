import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditRelation } from '../../src/audit/index.ts';
import { type OpenSystem, sqlite } from '../../src/connectors/index.ts';
import { compileTransform, loadGrammar } from '../../src/expressions/index.ts';
import { SqliteFile, silentLog, systemClock, systemRandom } from '../../src/host/index.ts';
import { findRelation, type Relation } from '../../src/model/index.ts';
import { objectMapping } from '../../tests/examples/schemas.ts';
import type { BenchOptions, Figure } from '../figure.ts';

/**
 * How many records of ten narrow fields the audit reads, maps, encodes and compares in a second, on each side, SQLite to
 * SQLite: equal, and with one record that differs, which takes a second look at both sides. Also per second of processor
 * time, which does not depend on who else is using the machine.
 */
const recordsFull = 1_000_000;
const columns = `(id INTEGER PRIMARY KEY, email TEXT, first_name TEXT, last_name TEXT, city TEXT, visits INTEGER,
  balance DECIMAL TEXT(12,2), born DATE, note TEXT, active BOOLEAN)`;
const fields = [
  'id',
  'email',
  'first_name',
  'last_name',
  'city',
  'visits',
  'balance',
  'born',
  'note',
  'active',
];

export async function* bench({ scale }: BenchOptions): AsyncGenerator<Figure> {
  const records = Math.round(recordsFull * scale);
  const folder = await mkdtemp(join(tmpdir(), 'godwit-bench-'));
  try {
    await loadGrammar();
    for (const side of ['source', 'target']) seed(join(folder, side), records);
    yield* measure(folder, records, 'equal');
    using file = new SqliteFile(join(folder, 'target'));
    file.run(`UPDATE contacts SET visits = visits + 1 WHERE id = ${Math.round(records / 2)}`);
    yield* measure(folder, records, 'one difference');
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function* measure(folder: string, records: number, title: string): AsyncGenerator<Figure> {
  const [beganMs, began] = [performance.now(), process.cpuUsage()];
  const differences = await audit(folder);
  const seconds = (performance.now() - beganMs) / 1000;
  const processor = process.cpuUsage(began);
  if (differences !== (title === 'equal' ? 0 : 1)) throw new Error(`${differences} differences`);
  const figure = (name: string, value: number, unit: string): Figure => ({
    bench: 'audit-rate',
    case: 'SQLite to SQLite, 10 narrow fields',
    figure: `${title}: ${name}`,
    value: Math.round(value),
    unit,
  });
  yield figure('records on each side', records, 'records');
  yield figure('rate', (2 * records) / seconds, 'records/s');
  yield figure(
    'rate per processor second',
    (2 * records * 1e6) / (processor.user + processor.system),
    'records/s',
  );
}

async function audit(folder: string): Promise<number> {
  await using source = await open(join(folder, 'source'), 'source');
  await using target = await open(join(folder, 'target'), 'target');
  const [from, to] = [await relationOf(source), await relationOf(target)];
  await using expected = await source.reads.snapshot();
  await using actual = await target.reads.snapshot();
  const mapping = objectMapping(Object.fromEntries(fields.map((name) => [name, name])), { key: ['id'] });
  const object = {
    name: 'contact',
    transform: compileTransform(mapping, from, to, new Map()),
    upserts: false,
    withoutLinks: null,
    source: from,
    snapshot: expected,
    isQuarantined: () => false,
  };
  const audited = { relation: to, snapshot: actual, key: ['id'], objects: [object], othersAllowed: false };
  const report = await auditRelation(audited, { resolve: async () => new Map(), mask: (text) => text });
  return report.differences.length;
}

function seed(path: string, records: number): void {
  using file = new SqliteFile(path);
  file.run(`CREATE TABLE contacts ${columns};
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${records})
    INSERT INTO contacts SELECT i, 'c' || i || '@example.org', 'Zoë', 'number ' || i, 'Göteborg', i % 90,
      (i % 1000) || '.50', '1990-01-02', 'a note about ' || i, i % 2 FROM n`);
}

async function open(path: string, role: 'source' | 'target'): Promise<OpenSystem> {
  const signal = new AbortController().signal;
  const context = { clock: systemClock, random: systemRandom, log: silentLog, seal: null, signal };
  return sqlite.open({ path }, { ...context, name: role, role });
}

async function relationOf(system: OpenSystem): Promise<Relation> {
  const found = findRelation(await system.inspects.inspect(), 'contacts');
  if (!found) throw new Error('no relation contacts');
  return found;
}
