import { expect, test } from 'vitest';
import { contextFor, relationIn } from '../contract/contract-world.contract.ts';
import { countedReferences } from '../references-query.contract.ts';
import { sqlite } from './open.ts';
import { PlainSqlite } from './plain-sqlite.contract.ts';

test('a join finds references that lead nowhere, and is not asked where it would follow other rules', async () => {
  await using plain = new PlainSqlite();
  plain.run(`
    CREATE TABLE "a ""firm""" (id INTEGER PRIMARY KEY, code TEXT COLLATE NOCASE UNIQUE, mark INTEGER UNIQUE);
    CREATE TABLE people (id INTEGER PRIMARY KEY, firm INTEGER REFERENCES "a ""firm""", boss INTEGER REFERENCES people,
      code TEXT REFERENCES "a ""firm""" (code), mark TEXT REFERENCES "a ""firm""" (mark));
    PRAGMA foreign_keys = OFF;
    INSERT INTO "a ""firm""" VALUES (1, 'x', 1), (2, 'y', 2);
    INSERT INTO people VALUES (1, 1, NULL, 'X', '1'), (2, 2, 1, NULL, NULL), (3, 9, 1, 'z', NULL), (4, NULL, 7, 'y', '9')`);
  await using system = await sqlite.open(plain.address, contextFor('source'));
  await using snapshot = await system.reads.snapshot();
  const child = await relationIn(system, 'people');
  expect(await countedReferences(snapshot, child, async (name) => relationIn(system, name))).toEqual({
    firm: ['3', '1'],
    boss: ['3', '1'],
    code: ['3', '1'],
    mark: null,
  });
});
