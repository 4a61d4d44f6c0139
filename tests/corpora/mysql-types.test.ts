import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadGrammar } from '../../src/expressions/index.ts';
import { type Field, findRelation } from '../../src/model/index.ts';
import { senseOf } from '../fidelity/cells.ts';
import type { SourceTable } from '../fidelity/filled-source.ts';
import { type PlainMariadb, plainMariadb } from '../fidelity/plain-mariadb.ts';
import { plainPostgres } from '../fidelity/plain-postgres.ts';
import { plainSqlite } from '../fidelity/plain-sqlite.ts';
import type { TestedType } from '../fidelity/tested-type.ts';
import { tryPair } from '../fidelity/try-pair.ts';
import { sharedMariadb, sharedPostgres, skipWithoutMariadb, skipWithoutPostgres } from '../servers/index.ts';
import { splitSql } from './split-sql.ts';
import { findCorpora, unpackCorpora } from './unpack-corpus.ts';

const archive = '6-tools-permissive.tar.zst';
const corpora = findCorpora(archive);
let folder = '';

const debezium = 'debezium/debezium-connector-binlog/src/test/resources/ddl';
const scripts: readonly string[] = [
  'pgloader/clojure/tests/mysql/mytest/mytest.sql',
  'pgloader/test/mysql/my.sql',
  'pgloader/test/mysql/hex.sql',
  ...[
    'binary_column_test',
    'boolean_test',
    'datetime_key_test',
    'decimal_column_test',
    'decimal_test',
    'default_value',
    'default_value_all_zero_time',
    'enum_column_test',
    'float_test',
    'geometry_test_5',
    'json_test',
    'nationalized_character_test',
    'numeric_column_test',
    'real_test',
    'regression_test',
    'special_characters_test',
    'timestamp_column_test',
    'tinyint_test',
    'unsigned_integer_test',
    'year_test',
    'zero_date_fallback_converter',
  ].map((name) => `${debezium}/${name}.sql`),
];

describe.skipIf(corpora === null || skipWithoutMariadb() || skipWithoutPostgres(18))(
  'type cases that other migration tools test themselves with',
  () => {
    beforeAll(async () => {
      folder = join(unpackCorpora(corpora ?? '', archive), '6-tools');
      await loadGrammar();
    });
    afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

    test.each(scripts)('%s: every value arrives equal or was counted beforehand', async (script) => {
      await using source = await plainMariadb(await sharedMariadb());
      const { tables, refused } = await load(source, readFileSync(join(folder, script), 'utf8'));
      const told = {
        script,
        tables: tables.length,
        records: 0,
        values: 0,
        foretold: 0,
        refusedByMariadb: refused,
      };
      for (const table of tables) told.records += table.records;
      expect(tables.length).toBeGreaterThan(0);
      for (const make of [async () => plainPostgres(await sharedPostgres(18)), plainSqlite]) {
        await using target = await make();
        for (const table of tables) {
          const cells = await tryPair(source, target, { table, few: table }, (round) => round === 0);
          expect(
            cells.flatMap(({ from, differences }) =>
              differences.map((one) => `${table.name} ${from.native}: ${one}`),
            ),
          ).toEqual([]);
          for (const { values, foretold } of cells) {
            told.values += values;
            told.foretold += foretold;
          }
        }
      }
      process.stdout.write(`${JSON.stringify(told)}\n`);
    });
  },
);

interface Loaded {
  readonly tables: readonly SourceTable[];
  /** Statements the server itself does not take: of another version, or of MySQL alone. */
  readonly refused: number;
}

/** Runs the script statement by statement, and copies each table with records into one with a key of its own. */
async function load(source: PlainMariadb, script: string): Promise<Loaded> {
  let refused = 0;
  await source.run("SET SESSION sql_mode = ''");
  for (const statement of splitSql(script)) {
    if (/^(CREATE DATABASE|DROP DATABASE|USE|GRANT|FLUSH|LOCK|UNLOCK)\b/i.test(statement)) continue;
    await source.run(statement).catch(() => {
      refused += 1;
    });
  }
  await source.run(
    "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; SET time_zone = '+00:00'; SET NAMES utf8mb4",
  );
  const tables = [];
  const names = await source.ask(
    "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = database() AND TABLE_TYPE = 'BASE TABLE'",
  );
  for (const [at, [name]] of names.entries()) {
    const table = await keyed(source, String(name), `from_${at}`);
    if (table.records > 0) tables.push(table);
  }
  return { tables, refused };
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** The same columns and records under a key `id`, whatever the table has for one. */
async function keyed(source: PlainMariadb, original: string, name: string): Promise<SourceTable> {
  const quoted = (text: unknown): string => `\`${String(text).replaceAll('`', '``')}\``;
  const columns = await source.ask(
    `SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = database()
       AND TABLE_NAME = ${text(original)} ORDER BY ORDINAL_POSITION`,
  );
  const listed = columns.map(([column], at) => `${quoted(column)} AS c${at}`).join(', ');
  await source.run(
    `CREATE TABLE ${name} (id int NOT NULL AUTO_INCREMENT PRIMARY KEY) SELECT ${listed} FROM ${quoted(original)}`,
  );
  for (const [at, [column]] of columns.entries())
    if (await isJson(source, original, String(column)))
      await source.run(`ALTER TABLE ${name} MODIFY c${at} json`);
  const [[count] = []] = await source.ask(`SELECT count(*) FROM ${name}`);
  const ids = { from: 1, to: Number(count) };
  await using opened = await source.open('source');
  const relation = findRelation(await opened.inspects.inspect(), name);
  const fields = relation?.fields.filter((field) => field.name !== 'id') ?? [];
  return {
    name,
    records: ids.to,
    columns: fields.map((field) => ({ name: field.name, ids, type: typeOf(field) })),
  };
}

async function isJson(source: PlainMariadb, table: string, column: string): Promise<boolean> {
  const rows = await source.ask(
    `SELECT CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS
       WHERE CONSTRAINT_SCHEMA = database() AND TABLE_NAME = ${text(table)} AND CONSTRAINT_NAME = ${text(column)}`,
  );
  return rows.some(([clause]) => clause?.includes('json_valid') === true);
}

function typeOf({ type, native }: Field): TestedType {
  return { system: 'mariadb', native, model: type, sense: senseOf(type), traps: [], draw: () => 'NULL' };
}
