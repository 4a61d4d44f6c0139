import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SeededChoice } from '../../demo/seeded-choice.ts';
import { valueEncoder } from '../../src/connectors/binary-copy/index.ts';
import { sqlite } from '../../src/connectors/index.ts';
import { SqliteFile } from '../../src/host/index.ts';
import type { FieldType } from '../../src/model/index.ts';
import { sqliteTypes } from '../fidelity/sqlite-types.ts';
import type { PostgresAccess } from '../servers/index.ts';
import { type DrawnField, drawTested } from './drawn-field.ts';
import { drawNames, named } from './drawn-names.ts';
import { drawRows, drawTarget, postgresSql } from './drawn-table.ts';
import { type DrawnTable, type LanePair, mappingOf } from './lane-case.ts';
import { postgresTargets } from './postgres-database.ts';

/** A column of the source, its expression in the mapping, the column of the target, values of it, and some that are odd. */
const columns = [
  ['INTEGER', 'x', 'bigint', 'i * 99991 - 7', ["'seven'", '1.5', "x'00'", '9223372036854775807']],
  ['INTEGER', 'x', 'integer', 'i - 50', ['2147483648', "'1'", '-2147483648']],
  ['SMALLINT', 'x', 'smallint', 'i % 9', ['32768', '-32769']],
  ['BIGINT', 'x', 'numeric(20,0)', 'i * 1000000007', ['-9223372036854775808']],
  [
    'DECIMAL(12,2)',
    'x',
    'numeric(12,2)',
    'i / 4.0',
    ["'1.005'", '1.005', '1e20', "'12,5'", '-0.0', '12345678901.5'],
  ],
  ['DECIMAL(12,2)', 'x', 'numeric', 'i / 3.0', ['1e-7', '1e22', '9007199254740993', "'NaN'"]],
  [
    'DECIMAL TEXT(30,10)',
    'x',
    'numeric(30,10)',
    "printf('%d.%010d', i, i * 7)",
    ["'NaN'", "'1e5'", "'.5'", "'-12345678901234567890.1234567890'", '5'],
  ],
  ['REAL', 'x', 'double precision', 'i * 1.37', ["'much'", '9e999', '-9e999', '5e-324', '-0.0', '12']],
  ['REAL', 'x', 'real', 'i * 0.5', ['0.1', '1e300']],
  ['BOOLEAN', 'x', 'boolean', 'i % 2', ['2', "'true'", 'NULL']],
  [
    'TEXT',
    'x',
    'text',
    "'t' || i || char(9, 10, 92, 252, 128038)",
    [
      '5',
      "x'41'",
      "''",
      'char(65533)',
      "CAST(x'ff41' AS TEXT)",
      "CAST(x'c3' AS TEXT)",
      "'a' || char(0) || 'b'",
    ],
  ],
  [
    'VARCHAR(9)',
    'x',
    'varchar(9)',
    "'v' || i",
    ["'1234567890'", "'123456789 '", "'äöüäöüäöü'", "'🐦🐦🐦🐦🐦🐦🐦🐦🐦🐦'"],
  ],
  ['TEXT', 'x', 'char(6)', "'c' || i", ["'1234567'", "'ab    '", "'abcdef '"]],
  ['TEXT', "nullif(x, '')", 'text', "CASE WHEN i % 3 = 0 THEN '' ELSE 'n' || i END", ['NULL', "' '"]],
  [
    'TEXT',
    'x::int',
    'integer',
    "'' || (i * 3)",
    ["' 4'", "'+4'", "''", "'4.0'", "'0x1F'", "'2147483648'", "'007'"],
  ],
  [
    'TEXT',
    "nullif(x, '')::numeric(10,2)",
    'numeric(12,3)',
    "printf('%d.%02d', i, i % 100)",
    ["''", "'1.005'", "'1e3'", "'NaN'", "'123456789.00'"],
  ],
  [
    'TEXT',
    'x::date',
    'date',
    "date('2024-01-01', '+' || i || ' days')",
    ["'2024-02-30'", "'infinity'", "'0044-03-15 BC'", "'20240101'", "'1.2.2024'"],
  ],
  [
    'DATETIME',
    'x::timestamp',
    'timestamp(3)',
    "datetime('2024-01-01', '+' || i || ' minutes')",
    [
      "'2024-01-01T10:00:00.123'",
      "'2024-01-01 10:00:00.1234'",
      '1700000000',
      "'2024-01-01'",
      "'2024-01-01 10:00:00Z'",
    ],
  ],
  [
    'TEXT',
    'x::timestamptz',
    'timestamptz',
    "datetime('2024-01-01', '+' || i || ' hours') || '+00'",
    ["'2024-07-01 10:00:00+02:30'", "'2024-07-01 10:00:00'", "'2024-07-01T10:00:00Z'", "'tomorrow'"],
  ],
  [
    'TEXT',
    'x::time',
    'time',
    "time('00:00', '+' || i || ' minutes')",
    ["'24:00:00'", "'25:00:00'", "'10:00'"],
  ],
  ['TEXT', 'x::varchar(4)', 'varchar(8)', "'v' || i", ["'12345'", "'1234 '"]],
  [
    'TEXT',
    'x::uuid',
    'uuid',
    "printf('%08x-0000-4000-8000-000000000000', i)",
    ["'{00000001-0000-4000-8000-000000000000}'", "'0000000100004000800000000000000A'", "'x'"],
  ],
  ['TEXT', 'x::boolean', 'boolean', "CASE WHEN i % 2 THEN 'yes' ELSE 'f' END", ["'TRUE'", "'maybe'", "'1'"]],
  ['TEXT', 'x::jsonb', 'jsonb', `'{"b": ' || i || ', "a": "ü"}'`, [`'{"a": 1, "a": 2}'`, `'{'`, "'[1.10]'"]],
  ['JSON', 'x', 'json', `'{"n":  ' || i || '}'`, [`'{'`, `'{"a": 1, "a": 2}'`, '5']],
  ['BLOB', 'x', 'bytea', "CAST('b' || i AS BLOB)", ["'text'", "x''", '7']],
  ['TEXT', 'x', 'humour', "CASE WHEN i % 2 THEN 'happy' ELSE 'sad' END", ["'bad'"]],
] as const;

