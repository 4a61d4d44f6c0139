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
 * Made-up tables of MariaDB with values that are none (zero dates, long times, bytes without a character) and records that
 * PostgreSQL refuses: transcoded and written as records they must give the same target and the same quarantine.
 * GODWIT_PROVE=1 for 1,000 of them, GODWIT_SEED to repeat.
 */
const tables = process.env['GODWIT_PROVE'] === '1' ? 1_000 : 8;

/** A column of the source, a value made of `seq`, a type of the target, and a check that some of them break. */
const columns = [
  ['int', 'seq % 11', 'integer', '%s <> 7'],
  ['int(9) unsigned zerofill', 'seq * 1001', 'integer', null],
  ['bigint unsigned', 'IF(seq = 40, 18446744073709551615, seq * 1000000007)', 'bigint', null],
  ['bigint unsigned', 'IF(seq % 5 > 0, 18446744073709551615 - seq, NULL)', 'numeric(20,0)', null],
  ['decimal(12,2)', 'seq / -3', 'numeric(14,4)', '%s > -40'],
  ['decimal(12,2) unsigned zerofill', 'seq / 7', 'numeric(12,2)', null],
  ['decimal(65,30)', 'seq / 7 + 12345678901234567890', 'numeric', null],
  [
    'longtext',
    "concat('tab\t', seq, '\\\\N \\n\\r\"', repeat('ü🐦', seq % 5))",
    'text',
    "%s NOT LIKE '%%17%%'",
  ],
  ['varchar(40)', "concat('v', seq, repeat(' ', seq % 5))", 'varchar(5)', null],
  ['char(9)', "concat('c ', seq, '   ')", 'text', null],
  ['varchar(40) CHARACTER SET latin1', "IF(seq % 4 > 0, concat('ÿ€ß', seq), NULL)", 'text', null],
  [
    'varchar(40) CHARACTER SET cp1250',
    "IF(seq = 31, _cp1250 X'81', CONVERT(concat('ł', seq) USING cp1250))",
    'text',
    null,
  ],
  ['text', "IF(seq = 52, 'a\\0b', seq)", 'text', null],
  ['date', "IF(seq % 43 = 5, '2024-02-00', '1000-01-01' + INTERVAL seq MONTH)", 'date', null],
  [
    'datetime(6)',
    "IF(seq = 23, '0000-00-00', '9998-01-01 10:00:00.123456' + INTERVAL seq * 1.5 HOUR)",
    'timestamp',
    null,
  ],
  ['datetime', "'2026-01-01' - INTERVAL seq SECOND", 'timestamp(3)', null],
  [
    'timestamp(6) NULL',
    "IF(seq % 7 > 0, '2026-01-01 00:00:00.5' - INTERVAL seq DAY, NULL)",
    'timestamptz',
    null,
  ],
  [
    'time(6)',
    "IF(seq = 61, '838:59:59', IF(seq = 62, '-01:00:00', SEC_TO_TIME(seq * 501.25)))",
    'time',
    null,
  ],
  ['year', 'IF(seq = 3, 0, 1950 + seq)', 'smallint', null],
  ['tinyint(1) CHECK (%c in (0,1))', 'seq % 3 = 0', 'boolean', null],
  ['bit(1)', 'seq % 3 = 0', 'boolean', null],
  ['longblob', 'IF(seq % 6 > 0, UNHEX(LPAD(HEX(seq), 6, 0)), NULL)', 'bytea', null],
  ['varbinary(9)', "concat('b\\0', seq)", 'bytea', null],
  ['double', 'IF(seq = 9, 5e-324, sqrt(seq) * pow(10, CAST(seq AS SIGNED) - 60))', 'double precision', null],
  ['float', 'seq / 7', 'real', null],
  [
    'longtext COLLATE utf8mb4_bin CHECK (json_valid(%c))',
    "json_object('n', seq, 't', 'ü\\\\')",
    'json',
    "(%s->>'n') <> '23'",
  ],
  [
    'uuid',
    'INSERT(INSERT(INSERT(INSERT(md5(seq), 9, 0, "-"), 14, 0, "-"), 19, 0, "-"), 24, 0, "-")',
    'uuid',
    null,
  ],
] as const;

