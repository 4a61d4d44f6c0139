import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Row, recordKey } from '../../model/index.ts';
import { contextFor, relationIn } from '../contract/contract-world.contract.ts';
import { run, step, type Wanted, type Written, writeRows } from '../contract/write-slices.contract.ts';
import type { OpenSystem, UndoResult } from '../port.ts';
import { sqlite } from './open.ts';
import { PlainSqlite } from './plain-sqlite.contract.ts';

let plain: PlainSqlite;
let system: OpenSystem;
beforeEach(() => {
  plain = new PlainSqlite();
});
afterEach(async () => {
  await system[Symbol.asyncDispose]();
  await plain[Symbol.asyncDispose]();
});

async function write(sql: string, relation: string, wanted: Wanted): Promise<Written> {
  plain.run(sql);
  system = await sqlite.open(plain.address, contextFor('target'));
  return writeRows(system, relation, wanted);
}

async function undo(relation: string): Promise<UndoResult> {
  const found = await relationIn(system, relation);
  const result = await system.undoes?.undoSlice({ run, step, slice: 0, relation: found });
  if (result === undefined) throw new Error('nothing was undone');
  return result;
}

const everything = (table: string): unknown => plain.all(`SELECT *, typeof(v) FROM ${table} ORDER BY 1`);

test('a table with as many columns as SQLite allows is written and taken back', async () => {
  const names = Array.from({ length: 1_999 }, (_nothing, at) => `c${at}`);
  await write(`CREATE TABLE t (id INTEGER PRIMARY KEY, ${names.join(', ')})`, 't', {
    fields: ['id', 'c0', 'c1998'],
    rows: [['1', 'x', '\uFFFD']],
  });
  expect(plain.all('SELECT id, c0, c1998 FROM t')).toEqual([[1n, 'x', '\uFFFD']]);
  expect(await undo('t')).toMatchObject({ rowsRemoved: 1, refused: [] });
});

describe('before-images', () => {
  test('give back storage classes, damaged texts and numbers to the last bit', async () => {
    const sql = `CREATE TABLE t (id INTEGER PRIMARY KEY, v, note TEXT);
      INSERT INTO t VALUES (1, 5, 'n'), (2, '5', 'n'), (3, 0.1, 'n'), (4, x'00ff', 'n'), (5, NULL, NULL),
        (6, CAST(x'41ff' AS TEXT), 'n'), (7, 9007199254740993, 'n'), (8, 'a\uFFFDb', 'n'), (9, 9e999, 'n')`;
    const ids = Array.from({ length: 9 }, (_nothing, at) => String(at + 1));
    plain.run('CREATE TABLE unrelated (x)');
    const rows = ids.map((id): Row => [id, 'overwritten']);
    const written = await write(sql, 't', { fields: ['id', 'v'], rows, mode: 'upsert' });
    expect(written.refused).toEqual([]);
    expect(plain.all("SELECT count(*) FROM t WHERE v = 'overwritten'")).toEqual([[9n]]);
    expect(await undo('t')).toEqual({ rowsRemoved: 0, rowsRestored: 9, refused: [] });
    expect(plain.all('SELECT id, typeof(v), hex(CAST(v AS BLOB)), note FROM t')).toEqual([
      [1n, 'integer', '35', 'n'],
      [2n, 'text', '35', 'n'],
      [3n, 'real', '302E31', 'n'],
      [4n, 'blob', '00FF', 'n'],
      [5n, 'null', '', null],
      [6n, 'text', '41FF', 'n'],
      [7n, 'integer', '39303037313939323534373430393933', 'n'],
      [8n, 'text', '61EFBFBD62', 'n'],
      [9n, 'real', '496E66', 'n'],
    ]);
  });

  test('tell apart what has the same bytes in another storage class', async () => {
    const sql =
      "CREATE TABLE t (id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES (1, x'4142'), (2, 'AB'), (3, x''), (4, '')";
    const rows = ['1', '2', '3', '4'].map((id): Row => [id, 'overwritten']);
    await write(sql, 't', { fields: ['id', 'v'], rows, mode: 'upsert' });
    expect(await undo('t')).toMatchObject({ rowsRestored: 4, refused: [] });
    expect(plain.all('SELECT typeof(v), hex(v) FROM t')).toEqual([
      ['blob', '4142'],
      ['text', '4142'],
      ['blob', ''],
      ['text', ''],
    ]);
  });

  test('are not readable in the file', async () => {
    const secret = 'very personal sentence';
    const sql = `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, '${secret}')`;
    await write(sql, 't', { fields: ['id', 'v'], rows: [['1', 'new']], mode: 'upsert' });
    const kept = plain.all('SELECT sealed FROM _godwit_images');
    expect(kept.length).toBe(1);
    expect(Buffer.from(kept[0]?.[0] as Uint8Array).includes(secret)).toBe(false);
  });

  test('are put back one after the other where a unique value was handed on', async () => {
    const sql = `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT UNIQUE); INSERT INTO t VALUES (1, 'a'), (2, 'b')`;
    const rows: Row[] = [
      ['1', 'x'],
      ['2', 'a'],
    ];
    await write(sql, 't', { fields: ['id', 'v'], rows, mode: 'upsert' });
    expect(await undo('t')).toMatchObject({ rowsRestored: 2, refused: [] });
    expect(everything('t')).toEqual([
      [1n, 'a', 'text'],
      [2n, 'b', 'text'],
    ]);
  });

  test('survive a key that another key found and changed', async () => {
    const sql = `CREATE TABLE t (id INTEGER PRIMARY KEY, mail TEXT UNIQUE, v); INSERT INTO t VALUES (1, 'a@x', 'old')`;
    const wanted = {
      fields: ['id', 'mail', 'v'],
      rows: [
        ['7', 'a@x', 'new'],
        ['8', 'a@x', 'newer'],
      ],
      key: ['mail'],
    };
    await write(sql, 't', { ...wanted, mode: 'upsert' });
    expect(everything('t')).toEqual([[8n, 'a@x', 'newer', 'text']]);
    expect(await undo('t')).toMatchObject({ rowsRestored: 1, refused: [] });
    expect(everything('t')).toEqual([[1n, 'a@x', 'old', 'text']]);
  });
});

