import { expect, test } from 'vitest';
import { objectMapping } from '../../tests/examples/schemas.ts';
import { named, onEachTarget } from './each-target.contract.ts';

/** A record that several sources give is one record: the later one has changed what it fills of the earlier one. */

onEachTarget(({ types, move }) => {
  const setup = {
    source: `CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, born TEXT, fee DECIMAL TEXT(10,2));
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
      INSERT INTO people SELECT i, 'p' || i, '2001-02-03', i || '.50' FROM n;
      CREATE TABLE corrections (nr INTEGER PRIMARY KEY, id INTEGER, name TEXT, fee DECIMAL TEXT(10,2));
      INSERT INTO corrections VALUES (1, 7, 'seven', 1), (2, 400, 'new', 2), (3, 7, 'Seven', 3), (4, 8, 'p8', '8.50')`,
    target: `CREATE TABLE persons (id ${types.whole} NOT NULL PRIMARY KEY, name TEXT, born TEXT, fee ${types.amount}, kept TEXT)`,
    objects: [
      objectMapping(
        { id: 'id', name: 'name', born: 'born', fee: 'fee' },
        { name: 'people', source: 'people', target: 'persons', key: ['id'], mode: 'append' },
      ),
      objectMapping(
        { id: 'id', name: 'name', fee: 'fee' },
        { name: 'corrections', source: 'corrections', target: 'persons', key: ['id'], mode: 'upsert' },
      ),
    ],
  } as const;

  test('records that meet are expected once, with the fields of both, and the sums follow', async () => {
    await using moved = await move(setup);
    const audit = await moved.audit('persons');
    const fees = '45297.5';
    expect(audit).toMatchObject({
      verdict: 'equal',
      rowsSource: 304,
      rowsExpected: 301,
      rowsTarget: 301,
      differences: [],
      sums: [{ field: 'fee', expected: fees, actual: fees }],
    });
    expect(audit.evidence.expectedDigest).toBe(audit.evidence.actualDigest);
  });

  test('a damage is named, in what was changed and in what was left', async () => {
    await using moved = await move(setup);
    await moved.damage(
      "UPDATE persons SET name = 'p7' WHERE id = 7; UPDATE persons SET born = NULL WHERE id = 8",
    );
    expect(named(await moved.audit('persons'))).toEqual([
      ['changed', '["7"]', ['name', 'Seven', 'p7']],
      ['changed', '["8"]', ['born', '2001-02-03', null]],
    ]);
    await moved.damage('DELETE FROM persons WHERE id IN (7, 400)');
    const { differences } = await moved.audit('persons');
    expect(differences.map(({ kind, key }) => `${kind} ${key}`).sort()).toEqual([
      'changed ["8"]',
      'missing ["400"]',
      'missing ["7"]',
    ]);
  });

  test('what an upsert leaves of a record that was there before is not compared, and said', async () => {
    await using moved = await move({
      ...setup,
      target: `${setup.target}; INSERT INTO persons (id, name, kept) VALUES (400, 'old', 'theirs'), (900, 'other', NULL)`,
    });
    expect(await moved.audit('persons', {}, true)).toMatchObject({
      verdict: 'equal',
      rowsOthers: 1,
      compared: {
        notCompared: [
          { field: 'born', why: 'corrections upserts and leaves it as it was' },
          { field: 'kept', why: 'corrections upserts and leaves it as it was' },
        ],
      },
    });
  });
});