interface Drawn {
  readonly source: readonly string[];
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
  const made = chosen.map(({ name, column }) => `${name} ${column[0].replace('%c', name)}`).join(', ');
  const values = chosen.map(({ column }) => column[1]).join(', ');
  const kept = chosen.filter(() => choice.chance(0.8));
  const targetFields = kept.map(({ name, column: [, , type, check] }) => {
    const rule =
      check !== null && choice.chance(0.5)
        ? ` CHECK (${check.replace('%s', name).replaceAll('%%', '%')})`
        : '';
    const unique = choice.chance(0.1) && type !== 'json' ? ' UNIQUE' : '';
    return `${name} ${type}${choice.chance(0.2) ? ' NOT NULL' : ''}${rule}${unique}`;
  });
  const [key, keyType, targetKey] = choice.chance(0.3)
    ? ["concat('k', seq)", 'varchar(40) COLLATE utf8mb4_nopad_bin', 'text COLLATE "C"']
    : ['seq', 'bigint', 'bigint'];
  const fields = ['id', ...kept.map(({ name }) => name)]
    .map((name) => ({ name, place: choice.fraction() }))
    .sort((a, b) => a.place - b.place)
    .map(({ name }) => name);
  return {
    source: [
      'DROP TABLE IF EXISTS thing',
      `CREATE TABLE thing (id ${keyType} PRIMARY KEY, ${made})`,
      rows === 0 ? 'DO 1' : `INSERT INTO thing SELECT ${key}, ${values} FROM seq_1_to_${rows}`,
    ],
    target: `CREATE TABLE thing (${[`id ${targetKey} PRIMARY KEY`, ...targetFields].join(', ')})`,
    fields,
  };
}

describe.skipIf(skipWithoutPostgres(18) || skipWithoutMariadb())('lanes out of MariaDB', () => {
  let from: MysqlAccess;
  let to: PostgresAccess;
  let source: Connection;
  let target: Client;
  const databases = { source: '', target: '' };
  let traveller: LaneTraveller;
  beforeAll(async () => {
    from = await sharedMariadb();
    to = await sharedPostgres(18);
    databases.source = await from.createDatabase();
    databases.target = await to.createDatabase();
    source = await createConnection({ ...login(from), database: databases.source, charset: 'utf8mb4' });
    await source.query("SET sql_mode = '', time_zone = '+00:00'");
    target = new Client({ ...login(to), database: databases.target });
    await target.connect();
    traveller = await LaneTraveller.create({
      open: async (role, schema, context) =>
        role === 'source'
          ? mysql.open({ ...address(from), database: databases.source, dates: 'checked' }, context)
          : postgres.open({ ...address(to), database: databases.target, schema }, context),
      contentOf: async (schema) =>
        (await target.query(`SELECT t::text FROM ${schema}.thing t ORDER BY id::text COLLATE "C"`)).rows,
    });
  });
  afterAll(async () => {
    await source.end();
    await target.end();
    await from.dropDatabase(databases.source);
    await traveller[Symbol.asyncDispose]();
  });

  const seed = Number(process.env['GODWIT_SEED'] ?? Date.now() % 1_000_000);
  test(`give the same target and the same quarantine (GODWIT_SEED=${seed})`, {
    timeout: tables * 60_000,
  }, async () => {
    const choice = new SeededChoice(seed);
    let refused = 0;
    let inBulk = 0;
    for (let at = 0; at < tables; at += 1) {
      const drawn = draw(choice);
      for (const statement of drawn.source) await source.query(statement);
      await target.query(`DROP SCHEMA IF EXISTS encoded, single CASCADE; CREATE SCHEMA encoded; CREATE SCHEMA single;
        SET search_path = encoded; ${drawn.target}; SET search_path = single; ${drawn.target}; RESET search_path`);
      const encoded = await traveller.travel(`encoded-${at}`, 'encoded', drawn.fields, true);
      const single = await traveller.travel(`single-${at}`, 'single', drawn.fields, false);
      const shown = `${drawn.source.join(';\n')}\n${drawn.target}`;
      expect(encoded.content, shown).toEqual(single.content);
      expect(encoded.entries, shown).toEqual(single.entries);
      // Only for a record that is kept back does a slice leave the lane, and for spaces that PostgreSQL cuts off.
      if (encoded.entries.length === 0 && !drawn.target.includes('varchar(5)'))
        expect(encoded.single, shown).toBe(0);
      expect(encoded.report.counts, shown).toEqual(single.report.counts);
      expect(single.report.notes[0]).toContain('record by record');
      // A column that pads goes value by value, and says so.
      expect(encoded.report.notes[0], shown).toMatch(/binary COPY|value by value/);
      inBulk += encoded.report.notes[0]?.includes('binary COPY') ? 1 : 0;
      refused += encoded.entries.length > 0 ? 1 : 0;
    }
    expect(inBulk).toBeGreaterThan(tables / 4);
    if (tables > 100) expect(refused).toBeGreaterThan(tables / 10);
  });
});

function login({ host, port, user, password }: PostgresAccess | MysqlAccess) {
  return { host, port, user, password };
}

function address(access: PostgresAccess | MysqlAccess) {
  return { ...login(access), password: new Secret(access.password), tls: 'off' as const };
}
