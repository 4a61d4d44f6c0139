import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SeededChoice } from '../../demo/seeded-choice.ts';
import { type FileOptions, filesConnector } from '../../src/connectors/index.ts';
import type { PostgresAccess } from '../servers/index.ts';
import { drawNames, named } from './drawn-names.ts';
import { type DrawnTable, type LanePair, mappingOf, shuffled } from './lane-case.ts';
import { postgresTargets } from './postgres-database.ts';

/** Texts of a CSV field of the same kinds: ordinary ones made of `i`, and some that are odd. */
const kinds = [
  [
    'x',
    'text',
    (i: number) => `t${i} ü`,
    ['', ' lead', 'a"b', 'two\nlines', 'semi;colon,', '\\', '\\"', '\u{1f426}', 'NULL'],
  ],
  ["nullif(x, '')", 'text', (i: number) => (i % 3 === 0 ? '' : `n${i}`), ['NULL', ' ']],
  ['x', 'varchar(5)', (i: number) => `v${i % 1000}`, ['123456', '12345 ', 'äöüßé', '']],
  ['x::int', 'integer', (i: number) => String(i * 3), ['', ' 4', '+4', '4.0', '2147483648', '007', 'x']],
  [
    "nullif(x, '')::bigint",
    'bigint',
    (i: number) => (i % 4 === 0 ? '' : String(i * 99991)),
    ['9223372036854775808', '-1', '1e3'],
  ],
  [
    'x::numeric(12,2)',
    'numeric(12,2)',
    (i: number) => (i / 4).toFixed(2),
    ['1.005', '12,5', 'NaN', '12345678901.00', '-0'],
  ],
  ['x::float8', 'double precision', (i: number) => String(i / 7), ['1e400', 'NaN', '0x10', '']],
  ['x::date', 'date', (i: number) => `2024-0${1 + (i % 9)}-11`, ['2024-02-30', '1.2.2024', '']],
  [
    'x::timestamptz',
    'timestamptz(3)',
    (i: number) => `2024-01-01 0${i % 10}:00:00.5+0${i % 4}`,
    ['2024-01-01 00:00:00', '2024-01-01T00:00:00.1234Z'],
  ],
  ['x::boolean', 'boolean', (i: number) => (i % 2 === 0 ? 't' : 'false'), ['TRUE', 'maybe']],
  ['x::uuid', 'uuid', (i: number) => `${String(i).padStart(8, '0')}-0000-4000-8000-000000000000`, ['nobody']],
  ['x::jsonb', 'jsonb', (i: number) => `{"b": ${i}, "a": "ü, \\"q\\""}`, ['{', '{"a":1,"a":2}']],
  ['x', 'humour', (i: number) => (i % 2 === 0 ? 'happy' : 'sad'), ['bad']],
] as const;

interface DrawnFile extends DrawnTable {
  readonly bytes: Buffer;
  readonly options: FileOptions;
}

