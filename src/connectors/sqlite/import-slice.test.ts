import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SqliteValue } from '../../host/index.ts';
import { type Relation, textUnlimited } from '../../model/index.ts';
import { contextFor, relationIn } from '../contract/contract-world.contract.ts';
import type { BulkField, BulkPlan, OpenSystem, SliceResult, UndoResult } from '../port.ts';
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

async function open(statements: string): Promise<Relation> {
  plain.run(statements);
  system = await sqlite.open(plain.address, contextFor('target'));
  return relationIn(system, 'thing');
}

/** Every field of the relation from a text, or from a number where it is one. */
function fieldsOf({ fields }: Relation): readonly BulkField[] {
  return fields
    .filter(({ synthetic, generated }) => !synthetic && generated !== 'computed')
    .map((target) => {
      const type = ['integer', 'float'].includes(target.type.kind) ? target.type : textUnlimited;
      return { target, source: { kind: 'field', field: { ...target, type, native: type.kind } } };
    });
}

async function plan(relation: Relation, fields = fieldsOf(relation)): Promise<BulkPlan> {
  const { imports } = system.writes ?? {};
  if (!imports) throw new Error('there is no bulk import');
  return imports.plan(relation, fields, ['postgres-binary', 'postgres-text']);
}

async function load(
  relation: Relation,
  chunks: readonly string[] | AsyncIterable<Uint8Array>,
  number = 0,
): Promise<SliceResult> {
  const planned = await plan(relation);
  const { imports } = system.writes ?? {};
  if (!imports || planned.kind !== 'load') throw new Error(JSON.stringify(planned));
  await system.writes?.prepare('run');
  return imports.importSlice({
    run: 'run',
    step: 'copy',
    slice: number,
    relation,
    load: planned.load,
    key: relation.identity,
    bounds: null,
    chunks: Array.isArray(chunks) ? bytesOf(chunks) : (chunks as AsyncIterable<Uint8Array>),
    beforeCommit: async (rows) => ({ rowsRead: rows, rowsWritten: rows, rowsQuarantined: 0, rowsPurged: 0 }),
  });
}

async function* bytesOf(chunks: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

async function undo(relation: Relation, slice = 0): Promise<UndoResult> {
  if (system.undoes === null) throw new Error('nothing is undone');
  return system.undoes.undoSlice({ run: 'run', step: 'copy', slice, relation });
}

const lines = (rows: readonly (readonly (string | null)[])[]): string =>
  rows.map((row) => `${row.map((value) => value ?? '\\N').join('\t')}\n`).join('');

const stored = (): SqliteValue[][] => plain.all('SELECT * FROM thing ORDER BY id');
const beside = (): readonly string[] => readdirSync(plain.folder).filter((name) => name.includes('stage'));

describe('a slice loaded in bulk', () => {
  test('is there once with its checkpoint, and nothing is left beside the file', async () => {
    const relation = await open('CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT)');
    const text = lines([
      ['-5', 'before zero'],
      ['1', null],
      ['9007199254740993', 'a\\tb\\\\N\\nü🐦'],
    ]);
    // Cut anywhere, in the middle of a character too.
    const bytes = Buffer.from(text);
    const cut = async function* (): AsyncGenerator<Uint8Array> {
      for (const at of bytes.keys()) yield bytes.subarray(at, at + 1);
    };
    expect(await load(relation, cut())).toMatchObject({ applied: true, counts: { rowsWritten: 3 } });
    const records = [
      [-5n, 'before zero'],
      [1n, null],
      [9007199254740993n, 'a\tb\\N\nü🐦'],
    ];
    expect(stored()).toEqual(records);
    expect(await load(relation, [text])).toMatchObject({ applied: false, counts: { rowsWritten: 3 } });
    expect(stored()).toEqual(records);
    expect(beside()).toEqual([]);
    expect(await undo(relation)).toEqual({ rowsRemoved: 3, rowsRestored: 0, refused: [] });
    expect(stored()).toEqual([]);
  });

  test('takes records of any length, also such as fill a page to the last byte', async () => {
    const relation = await open('CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT)');
    const lengths = [
      ...Array.from({ length: 60 }, (_none, at) => 65_460 + at),
      0,
      1,
      73_000,
      131_064,
      131_065,
      131_066,
      1_000_000,
      ...Array.from({ length: 40 }, (_none, at) => 8_190 + at + 65_532),
    ];
    const rows = lengths.map((length, at) => [
      String(at * 3),
      String.fromCharCode(97 + (at % 26)).repeat(length),
    ]);
    await load(relation, [lines(rows)]);
    expect(stored()).toEqual(rows.map(([id, name]) => [BigInt(id ?? 0), name]));
    expect(plain.all('PRAGMA integrity_check')).toEqual([['ok']]);
    expect((await undo(relation)).rowsRemoved).toBe(lengths.length);
  });

  test('with a record that is refused leaves nothing, and the next one goes', async () => {
    const relation = await open('CREATE TABLE thing (id INTEGER PRIMARY KEY, name VARCHAR(3) UNIQUE)');
    const refused = [
      [
        ['1', 'a'],
        ['2', 'a'],
      ],
      [
        ['1', 'a'],
        ['2', 'long'],
      ],
      [
        ['2', 'a'],
        ['1', 'b'],
      ],
      [
        ['1', 'a'],
        ['1', 'b'],
      ],
    ];
    for (const rows of refused)
      await expect(load(relation, [lines(rows)])).rejects.toMatchObject({
        code: 'bulk.not-certain',
        fate: 'never',
      });
    expect(stored()).toEqual([]);
    expect(beside()).toEqual([]);
    await load(relation, [
      lines([
        ['1', 'äöü'],
        ['2', null],
      ]),
    ]);
    expect(stored()).toEqual([
      [1n, 'äöü'],
      [2n, null],
    ]);
  });

  test('whose bytes end early leaves nothing, whatever ended them', async () => {
    const relation = await open('CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT)');
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from(lines(Array.from({ length: 200_000 }, (_none, at) => [String(at), 'a name'])));
      throw new Error('the wire was cut');
    };
    await expect(load(relation, broken())).rejects.toThrow('the wire was cut');
    expect(beside()).toEqual([]);
    await load(relation, [lines([['1', 'a']])]);
    expect(stored()).toEqual([[1n, 'a']]);
  });

  test('in which texts are not valid is left to the records lane', async () => {
    const relation = await open('CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT)');
    const damaged = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from([0x31, 9, 0xff, 10]);
    };
    await expect(load(relation, damaged())).rejects.toMatchObject({ code: 'bulk.not-certain' });
  });
});

