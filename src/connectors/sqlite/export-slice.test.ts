import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SqliteFile } from '../../host/index.ts';
import { integer64, type Slice } from '../../model/index.ts';
import { drawnTable, loadOf, makeTable, noTable, plainText } from './drawn-table.contract.ts';
import { PlainSqlite } from './plain-sqlite.contract.ts';
import { loadInto, readBothWays } from './read-both-ways.contract.ts';

let plain: PlainSqlite;
beforeEach(() => {
  plain = new PlainSqlite();
});
afterEach(async () => plain[Symbol.asyncDispose]());

/** A file of its own for each table. */
function pathOf(number: number): string {
  return `${plain.address.path}-${number}`;
}

const all: Slice = { number: 0, after: null, upTo: null, rowsEstimate: 0 };

test('pages give the same bytes as SQLite, or the same refusal, whatever the table and its file', () => {
  let number = 0;
  let [whole, given] = [0, 0];
  fc.assert(
    fc.property(drawnTable, (drawn) => {
      number += 1;
      const path = pathOf(number);
      makeTable(path, drawn);
      readBothWays(path, 't', ({ relation, plan, both }) => {
        expect(plan).toBeTypeOf('object');
        const [after, upTo] = drawn.bounds.map((row) => (row === null ? null : [row.toString()]));
        const slice: Slice = { number: 0, after: after ?? null, upTo: upTo ?? null, rowsEstimate: 0 };
        const { sqlite, pages } = both(loadOf(relation, drawn), slice);
        expect(pages === sqlite ? null : [pages.slice(0, 200), sqlite.slice(0, 200)]).toBeNull();
        given += sqlite.startsWith('failed') ? 0 : 1;
        whole += 1;
      });
    }),
    { numRuns: 120 },
  );
  // Most tables have something to compare.
  expect(given).toBeGreaterThan(whole / 4);
});

test.each([
  [512, 0],
  [512, 32],
  [1_024, 8],
])('values of every length up to three pages of %i bytes, %i of them reserved', (pageBytes, reserved) => {
  const path = pathOf(0);
  makeTable(path, { ...noTable, pageBytes, reserved });
  {
    using file = new SqliteFile(path);
    file.run('PRAGMA synchronous = OFF');
    file.run(`CREATE TABLE long (id INTEGER PRIMARY KEY, x BLOB);
      WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${pageBytes * 3})
      INSERT INTO long SELECT i, CAST(substr(hex(zeroblob(${pageBytes})) || hex(randomblob(${pageBytes})), 1, i) AS BLOB) FROM n`);
  }
  readBothWays(path, 'long', ({ relation, both }) => {
    const { sqlite, pages } = both(loadInto(relation, 'x', { kind: 'bytes', bytesMax: null }), all);
    expect(sqlite.length).toBeGreaterThan(pageBytes ** 2);
    expect(pages === sqlite).toBe(true);
  });
});

test('whole numbers at every edge of their widths', () => {
  const path = pathOf(0);
  makeTable(path, noTable);
  const edges = Array.from({ length: 64 }, (_none, bit) => 2n ** BigInt(bit)).flatMap((edge) =>
    [edge - 1n, edge, -edge, -edge - 1n].filter((one) => one >= -(2n ** 63n) && one < 2n ** 63n),
  );
  {
    using file = new SqliteFile(path);
    file.run('PRAGMA synchronous = OFF');
    file.run('CREATE TABLE edges (id INTEGER PRIMARY KEY, x INTEGER, y REAL)');
    for (const row of new Set(edges)) file.statement('INSERT INTO edges VALUES (?1, ?1, ?1)').run(row);
  }
  readBothWays(path, 'edges', ({ relation, both }) => {
    for (const [name, type] of [
      ['id', integer64],
      ['x', integer64],
      ['y', { kind: 'float', bits: 64 }],
    ] as const) {
      const { sqlite, pages } = both(loadInto(relation, name, type), all);
      expect(sqlite).not.toContain('failed');
      expect(pages === sqlite).toBe(true);
    }
    for (const edge of edges.filter((_edge, at) => at % 9 === 0)) {
      const { sqlite, pages } = both(loadInto(relation, 'id', integer64), {
        ...all,
        after: [(-edge).toString()],
        upTo: [edge.toString()],
      });
      expect(pages === sqlite).toBe(true);
    }
  });
});

