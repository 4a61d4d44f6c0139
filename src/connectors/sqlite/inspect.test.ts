import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeFieldType, findRelation, type Relation, type Schema } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import { sqlite } from './open.ts';
import { PlainSqlite } from './plain-sqlite.contract.ts';

let plain: PlainSqlite;
beforeEach(() => {
  plain = new PlainSqlite();
});
afterEach(async () => plain[Symbol.asyncDispose]());

async function inspected(sql: string): Promise<Schema> {
  plain.run(sql);
  await using system = await sqlite.open(plain.address, contextFor('source'));
  return system.inspects.inspect();
}

async function relation(sql: string, name: string): Promise<Relation> {
  const found = findRelation(await inspected(sql), name);
  if (found === undefined) throw new Error(`${name} was not found`);
  return found;
}

describe('identity', () => {
  test.each([
    ['CREATE TABLE t (a INTEGER PRIMARY KEY, b)', ['a']],
    ['CREATE TABLE t (a TEXT PRIMARY KEY, b)', ['a']],
    ['CREATE TABLE t (a, b, PRIMARY KEY (b, a))', ['b', 'a']],
    ['CREATE TABLE t (a, b, PRIMARY KEY (b, a)) WITHOUT ROWID', ['b', 'a']],
    ['CREATE TABLE t (a UNIQUE, b NOT NULL UNIQUE)', ['b']],
    ['CREATE TABLE t (a NOT NULL, b); CREATE UNIQUE INDEX i ON t (a)', ['a']],
    ['CREATE TABLE t (a NOT NULL, b); CREATE UNIQUE INDEX i ON t (a) WHERE b > 0', ['#rowid']],
    ['CREATE TABLE t (a NOT NULL, b); CREATE UNIQUE INDEX i ON t (lower(a))', ['#rowid']],
    ['CREATE TABLE t (a, b)', ['#rowid']],
    ['CREATE TABLE t (rowid TEXT, _rowid_ TEXT, a)', ['#rowid']],
    ['CREATE TABLE t (rowid TEXT, _rowid_ TEXT, oid TEXT)', ['#row']],
    ['CREATE TABLE x (a, b); CREATE VIEW t AS SELECT a FROM x', ['#row']],
  ])('%s', async (sql, identity) => {
    const found = await relation(sql, 't');
    expect(found.identity).toEqual(identity);
    const synthetic = found.fields.filter((field) => field.synthetic).map(({ name }) => name);
    expect(synthetic).toEqual(identity[0]?.startsWith('#') ? identity : []);
  });
});

test('which keys may hold NULL is SQLite’s own rule', async () => {
  const sql = `CREATE TABLE alias (a INTEGER PRIMARY KEY);
    CREATE TABLE word (a TEXT PRIMARY KEY);
    CREATE TABLE required (a TEXT NOT NULL PRIMARY KEY);
    CREATE TABLE bare (a TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE almost (a INTEGER PRIMARY KEY DESC);`;
  const { relations } = await inspected(sql);
  const answers = relations.map(({ name, fields: [field] }) => [name, field?.nullable, field?.generated]);
  expect(answers).toEqual([
    ['alias', false, 'identity-default'],
    ['almost', true, 'no'],
    ['bare', false, 'no'],
    ['required', false, 'no'],
    ['word', true, 'no'],
  ]);
});

test('fields: types, defaults, generated ones, hidden ones left out', async () => {
  const found = await relation(
    `CREATE TABLE t (id INTEGER PRIMARY KEY, price DECIMAL(10,2) DEFAULT 1.5, name TEXT DEFAULT 'it''s',
      at DATETIME DEFAULT CURRENT_TIMESTAMP, twice AS (price * 2) STORED, half GENERATED ALWAYS AS (price / 2))`,
    't',
  );
  expect(
    found.fields.map((field) => [field.name, describeFieldType(field.type), field.default, field.generated]),
  ).toEqual([
    ['id', 'integer 64', null, 'identity-default'],
    ['price', 'decimal(10,2)', '1.5', 'no'],
    ['name', 'text', "'it''s'", 'no'],
    ['at', 'text', 'CURRENT_TIMESTAMP', 'no'],
    ['twice', 'any', null, 'computed'],
    ['half', 'any', null, 'computed'],
  ]);
});

