import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Row, recordKey } from '../../model/index.ts';
import { expectChain } from '../contract/compare-values.contract.ts';
import { contextFor, relationIn } from '../contract/contract-world.contract.ts';
import { collect, project, type ReadContent, readAll, sliceList } from '../contract/read-all.contract.ts';
import { sqlite } from './open.ts';
import { PlainSqlite } from './plain-sqlite.contract.ts';

let plain: PlainSqlite;
beforeEach(() => {
  plain = new PlainSqlite();
});
afterEach(async () => plain[Symbol.asyncDispose]());

async function read(sql: string, name = 't'): Promise<ReadContent> {
  plain.run(sql);
  await using system = await sqlite.open(plain.address, contextFor('source'));
  return await readAll(system, name);
}

function original(content: ReadContent, at = 0): unknown {
  return JSON.parse(new TextDecoder().decode(content.bad[at]?.original));
}

describe('what does not fit its declared type', () => {
  test.each([
    ['INTEGER', "'12a'"],
    ['INTEGER', '1.5'],
    ['INTEGER', "x'00'"],
    ['DECIMAL(10,2)', "'n/a'"],
    ['DECIMAL(10,2)', "x'00'"],
    ['DECIMAL TEXT(10,2)', "'1e5'"],
    ['REAL', "'far'"],
    ['BOOLEAN', '2'],
    ['BOOLEAN', "'true'"],
    ['BLOB', "'text'"],
    ['BLOB', '7'],
    ['TEXT', "x'41'"],
    ['DATETIME', "x'41'"],
    ['JSON', "x'00'"],
  ])('%s holding %s', async (native, value) => {
    const content = await read(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, v ${native}); INSERT INTO t VALUES (1, NULL), (2, ${value}), (3, NULL)`,
    );
    expect(project(content, ['id'])).toEqual([['1'], ['3']]);
    expect(content.bad).toMatchObject([
      { code: 'sqlite.wrong-type', key: ['2'], where: 't rowid 2', field: 'v' },
    ]);
  });

  test('its original tells storage classes apart and loses nothing', async () => {
    const content = await read(`CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER, r REAL, b, n);
      INSERT INTO t VALUES (9007199254740993, 'x', 0.1, x'00ff', NULL)`);
    expect(original(content)).toEqual({
      id: { integer: '9007199254740993' },
      v: 'x',
      r: { real: '0.1' },
      b: { blob: '00ff' },
      n: null,
    });
  });

  test('numbers in date columns are text: SQLite’s affinity made them numbers', async () => {
    const content = await read(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, at DATETIME); INSERT INTO t VALUES (1, '2026-11-20'), (2, 1763596800), (3, '2451545.5')",
    );
    expect(project(content, ['at'])).toEqual([['2026-11-20'], ['1763596800'], ['2451545.5']]);
  });
});

describe('texts that are not valid', () => {
  test('are kept as bytes; a real replacement character is a character', async () => {
    const content = await read(`CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);
      INSERT INTO t VALUES (1, CAST(x'41ff42' AS TEXT)), (2, 'a\uFFFDb'), (3, CAST(x'eda080' AS TEXT)), (4, CAST(x'c080' AS TEXT))`);
    expect(project(content, ['id', 'v'])).toEqual([['2', 'a\uFFFDb']]);
    expect(content.bad.map(({ key, code }) => [key, code])).toEqual([
      [['1'], 'sqlite.invalid-text'],
      [['3'], 'sqlite.invalid-text'],
      [['4'], 'sqlite.invalid-text'],
    ]);
    expect(original(content)).toEqual({ id: { integer: '1' }, v: { text: '41ff42' } });
  });

  test('are found without a row number too, and in a key', async () => {
    const content = await read(`CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID;
      INSERT INTO t VALUES ('a', 'x'), ('b', CAST(x'ff' AS TEXT)), (CAST(x'fe' AS TEXT), 'y'), ('c', '\uFFFD')`);
    expect(project(content, ['k', 'v'])).toEqual([
      ['a', 'x'],
      ['c', '\uFFFD'],
    ]);
    expect(content.bad.map(({ key }) => key)).toEqual([['b'], null]);
    expect(original(content, 1)).toEqual({ k: { text: 'fe' }, v: 'y' });
    expect(content.bad[1]?.where).toBe('t {"k":{"text":"fe"}}');
  });

  test('zero bytes inside a text stay', async () => {
    const content = await read(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a' || char(0) || 'b')",
    );
    expect(project(content, ['v'])).toEqual([['a\0b']]);
  });

  test('a file in UTF-16 is read as the same characters', async () => {
    const content = await read(
      "PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (k TEXT PRIMARY KEY); INSERT INTO t VALUES ('💥é'), ('\uFFFD')",
    );
    expect(new Set(project(content, ['k']).flat())).toEqual(new Set(['💥é', '\uFFFD']));
    expect(content.bad).toEqual([]);
  });
});

describe('decimals and floats', () => {
  test('a decimal kept as a binary number gives its shortest digits, never an exponent', async () => {
    const content = await read(`CREATE TABLE t (id INTEGER PRIMARY KEY, v DECIMAL(30,10), f REAL);
      INSERT INTO t VALUES (1, 12.30, 12.30), (2, 1e21, 1e21), (3, 0.0000001, 1e-7), (4, '19.99', 3), (5, 7, 1e23), (6, 9e999, -9e999)`);
    expect(project(content, ['v', 'f'])).toEqual([
      ['12.3', '12.3'],
      ['1000000000000000000000', '1e+21'],
      ['0.0000001', '1e-07'],
      ['19.99', '3'],
      ['7', '9.999999999999999e+22'],
      ['Infinity', '-Infinity'],
    ]);
  });
});

describe('views', () => {
  test('are one slice, numbered as they come, and can be fetched from', async () => {
    plain.run(`CREATE TABLE x (a INTEGER PRIMARY KEY, b TEXT); INSERT INTO x VALUES (1, 'one'), (2, 'two'), (3, 'three');
      CREATE VIEW v AS SELECT b, a * 10 AS ten FROM x ORDER BY a DESC`);
    await using system = await sqlite.open(plain.address, contextFor('source'));
    const relation = await relationIn(system, 'v');
    await using snapshot = await system.reads.snapshot();
    expect(await sliceList(snapshot, relation, 1)).toEqual([
      { number: 0, after: null, upTo: null, rowsEstimate: 3 },
    ]);
    expect(await snapshot.count(relation)).toBe('3');
    const { rows } = await readAll(system, 'v');
    expect(rows).toEqual([
      ['three', '30', '1'],
      ['two', '20', '2'],
      ['one', '10', '3'],
    ]);
    expect((await collect(snapshot.fetch(relation, ['b'], [['two']]))).rows).toEqual([['two', '20', '2']]);
  });
});

describe('whatever stands in a key', () => {
  const value = fc.oneof(
    fc.constant('NULL'),
    fc.integer({ min: -50, max: 50 }).map(String),
    fc.constantFrom(
      '1.5',
      '-0.5',
      '1e300',
      '9223372036854775807',
      "x''",
      "x'00'",
      "x'ff'",
      "CAST(x'ff' AS TEXT)",
    ),
    fc.constantFrom('', 'a', 'B', 'b', 'ä', '5', '5.0', '-1', '💥', '\uFFFD').map((text) => `'${text}'`),
  );
  const keyType = fc.constantFrom(
    '',
    'TEXT',
    'INT',
    'DECIMAL(5,2)',
    'DATE',
    'BLOB',
    'REAL',
    'TEXT COLLATE NOCASE',
  );

  test('every record is in exactly one slice, as a row or as a bad record', {
    timeout: 300_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(keyType, keyType),
        fc.array(fc.tuple(value, value), { maxLength: 25 }),
        fc.integer({ min: 1, max: 6 }),
        async ([first, second], records, size) => {
          const values = records.map(([a, b]) => `INSERT OR IGNORE INTO t VALUES (${a}, ${b});`).join('\n');
          plain.run(
            `DROP TABLE IF EXISTS t; CREATE TABLE t (a ${first}, b ${second}, PRIMARY KEY (a, b)); ${values}`,
          );
          const stored = plain.all('SELECT count(*) FROM t')[0]?.[0];
          await using system = await sqlite.open(plain.address, contextFor('source'));
          const relation = await relationIn(system, 't');
          await using snapshot = await system.reads.snapshot();
          const slices = await sliceList(snapshot, relation, size);
          expectChain(slices);
          const places: string[] = [];
          const keys: string[] = [];
          for (const slice of slices) {
            const { rows, bad } = await collect(snapshot.read(relation, slice));
            keys.push(...rows.map((row: Row) => recordKey(row)));
            places.push(...bad.map(({ where }) => where));
          }
          expect(BigInt(keys.length + places.length)).toBe(stored);
          expect(new Set(places).size).toBe(places.length);
        },
      ),
      { numRuns: process.env['GODWIT_PROVE'] === '1' ? 1_000 : 40 },
    );
  });
});

test('a key is ordered by its bytes, whatever collation it has', async () => {
  const content = await read(
    "CREATE TABLE t (k TEXT PRIMARY KEY COLLATE NOCASE NOT NULL); INSERT INTO t VALUES ('b'), ('A'), ('ä'), ('C')",
  );
  expect(content.rows.flat()).toEqual(['A', 'C', 'b', 'ä']);
});

test('a column without a type is found by a text that looks like its number', async () => {
  plain.run(
    "CREATE TABLE t (id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES (1, 5), (2, '5'), (3, 0.5), (4, '0.5'), (5, '05')",
  );
  await using system = await sqlite.open(plain.address, contextFor('source'));
  const relation = await relationIn(system, 't');
  await using snapshot = await system.reads.snapshot();
  const found = await collect(snapshot.fetch(relation, ['v'], [['5'], ['0.5']]));
  expect(new Set(project(found, ['id']).flat())).toEqual(new Set(['1', '2', '3', '4']));
});

test('a decimal kept as text is found however many zeros it has', async () => {
  plain.run(
    "CREATE TABLE t (id INTEGER PRIMARY KEY, v DECIMAL TEXT(20,4)); INSERT INTO t VALUES (1, '12.5'), (2, '12.50'), (3, '12.5000'), (4, '12.51'), (5, '12'), (6, '12.00')",
  );
  await using system = await sqlite.open(plain.address, contextFor('source'));
  const relation = await relationIn(system, 't');
  await using snapshot = await system.reads.snapshot();
  const ids = async (key: string): Promise<unknown[]> =>
    project(await collect(snapshot.fetch(relation, ['v'], [[key]])), ['id']).flat();
  expect(new Set(await ids('12.50'))).toEqual(new Set(['1', '2', '3']));
  expect(new Set(await ids('12'))).toEqual(new Set(['5', '6']));
});

test('a table with as many columns as SQLite allows is read, damaged texts too', async () => {
  const columns = Array.from({ length: 1_999 }, (_nothing, at) => `c${at} TEXT`);
  const content = await read(`CREATE TABLE t (id INTEGER PRIMARY KEY, ${columns.join(', ')});
    INSERT INTO t (id, c1998) VALUES (1, 'x'), (2, CAST(x'ff' AS TEXT)), (3, '\uFFFD')`);
  expect(project(content, ['id', 'c1998'])).toEqual([
    ['1', 'x'],
    ['3', '\uFFFD'],
  ]);
  expect(content.bad).toMatchObject([{ code: 'sqlite.invalid-text', key: ['2'], field: 'c1998' }]);
  expect(original(content)).toMatchObject({ id: { integer: '2' }, c1998: { text: 'ff' } });
});
