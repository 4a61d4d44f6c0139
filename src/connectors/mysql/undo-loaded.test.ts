import { expect, it } from 'vitest';
import { type Relation, type Row, recordKey, type Slice } from '../../model/index.ts';
import { load } from './load-lines.contract.ts';
import { onEachServer } from './on-each-server.contract.ts';
import { type OpenedDatabase, undoOne, whole, writeOne } from './opened-database.contract.ts';

onEachServer('undoing what was loaded in bulk', (server) => {
  const table = `CREATE TABLE a (id int PRIMARY KEY, word varchar(9) COLLATE utf8mb4_nopad_bin, note varchar(9) DEFAULT 'none')`;
  const rows: readonly Row[] = Array.from({ length: 9 }, (_none, at) => [String(at + 1), `w${at + 1}`]);
  const withoutNote = async (opened: OpenedDatabase): Promise<Relation> => {
    const relation = await opened.relation('a');
    return { ...relation, fields: relation.fields.filter(({ name }) => name !== 'note') };
  };
  const slice: Slice = { ...whole, upTo: ['9'] };

  it('leaves what somebody changed, names it, and can be repeated', async () => {
    await using opened = await server.open([table, `INSERT INTO a VALUES (100, 'theirs', NULL)`]);
    await load(opened, 'a', { rows, slice, source: await withoutNote(opened) });
    const { connection } = opened.plain;
    await connection.query(`UPDATE a SET word = 'changed' WHERE id = 4`);
    await connection.query(`UPDATE a SET note = 'theirs' WHERE id = 6`);
    await connection.query('DELETE FROM a WHERE id = 5');
    const relation = await opened.relation('a');
    const reason = 'somebody changed it since';
    const refused = [
      { key: recordKey(['4']), reason },
      { key: recordKey(['6']), reason },
      { key: recordKey(['1 of slice 0']), reason: 'not there under their keys any more' },
    ];
    expect(await undoOne(opened.system, relation)).toEqual({ rowsRemoved: 6, rowsRestored: 0, refused });
    expect(await undoOne(opened.system, relation)).toEqual({ rowsRemoved: 0, rowsRestored: 0, refused });
    expect(await opened.plain.ask('SELECT id FROM a ORDER BY 1')).toEqual([['4'], ['6'], ['100']]);
    // Put back to what was loaded they go; what somebody adds in the place of a removed one stays.
    await connection.query(`UPDATE a SET word = 'w4', note = 'none' WHERE id = 4`);
    await connection.query(`INSERT INTO a VALUES (1, 'w1', 'none')`);
    expect(await undoOne(opened.system, relation)).toMatchObject({ rowsRemoved: 1 });
    expect(await opened.plain.ask('SELECT id FROM a ORDER BY 1')).toEqual([['1'], ['6'], ['100']]);
  });

  it('goes back from slices that were loaded before keys were kept', async () => {
    await using opened = await server.open([table, `INSERT INTO a VALUES (-1, 'theirs', NULL)`]);
    await load(opened, 'a', { rows, source: await withoutNote(opened) });
    const { connection } = opened.plain;
    expect(await opened.plain.ask('SELECT pack FROM _godwit_undo')).toEqual([['0'], ['1'], ['2']]);
    await connection.query('DELETE FROM _godwit_undo WHERE pack = 2');
    await connection.query(`UPDATE a SET word = 'changed' WHERE id = 4`);
    const relation = await opened.relation('a');
    const reason = 'somebody changed it since, or added it';
    const refused = ['-1', '4'].map((id) => ({ key: recordKey([id]), reason }));
    for (const rowsRemoved of [8, 0])
      expect(await undoOne(opened.system, relation)).toEqual({ rowsRemoved, rowsRestored: 0, refused });
    await connection.query(`UPDATE a SET word = 'w4' WHERE id = 4`);
    expect(await undoOne(opened.system, relation)).toEqual({ rowsRemoved: 1, rowsRestored: 0, refused: [] });
  });

  it('names what was changed by its key, of several fields and wherever they stand', async () => {
    const wide = `CREATE TABLE a (word varchar(9), part varchar(9) COLLATE utf8mb4_nopad_bin, day date, id int, PRIMARY KEY (id, part))`;
    await using opened = await server.open([wide, `INSERT INTO a VALUES ('theirs', 'p\t1', NULL, 1)`]);
    const parts: Row[] = ['p', '\t1', 'p\n', 'q'].map((part, at) => [
      'w',
      part,
      '2026-11-22',
      String(at % 2),
    ]);
    await load(opened, 'a', { rows: parts });
    const { connection } = opened.plain;
    // The first holds what is no value by now; the key of the second is another one.
    await connection.query(`SET sql_mode = ''`);
    await connection.query(`UPDATE a SET day = '0000-00-00' WHERE part = 'p\n'`);
    await connection.query(`UPDATE a SET id = 7 WHERE part = 'q'`);
    await connection.query(`UPDATE a SET word = 'changed' WHERE part = '\t1' OR word = 'theirs'`);
    expect(await undoOne(opened.system, await opened.relation('a'))).toEqual({
      rowsRemoved: 1,
      rowsRestored: 0,
      refused: [
        { key: recordKey(['0', 'p\n']), reason: 'somebody changed it since' },
        { key: recordKey(['1', '\t1']), reason: 'somebody changed it since' },
        { key: recordKey(['1 of slice 0']), reason: 'not there under their keys any more' },
      ],
    });
  });

  it('knows its records where the order of the key is another one since', async () => {
    const words = 'CREATE TABLE a (id varchar(9) COLLATE utf8mb4_nopad_bin PRIMARY KEY)';
    await using opened = await server.open([words]);
    await load(opened, 'a', { rows: [['B'], ['D']], slice: { ...whole, upTo: ['D'] } });
    await load(opened, 'a', { rows: [['a'], ['c']], slice: { ...whole, number: 1, after: ['D'] } });
    await opened.plain.connection.query(
      'ALTER TABLE a MODIFY id varchar(9) COLLATE utf8mb4_general_ci NOT NULL',
    );
    const relation = await opened.relation('a');
    expect(await undoOne(opened.system, relation, 1)).toMatchObject({ rowsRemoved: 2, refused: [] });
    expect(await opened.plain.ask('SELECT id FROM a ORDER BY 1')).toEqual([['B'], ['D']]);
    await opened.plain.connection.query(`UPDATE a SET id = 'x' WHERE id = 'B'`);
    expect(await undoOne(opened.system, relation, 0)).toMatchObject({
      rowsRemoved: 1,
      refused: [{ key: recordKey(['1 of slice 0']), reason: 'not there under their keys any more' }],
    });
  });

  it('takes a record along that a later step changed and put back when it was undone', async () => {
    await using opened = await server.open([table]);
    await load(opened, 'a', { rows, source: await withoutNote(opened) });
    const relation = await opened.relation('a');
    await writeOne(opened.system, relation, {
      step: 'later',
      mode: 'upsert',
      fields: ['id', 'word'],
      rows: [['4', 'other']],
    });
    const later = { run: 'run', step: 'later', slice: 0, relation };
    expect(await opened.system.undoes!.undoSlice(later)).toMatchObject({ rowsRestored: 1, refused: [] });
    expect(await undoOne(opened.system, relation)).toEqual({ rowsRemoved: 9, rowsRestored: 0, refused: [] });
  });

  it.each(['', 'ON DELETE CASCADE'])('keeps a record that others need (%s)', async (action) => {
    await using opened = await server.open([
      table,
      `CREATE TABLE b (id int PRIMARY KEY, a int, FOREIGN KEY (a) REFERENCES a (id) ${action})`,
    ]);
    await load(opened, 'a', { rows, source: await withoutNote(opened) });
    await opened.plain.connection.query('INSERT INTO b VALUES (1, 7)');
    const relation = await opened.relation('a');
    expect(await undoOne(opened.system, relation)).toMatchObject({
      rowsRemoved: 8,
      refused: [{ key: recordKey(['7']) }],
    });
    await opened.plain.connection.query('DELETE FROM b');
    expect(await undoOne(opened.system, relation)).toEqual({ rowsRemoved: 1, rowsRestored: 0, refused: [] });
  });

  it('keeps digests of more records than one packet holds', async () => {
    await using opened = await server.open(['CREATE TABLE a (id int PRIMARY KEY)']);
    const many: Row[] = Array.from({ length: 70_000 }, (_none, at) => [String(at)]);
    await load(opened, 'a', { rows: many, chunkBytes: 60_000 });
    expect(await opened.plain.ask('SELECT count(*) FROM _godwit_undo')).toEqual([['6']]);
    await opened.plain.connection.query('UPDATE a SET id = -1 WHERE id = 69999');
    expect(await undoOne(opened.system, await opened.relation('a'))).toMatchObject({ rowsRemoved: 69_999 });
  });
});