test('references: composite, written in other letters, without fields, in a ring', async () => {
  const { relations } = await inspected(`
    CREATE TABLE Parent (X INTEGER, Y INTEGER, child INTEGER REFERENCES child, PRIMARY KEY (X, Y));
    CREATE TABLE child (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, own INTEGER REFERENCES CHILD (ID) ON DELETE SET NULL,
      CONSTRAINT up FOREIGN KEY (a, b) REFERENCES PARENT (x, y) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED);`);
  const keys = relations.flatMap(({ foreignKeys }) => foreignKeys);
  expect(keys).toEqual([
    {
      name: 'Parent_child_fkey',
      fields: ['child'],
      references: { relation: 'child', fields: ['id'] },
      onDelete: 'NO ACTION',
      onUpdate: 'NO ACTION',
      deferrable: false,
    },
    {
      name: 'child_own_fkey',
      fields: ['own'],
      references: { relation: 'child', fields: ['id'] },
      onDelete: 'SET NULL',
      onUpdate: 'NO ACTION',
      deferrable: false,
    },
    {
      name: 'up',
      fields: ['a', 'b'],
      references: { relation: 'Parent', fields: ['X', 'Y'] },
      onDelete: 'NO ACTION',
      onUpdate: 'CASCADE',
      deferrable: true,
    },
  ]);
});

test('indexes keep their text; partial ones and those over expressions are no keys', async () => {
  const found = await relation(
    `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE, b TEXT);
     CREATE UNIQUE INDEX some ON t (b) WHERE b <> '';
     CREATE UNIQUE INDEX lowered ON t (lower(b));
     CREATE INDEX plain ON t (b COLLATE NOCASE DESC);`,
    't',
  );
  expect(found.uniques.map(({ fields }) => fields)).toEqual([['a']]);
  expect(found.indexes).toEqual([
    { name: 'lowered', unique: true, definition: 'CREATE UNIQUE INDEX lowered ON t (lower(b))' },
    { name: 'plain', unique: false, definition: 'CREATE INDEX plain ON t (b COLLATE NOCASE DESC)' },
    { name: 'some', unique: true, definition: "CREATE UNIQUE INDEX some ON t (b) WHERE b <> ''" },
  ]);
});

test('views, triggers, virtual tables and what lies behind them are all listed', async () => {
  const schema = await inspected(`
    CREATE TABLE t (a); CREATE VIEW seen AS SELECT a FROM t; CREATE VIEW torn AS SELECT x FROM nowhere;
    CREATE TRIGGER fires AFTER INSERT ON t BEGIN SELECT 1; END;
    CREATE VIRTUAL TABLE words USING fts5(body);
    CREATE TABLE numbered (id INTEGER PRIMARY KEY AUTOINCREMENT);`);
  expect(schema.relations.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
    'table numbered',
    'view seen',
    'table t',
    'table words',
  ]);
  const objects = schema.objects.map(({ kind, name }) => `${kind} ${name}`);
  expect(objects).toContain('view torn');
  expect(objects).toContain('trigger fires');
  expect(objects).toContain('extension words_content');
  expect(schema.objects.find(({ name }) => name === 'fires')?.relation).toBe('t');
});

test('sizes are counted, and a virtual table is readable', async () => {
  const sql = `CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3);
    CREATE VIRTUAL TABLE words USING fts5(body); INSERT INTO words VALUES ('hello'), ('there');`;
  const { relations } = await inspected(sql);
  const [table, words] = relations;
  expect(table).toMatchObject({ name: 't', rowsEstimate: 3, bytes: 4096 });
  await using system = await sqlite.open(plain.address, contextFor('source'));
  await using snapshot = await system.reads.snapshot();
  const rows: unknown[] = [];
  const whole = { number: 0, after: null, upTo: null, rowsEstimate: 0 };
  for await (const batch of snapshot.read(words!, whole)) rows.push(...batch.rows);
  expect(rows).toEqual([
    ['hello', '1'],
    ['there', '2'],
  ]);
});