test.each(['007', '-00', '00.5', 'Infinity', '1e3', '.5', 'NaN', '-0', '0.50'])(
  'a decimal written as %s is taken or left as by SQLite’s values',
  (written) => {
    const path = pathOf(0);
    makeTable(path, noTable);
    {
      using file = new SqliteFile(path);
      file.run('PRAGMA synchronous = OFF');
      file.run(
        `CREATE TABLE d (id INTEGER PRIMARY KEY, x DECIMAL TEXT); INSERT INTO d VALUES (1, '${written}')`,
      );
    }
    readBothWays(path, 'd', ({ relation, both }) => {
      const { sqlite, pages } = both(
        loadInto(relation, 'x', { kind: 'decimal', precision: null, scale: null }),
        all,
      );
      expect(pages).toBe(sqlite);
    });
  },
);

test('a damaged text that nobody takes keeps its slice out of the bulk lane', () => {
  const path = pathOf(0);
  makeTable(path, noTable);
  {
    using file = new SqliteFile(path);
    file.run('PRAGMA synchronous = OFF');
    file.run(`CREATE TABLE d (id INTEGER PRIMARY KEY, x TEXT);
      INSERT INTO d VALUES (1, 'ü'), (2, CAST(x'ff41' AS TEXT))`);
  }
  readBothWays(path, 'd', ({ relation, both }) => {
    const load = loadInto(relation, 'id', integer64);
    expect(both(load, all).pages).toBe('failed: bulk.not-certain');
    expect(both(load, { ...all, upTo: ['1'] }).pages).not.toContain('failed');
  });
});

test.each([
  ['CREATE TABLE t (id TEXT PRIMARY KEY)', 'not the row’s own number'],
  ['CREATE TABLE t (id INTEGER PRIMARY KEY) WITHOUT ROWID', 'no row numbers'],
  ['CREATE TABLE t (id INTEGER PRIMARY KEY, x AS (id + 1))', 'computed when they are read'],
  ["PRAGMA encoding = 'UTF-16'; CREATE TABLE t (id INTEGER PRIMARY KEY)", 'not in UTF-8'],
  ['CREATE TABLE t (id INT PRIMARY KEY DESC NOT NULL)', 'not the row’s own number'],
])('what is not known for certain is left to SQLite: %s', (sql, why) => {
  const path = pathOf(0);
  {
    using file = new SqliteFile(path);
    file.run('PRAGMA synchronous = OFF');
    file.run(sql);
  }
  readBothWays(path, 't', ({ plan }) => expect(plan).toContain(why));
});

test('a file whose log holds what is not in it yet is left to SQLite, until the log was brought over', () => {
  const path = pathOf(0);
  using writer = new SqliteFile(path);
  writer.run('PRAGMA journal_mode = wal; CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)');
  readBothWays(path, 't', ({ plan }) => expect(plan).toContain('log'));
  writer.run('PRAGMA wal_checkpoint(PASSIVE)');
  readBothWays(path, 't', ({ relation, plan, both }) => {
    // What is written and brought over from now on this reader does not see.
    writer.run('INSERT INTO t VALUES (2); PRAGMA wal_checkpoint(PASSIVE); INSERT INTO t VALUES (3)');
    expect(plan).toBeTypeOf('object');
    const { sqlite, pages } = both(loadInto(relation, 'id', integer64), all);
    expect(pages).toBe(sqlite);
    expect(pages).not.toContain('failed');
  });
  readBothWays(path, 't', ({ plan }) => expect(plan).toContain('log'));
});

test('fields that are computed and stored are read as stored', () => {
  const path = pathOf(0);
  {
    using file = new SqliteFile(path);
    file.run('PRAGMA synchronous = OFF');
    file.run(`CREATE TABLE t (a TEXT, x INTEGER AS (length(a)) STORED, id INTEGER PRIMARY KEY, z TEXT);
      INSERT INTO t (a, id, z) VALUES ('four', 4, 'z')`);
  }
  readBothWays(path, 't', ({ relation, both }) => {
    for (const [name, type] of [
      ['x', integer64],
      ['id', integer64],
      ['z', plainText],
    ] as const) {
      const { sqlite, pages } = both(loadInto(relation, name, type), all);
      expect(pages).toBe(sqlite);
      expect(sqlite).not.toContain('failed');
    }
  });
});
