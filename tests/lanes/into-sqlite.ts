import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SeededChoice } from '../../demo/seeded-choice.ts';
import { sqlite } from '../../src/connectors/index.ts';
import { SqliteFile } from '../../src/host/index.ts';
import type { PostgresAccess } from '../servers/index.ts';
import { drawNames, named } from './drawn-names.ts';
import { drawRows } from './drawn-table.ts';
import {
  type DrawnTable,
  type LanePair,
  type LaneTargets,
  mappingOf,
  type Place,
  places,
  shuffled,
} from './lane-case.ts';
import { PostgresDatabase } from './postgres-database.ts';
import { sourceIn } from './two-places.ts';

/** A type of the source, a value made of `i`, the target's column, and a check that some of them break. */
const columns = [
  ['integer', 'i % 11', 'INTEGER', '%s <> 7'],
  ['smallint', '(i * 211 - 17000)::smallint', 'SMALLINT', null],
  ['bigint', '(i - 70) * 9007199254740993', 'BIGINT', null],
  [
    'bigint',
    'CASE i WHEN 1 THEN -9223372036854775808 WHEN 2 THEN 9223372036854775807 ELSE (i - 80)::bigint * 2147483647 END',
    'INTEGER',
    null,
  ],
  ['integer', 'i * 65537', 'TEXT', null],
  ['numeric(12,2)', 'i / 3.0', 'DECIMAL TEXT(12,2)', "%s NOT LIKE '4%%'"],
  ['numeric(12,2)', "CASE WHEN i = 50 THEN 'NaN' ELSE i / -7.0 END", 'DECIMAL TEXT(14,2)', null],
  [
    'numeric',
    "CASE i WHEN 9 THEN 'NaN' WHEN 11 THEN 12345678901234567890.123 ELSE i / 8.0 END",
    'DECIMAL TEXT',
    null,
  ],
  ['numeric(9,3)', 'i / 8.0', 'DECIMAL(9,3)', null],
  ['numeric', 'CASE WHEN i = 61 THEN 0.12345678901234567891 ELSE i * 2.5 END', 'NUMERIC', null],
  [
    'text',
    "'tab\t' || i || E'\\\\N \\f\\v\\b\\r\\n\\\\t \"' || repeat('ü🐦', i % 5)",
    'TEXT',
    "%s NOT LIKE '%%17%%'",
  ],
  ['text', "repeat('ä', i % 9)", 'VARCHAR(7)', null],
  ['varchar(7)', "CASE WHEN i % 4 > 0 THEN 'vé' || i END", 'VARCHAR(7)', null],
  ['text', "CASE WHEN i = 31 THEN '31' ELSE 'no ' || i END", 'DATE', null],
  ['char(5)', "'c' || i", 'TEXT', null],
  [
    'timestamptz',
    "'2026-11-21 10:00:00.123456+00'::timestamptz - i * interval '1 day 3 min'",
    'TIMESTAMP',
    null,
  ],
  [
    'timestamptz',
    "CASE WHEN i = 7 THEN '-infinity' ELSE '0001-02-01 10:00:00+02 BC'::timestamptz END",
    'TEXT',
    null,
  ],
  ['timestamp(3)', "'9999-12-20 10:00:00.12'::timestamp + i * interval '3 hours'", 'DATETIME', null],
  ['date', "CASE WHEN i % 39 = 5 THEN 'infinity'::date ELSE '1900-01-01'::date + i END", 'DATE', null],
  ['time', "'00:00'::time + i * interval '11 min 0.5 s'", 'TIME', null],
  ['interval', "i * interval '1 day 2 seconds'", 'TEXT', null],
  ['jsonb', "jsonb_build_object('n', i, 'e', NULL, 't', E'\\\\ ü')", 'JSON TEXT', null],
  ['json', '\'{ "a" : 1, "a": \' || i || \'}\'', 'JSON TEXT', null],
  ['bytea', "CASE WHEN i % 6 > 0 THEN decode(lpad(to_hex(i), 4, '0'), 'hex') ELSE '' END", 'BLOB', null],
  ['bytea', "convert_to('b' || i, 'UTF8')", '', null],
  [
    'double precision',
    "CASE WHEN i = 23 THEN '-0' WHEN i = 61 THEN 'NaN' WHEN i = 70 THEN 'Infinity' ELSE sqrt(i) END",
    'REAL',
    null,
  ],
  ['double precision', 'i * 1e200', 'DOUBLE', null],
  ['real', 'i / 7.0', 'REAL', null],
  ['boolean', 'i % 3 = 0', 'BOOLEAN', null],
  ['boolean', 'i % 3 = 0', '', null],
  ['boolean', 'i % 3 = 0', 'TEXT', null],
  ['uuid', 'md5(i::text)::uuid', 'UUID', null],
  ['inet', "('10.0.' || i || '.1/24')::inet", 'TEXT', null],
  ['integer', 'i', '', null],
  ['text', "repeat('long ', 40000)", 'TEXT', 'length(%s) < 9'],
] as const;

/** Of these pairs some value is not certain to come out the same: their records go one by one. */
const singly = new Set(['char(5) TEXT', 'boolean TEXT']);

