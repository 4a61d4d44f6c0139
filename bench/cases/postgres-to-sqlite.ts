import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteFile } from '../../src/host/index.ts';
import { copyRecords } from '../crm/copy-with-godwit.ts';
import { rowsAt } from '../crm/crm-data.ts';
import { type CrmDatabase, CrmServers, sql, uriOf } from '../crm/crm-servers.ts';
import { missingTools, versionOf } from '../crm/debian-tools.ts';
import { figuresOf, type Prepared, type Taken } from '../crm/measure-in-turns.ts';
import { runCommand } from '../crm/run-command.ts';
import { settleDisk } from '../crm/settle-disk.ts';
import type { BenchOptions, Figure } from '../figure.ts';

/**
 * One table, at full size 3 million activities, out of PostgreSQL 15 into an SQLite file with the table and its key in it:
 * `godwit run` from its start to its last record, beside `psql | sqlite3` with its CSV import, in turns. Both write with
 * SQLite's own settings: a rollback journal, `synchronous = FULL`. Every record is compared before a time counts.
 */
export async function* bench({ scale, runs }: BenchOptions): AsyncGenerator<Figure> {
  const missing = await missingTools(['psql', 'sqlite3']);
  if (missing.length > 0)
    throw new RangeError(`nothing to be measured beside: install ${missing.join(', ')}`);
  for (const program of ['psql']) console.error(`${program}: ${await versionOf(program)}`);
  await using servers = await CrmServers.start(scale);
  const { source } = servers;
  // A plan wants to hear of every relation what becomes of it.
  await sql(source, 'DROP TABLE crm.deals, crm.contacts, crm.accounts CASCADE');
  const expected = await digestsOfSource(source);
  const taken = new Map<string, Taken[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < runs; round += 1) {
    const first = round % contenders.length;
    const turns: Turn[] = [];
    for (const one of [...contenders.slice(first), ...contenders.slice(0, first)])
      turns.push(await readyTurn(source, one));
    for (const turn of turns) {
      const { name, nulls } = turn.contender;
      const measured = await measure(source, turn, expected[nulls]);
      taken.get(name)?.push(measured);
      console.error(`round ${round + 1}: ${name} ${measured.seconds.toFixed(2)} s`);
    }
  }
  const of = {
    bench: 'postgres-to-sqlite',
    case: `${rowsAt(scale).activities} records, 1 table with its key, PostgreSQL 15 into SQLite, synchronous = FULL`,
  };
  yield* figuresOf(of, taken, 'godwit');
}

interface Contender {
  readonly name: string;
  /** A CSV import knows no null: it makes empty texts of them. */
  readonly nulls: 'kept' | 'emptied';
  readonly prepare: (source: CrmDatabase, path: string) => Promise<Prepared>;
}

const contenders: readonly Contender[] = [
  { name: 'psql | sqlite3 .import', nulls: 'emptied', prepare: copyByPipe },
  { name: 'godwit', nulls: 'kept', prepare: copyByGodwit },
];

interface Turn {
  readonly contender: Contender;
  readonly folder: string;
  readonly prepared: Prepared;
}

const fileIn = (folder: string): string => join(folder, 'crm.sqlite');

async function readyTurn(source: CrmDatabase, contender: Contender): Promise<Turn> {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-bench-'));
  makeFile(fileIn(folder));
  return { contender, folder, prepared: await contender.prepare(source, fileIn(folder)) };
}

async function measure(
  source: CrmDatabase,
  { contender: { name, nulls }, folder, prepared }: Turn,
  expected: string,
): Promise<Taken> {
  using ready = prepared;
  try {
    await sql(source, 'CHECKPOINT');
    await settleDisk();
    const began = performance.now();
    const told = await ready.copy();
    const seconds = (performance.now() - began) / 1000;
    if (digestsOfFile(fileIn(folder))[nulls] !== expected)
      throw new RangeError(`${name}: the file does not hold the records`);
    return told ?? { seconds, more: [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeFile(path: string): void {
  using file = new SqliteFile(path);
  file.run(`CREATE TABLE activities (id INTEGER PRIMARY KEY, contact_id INTEGER NOT NULL, deal_id INTEGER, kind VARCHAR(20) NOT NULL,
    subject VARCHAR(200), body TEXT, duration_sec INTEGER, cost DECIMAL TEXT(10,4), meta JSON TEXT, occurred_at TIMESTAMP NOT NULL,
    created_at TIMESTAMP NOT NULL)`);
}

async function copyByPipe(source: CrmDatabase, path: string): Promise<Prepared> {
  const out = `psql "$SOURCE" -qXAt -v ON_ERROR_STOP=1 -c 'COPY crm.activities TO STDOUT (FORMAT csv)'`;
  const pipe = `${out} | sqlite3 -bail "$FILE" '.mode csv' '.import /dev/stdin activities'`;
  const env = { SOURCE: uriOf(source), FILE: path, PGTZ: 'UTC' };
  return {
    copy: async () => {
      await runCommand('bash', ['-o', 'pipefail', '-c', pipe], { env });
    },
    [Symbol.dispose]: () => undefined,
  };
}

async function copyByGodwit(source: CrmDatabase, path: string): Promise<Prepared> {
  return copyRecords(source, { lines: `    kind: sqlite\n    path: ${path}\n` }, { activities: mapping }, '');
}

const fields = 'id contact_id deal_id kind subject body duration_sec cost meta occurred_at created_at'.split(
  ' ',
);

const mapping = `source: activities\ntarget: activities\nkey: id\nowner: ada\nfields:\n${fields
  .map((name) => `  ${name}: ${name}\n`)
  .join('')}`;

type Digests = Readonly<Record<Contender['nulls'], string>>;

/** Over the texts of all values in the order of the key, with nulls and with empty texts in their place. */
class RecordDigests {
  readonly #kept = createHash('sha256');
  readonly #emptied = createHash('sha256');

  add(row: readonly (string | null)[]): void {
    this.#kept.update(JSON.stringify(row));
    this.#emptied.update(JSON.stringify(row.map((value) => value ?? '')));
  }

  finish(): Digests {
    return { kept: this.#kept.digest('hex'), emptied: this.#emptied.digest('hex') };
  }
}

async function digestsOfSource(source: CrmDatabase): Promise<Digests> {
  const digests = new RecordDigests();
  const texts = fields.map((name) => `${name}::text`).join(', ');
  for (let after = '0'; ; ) {
    const query = `SELECT ${texts} FROM crm.activities WHERE activities.id > ${after} ORDER BY activities.id LIMIT 20000`;
    const rows = (await sql(source, `SET timezone = 'UTC'`, query)) as (string | null)[][];
    if (rows.length === 0) return digests.finish();
    for (const row of rows) digests.add(row);
    after = rows.at(-1)?.[0] ?? after;
  }
}

function digestsOfFile(path: string): Digests {
  using file = new SqliteFile(path);
  const digests = new RecordDigests();
  for (const row of file.statement(`SELECT ${fields.join(', ')} FROM activities ORDER BY id`).iterate())
    digests.add(row.map((value) => (value === null ? null : String(value))));
  return digests.finish();
}