/** Keys of the source, and of the target. */
const keys = [
  { fields: ['id'], types: ['INTEGER'], values: ['i'], target: ['bigint'] },
  { fields: ['id'], types: ['INTEGER'], values: ['-i'], target: ['bigint'] },
  { fields: ['id'], types: ['TEXT'], values: ["'k' || i"], target: ['text'] },
  {
    fields: ['part "of"', 'id'],
    types: ['TEXT', 'INTEGER'],
    values: ["'é' || i % 3", 'i'],
    target: ['text COLLATE "C"', 'integer'],
  },
] as const;

function drawFields(choice: SeededChoice): readonly DrawnField[] {
  return drawNames(choice, 1 + choice.below(6)).map((name) => {
    if (choice.chance(0.3))
      return drawTested(choice, name, { types: sqliteTypes.flat(), to: 'postgres', goesInBulk });
    const [source, from, target, value, odd] = choice.of(columns);
    const mostly = choice.chance(0.2) ? `CASE WHEN i % 7 > 0 THEN ${value} END` : value;
    return {
      name,
      source,
      value: mostly,
      literals: [],
      odd: choice.chance(0.5) ? [choice.of<string>(odd)] : [],
      target,
      from,
      check: null,
    };
  });
}

/** SQL for a source and its target, and the mapping between them: fewer fields, in another order, with rules of its own. */
function draw(choice: SeededChoice): DrawnTable {
  const from = choice.chance(0.2) ? 'thing "old" \u{1f426}' : 'thing';
  const key = choice.chance(0.5) ? keys[0] : choice.of(keys);
  const copied = drawFields(choice);
  const rows = drawRows(choice);
  const declared = [
    'place INTEGER',
    'parent INTEGER',
    ...key.fields.map((name, at) => `${named(name)} ${key.types[at]} NOT NULL`),
    ...copied.map(({ name, source }) => `${named(name)} ${source}`),
    `PRIMARY KEY (${key.fields.map(named).join(', ')})`,
  ];
  const values = ['i', 'i', ...key.values, ...copied.map(({ value }) => value ?? 'NULL')];
  const { target, fields } = drawTarget(choice, { table: 'thing', key, fields: copied }, postgresSql);
  return {
    source: [
      `CREATE TABLE ${named(from)} (${declared.join(', ')})${choice.chance(0.3) ? ' WITHOUT ROWID' : ''}`,
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
       INSERT INTO ${named(from)} SELECT ${values.join(', ')} FROM n WHERE ${rows} > 0`,
      ...copied.flatMap((field) => strange(choice, from, field, rows)),
      ...(choice.chance(0.05) && key.types[0] === 'TEXT'
        ? [`UPDATE OR IGNORE ${named(from)} SET ${named(key.fields[0])} = x'61' WHERE place = 2`]
        : []),
    ],
    target,
    mapping: mappingOf(fields, { source: from, key: key.fields }),
    staysInBulk: false,
  };
}

/** Literals in turn for a field without a value of its own, and what a few records have instead. */
function strange(
  choice: SeededChoice,
  table: string,
  { name, value, literals, odd }: DrawnField,
  rows: number,
): readonly string[] {
  const set = `UPDATE ${named(table)} SET ${named(name)} =`;
  return [
    ...(value === null
      ? literals.map((one, at) => `${set} ${one} WHERE place % ${literals.length} = ${at}`)
      : []),
    ...odd.map((one) => `${set} ${one} WHERE place = ${choice.below(rows + 1)}`),
  ];
}

function goesInBulk(from: FieldType, to: FieldType): boolean {
  return valueEncoder(from, to, false) !== null;
}

/** From SQLite into PostgreSQL: transcoded into binary COPY. */
export async function sqlitePair(to: PostgresAccess): Promise<LanePair> {
  const folder = await mkdtemp(join(tmpdir(), 'godwit-lanes-sqlite-'));
  const path = join(folder, 'old.sqlite');
  return {
    name: 'SQLite to PostgreSQL',
    source: {
      make: async ({ source }) => {
        await rm(path, { force: true });
        using file = new SqliteFile(path);
        for (const statement of source) file.run(statement);
      },
      open: async (context) => sqlite.open({ path }, context),
      [Symbol.asyncDispose]: async () => rm(folder, { recursive: true }),
    },
    targets: await postgresTargets(to),
    draw,
  };
}