test('slices of many parts are taken back part by part', async () => {
  const sql = `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);
    INSERT INTO t WITH RECURSIVE c(x) AS (SELECT 2 UNION ALL SELECT x + 2 FROM c WHERE x < 1400) SELECT x, 'before ' || x FROM c`;
  const rows = Array.from({ length: 1_400 }, (_nothing, at): Row => [String(at + 1), 'after']);
  await write(sql, 't', { fields: ['id', 'v'], rows, mode: 'upsert' });
  plain.run("UPDATE t SET v = 'theirs' WHERE id IN (3, 4, 700, 1399)");
  const first = await undo('t');
  expect([first.rowsRemoved, first.rowsRestored, first.refused.length]).toEqual([698, 698, 4]);
  plain.run("UPDATE t SET v = 'after' WHERE id IN (3, 4, 700, 1399)");
  expect(await undo('t')).toEqual({ rowsRemoved: 2, rowsRestored: 2, refused: [] });
  expect(plain.all("SELECT count(*), sum(v = 'before ' || id) FROM t")).toEqual([[700n, 700n]]);
});

describe('what triggers did', () => {
  test('belongs to the record as it was left: it is recognised as untouched', async () => {
    const sql = `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);
      CREATE TRIGGER upper_v AFTER INSERT ON t BEGIN UPDATE t SET v = upper(v) WHERE id = new.id; END`;
    await write(sql, 't', {
      fields: ['id', 'v'],
      rows: [
        ['1', 'a'],
        ['2', 'b'],
      ],
    });
    expect(everything('t')).toEqual([
      [1n, 'A', 'text'],
      [2n, 'B', 'text'],
    ]);
    expect(await undo('t')).toMatchObject({ rowsRemoved: 2, refused: [] });
  });

  test('RAISE(IGNORE) and RAISE(ABORT) refuse one record, RAISE(ROLLBACK) ends the slice in words', async () => {
    const sql = `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);
      CREATE TRIGGER no BEFORE INSERT ON t WHEN new.v IN ('ignore', 'abort', 'rollback') BEGIN
        SELECT CASE new.v WHEN 'ignore' THEN RAISE(IGNORE) WHEN 'abort' THEN RAISE(ABORT, 'not today') ELSE RAISE(ROLLBACK, 'all of it') END;
      END`;
    const rows: Row[] = [
      ['1', 'a'],
      ['2', 'ignore'],
      ['3', 'abort'],
      ['4', 'b'],
    ];
    const written = await write(sql, 't', { fields: ['id', 'v'], rows });
    expect(written.refused.map(({ row, code }) => [row[0], code])).toEqual([
      ['2', 'target.refused'],
      ['3', 'target.refused'],
    ]);
    expect(plain.all('SELECT id FROM t ORDER BY id')).toEqual([[1n], [4n]]);
    const fatal = writeRows(system, 't', {
      fields: ['id', 'v'],
      rows: [
        ['5', 'c'],
        ['6', 'rollback'],
      ],
      slice: 1,
    });
    await expect(fatal).rejects.toMatchObject({ code: 'sqlite.rolled-back', fate: 'never' });
    expect(plain.all('SELECT id FROM t ORDER BY id')).toEqual([[1n], [4n]]);
  });

  test('a record that a trigger takes away ends the slice in words', async () => {
    const sql = `CREATE TABLE t (id INTEGER PRIMARY KEY, v); CREATE TABLE archive (id);
      CREATE TRIGGER away AFTER INSERT ON t BEGIN DELETE FROM t WHERE id = new.id; INSERT INTO archive VALUES (new.id); END`;
    const written = write(sql, 't', { fields: ['id', 'v'], rows: [['1', 'a']] });
    await expect(written).rejects.toMatchObject({ code: 'sqlite.record-vanished' });
    expect(plain.all('SELECT count(*) FROM archive')).toEqual([[0n]]);
  });
});

