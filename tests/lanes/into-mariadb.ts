import type { SeededChoice } from '../../demo/seeded-choice.ts';
import type { FieldType } from '../../src/model/index.ts';
import { postgresTypes } from '../fidelity/postgres-types.ts';
import type { MysqlAccess, PostgresAccess } from '../servers/index.ts';
import { type DrawnField, drawTested } from './drawn-field.ts';
import { drawNames, named } from './drawn-names.ts';
import { drawRows, drawTarget, type TargetSql } from './drawn-table.ts';
import { valueOf } from './from-postgres.ts';
import { type DrawnTable, type LanePair, mappingOf } from './lane-case.ts';
import { mariadbTargets, ticked } from './mariadb-database.ts';
import { PostgresDatabase } from './postgres-database.ts';
import { sourceIn } from './two-places.ts';

/** A type of the source, a value made of `i`, the target's column, and a check that some of them break. */
const columns = [
  ['integer', 'i % 11', 'int', '%s <> 7'],
  ['bigint', '(i * 99991)::bigint', 'int', null],
  ['bigint', '(i * 99991999999)::bigint', 'bigint', null],
  ['numeric(12,2)', 'i / 3.0', 'decimal(14,4)', '%s < 40'],
  ['numeric(12,2)', "CASE WHEN i = 50 THEN 'NaN' ELSE i / -7.0 END", 'decimal(12,2)', null],
  [
    'text',
    "'tab\t' || i || E'\\\\N \\f\\v\\b\\r\\n\\\\t \"' || repeat('ü🐦', i % 5)",
    'longtext COLLATE utf8mb4_nopad_bin',
    "%s NOT LIKE '%%17%%'",
  ],
  ['text', "'v' || i || repeat(' ', i % 5)", 'varchar(5) COLLATE utf8mb4_nopad_bin', null],
  ['varchar(40)', "CASE WHEN i % 4 > 0 THEN 'vé' || i END", 'varchar(40) CHARACTER SET latin1', null],
  ['text', "CASE WHEN i = 31 THEN 'ł' ELSE 'ÿ' END", 'text CHARACTER SET latin1', null],
  [
    'timestamptz',
    "'2026-11-21 10:00:00.123456+00'::timestamptz - i * interval '1 day 3 min'",
    'timestamp(6) NULL',
    null,
  ],
  [
    'timestamptz',
    "'1970-02-01 10:00:00+02'::timestamptz - i * interval '7 hours'",
    'timestamp(6) NULL',
    null,
  ],
  ['timestamp(3)', "'9999-12-20 10:00:00.12'::timestamp + i * interval '3 hours'", 'datetime(6)', null],
  ['date', "CASE WHEN i % 39 = 5 THEN 'infinity'::date ELSE '1900-01-01'::date + i END", 'date', null],
  ['time', "'00:00'::time + i * interval '11 min 0.5 s'", 'time(6)', null],
  [
    'jsonb',
    "jsonb_build_object('n', i, 'e', NULL, 't', E'\\\\ ü')",
    'longtext COLLATE utf8mb4_bin CHECK (json_valid(%s))',
    null,
  ],
  ['bytea', "CASE WHEN i % 6 > 0 THEN decode(lpad(to_hex(i), 4, '0'), 'hex') END", 'longblob', null],
  ['bytea', "convert_to('b' || i, 'UTF8')", 'varbinary(3)', null],
  ['double precision', "CASE WHEN i = 23 THEN '-0' WHEN i = 61 THEN 'NaN' ELSE sqrt(i) END", 'double', null],
  ['real', 'i / 7.0', 'float', null],
  ['boolean', 'i % 3 = 0', 'tinyint(1) CHECK (%s in (0,1))', null],
  ['boolean', 'i % 3 = 0', 'bit(1)', null],
  ['uuid', 'md5(i::text)::uuid', 'uuid', null],
] as const;

/** Keys of the source, and of the target. */
const keys = [
  { fields: ['id'], types: ['bigint'], values: ['i'], target: ['bigint'] },
  { fields: ['id'], types: ['integer'], values: ['-i'], target: ['int'] },
  {
    fields: ['id'],
    types: ['text COLLATE "C"'],
    values: ["'k' || i"],
    target: ['varchar(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin'],
  },
  {
    fields: ['part `of`', 'id'],
    types: ['smallint', 'bigint'],
    values: ['i % 3', 'i'],
    target: ['smallint', 'bigint'],
  },
] as const;

function drawFields(choice: SeededChoice): readonly DrawnField[] {
  // No name of this system holds a character behind the first 65,536.
  return drawNames(choice, 1 + choice.below(6), /^[^\u{10000}-\u{10ffff}]*$/u).map((name) => {
    if (choice.chance(0.3))
      return drawTested(choice, name, { types: postgresTypes.flat(), to: 'mariadb', goesInBulk });
    const [source, value, target, check] = choice.of(columns);
    return { name, source, value, literals: [], odd: [], target, from: 'x', check };
  });
}

/** About as the shelf has it: a kind goes into its like. */
function goesInBulk(from: FieldType, to: FieldType): boolean {
  if (from.kind === 'text') return to.kind === 'text' && !from.padded && !to.padded;
  return from.kind === to.kind && from.kind !== 'native' && from.kind !== 'enum';
}

const mariadbSql: TargetSql = {
  quoted: ticked,
  parent: 'parent int, FOREIGN KEY (parent) REFERENCES parent (no)',
  given: ["note varchar(9) DEFAULT 'none'"],
  notUnique: /text|blob|json|point|varchar\((255|300)\)/,
};

/** SQL for a source with records and for its target: fewer fields, in another order, with rules of its own. */
function draw(choice: SeededChoice): DrawnTable {
  const to = choice.chance(0.2) ? 'thing "new" ü' : 'thing';
  const key = choice.chance(0.5) ? keys[0] : choice.of(keys);
  const copied = drawFields(choice);
  const declared = [
    ...key.fields.map((name, at) => `${named(name)} ${key.types[at]}`),
    ...copied.map(({ name, source }) => `${named(name)} ${source}`),
    'parent integer',
    `PRIMARY KEY (${key.fields.map(named).join(', ')})`,
  ];
  const values = [...key.values, ...copied.map(valueOf), 'i'];
  const { target, fields } = drawTarget(choice, { table: to, key, fields: copied }, mariadbSql);
  return {
    source: [
      `CREATE TABLE thing (${declared.join(', ')})`,
      `INSERT INTO thing SELECT ${values.join(', ')} FROM generate_series(1, ${drawRows(choice)}) i`,
    ],
    target,
    mapping: mappingOf(fields, { target: to, key: key.fields }),
    staysInBulk: key === keys[0] && copied.every(({ value }) => value !== null),
  };
}

/** From PostgreSQL into MariaDB: the bytes of LOAD DATA. */
export async function intoMariadbPair(from: PostgresAccess, to: MysqlAccess): Promise<LanePair> {
  return {
    name: 'PostgreSQL to MariaDB',
    source: sourceIn(await PostgresDatabase.create(from)),
    targets: await mariadbTargets(to),
    draw,
  };
}
