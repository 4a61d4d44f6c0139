import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SeededChoice } from '../../demo/seeded-choice.ts';
import { type PostgresAccess, sharedPostgres, skipWithoutPostgres } from '../../tests/servers/index.ts';
import { postgres, sqlite } from '../connectors/index.ts';
import { SqliteFile } from '../host/index.ts';
import { Secret } from '../model/index.ts';
import { LaneTraveller } from './lane-traveller.contract.ts';

/**
 * Made-up tables of PostgreSQL with records that SQLite, or the declared type, refuses: loaded in bulk and written as records
 * they must give the same target and the same quarantine. GODWIT_PROVE=1 for 2,000 of them, GODWIT_SEED to repeat.
 */
const tables = process.env['GODWIT_PROVE'] === '1' ? 2_000 : 12;

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
  ['text', "CASE WHEN i % 5 = 0 THEN i::text WHEN i = 31 THEN '0031' ELSE 'no ' || i END", 'JSON', null],
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

interface Drawn {
  readonly source: string;
  readonly target: string;
  readonly fields: readonly string[];
  readonly bulk: boolean;
}

/** SQL for a source with records and for its target: fewer fields, in another order, with rules of its own. */
function draw(choice: SeededChoice): Drawn {
  const chosen = Array.from({ length: 1 + choice.below(7) }, (_none, at) => ({
    name: `c${at}`,
    column: choice.of(columns),
  }));
  const rows = choice.chance(0.2) ? choice.below(3) : choice.below(160);
  const made = chosen.map(({ name, column }) => `${name} ${column[0]}`).join(', ');
  const values = chosen.map(({ column }) => `(${column[1]})::${column[0]}`).join(', ');
  const kept = chosen.filter(() => choice.chance(0.8));
  const strict =
    choice.chance(0.1) && kept.every(({ column }) => /^(INTEGER|TEXT|REAL|BLOB)$/.test(column[2]));
  const targetFields = kept.map(({ name, column: [, , type, check] }) => {
    const needed = choice.chance(0.3) ? ' NOT NULL' : '';
    const collation = choice.chance(0.1) && type.includes('TEXT') ? ' COLLATE NOCASE' : '';
    const rule =
      check !== null && choice.chance(0.5)
        ? ` CHECK (${check.replace('%s', name).replaceAll('%%', '%')})`
        : '';
    return `${name} ${type}${collation}${needed}${rule}${choice.chance(0.1) ? ' UNIQUE' : ''}`;
  });
  const [key, keyType, targetKey] = choice.of([
    ['i', 'bigint', 'id INTEGER PRIMARY KEY'],
    ['i', 'integer', 'id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT'],
    ['(i - 50) * 100000000000000000', 'bigint', 'id INTEGER PRIMARY KEY'],
    ["('k' || i)", 'text COLLATE "C"', 'id TEXT NOT NULL PRIMARY KEY'],
    ['md5(i::text)::uuid', 'uuid', 'id UUID PRIMARY KEY'],
    ['i', 'bigint', 'id BIGINT PRIMARY KEY ON CONFLICT REPLACE'],
  ] as const);
  const extra = choice.chance(0.3) ? ['note VARCHAR(9)'] : [];
  const fields = ['id', ...kept.map(({ name }) => name)]
    .map((name) => ({ name, place: choice.fraction() }))
    .sort((a, b) => a.place - b.place)
    .map(({ name }) => name);
  const lines = [targetKey, ...targetFields, ...extra].map((line) => ({ line, place: choice.fraction() }));
  const body = lines.sort((a, b) => a.place - b.place).map(({ line }) => line);
  const index = kept[0] && choice.chance(0.3) ? `; CREATE INDEX some ON thing (${kept[0].name})` : '';
  return {
    source: `CREATE TABLE thing (id ${keyType} PRIMARY KEY, ${made});
      INSERT INTO thing SELECT ${key}, ${values} FROM generate_series(1, ${rows}) i ORDER BY -i`,
    target: `CREATE TABLE thing (${body.join(', ')})${strict && !/VARCHAR|UUID|BIGINT/.test(body.join()) ? ' STRICT' : ''}${index}`,
    fields,
    bulk: kept.every(({ column }) => !singly.has(`${column[0]} ${column[2]}`)),
  };
}