function draw(choice: SeededChoice): DrawnFile {
  const chosen = drawNames(choice, 1 + choice.below(6)).map((name) => ({ name, field: choice.of(kinds) }));
  const columns = ['id', ...chosen.map(({ name }) => name)];
  const options = drawOptions(choice, columns);
  const spelled = speller(choice, options);
  const header = columns.map(spelled).join(options.delimiter);
  const rows = choice.chance(0.1) ? choice.below(3) + 1 : 1 + choice.below(160);
  const lines = Array.from({ length: rows }, (_none, at) => {
    const texts = chosen.map(({ field: [, , value, odd] }) =>
      choice.chance(0.01) ? choice.of<string>(odd) : value(at + 1),
    );
    const record = [String(at + 1), ...texts].map(spelled).join(options.delimiter);
    return choice.chance(0.02)
      ? spoilt(choice, record, header, options.delimiter ?? ',')
      : Buffer.from(record);
  });
  const end = Buffer.from(choice.of(['\n', '\r\n']));
  const kept = chosen.filter(() => choice.chance(0.85));
  const fields = [
    { field: 'id', from: 'id::bigint' },
    ...kept.map(({ name, field: [from] }) => ({
      field: name,
      from: from.replace(/\bx\b/, () => named(name)),
    })),
    ...(choice.chance(0.2) ? [{ field: 'line', from: '"#line"' }] : []),
    ...(choice.chance(0.2) ? [{ field: 'parent', from: 'id::int' }] : []),
  ];
  const withLine = fields.some(({ field }) => field === 'line');
  const withParent = fields.some(({ field }) => field === 'parent');
  const targetFields = [
    'id bigint PRIMARY KEY',
    ...kept.map(
      ({ name, field: [, type] }) => `${named(name)} ${type}${choice.chance(0.1) ? ' NOT NULL' : ''}`,
    ),
    ...(withLine ? ['line integer'] : []),
    ...(withParent ? ['parent integer REFERENCES parent'] : []),
  ];
  const all = [...(options.header ? [Buffer.from(header)] : []), ...lines];
  const bytes = Buffer.concat(all.flatMap((line) => [line, end]));
  return {
    bytes,
    options,
    source: [JSON.stringify(bytes.toString('latin1')), JSON.stringify(options)],
    target: `CREATE TABLE thing (${shuffled(choice, targetFields).join(', ')})`,
    mapping: mappingOf(shuffled(choice, fields)),
    staysInBulk: false,
  };
}

function drawOptions(choice: SeededChoice, columns: readonly string[]): FileOptions {
  return {
    delimiter: choice.of([',', ';', '\t', '||']),
    quote: '"',
    escape: choice.chance(0.3) ? '\\' : '"',
    header: choice.chance(0.8),
    null: choice.of([null, '', 'NULL']),
    columns: [...columns],
    strayQuotes: choice.of(['bad', 'keep']),
    encoding: 'utf-8',
  };
}

/** Quotes a field where it has to be, and now and then where it need not. */
function speller(choice: SeededChoice, { escape }: FileOptions): (text: string) => string {
  return (text) => {
    const needed = /["\r\n,;|\t\\]/.test(text) || choice.chance(0.1);
    if (!needed) return text;
    return `"${escape === '"' ? text.replaceAll('"', '""') : text.replace(/["\\]/g, '\\$&')}"`;
  };
}

/** A line that is none, or another record than it seems. */
function spoilt(choice: SeededChoice, record: string, header: string, delimiter: string): Buffer {
  switch (choice.below(8)) {
    case 0:
      return Buffer.from(`${record}${delimiter}more`);
    case 1:
      return Buffer.from(record.slice(0, record.lastIndexOf(delimiter)));
    case 2:
      return Buffer.concat([Buffer.from(record), Buffer.from([0xff])]);
    case 3:
      return Buffer.from(`${record}\0`);
    case 4:
      return Buffer.from(header);
    case 5:
      return Buffer.from(`  `);
    case 6:
      return Buffer.from(`${record}"stray`);
    default:
      return Buffer.from(`"${record}" x`);
  }
}

/** From a CSV file into PostgreSQL: its fields are found in the bytes and transcoded into binary COPY. */
export async function csvPair(to: PostgresAccess): Promise<LanePair<DrawnFile>> {
  const folder = await mkdtemp(join(tmpdir(), 'godwit-lanes-csv-'));
  let read: FileOptions | null = null;
  return {
    name: 'CSV to PostgreSQL',
    source: {
      make: async ({ bytes, options }) => {
        read = options;
        await writeFile(join(folder, 'thing.csv'), bytes);
      },
      open: async (context) => {
        const options = read === null ? {} : { '*': read };
        return filesConnector('csv').open({ folder, format: 'csv', options }, context);
      },
      [Symbol.asyncDispose]: async () => rm(folder, { recursive: true }),
    },
    targets: await postgresTargets(to),
    draw,
  };
}
