import { copyRecords } from '../crm/copy-with-godwit.ts';
import { rowsAt } from '../crm/crm-data.ts';
import { CrmFiles, psql } from '../crm/crm-files.ts';
import type { FileSystem } from '../crm/crm-move.ts';
import { type CrmDatabase, CrmServers, sql, uriOf } from '../crm/crm-servers.ts';
import { createTables } from '../crm/crm-tables.ts';
import { missingTools, versionOf } from '../crm/debian-tools.ts';
import { type Contender, figuresOf, measureInTurns, unprepared } from '../crm/measure-in-turns.ts';
import { runCommand } from '../crm/run-command.ts';
import type { BenchOptions, Figure } from '../figure.ts';

/**
 * One table, at full size 3 million activities, out of a CSV file and out of an SQLite file into PostgreSQL 15, without
 * indexes: `godwit run` from its start to its last record, beside `psql \\copy` and `sqlite3 -csv | psql`, in turns. Every
 * result is compared with the records the files were made of before its time counts.
 */
export async function* bench({ scale, runs }: BenchOptions): AsyncGenerator<Figure> {
  const missing = await missingTools(['psql', 'sqlite3']);
  if (missing.length > 0)
    throw new RangeError(`nothing to be measured beside: install ${missing.join(', ')}`);
  for (const program of ['psql']) console.error(`${program}: ${await versionOf(program)}`);
  await using servers = await CrmServers.start(scale);
  using files = await CrmFiles.of(servers.source);
  const of = {
    bench: 'files-to-postgres',
    case: `${rowsAt(scale).activities} records, 1 table without indexes, PostgreSQL 15`,
  };
  const taken = await measureInTurns(servers, contenders(files), runs);
  for (const [subject, other] of pairs) {
    const pair = new Map([...taken].filter(([name]) => name === subject || name === other));
    yield* figuresOf(of, pair, subject);
  }
}

const pairs = [
  ['godwit from CSV', 'psql \\copy'],
  ['godwit from SQLite', 'sqlite3 -csv | psql'],
] as const;

function contenders(files: CrmFiles): readonly Contender[] {
  return [
    {
      name: 'psql \\copy',
      prepare: unprepared(async (_source, target) => copyByPsql(files, target)),
      verify,
    },
    {
      name: 'godwit from CSV',
      prepare: async (_source, target) => copyByGodwit(files.csv, mappingOfTexts, target),
      verify,
    },
    {
      name: 'sqlite3 -csv | psql',
      prepare: unprepared(async (_source, target) => copyByPipe(files, target)),
      verify,
    },
    {
      name: 'godwit from SQLite',
      prepare: async (_source, target) => copyByGodwit(files.sqlite, mappingOfSqlite, target),
      verify,
    },
  ];
}

async function copyByPsql({ csvPath }: CrmFiles, target: CrmDatabase): Promise<void> {
  await sql(target, createTables);
  await psql(target, `\\copy crm.activities FROM '${csvPath}' (FORMAT csv, HEADER)`);
}

async function copyByPipe({ sqlitePath }: CrmFiles, target: CrmDatabase): Promise<void> {
  await sql(target, createTables);
  const into = `psql "$TARGET" -qXAt -v ON_ERROR_STOP=1 -c 'COPY crm.activities FROM STDIN (FORMAT csv)'`;
  const pipe = `sqlite3 -csv "$FILE" 'SELECT * FROM activities ORDER BY id' | ${into}`;
  const env = { FILE: sqlitePath, TARGET: uriOf(target) };
  await runCommand('bash', ['-o', 'pipefail', '-c', pipe], { env });
}

async function copyByGodwit(
  source: FileSystem,
  activities: string,
  target: CrmDatabase,
): ReturnType<typeof copyRecords> {
  return copyRecords(source, target, { activities }, createTables);
}

const head = 'source: activities\ntarget: activities\nkey: id\nowner: ada\nfields:\n';

const mappingOf = (expressions: readonly string[]): string =>
  `${head}${expressions.map((text) => `  ${text.split('::')[0]}: ${text}\n`).join('')}`;

const mappingOfTexts = mappingOf([
  'id::bigint',
  'contact_id::bigint',
  'deal_id::bigint',
  'kind',
  'subject',
  'body',
  'duration_sec::int',
  'cost::numeric',
  'meta::jsonb',
  'occurred_at::timestamptz',
  'created_at::timestamptz',
]);

const mappingOfSqlite = mappingOf([
  'id',
  'contact_id',
  'deal_id',
  'kind',
  'subject',
  'body',
  'duration_sec',
  'cost',
  'meta::jsonb',
  'occurred_at::timestamptz',
  'created_at::timestamptz',
]);

/** The number of records, and a sum over the hashes of their texts. */
async function verify(source: CrmDatabase, target: CrmDatabase): Promise<void> {
  const query = 'SELECT count(*), sum(hashtextextended(t::text, 1)) FROM crm.activities AS t';
  const [expected, found] = await Promise.all(
    [source, target].map(async (one) => JSON.stringify(await sql(one, query))),
  );
  if (expected !== found) throw new RangeError(`the target holds ${found}, the files ${expected}`);
}