describe.skipIf(skipWithoutPostgres(18))('lanes into SQLite', () => {
  let from: PostgresAccess;
  let source: Client;
  let database = '';
  let folder = '';
  let traveller: LaneTraveller;
  const pathOf = (place: string): string => join(folder, `${place}.db`);
  beforeAll(async () => {
    from = await sharedPostgres(18);
    database = await from.createDatabase();
    folder = await mkdtemp(join(tmpdir(), 'godwit-lanes-sqlite-'));
    const { host, port, user, password } = from;
    source = new Client({ host, port, user, password, database });
    await source.connect();
    const login = { host, port, user, database, schema: 'public', tls: 'off' } as const;
    traveller = await LaneTraveller.create({
      open: async (role, place, context) =>
        role === 'target'
          ? sqlite.open({ path: pathOf(place) }, context)
          : postgres.open({ ...login, password: new Secret(password) }, context),
      contentOf: async (place) => contentOf(pathOf(place)),
    });
  });
  afterAll(async () => {
    await source.end();
    await traveller[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  const seed = Number(process.env['GODWIT_SEED'] ?? Date.now() % 1_000_000);
  test(`give the same target and the same quarantine (GODWIT_SEED=${seed})`, {
    timeout: tables * 60_000,
  }, async () => {
    const choice = new SeededChoice(seed);
    const seen = { refused: 0, bulk: 0 };
    for (let at = 0; at < tables; at += 1) {
      const drawn = draw(choice);
      await source.query(`DROP TABLE IF EXISTS thing; ${drawn.source}`);
      const places = [`piped-${at}`, `single-${at}`] as const;
      for (const place of places) makeFile(pathOf(place), drawn.target);
      const piped = await traveller.travel(`piped-${at}`, places[0], drawn.fields, true);
      const single = await traveller.travel(`single-${at}`, places[1], drawn.fields, false);
      const shown = `${drawn.source}\n${drawn.target}\n${drawn.fields.join()}`;
      expect(piped.content, shown).toEqual(single.content);
      expect(piped.entries, shown).toEqual(single.entries);
      // Only for a record that is kept back does a slice leave the lane.
      if (piped.entries.length === 0) expect(piped.single, shown).toBe(0);
      expect(piped.report.counts, shown).toEqual(single.report.counts);
      expect(single.report.notes[0]).toContain('record by record');
      expect(piped.report.notes[0], shown).toContain(drawn.bulk ? 'text COPY' : 'record by record');
      seen.refused += piped.entries.length > 0 ? 1 : 0;
      seen.bulk += drawn.bulk && piped.single === 0 ? 1 : 0;
      for (const place of places) await rm(pathOf(place));
    }
    if (tables > 100) expect(Math.min(seen.refused, seen.bulk)).toBeGreaterThan(tables / 10);
  });
});

function makeFile(path: string, statements: string): void {
  using file = new SqliteFile(path);
  file.run(`PRAGMA journal_mode = WAL; ${statements}`);
}

/** What is stored, with row numbers, storage classes and bytes. */
function contentOf(path: string): unknown {
  using file = new SqliteFile(path);
  expect(file.statement('PRAGMA integrity_check').all()).toEqual([['ok']]);
  const names = file
    .statement('PRAGMA table_info(thing)')
    .all()
    .map(([, name]) => String(name));
  const columns = names.flatMap((name) => [`typeof(${name})`, name, `CAST(${name} AS BLOB)`]);
  return file.statement(`SELECT rowid, ${columns.join(', ')} FROM thing ORDER BY rowid`).all();
}