describe('going back', () => {
  test.each([
    ['the row’s own number', 'INTEGER PRIMARY KEY', (at: number) => String(at * 1000)],
    ['texts', 'TEXT NOT NULL PRIMARY KEY', (at: number) => `key ${at} ü`],
    ['whole numbers that are no row numbers', 'BIGINT NOT NULL PRIMARY KEY', (at: number) => String(at - 3)],
  ])('leaves what somebody changed since, by keys that are %s', async (_title, key, keyOf) => {
    const relation = await open(`CREATE TABLE thing (id ${key}, name TEXT, amount REAL, more)`);
    const rows = Array.from({ length: 6 }, (_none, at) => [keyOf(at), `name ${at}`, null, `${at}`]);
    await load(relation, [lines(rows)]);
    const where = (at: number): string => `WHERE id = '${keyOf(at)}'`;
    plain.run(`UPDATE thing SET name = 'nAme 1' ${where(1)}; UPDATE thing SET amount = 0.5 ${where(2)};
      DELETE FROM thing ${where(3)}; UPDATE thing SET more = 4 ${where(4)}; INSERT INTO thing VALUES ('77', 'name 0', NULL, '0')`);
    const first = await undo(relation);
    expect(first.rowsRemoved).toBe(2);
    const refused: readonly unknown[] = first.refused.map(({ key: name }) => JSON.parse(name)[0]);
    expect(new Set(refused)).toEqual(new Set([1, 2, 4].map(keyOf)));
    plain.run(`UPDATE thing SET name = 'name 1' ${where(1)}; UPDATE thing SET amount = NULL ${where(2)};
      UPDATE thing SET more = '4' ${where(4)}`);
    expect(await undo(relation)).toEqual({ rowsRemoved: 3, rowsRestored: 0, refused: [] });
    expect(plain.all('SELECT name FROM thing')).toEqual([['name 0']]);
    expect(plain.all('SELECT count(*) FROM _godwit_undo')).toEqual([[0n]]);
  });

  test('takes many records back, in parts', async () => {
    const relation = await open('CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT)');
    const rows = Array.from({ length: 60_000 }, (_none, at) => [String(at * 7 - 1_000), `name ${at}`]);
    await load(relation, [lines(rows)]);
    expect(plain.all('SELECT count(*) FROM _godwit_undo')).toEqual([[3n]]);
    expect((await undo(relation)).rowsRemoved).toBe(60_000);
    expect(stored()).toEqual([]);
  });
});

describe('goes record by record', () => {
  test.each([
    [
      'triggers',
      'CREATE TABLE thing (id INTEGER PRIMARY KEY); CREATE TRIGGER t AFTER INSERT ON thing BEGIN SELECT 1; END',
      'triggers',
    ],
    ['no row numbers', 'CREATE TABLE thing (id INTEGER PRIMARY KEY) WITHOUT ROWID', 'WITHOUT ROWID'],
    ['computed fields', 'CREATE TABLE thing (id INTEGER PRIMARY KEY, two INTEGER AS (2 * id))', 'computes'],
    [
      'references to itself',
      'CREATE TABLE thing (id INTEGER PRIMARY KEY, up INTEGER REFERENCES thing)',
      'each other',
    ],
    [
      'late references',
      'CREATE TABLE other (id INTEGER PRIMARY KEY); CREATE TABLE thing (id INTEGER PRIMARY KEY, o INTEGER REFERENCES other DEFERRABLE INITIALLY DEFERRED)',
      'commit',
    ],
    ['a view', 'CREATE VIEW thing AS SELECT 1 AS id', 'table of its own'],
    ['UTF-16', "PRAGMA encoding = 'UTF-16'; CREATE TABLE thing (id INTEGER PRIMARY KEY)", 'UTF-16'],
  ])('with %s', async (_title, statements, why) => {
    const relation = await open(statements);
    expect(await plan(relation)).toMatchObject({ kind: 'impossible', reason: expect.stringContaining(why) });
  });

  test('with a field that gives itself a value', async () => {
    const relation = await open(
      'CREATE TABLE thing (id INTEGER PRIMARY KEY, at TEXT DEFAULT CURRENT_TIMESTAMP)',
    );
    expect(await plan(relation, fieldsOf(relation).slice(0, 1))).toMatchObject({ kind: 'impossible' });
    expect(await plan(relation)).toMatchObject({ kind: 'load' });
  });
});
