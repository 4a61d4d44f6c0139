import { expect, test } from 'vitest';
import { readCreateTable } from './read-create-table.ts';

test('checks are found on columns and on the table, whatever stands inside', () => {
  const { checks } = readCreateTable(`CREATE TABLE t (
    a INTEGER CHECK (a > 0), -- a comment, with a comma (and a paren
    "check" TEXT /* CHECK (no) */ DEFAULT 'CHECK (not this)',
    b TEXT CONSTRAINT b_short CHECK(length(b) < 10 AND b NOT IN ('(', ')')) NOT NULL,
    CONSTRAINT [both set] CHECK ((a IS NULL) = (b IS NULL))
  )`);
  expect(checks).toEqual([
    { name: null, definition: 'CHECK (a > 0)' },
    { name: 'b_short', definition: "CHECK(length(b) < 10 AND b NOT IN ('(', ')'))" },
    { name: 'both set', definition: 'CHECK ((a IS NULL) = (b IS NULL))' },
  ]);
});

test('references are told apart by when they are checked, in their order', () => {
  const { references } = readCreateTable(`CREATE TABLE t(
    a INTEGER REFERENCES p(id) DEFERRABLE INITIALLY DEFERRED,
    b INTEGER REFERENCES p(id) NOT DEFERRABLE INITIALLY DEFERRED,
    c INTEGER REFERENCES p DEFERRABLE INITIALLY IMMEDIATE REFERENCES q ON DELETE CASCADE deferrable initially deferred,
    CONSTRAINT "to p" FOREIGN KEY (a, b) REFERENCES p (x, y) ON UPDATE SET NULL
  )`);
  expect(references).toEqual([
    { name: null, deferrable: true },
    { name: null, deferrable: false },
    { name: null, deferrable: false },
    { name: null, deferrable: true },
    { name: 'to p', deferrable: false },
  ]);
});

test('names of keys are found with their fields', () => {
  const { keys } = readCreateTable(`create table "a""b" (
    id integer constraint pk_t primary key autoincrement,
    mail text constraint nn not null constraint uq_mail unique collate nocase,
    constraint uq_two unique ("first name", last COLLATE NOCASE), unique (id)
  ) strict`);
  expect(keys).toEqual([
    { name: 'pk_t', fields: ['id'] },
    { name: 'uq_mail', fields: ['mail'] },
    { name: 'uq_two', fields: ['first name', 'last'] },
  ]);
});

test('columns named like keywords are columns', () => {
  const { checks, references } = readCreateTable(
    'CREATE TABLE t("references" TEXT, "check" INT, `unique` INT)',
  );
  expect([checks, references]).toEqual([[], []]);
});

test('a virtual table, a table made by a query and nonsense have none', () => {
  for (const sql of [
    'CREATE VIRTUAL TABLE t USING fts5(a, content="check (x)")',
    'CREATE TABLE t AS SELECT 1',
    '',
    'CREATE TABLE t (',
  ])
    expect(readCreateTable(sql).checks).toEqual([]);
});