describe('a table’s own conflict clauses', () => {
  test('neither drop a record nor replace one without a word', async () => {
    const sql = `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT UNIQUE ON CONFLICT REPLACE, w TEXT NOT NULL ON CONFLICT IGNORE);
      INSERT INTO t VALUES (1, 'taken', 'w')`;
    const rows: Row[] = [
      ['2', 'taken', 'w'],
      ['3', 'free', null],
      ['4', 'other', 'w'],
    ];
    const written = await write(sql, 't', { fields: ['id', 'v', 'w'], rows });
    expect(written.refused.map(({ row, code }) => [row[0], code])).toEqual([
      ['2', 'target.unique'],
      ['3', 'target.not-null'],
    ]);
    expect(plain.all('SELECT id FROM t ORDER BY id')).toEqual([[1n], [4n]]);
  });
});

describe('references', () => {
  test('ON DELETE CASCADE takes nobody else’s records along', async () => {
    const sql = `CREATE TABLE p (id INTEGER PRIMARY KEY, v);
      CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p ON DELETE CASCADE);`;
    await write(sql, 'p', {
      fields: ['id', 'v'],
      rows: [
        ['1', 'a'],
        ['2', 'b'],
      ],
    });
    plain.run('INSERT INTO c VALUES (10, 2)');
    const undone = await undo('p');
    expect(undone.rowsRemoved).toBe(1);
    expect(undone.refused).toEqual([{ key: recordKey(['2']), reason: 'a record of c refers to it' }]);
    expect(plain.all('SELECT id FROM c')).toEqual([[10n]]);
  });

  test('a tree that was added goes whole, whatever the order; a part that others hang on stays with its way to the root', async () => {
    const sql = 'CREATE TABLE tree (id INTEGER PRIMARY KEY, v TEXT, up INTEGER REFERENCES tree)';
    const rows: Row[] = [
      ['1', 'root', null],
      ['2', 'a', '1'],
      ['3', 'b', '1'],
      ['4', 'aa', '2'],
    ];
    await write(sql, 'tree', { fields: ['id', 'v', 'up'], rows });
    plain.run("INSERT INTO tree VALUES (100, 'theirs', 4)");
    const first = await undo('tree');
    expect(first.rowsRemoved).toBe(1);
    expect(first.refused.map(({ key }) => key).sort()).toEqual(['["1"]', '["2"]', '["4"]']);
    plain.run('DELETE FROM tree WHERE id = 100');
    expect(await undo('tree')).toMatchObject({ rowsRemoved: 3, refused: [] });
    expect(plain.all('SELECT count(*) FROM tree')).toEqual([[0n]]);
  });
});

describe('records without a rowid or a key of their own', () => {
  test.each([
    ['composite key', 'CREATE TABLE t (a TEXT, v INTEGER, PRIMARY KEY (a, v)) WITHOUT ROWID'],
    [
      'key given by the database',
      'CREATE TABLE t (id TEXT PRIMARY KEY DEFAULT (lower(hex(randomblob(8)))), a TEXT, v INTEGER)',
    ],
    [
      'key given by the database, no rowid',
      'CREATE TABLE t (id TEXT PRIMARY KEY DEFAULT (lower(hex(randomblob(8)))), a TEXT, v INTEGER) WITHOUT ROWID',
    ],
    [
      'generated fields',
      'CREATE TABLE t (a TEXT, v INTEGER, w AS (v * 2) STORED, x AS (a || v), PRIMARY KEY (v))',
    ],
    ['all names of the row number taken but one', 'CREATE TABLE t (a TEXT, v INTEGER, rowid TEXT, oid TEXT)'],
  ])('%s', async (_title, sql) => {
    const rows: Row[] = [
      ['x', '1'],
      ['y', '2'],
    ];
    const written = await write(sql, 't', { fields: ['a', 'v'], rows, captureIds: true });
    expect(written.refused).toEqual([]);
    expect(plain.all('SELECT a, v FROM t ORDER BY v')).toEqual([
      ['x', 1n],
      ['y', 2n],
    ]);
    expect(await undo('t')).toMatchObject({ rowsRemoved: 2, refused: [] });
    expect(plain.all('SELECT count(*) FROM t')).toEqual([[0n]]);
  });
});

describe('the structure changed since', () => {
  test('an added field does not count as a change, a dropped one stops the undo', async () => {
    await write('CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, w TEXT)', 't', {
      fields: ['id', 'v'],
      rows: [['1', 'a']],
    });
    plain.run("ALTER TABLE t ADD COLUMN later TEXT DEFAULT 'x'");
    plain.run('ALTER TABLE t DROP COLUMN w');
    await expect(undo('t')).rejects.toMatchObject({ code: 'sqlite.structure-changed', fate: 'pause' });
    plain.run('ALTER TABLE t ADD COLUMN w TEXT');
    expect(await undo('t')).toMatchObject({ rowsRemoved: 1, refused: [] });
  });
});
