import { type Connection, createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SeededChoice } from '../../demo/seeded-choice.ts';
import {
  type MysqlAccess,
  type PostgresAccess,
  sharedMariadb,
  sharedPostgres,
  skipWithoutMariadb,
  skipWithoutPostgres,
} from '../../tests/servers/index.ts';
import { mysql, postgres } from '../connectors/index.ts';
import { Secret } from '../model/index.ts';
import { LaneTraveller } from './lane-traveller.contract.ts';

/**
 * Made-up tables of PostgreSQL with records that MariaDB refuses, cuts or rounds: loaded in bulk and written as records they
 * must give the same target and the same quarantine. GODWIT_PROVE=1 for 1,000 of them, GODWIT_SEED to repeat.
 */
const tables = process.env['GODWIT_PROVE'] === '1' ? 1_000 : 8;

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

interface Drawn {
  readonly source: string;
  readonly target: string;
  readonly fields: readonly string[];
}

/** SQL for a source with records and for its target: fewer fields, in another order, with rules of its own. */
function draw(choice: SeededChoice): Drawn {
  const chosen = Array.from({ length: 1 + choice.below(6) }, (_none, at) => ({
    name: `c${at}`,
    column: choice.of(columns),
  }));
  const rows = choice.chance(0.25) ? choice.below(3) : choice.below(160);
  const made = chosen.map(({ name, column }) => `${name} ${column[0]}`).join(', ');
  const values = chosen.map(({ column }) => `(${column[1]})::${column[0]}`).join(', ');
  const kept = chosen.filter(() => choice.chance(0.8));
  const targetFields = kept.map(({ name, column: [, , type, check] }) => {
    const needed = choice.chance(0.2) && !type.includes('CHECK') && !type.endsWith('NULL') ? ' NOT NULL' : '';
    const rule =
      check !== null && choice.chance(0.5)
        ? ` CHECK (${check.replace('%s', name).replaceAll('%%', '%')})`
        : '';
    const unique = choice.chance(0.1) && !/text|blob/.test(type) ? `, UNIQUE (${name})` : '';
    return `${name} ${type.replace('%s', name)}${needed}${rule}${unique}`;
  });
  const extra = choice.chance(0.3) ? ["note varchar(9) DEFAULT 'none'"] : [];
  const [key, keyType, targetKey] = choice.chance(0.3)
    ? ["('k' || i)", 'text COLLATE "C"', 'varchar(40) COLLATE utf8mb4_nopad_bin']
    : ['i', 'bigint', 'bigint'];
  const fields = ['id', ...kept.map(({ name }) => name)]
    .map((name) => ({ name, place: choice.fraction() }))
    .sort((a, b) => a.place - b.place)
    .map(({ name }) => name);
  return {
    source: `CREATE TABLE thing (id ${keyType} PRIMARY KEY, ${made});
      INSERT INTO thing SELECT ${key}, ${values} FROM generate_series(1, ${rows}) i`,
    target: `CREATE TABLE thing (${[`id ${targetKey} PRIMARY KEY`, ...targetFields, ...extra].join(', ')})`,
    fields,
  };
}

describe.skipIf(skipWithoutPostgres(18) || skipWithoutMariadb())('lanes into MariaDB', () => {
  let from: PostgresAccess;
  let to: MysqlAccess;
  let source: Client;
  let target: Connection;
  const databases = { piped: '', single: '', source: '' };
  let traveller: LaneTraveller;
  beforeAll(async () => {
    from = await sharedPostgres(18);
    to = await sharedMariadb();
    databases.source = await from.createDatabase();
    source = new Client({ ...login(from), database: databases.source });
    await source.connect();
    databases.piped = await to.createDatabase();
    databases.single = await to.createDatabase();
    target = await createConnection({ ...login(to), multipleStatements: true, charset: 'utf8mb4' });
    traveller = await LaneTraveller.create({
      open: async (role, database, context) =>
        role === 'target'
          ? mysql.open({ ...address(to), database, dates: 'checked' }, context)
          : postgres.open({ ...address(from), database: databases.source, schema: 'public' }, context),
      contentOf: async (database) => {
        const [rows] = await target.query({
          sql: `SELECT * FROM ${database}.thing ORDER BY CAST(id AS BINARY)`,
          rowsAsArray: true,
          typeCast: (field) => field.buffer()?.toString('latin1') ?? null,
        });
        return rows;
      },
    });
  });
  afterAll(async () => {
    await source.end();
    await target.end();
    for (const name of [databases.piped, databases.single]) await to.dropDatabase(name);
    await traveller[Symbol.asyncDispose]();
  });

  const seed = Number(process.env['GODWIT_SEED'] ?? Date.now() % 1_000_000);
  test(`give the same target and the same quarantine (GODWIT_SEED=${seed})`, {
    timeout: tables * 60_000,
  }, async () => {
    const choice = new SeededChoice(seed);
    const seen = { refused: 0 };
    for (let at = 0; at < tables; at += 1) {
      const drawn = draw(choice);
      await source.query(`DROP TABLE IF EXISTS thing; ${drawn.source}`);
      for (const name of [databases.piped, databases.single])
        await target.query(`USE ${name}; DROP TABLE IF EXISTS thing; ${drawn.target}`);
      const piped = await traveller.travel(`piped-${at}`, databases.piped, drawn.fields, true);
      const single = await traveller.travel(`single-${at}`, databases.single, drawn.fields, false);
      const shown = `${drawn.source}\n${drawn.target}`;
      expect(piped.content, shown).toEqual(single.content);
      expect(piped.entries, shown).toEqual(single.entries);
      // Only for a record that is kept back does a slice leave the lane.
      if (piped.entries.length === 0) expect(piped.single, shown).toBe(0);
      expect(piped.report.counts, shown).toEqual(single.report.counts);
      expect(single.report.notes[0]).toContain('record by record');
      expect(piped.report.notes[0], shown).toContain('LOAD DATA');
      seen.refused += piped.entries.length > 0 ? 1 : 0;
    }
    if (tables > 100) expect(seen.refused).toBeGreaterThan(tables / 10);
  });
});

function login({ host, port, user, password }: PostgresAccess | MysqlAccess) {
  return { host, port, user, password };
}

function address(access: PostgresAccess | MysqlAccess) {
  return { ...login(access), password: new Secret(access.password), tls: 'off' as const };
}
