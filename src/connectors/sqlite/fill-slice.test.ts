import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Row } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import { type Wanted, type Written, writeRows } from '../contract/write-slices.contract.ts';
import { sqlite } from './open.ts';
import { PlainSqlite } from './plain-sqlite.contract.ts';

let plain: PlainSqlite;
beforeEach(() => {
  plain = new PlainSqlite();
});
afterEach(async () => plain[Symbol.asyncDispose]());

const fields = ['id', 'name', 'parent'];

async function fill(reference: string, rows: readonly Row[], more: Partial<Wanted> = {}): Promise<Written> {
  plain.run(`CREATE TABLE nodes (id INTEGER PRIMARY KEY, name TEXT UNIQUE, parent INTEGER ${reference})`);
  await using system = await sqlite.open(plain.address, contextFor('target'));
  return await writeRows(system, 'nodes', { fields, rows, ...more });
}

const stored = (): unknown => plain.all('SELECT id, name, parent FROM nodes ORDER BY id');

describe.each([
  ['checked at once', 'REFERENCES nodes'],
  ['checked at the commit', 'REFERENCES nodes DEFERRABLE INITIALLY DEFERRED'],
])('references %s', (_title, reference) => {
  test('children may come before their parents, many generations deep', async () => {
    const rows = Array.from(
      { length: 50 },
      (_nothing, at): Row => [String(at), `n${at}`, at === 49 ? null : String(at + 1)],
    );
    expect((await fill(reference, rows)).refused).toEqual([]);
    expect(plain.all('SELECT count(*) FROM nodes')).toEqual([[50n]]);
  });

  test.each(['insert', 'upsert'] as const)(
    'a long chain to the next record takes no longer than it is, by %s',
    async (mode) => {
      const rows = Array.from(
        { length: 20_000 },
        (_nothing, at): Row => [String(at), null, at === 19_999 ? null : String(at + 1)],
      );
      expect((await fill(reference, rows, { mode })).refused).toEqual([]);
      expect(plain.all('SELECT count(*) FROM nodes')).toEqual([[20_000n]]);
    },
  );

  test('what waits does not stand in the way of others, and is refused in the order in which it came', async () => {
    const { refused } = await fill(reference, [
      ['1', 'same', '404'],
      ['2', null, null],
      ['2', 'taken', null],
      ['3', 'same', null],
      ['4', 'child of the refused', '1'],
    ]);
    expect(refused.map(({ row, code, constraint }) => [row[0], code, constraint])).toEqual([
      ['1', 'target.foreign-key', 'nodes_parent_fkey'],
      ['2', 'target.unique', 'primary key'],
      ['4', 'target.foreign-key', 'nodes_parent_fkey'],
    ]);
    expect(stored()).toEqual([
      [2n, null, null],
      [3n, 'same', null],
    ]);
  });
});

test('a ring goes in together where references may wait, and is refused by name where not', async () => {
  const ring: Row[] = [
    ['1', 'a', '2'],
    ['2', 'b', '3'],
    ['3', 'c', '1'],
    ['4', 'outside', '1'],
    ['5', 'nowhere', '404'],
  ];
  const waiting = await fill('REFERENCES nodes DEFERRABLE INITIALLY DEFERRED', ring);
  expect(waiting.refused.map(({ row }) => row[0])).toEqual(['5']);
  expect(plain.all('SELECT id FROM nodes ORDER BY id')).toEqual([[1n], [2n], [3n], [4n]]);
  plain.run(
    'DROP TABLE nodes; DROP TABLE _godwit_format; DROP TABLE _godwit_slices; DROP TABLE _godwit_undo',
  );
  plain.run('DROP TABLE _godwit_images; DROP TABLE _godwit_ids');
  const atOnce = await fill('REFERENCES nodes', ring);
  expect(atOnce.refused.map(({ row }) => row[0])).toEqual(['1', '2', '3', '4', '5']);
  expect(new Set(atOnce.refused.map(({ code }) => code))).toEqual(new Set(['target.foreign-key']));
});

test('a change that would tear away what others refer to is refused, and says so', async () => {
  plain.run(`CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT UNIQUE); CREATE TABLE c (code TEXT REFERENCES p (code));
    INSERT INTO p VALUES (1, 'a'), (2, 'b'); INSERT INTO c VALUES ('a')`);
  await using system = await sqlite.open(plain.address, contextFor('target'));
  const rows: Row[] = [
    ['1', 'z'],
    ['2', 'y'],
  ];
  const written = await writeRows(system, 'p', { fields: ['id', 'code'], rows, mode: 'upsert' });
  expect(written.refused.map(({ row, code }) => [row[0], code])).toEqual([['1', 'target.foreign-key']]);
  expect(plain.all('SELECT code FROM p ORDER BY id')).toEqual([['a'], ['y']]);
});
