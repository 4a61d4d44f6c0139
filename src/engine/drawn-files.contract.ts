import type { SeededChoice } from '../../demo/seeded-choice.ts';
import type { FileOptions } from '../connectors/index.ts';
import type { ObjectMapping } from '../model/index.ts';

/** Made-up SQLite tables and CSV files with values and lines that do not belong where they stand, and a target for them. */

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
  ['TEXT', 'x', 'mood', "CASE WHEN i % 2 THEN 'good' ELSE 'so, so' END", ["'bad'"]],
] as const;

export interface Drawn {
  readonly source: readonly string[];
  readonly target: string;
  readonly mapping: ObjectMapping;
}

/** SQL for a source and its target, and the mapping between them: fewer fields, in another order, with rules of its own. */
export function draw(choice: SeededChoice): Drawn {
  const chosen = Array.from({ length: 1 + choice.below(6) }, (_none, at) => ({
    name: `c${at}`,
    column: choice.of(columns),
  }));
  const rows = choice.chance(0.2) ? choice.below(3) : choice.below(160);
  const kept = chosen.filter(() => choice.chance(0.85));
  const byText = choice.chance(0.3);
  const values = chosen.map(({ column: [, , , value] }) =>
    choice.chance(0.2) ? `CASE WHEN i % 7 > 0 THEN ${value} END` : value,
  );
  const odd = chosen.flatMap(({ name, column: [, , , , some] }) =>
    choice.chance(0.5)
      ? [`UPDATE thing SET ${name} = ${choice.of(some)} WHERE place = ${choice.below(rows + 1)}`]
      : [],
  );
  const targetFields = kept.map(
    ({ name, column: [, , type] }) =>
      `${name} ${type}${choice.chance(0.15) ? ' NOT NULL' : ''}${choice.chance(0.1) && !/json/.test(type) ? ' UNIQUE' : ''}`,
  );
  const fields = [
    { field: 'id', from: 'id' },
    ...kept.map(({ name, column: [, from] }) => ({ field: name, from: from.replace(/\bx\b/, name) })),
  ].sort(() => choice.fraction() - 0.5);
  return {
    source: [
      `CREATE TABLE thing (place INTEGER, ${chosen.map(({ name, column: [type] }) => `${name} ${type}`).join(', ')}, id ${byText ? 'TEXT' : 'INTEGER'} PRIMARY KEY${choice.chance(0.3) ? ') WITHOUT ROWID' : ')'}`,
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) INSERT INTO thing
       SELECT i, ${values.join(', ')}, ${byText ? "'k' || i" : 'i'} FROM n WHERE ${rows} > 0`,
      ...odd,
      ...(choice.chance(0.1) && byText ? ["UPDATE OR IGNORE thing SET id = x'61' WHERE place = 2"] : []),
    ],
    target: `CREATE TABLE thing (${[`id ${byText ? 'text' : 'bigint'} PRIMARY KEY`, ...targetFields].reverse().join(', ')})`,
    mapping: mappingOf(fields),
  };
}

/** Texts of a CSV field of the same kinds: ordinary ones made of `i`, and some that are odd. */
const csvFields = [
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
  ['x', 'mood', (i: number) => (i % 2 === 0 ? 'good' : 'so, so'), ['bad']],
] as const;

export interface DrawnCsv extends Pick<Drawn, 'target' | 'mapping'> {
  readonly bytes: Buffer;
  readonly options: FileOptions;
}

/** A file in some dialect, with lines that are no records, and the mapping of its records. */
export function drawCsv(choice: SeededChoice): DrawnCsv {
  const chosen = Array.from({ length: 1 + choice.below(6) }, (_none, at) => ({
    name: `c${at}`,
    field: choice.of(csvFields),
  }));
  const backslash = choice.chance(0.3);
  const options: FileOptions = {
    delimiter: choice.of([',', ';', '\t', '||']),
    quote: '"',
    escape: backslash ? '\\' : '"',
    header: choice.chance(0.8),
    null: choice.of([null, '', 'NULL']),
    columns: ['id', ...chosen.map(({ name }) => name)],
    strayQuotes: choice.of(['bad', 'keep']),
    encoding: 'utf-8',
  };
  const end = choice.of(['\n', '\r\n']);
  const spelled = (text: string): string => {
    const needed = /["\r\n,;|\t\\]/.test(text) || choice.chance(0.1);
    if (!needed) return text;
    return `"${backslash ? text.replace(/["\\]/g, '\\$&') : text.replaceAll('"', '""')}"`;
  };
  const header = ['id', ...chosen.map(({ name }) => name)].join(options.delimiter);
  const lines: Buffer[] = options.header === true ? [Buffer.from(header)] : [];
  const rows = choice.chance(0.1) ? choice.below(3) + 1 : 1 + choice.below(160);
  for (let i = 1; i <= rows; i += 1) {
    const texts = chosen.map(({ field: [, , value, odd] }) =>
      choice.chance(0.01) ? choice.of<string>(odd) : value(i),
    );
    const record = [String(i), ...texts].map(spelled).join(options.delimiter);
    lines.push(
      choice.chance(0.02) ? spoilt(choice, record, header, options.delimiter ?? ',') : Buffer.from(record),
    );
  }
  const targetFields = chosen.map(
    ({ name, field: [, type] }) => `${name} ${type}${choice.chance(0.1) ? ' NOT NULL' : ''}`,
  );
  const fields = [
    { field: 'id', from: 'id::bigint' },
    ...chosen.map(({ name, field: [from] }) => ({ field: name, from: from.replace(/\bx\b/, name) })),
  ];
  const withLine = choice.chance(0.2);
  return {
    bytes: Buffer.concat(lines.flatMap((line) => [line, Buffer.from(end)])),
    options,
    target: `CREATE TABLE thing (${withLine ? 'line integer, ' : ''}id bigint PRIMARY KEY, ${targetFields.join(', ')})`,
    mapping: mappingOf(withLine ? [...fields, { field: 'line', from: '"#line"' }] : fields),
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

function mappingOf(fields: readonly { readonly field: string; readonly from: string }[]): ObjectMapping {
  return {
    name: 'thing',
    source: 'thing',
    target: 'thing',
    mode: 'empty-only',
    key: ['id'],
    each: null,
    purge: [],
    fields: fields.map((field) => ({ ...field, values: null })),
  } as unknown as ObjectMapping;
}
