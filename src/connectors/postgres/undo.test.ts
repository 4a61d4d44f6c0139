import { expect, it } from 'vitest';
import { type Row, recordKey } from '../../model/index.ts';
import { onEachServer } from './on-each-server.contract.ts';
import { undoOne, writeOne } from './opened-schema.contract.ts';

const nothing = { rowsRemoved: 0, rowsRestored: 0, refused: [] };

onEachServer('undoing', (server) => {
  it.each(['CASCADE', 'SET NULL', 'SET DEFAULT'])(
    'records of others that ON DELETE %s would change keep their parent from being removed',
    async (action) => {
      await using opened = await server.open(`CREATE TABLE a (id integer PRIMARY KEY);
        CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a ON DELETE ${action})`);
      const relation = await opened.relation('a');
      await writeOne(opened.system, relation, { fields: ['id'], rows: [['1'], ['2'], ['3']] });
      await opened.client.query('INSERT INTO b VALUES (10, 2)');
      const undone = await undoOne(opened.system, relation);
      expect(undone).toMatchObject({ rowsRemoved: 2, rowsRestored: 0 });
      expect(undone.refused).toEqual([
        { key: recordKey(['2']), reason: expect.stringContaining('b depend on it') },
      ]);
      expect(await opened.ask('SELECT * FROM b')).toEqual([['10', '2']]);
      await opened.client.query('DELETE FROM b');
      expect(await undoOne(opened.system, relation)).toEqual({ ...nothing, rowsRemoved: 1 });
    },
  );

  it('a tree goes whole, whatever the order of its records', async () => {
    await using opened = await server.open(
      `CREATE TABLE a (id integer PRIMARY KEY, up integer REFERENCES a ON DELETE CASCADE)`,
    );
    const relation = await opened.relation('a');
    const rows: Row[] = [
      ['1', null],
      ['2', '5'],
      ['5', '1'],
      ['3', '3'],
      ['4', '2'],
    ];
    expect((await writeOne(opened.system, relation, { fields: ['id', 'up'], rows })).refused).toEqual([]);
    expect(await undoOne(opened.system, relation)).toEqual({ ...nothing, rowsRemoved: 5 });
  });

  it('knows a record as triggers left it', async () => {
    await using opened =
      await server.open(`CREATE TABLE a (id integer PRIMARY KEY, word text, stamp timestamptz, seen integer DEFAULT 0);
      CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.stamp := clock_timestamp(); RETURN NEW; END $$;
      CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF pg_trigger_depth() = 1 THEN UPDATE a SET seen = seen + 1 WHERE id = NEW.id; END IF; RETURN NULL; END $$;
      CREATE TRIGGER before_it BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION stamp();
      CREATE TRIGGER after_it AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION see()`);
    const relation = await opened.relation('a');
    await writeOne(opened.system, relation, {
      fields: ['id', 'word'],
      rows: [
        ['1', 'a'],
        ['2', 'b'],
      ],
    });
    expect(await opened.ask('SELECT DISTINCT seen FROM a')).toEqual([['1']]);
    expect(await undoOne(opened.system, relation)).toEqual({ ...nothing, rowsRemoved: 2 });
  });

  it('leaves a record that a trigger would change while it is restored', async () => {
    await using opened =
      await server.open(`CREATE TABLE a (id integer PRIMARY KEY, word text, version integer DEFAULT 1);
      INSERT INTO a VALUES (1, 'before'), (2, 'before');
      CREATE FUNCTION bump() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.version := OLD.version + 1; RETURN NEW; END $$;
      CREATE TRIGGER bump BEFORE UPDATE ON a FOR EACH ROW WHEN (OLD.id = 2) EXECUTE FUNCTION bump()`);
    const relation = await opened.relation('a');
    const rows: Row[] = [
      ['1', 'after'],
      ['2', 'after'],
    ];
    await writeOne(opened.system, relation, { mode: 'upsert', fields: ['id', 'word'], rows });
    const undone = await undoOne(opened.system, relation);
    expect(undone).toMatchObject({ rowsRestored: 1 });
    expect(undone.refused).toEqual([{ key: recordKey(['2']), reason: expect.stringContaining('trigger') }]);
    await opened.client.query('ALTER TABLE a DISABLE TRIGGER bump');
    expect(await undoOne(opened.system, relation)).toEqual({ ...nothing, rowsRestored: 1 });
    expect(await opened.ask('SELECT * FROM a ORDER BY id')).toEqual([
      ['1', 'before', '1'],
      ['2', 'before', '1'],
    ]);
  });

  it('names a record that is gone or got another key', async () => {
    await using opened = await server.open('CREATE TABLE a (id integer PRIMARY KEY, raw bytea)');
    const relation = await opened.relation('a');
    await writeOne(opened.system, relation, {
      fields: ['id', 'raw'],
      rows: [
        ['1', Uint8Array.of(1)],
        ['2', null],
      ],
    });
    await opened.client.query('UPDATE a SET id = 20 WHERE id = 2');
    const undone = await undoOne(opened.system, relation);
    expect(undone).toMatchObject({ rowsRemoved: 1 });
    expect(undone.refused).toEqual([{ key: recordKey(['2']), reason: expect.stringContaining('not there') }]);
    expect(await opened.ask('SELECT id FROM a')).toEqual([['20']]);
  });

  it('ids the target gave are enough to find the records again', async () => {
    await using opened =
      await server.open(`CREATE TABLE a (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, word text);
      INSERT INTO a (word) VALUES ('theirs')`);
    const relation = await opened.relation('a');
    const rows = Array.from({ length: 2500 }, (_none, at): Row => [`w${at}`]);
    await writeOne(opened.system, relation, { fields: ['word'], key: ['id'], captureIds: true, rows });
    const wanted = recordKey(['1234']);
    const found = await opened.system.writes!.resolve('run', 'object', [wanted]);
    expect(await opened.ask(`SELECT word FROM a WHERE id = ${String(found.get(wanted)?.[0])}`)).toEqual([
      ['w1234'],
    ]);
    expect(await undoOne(opened.system, relation)).toEqual({ ...nothing, rowsRemoved: 2500 });
    expect(await opened.ask('SELECT word FROM a')).toEqual([['theirs']]);
  });

  it('of a partitioned table goes through its parts', async () => {
    await using opened = await server.open(`CREATE TABLE a (id integer, word text) PARTITION BY RANGE (id);
      CREATE TABLE a1 PARTITION OF a FOR VALUES FROM (0) TO (10); CREATE TABLE a2 PARTITION OF a FOR VALUES FROM (10) TO (20);
      INSERT INTO a VALUES (1, 'x'), (11, 'x')`);
    const relation = await opened.relation('a');
    const rows: Row[] = [
      ['1', 'x'],
      ['11', 'x'],
      ['12', 'y'],
      ['99', 'nowhere'],
    ];
    const written = await writeOne(opened.system, relation, { fields: ['id', 'word'], rows });
    expect(written.refused.map(({ code }) => code)).toEqual(['target.check']);
    expect(await undoOne(opened.system, relation)).toEqual({ ...nothing, rowsRemoved: 3 });
    expect(await opened.ask('SELECT * FROM a ORDER BY id')).toEqual([
      ['1', 'x'],
      ['11', 'x'],
    ]);
  });

  it('a sealed pack moved to another slice does not open', async () => {
    await using opened = await server.open('CREATE TABLE a (id integer PRIMARY KEY)');
    const relation = await opened.relation('a');
    await writeOne(opened.system, relation, { fields: ['id'], rows: [['1']] });
    await writeOne(opened.system, relation, { fields: ['id'], rows: [['2']], slice: 1 });
    const own = `namespace = '${opened.address.schema}'`;
    await opened.client.query(`UPDATE godwit.undo SET sealed = (SELECT sealed FROM godwit.undo WHERE ${own} AND slice = 1)
      WHERE ${own} AND slice = 0`);
    await expect(undoOne(opened.system, relation)).rejects.toMatchObject({ code: 'host.unsealable' });
    expect(await opened.ask('SELECT id FROM a ORDER BY id')).toEqual([['1'], ['2']]);
  });
});