/** Keys of the source, their values, and the key's line of the target. */
const keys = [
  ['bigint', 'i', 'id INTEGER PRIMARY KEY'],
  ['integer', 'i', 'id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT'],
  ['bigint', '(i - 50) * 10000000000000000', 'id INTEGER PRIMARY KEY'],
  ['text COLLATE "C"', "('k' || i)", 'id TEXT NOT NULL PRIMARY KEY'],
  ['uuid', 'md5(i::text)::uuid', 'id UUID PRIMARY KEY'],
  ['bigint', 'i', 'id BIGINT PRIMARY KEY ON CONFLICT REPLACE'],
] as const;

/** SQL for a source with records and for its target: fewer fields, in another order, with rules of its own. */
function draw(choice: SeededChoice): DrawnTable {
  const chosen = drawNames(choice, 1 + choice.below(7)).map((name) => ({ name, column: choice.of(columns) }));
  const kept = chosen.filter(() => choice.chance(0.8));
  const [keyType, key, targetKey] = choice.of(keys);
  const strict =
    choice.chance(0.1) && kept.every(({ column }) => /^(INTEGER|TEXT|REAL|BLOB)$/.test(column[2]));
  const body = shuffled(choice, [
    targetKey,
    ...kept.map(({ name, column }) => declared(choice, name, column)),
    ...(choice.chance(0.3) ? ['note VARCHAR(9)'] : []),
  ]).join(', ');
  const index = kept[0] && choice.chance(0.3) ? `; CREATE INDEX some ON thing (${named(kept[0].name)})` : '';
  const made = chosen.map(({ name, column }) => `${named(name)} ${column[0]}`).join(', ');
  const values = chosen.map(({ column }) => `(${column[1]})::${column[0]}`).join(', ');
  return {
    source: [
      `CREATE TABLE thing (id ${keyType} PRIMARY KEY, ${made})`,
      `INSERT INTO thing SELECT ${key}, ${values} FROM generate_series(1, ${drawRows(choice)}) i ORDER BY -i`,
    ],
    target: `CREATE TABLE thing (${body})${strict && !/VARCHAR|UUID|BIGINT/.test(body) ? ' STRICT' : ''}${index}`,
    mapping: mappingOf(
      shuffled(
        choice,
        ['id', ...kept.map(({ name }) => name)].map((name) => ({ field: name, from: named(name) })),
      ),
    ),
    staysInBulk: kept.every(({ column }) => !singly.has(`${column[0]} ${column[2]}`)),
  };
}

function declared(choice: SeededChoice, name: string, [, , type, check]: (typeof columns)[number]): string {
  const needed = choice.chance(0.3) ? ' NOT NULL' : '';
  const collation = choice.chance(0.1) && type.includes('TEXT') ? ' COLLATE NOCASE' : '';
  const condition = check?.replace('%s', () => named(name)).replaceAll('%%', '%');
  const rule = condition !== undefined && choice.chance(0.5) ? ` CHECK (${condition})` : '';
  return `${named(name)} ${type}${collation}${needed}${rule}${choice.chance(0.1) ? ' UNIQUE' : ''}`;
}

/** From PostgreSQL into SQLite: its lines of text COPY are stored without making values of them. */
export async function intoSqlitePair(from: PostgresAccess): Promise<LanePair> {
  return {
    name: 'PostgreSQL to SQLite',
    source: sourceIn(await PostgresDatabase.create(from)),
    targets: await sqliteTargets(),
    draw,
  };
}

async function sqliteTargets(): Promise<LaneTargets> {
  const folder = await mkdtemp(join(tmpdir(), 'godwit-lanes-sqlite-'));
  const pathOf = (place: Place): string => join(folder, `${place}.sqlite`);
  return {
    make: async ({ target }) => {
      for (const place of places) {
        for (const end of ['', '-wal', '-shm']) await rm(`${pathOf(place)}${end}`, { force: true });
        using file = new SqliteFile(pathOf(place));
        file.run(`PRAGMA journal_mode = WAL; ${target}`);
      }
    },
    open: async (place, context) => sqlite.open({ path: pathOf(place) }, context),
    contentOf: async (place, table) => contentOf(pathOf(place), table),
    [Symbol.asyncDispose]: async () => rm(folder, { recursive: true }),
  };
}

/** What is stored, with storage classes and bytes. Row numbers that are no key come as the slices do: in any order. */
function contentOf(path: string, table: string): readonly unknown[] {
  using file = new SqliteFile(path);
  const [[sound] = []] = file.statement('PRAGMA integrity_check').all();
  if (sound !== 'ok') throw new Error(`the file is damaged: ${String(sound)}`);
  const names = file
    .statement(`PRAGMA table_info(${named(table)})`)
    .all()
    .map(([, name]) => named(String(name)));
  const shown = names.flatMap((name) => [`typeof(${name})`, `hex(CAST(${name} AS BLOB))`, `quote(${name})`]);
  const rows = file.statement(`SELECT ${shown.join(', ')} FROM ${named(table)}`).all();
  return rows.map((row) => row.map(String).join(' ')).sort();
}
