import type { SeededChoice } from '../../demo/seeded-choice.ts';
import type { FieldMapping } from '../../src/model/index.ts';
import type { MysqlAccess, PostgresAccess } from '../servers/index.ts';
import { drawRows } from './drawn-table.ts';
import { type DrawnTable, type LanePair, type MappedField, mappingOf } from './lane-case.ts';
import { mariadbTargets } from './mariadb-database.ts';
import { PostgresDatabase } from './postgres-database.ts';
import { sourceIn } from './two-places.ts';

/** Fields of the source, made of `i`; `%bad` says of which records they hold what some of the expressions refuse. */
const raw = [
  ['first', 'text', "CASE WHEN i % 5 > 0 THEN 'Ada' || i END"],
  ['last', 'varchar(30)', "CASE i % 4 WHEN 0 THEN '' WHEN 1 THEN ' Müller  ' ELSE E'O\\'N\\teil\\\\' END"],
  ['amount', 'text', "CASE WHEN i % %bad = 3 THEN '0x1F' ELSE (i * 7)::text END"],
  ['price', 'numeric(12,4)', 'CASE WHEN i % %bad = 5 THEN i / 7.0 ELSE i / 4.0 END'],
  ['big', 'bigint', 'CASE WHEN i % %bad = 7 THEN 3000000000 + i ELSE i - 20 END'],
  ['code', 'varchar(12)', "CASE WHEN i % %bad = 9 THEN 'too lon ' || i ELSE 'k' || i END"],
  [
    'moment',
    'timestamp',
    "'2026-01-01'::timestamp + CASE WHEN i % %bad = 11 THEN interval '1 s' ELSE interval '1 day' END * i",
  ],
  [
    'stamp',
    'timestamptz',
    "CASE WHEN i % %bad = 13 THEN 'infinity' ELSE '2026-01-01 10:00:00.25+02'::timestamptz - interval '5 h' * i END",
  ],
  ['day', 'date', "'1960-02-27'::date + i"],
  ['flag', 'boolean', 'CASE WHEN i % 3 > 0 THEN i % 2 = 0 END'],
  ['raw', 'text', "E'\\f\\v\\b\\n\\r\\t\\\\N \\\\t \"' || repeat('🐦', i % 3)"],
] as const;

type Values = FieldMapping['values'];
const words: Values = new Map([
  ['', 'none'],
  [' Müller  ', null],
  ["O'N\teil\\", 'O\tN'],
]);

/** A column of the target and the expression that fills it. */
const computed: readonly (readonly [column: string, from: string, values?: Values])[] = [
  ['longtext COLLATE utf8mb4_nopad_bin', "concat_ws(' ', first, last, raw)"],
  ['varchar(14) COLLATE utf8mb4_nopad_bin', "trim(coalesce(first, '') || ' ' || trim(last))"],
  ['text COLLATE utf8mb4_nopad_bin NOT NULL', 'first'],
  ['varchar(20) CHARACTER SET latin1', "coalesce(first, 'nobody é')"],
  ['varchar(4) COLLATE utf8mb4_nopad_bin', 'last', words],
  ["enum('none','O\tN') COLLATE utf8mb4_bin", 'last', words],
  ['int', 'amount::int'],
  ['int', 'big'],
  ['smallint unsigned', 'mod(big, 1000)::int'],
  ['bigint', 'amount::int + big'],
  ['decimal(12,2)', 'price'],
  ['decimal(20,6)', 'amount::numeric / 4'],
  ['decimal(9,0)', 'big'],
  ['varchar(5) COLLATE utf8mb4_nopad_bin', 'code'],
  ['varchar(5) COLLATE utf8mb4_nopad_bin', "replace(code, 'k', '')"],
  ['date', 'moment'],
  ['datetime(6)', 'day'],
  ['datetime(6)', "coalesce(moment, timestamp '2000-01-01')"],
  ['timestamp(6) NULL', "coalesce(stamp, timestamptz '2000-01-01Z')"],
  ['date', "coalesce(day, date '2000-01-01')"],
  ['longtext COLLATE utf8mb4_nopad_bin', 'moment'],
  ['tinyint(1) CHECK (%s in (0,1))', 'not flag'],
  ['bit(1)', 'coalesce(flag, big > 5)'],
  ['uuid', 'md5(raw)::uuid'],
  ['varchar(9) COLLATE utf8mb4_nopad_bin', "'fix\t''ed'"],
  ['int', 'null'],
];

const rules: readonly (readonly [when: string, reason: string])[] = [
  ['big % 5 = 0', 'every fifth'],
  ['amount::int > 500', 'too much'],
  ["first is null and last = ''", 'nameless'],
];

function draw(choice: SeededChoice): DrawnTable {
  const chosen = Array.from({ length: 1 + choice.below(5) }, (_none, at) => ({
    field: `c${at}`,
    column: choice.of(computed),
  }));
  const fields: MappedField[] = chosen.map(({ field, column: [, from, values] }) => ({
    field,
    from,
    ...(values && { values }),
  }));
  const columns = chosen.map(({ field, column: [type] }) => `${field} ${type.replace('%s', field)}`);
  const bad = choice.chance(0.5) ? '40' : '100000';
  const values = raw.map(([, type, value]) => `(${value.replaceAll('%bad', bad)})::${type}`);
  const purge = rules
    .filter(() => choice.chance(0.2))
    .map(([when, reason]) => ({ when, reason, line: null }));
  return {
    source: [
      `CREATE TABLE thing (id bigint PRIMARY KEY, ${raw.map(([name, type]) => `${name} ${type}`).join(', ')})`,
      `INSERT INTO thing SELECT i, ${values.join(', ')} FROM generate_series(1, ${drawRows(choice)}) i`,
    ],
    target: `CREATE TABLE thing (${['id bigint PRIMARY KEY', ...columns].join(', ')})`,
    mapping: mappingOf([{ field: 'id', from: 'id' }, ...fields], { purge }),
    staysInBulk: false,
  };
}

/** From PostgreSQL into MariaDB through mappings: what PostgreSQL computes, in the bytes of LOAD DATA. */
export async function computedIntoMariadbPair(from: PostgresAccess, to: MysqlAccess): Promise<LanePair> {
  return {
    name: 'PostgreSQL, computed, to MariaDB',
    source: sourceIn(await PostgresDatabase.create(from)),
    targets: await mariadbTargets(to),
    draw,
  };
}
