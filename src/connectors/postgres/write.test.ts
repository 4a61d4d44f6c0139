import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { isGodwitError, type Row, recordKey } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import type { WriteRecord } from '../port.ts';
import { onEachServer } from './on-each-server.contract.ts';
import { postgres } from './open.ts';
import { readWhole, writeOne } from './opened-schema.contract.ts';

onEachServer('writing', (server) => {
  it('two sessions write one slice: one does, the other waits and says it was there', async () => {
    await using opened = await server.open('CREATE TABLE a (id integer, word text)');
    await using other = await postgres.open(opened.address, contextFor('target'));
    const relation = await opened.relation('a');
    let reached: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => (reached = resolve));
    const slow = writeOne(opened.system, relation, {
      fields: ['id', 'word'],
      rows: [['1', 'first']],
      beforeCommit: async () => {
        reached();
        await delay(150);
        return { rowsRead: 1, rowsWritten: 1, rowsQuarantined: 0, rowsPurged: 0 };
      },
    });
    await inside;
    const second = await writeOne(other, relation, { fields: ['id', 'word'], rows: [['1', 'second']] });
    expect([(await slow).applied, second.applied]).toEqual([true, false]);
    expect(await opened.ask('SELECT word FROM a')).toEqual([['first']]);
  });

  it('slices of one run are written at the same time', async () => {
    await using opened = await server.open('CREATE TABLE a (id integer PRIMARY KEY, word text)');
    const relation = await opened.relation('a');
    const results = await Promise.all(
      Array.from({ length: 8 }, async (_none, slice) =>
        writeOne(opened.system, relation, {
          slice,
          fields: ['id', 'word'],
          rows: Array.from({ length: 100 }, (_nothing, at): Row => [String(slice * 100 + at), 'w']),
        }),
      ),
    );
    expect(results.every(({ applied }) => applied)).toBe(true);
    expect(await opened.ask('SELECT count(*) FROM a')).toEqual([['800']]);
    expect((await opened.system.writes!.applied('run')).map(({ slice }) => slice)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7,
    ]);
  });

  it('identity columns that are always generated take the mapped value, and go on after it', async () => {
    await using opened = await server.open(`
      CREATE TABLE a (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, s serial, twice integer GENERATED ALWAYS AS (s * 2) STORED);
      CREATE TABLE "B b" (n integer DEFAULT nextval('a_s_seq'), down integer)`);
    const relation = await opened.relation('a');
    const written = await writeOne(opened.system, relation, {
      fields: ['id', 's'],
      rows: [
        ['7', '40'],
        ['5', '3'],
      ],
    });
    expect(written.refused).toEqual([]);
    const said = await opened.system.writes!.advanceSequences([relation, await opened.relation('B b')]);
    expect(said).toEqual([
      'a.id: sequence a_id_seq goes on after 7',
      'a.s: sequence a_s_seq goes on after 40',
    ]);
    expect(await opened.system.writes!.advanceSequences([relation])).toEqual([]);
    expect(await opened.ask('INSERT INTO a DEFAULT VALUES RETURNING id, s, twice')).toEqual([
      ['8', '41', '82'],
    ]);
  });

  it('a text that only the server can read is kept as it was given, or refused', async () => {
    await using opened = await server.open(
      'CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA public; CREATE TABLE a (id integer PRIMARY KEY, place inet, words tsvector, spans int4range[], during tstzrange, pairs public.hstore)',
    );
    const relation = await opened.relation('a');
    const fields = ['id', 'place', 'words', 'spans', 'during', 'pairs'];
    const good: readonly Row[] = [
      [
        '1',
        '10.0.0.1',
        "'fat':2A 'o''clock':1,3 'rat'",
        ['[1,3)', null],
        '["2022-01-01 00:00:00+00",)',
        '"a"=>NULL',
      ],
      ['2', null, null, null, null, null],
    ];
    const bad: readonly Row[] = [
      ['3', '10.0.0.1/32', null, null, null, null],
      ['4', null, 'the fat rat', null, null, null],
      ['5', null, null, ['[1,2]'], null, null],
      ['6', null, null, null, '[2022-01-01,)', null],
      ['7', 'nowhere', null, null, null, null],
      ['8', null, '\\', null, null, null],
      ['9', null, null, [['[1,3)'], ['[1,3)', '[4,5)']], null, null],
      ['10', null, null, null, null, '"a"=>"'],
    ];
    const { refused, counts } = await writeOne(opened.system, relation, { fields, rows: [...good, ...bad] });
    expect(refused.map(({ row, code, field }) => [row[0], code, field])).toEqual([
      ['3', 'target.type', 'place'],
      ['4', 'target.type', 'words'],
      ['5', 'target.type', 'spans'],
      ['6', 'target.type', 'during'],
      ['7', 'target.type', 'place'],
      ['8', 'target.type', 'words'],
      ['9', 'target.type', 'spans'],
      ['10', 'target.type', 'pairs'],
    ]);
    for (const [name, at] of [
      ['place', 1],
      ['words', 2],
      ['spans', 3],
      ['during', 4],
      ['pairs', 5],
    ] as const) {
      const holds = opened.system.inspects.holds(
        relation.fields.find((field) => field.name === name)!,
        false,
      )!;
      const values = [...good, ...bad].map((row) => row[at] ?? null);
      await holds.ask?.(values);
      const foretold = [...good, ...bad].filter(
        (_row, place) => values[place] !== null && holds.refusal(values[place] ?? null) !== null,
      );
      expect(foretold.map(([id]) => id)).toEqual(
        refused.flatMap(({ row, field }) => (field === name ? [row[0]] : [])),
      );
    }
    expect(refused[0]?.message).toBe('postgres inet is kept with another spelling than was given');
    expect(counts.rowsWritten).toBe(2);
    expect((await readWhole(opened.system, relation)).rows).toEqual(good);
    const upserted = await writeOne(opened.system, relation, {
      step: '02-again',
      mode: 'upsert',
      key: ['id'],
      fields,
      rows: [
        ['1', '10.0.0.2/32', null, null, null, null],
        ['2', '10.0.0.2', null, null, null, null],
      ],
    });
    expect(upserted.refused.map(({ row }) => row[0])).toEqual(['1']);
    expect(await opened.ask('SELECT id, place FROM a ORDER BY id')).toEqual([
      ['1', '10.0.0.1'],
      ['2', '10.0.0.2'],
    ]);
  });

  it('a value that does not fit is refused by its field, never cut or rounded into shape', async () => {
    await using opened = await server.open(`CREATE DOMAIN email AS text CHECK (value LIKE '%@%');
      CREATE TABLE a (id integer PRIMARY KEY, word varchar(5), code char(2), small smallint, cost numeric(4,1), mail email, days date,
        bits bit(3), list varchar(2)[])`);
    const relation = await opened.relation('a');
    const fields = ['id', 'word', 'code', 'small', 'cost', 'mail', 'days', 'bits', 'list'];
    const good: Row = ['0', 'fits', 'ab', '1', '999.9', 'a@b', '2026-02-28', '101', ['ab', null]];
    const bad: readonly (readonly [field: string, value: Row[number], code: string])[] = [
      ['word', 'too long', 'target.type'],
      ['word', 'half \ud83d', 'target.type'],
      ['word', 'a\0b', 'target.type'],
      ['code', 'abc', 'target.type'],
      ['small', '40000', 'target.type'],
      ['cost', '1000', 'target.type'],
      ['days', '2026-02-30', 'target.type'],
      ['bits', '10', 'target.type'],
      ['list', ['abc'], 'target.type'],
      ['mail', 'nobody', 'target.check'],
    ];
    const rows = bad.map(
      ([field, value], at): Row =>
        fields.map((name, place) => (name === 'id' ? String(at + 1) : name === field ? value : good[place]!)),
    );
    const written = await writeOne(opened.system, relation, { fields, rows: [...rows, good] });
    expect(written.refused.map(({ field, code }) => [field, code])).toEqual(
      bad.map(([field, , code]) => [code === 'target.check' ? null : field, code]),
    );
    expect((await readWhole(opened.system, relation)).rows).toEqual([good]);
  });

  it('messages of the target show no value of another record', async () => {
    await using opened = await server.open(`CREATE TABLE a (id integer PRIMARY KEY, mail text UNIQUE);
      INSERT INTO a VALUES (1, 'hidden@example.org')`);
    const rows: Row[] = [
      ['1', 'mine@example.org'],
      ['2', 'hidden@example.org'],
    ];
    const { refused } = await writeOne(opened.system, await opened.relation('a'), {
      fields: ['id', 'mail'],
      rows,
    });
    expect(refused.map(({ message, constraint }) => [message, constraint])).toEqual([
      ['duplicate key value violates unique constraint "a_pkey"', 'a_pkey'],
      ['duplicate key value violates unique constraint "a_mail_key"', 'a_mail_key'],
    ]);
  });

  it('what a trigger drops or refuses is refused, never counted as written', async () => {
    await using opened = await server.open(`CREATE TABLE a (id integer PRIMARY KEY, word text);
      CREATE FUNCTION judge() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.word = 'drop' THEN RETURN NULL; END IF;
        IF NEW.word = 'raise' THEN RAISE EXCEPTION 'not on a Sunday'; END IF;
        RETURN NEW; END $$;
      CREATE TRIGGER judge BEFORE INSERT OR UPDATE ON a FOR EACH ROW EXECUTE FUNCTION judge()`);
    const relation = await opened.relation('a');
    const rows: Row[] = ['fine', 'drop', 'fine', 'raise', 'fine'].map((word, at) => [String(at), word]);
    const first = await writeOne(opened.system, relation, { fields: ['id', 'word'], rows });
    expect(first.refused.map(({ sourceKey, code, message }) => [sourceKey, code, message])).toEqual([
      [recordKey(['1']), 'target.refused', expect.stringContaining('dropped it')],
      [recordKey(['3']), 'target.refused', 'not on a Sunday'],
    ]);
    const again: Row[] = ['drop', 'new', 'better'].map((word, at) => [String(at), word]);
    const second = await writeOne(opened.system, relation, {
      slice: 1,
      mode: 'upsert',
      fields: ['id', 'word'],
      rows: again,
    });
    expect(second.refused.map(({ sourceKey }) => sourceKey)).toEqual([recordKey(['0'])]);
    expect(await opened.ask('SELECT id, word FROM a ORDER BY id')).toEqual([
      ['0', 'fine'],
      ['1', 'new'],
      ['2', 'better'],
      ['4', 'fine'],
    ]);
  });

  it('references over several fields, cycles and deferred checks are found before the commit', async () => {
    await using opened = await server.open(`
      CREATE TABLE a (x integer, y text, b integer, PRIMARY KEY (x, y));
      CREATE TABLE b (id integer PRIMARY KEY, x integer, y text, UNIQUE (x) DEFERRABLE INITIALLY DEFERRED,
        CONSTRAINT "to a" FOREIGN KEY (x, y) REFERENCES a DEFERRABLE INITIALLY DEFERRED);
      ALTER TABLE a ADD CONSTRAINT to_b FOREIGN KEY (b) REFERENCES b DEFERRABLE INITIALLY DEFERRED;
      INSERT INTO a VALUES (1, 'one', NULL), (2, 'two', NULL)`);
    const relation = await opened.relation('b');
    const rows: Row[] = [
      ['1', '1', 'one'],
      ['2', '1', 'two'],
      ['3', '2', 'two'],
      ['4', '2', 'two'],
      ['5', null, 'x'],
    ];
    const { refused } = await writeOne(opened.system, relation, { fields: ['id', 'x', 'y'], rows });
    expect(refused.map(({ sourceKey, code, constraint }) => [sourceKey, code, constraint])).toEqual([
      [recordKey(['1']), 'target.foreign-key', 'to a'],
      [recordKey(['3']), 'target.unique', 'b_x_key'],
    ]);
    const second = await writeOne(opened.system, await opened.relation('a'), {
      slice: 1,
      mode: 'update',
      key: ['x', 'y'],
      fields: ['x', 'y', 'b'],
      rows: [
        ['1', 'one', '3'],
        ['2', 'two', '99'],
        ['9', 'gone', '1'],
      ],
    });
    expect(second.refused.map(({ sourceKey, code, field }) => [sourceKey, code, field])).toEqual([
      [recordKey(['1']), 'target.foreign-key', 'b'],
      [recordKey(['2']), 'target.missing', null],
    ]);
  });

  it('a key that names several records is refused, not spread over them', async () => {
    await using opened = await server.open(
      `CREATE TABLE a (code text, n integer); INSERT INTO a VALUES ('x', 1), ('x', 2), ('y', 3)`,
    );
    const { refused } = await writeOne(opened.system, await opened.relation('a'), {
      mode: 'update',
      key: ['code'],
      fields: ['code', 'n'],
      rows: [
        ['y', '30'],
        ['x', '10'],
      ],
    });
    expect(refused.map(({ sourceKey, code }) => [sourceKey, code])).toEqual([
      [recordKey(['1']), 'target.refused'],
    ]);
    expect(await opened.ask('SELECT n FROM a ORDER BY n')).toEqual([['1'], ['2'], ['30']]);
  });

  it('what is kept for undo is sealed', async () => {
    await using opened = await server.open(`CREATE TABLE a (id integer PRIMARY KEY, word text);
      INSERT INTO a VALUES (1, 'a very personal note')`);
    const rows: Row[] = [['1', 'overwritten']];
    await writeOne(opened.system, await opened.relation('a'), {
      mode: 'upsert',
      fields: ['id', 'word'],
      rows,
    });
    const kept = await opened.ask(
      `SELECT sealed::text FROM godwit.undo WHERE namespace = '${opened.address.schema}'`,
    );
    expect(kept.length).toBe(1);
    const bytes = Buffer.from(String(kept[0]?.[0]).slice(2), 'hex');
    for (const word of ['personal', 'overwritten', 'word']) expect(bytes.includes(word)).toBe(false);
  });

  it('a role that may not prepare the target is told the privilege', async () => {
    await using opened = await server.open('CREATE TABLE a (id integer PRIMARY KEY)');
    const role = `weak_${server.database()}`;
    await opened.client.query(
      `CREATE ROLE ${role} LOGIN PASSWORD 'weak'; GRANT USAGE ON SCHEMA ${opened.client.escapeIdentifier(opened.address.schema)} TO ${role}`,
    );
    const { Secret } = await import('../../model/index.ts');
    const address = { ...opened.address, user: role, password: new Secret('weak') };
    await using system = await postgres.open(address, contextFor('target'));
    const failure = await system.writes!.prepare('run').catch((error: unknown) => error);
    expect(isGodwitError(failure, 'postgres.permission')).toBe(true);
    const privileges = (await system.check()).find(({ name }) => name === 'privileges');
    expect(privileges?.outcome).toBe('fail');
    expect(privileges?.fix).toContain('GRANT SELECT, INSERT, UPDATE, DELETE ON');
    expect(privileges?.fix).toContain('SCHEMA godwit');
  });

  it('a newer bookkeeping is refused, not misread', async () => {
    const database = await server.access().createDatabase();
    const { openSchema } = await import('./opened-schema.contract.ts');
    await using opened = await openSchema(
      server.access(),
      database,
      'CREATE TABLE a (id integer PRIMARY KEY)',
    );
    const relation = await opened.relation('a');
    await opened.client.query('INSERT INTO godwit.format VALUES (2)');
    for (const attempt of [
      async () => opened.system.writes!.prepare('run'),
      async () => opened.system.writes!.applied('run'),
      async () => opened.system.writes!.resolve('run', 'object', []),
      async () => writeOne(opened.system, relation, { fields: ['id'], rows: [['1']] }),
      async () => opened.system.undoes!.undoSlice({ run: 'run', step: 'step', slice: 0, relation }),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'postgres.bookkeeping-newer', fate: 'never' });
    await opened.client.query('DROP SCHEMA godwit CASCADE');
    await expect(writeOne(opened.system, relation, { fields: ['id'], rows: [['1']] })).rejects.toMatchObject({
      code: 'postgres.not-prepared',
    });
  });

  it('a schema godwit of somebody else is left alone, and said to be one', async () => {
    const database = await server.access().createDatabase();
    const { openSchema } = await import('./opened-schema.contract.ts');
    await using opened = await openSchema(
      server.access(),
      database,
      'CREATE TABLE a (id integer PRIMARY KEY)',
    );
    const found = async (): Promise<unknown> =>
      (await opened.system.check()).find(({ name }) => name === 'bookkeeping')?.outcome;
    expect(await found()).toBe('ok');
    await opened.client.query(
      'DROP SCHEMA godwit CASCADE; CREATE SCHEMA godwit; CREATE TABLE godwit.format (what text)',
    );
    expect(await found()).toBe('fail');
    await expect(opened.system.writes!.prepare('run')).rejects.toMatchObject({
      code: 'postgres.bookkeeping-foreign',
      fate: 'never',
    });
    await opened.client.query('DROP TABLE godwit.format');
    expect(await found()).toBe('ok');
    await opened.system.writes!.prepare('run');
    const own = { ...opened.address, schema: 'godwit' };
    await expect(postgres.open(own, contextFor('target'))).rejects.toMatchObject({
      code: 'postgres.schema-reserved',
    });
    await using source = await postgres.open(own, contextFor('source'));
    expect((await source.inspects.inspect()).relations.map(({ name }) => name)).toContain('checkpoint');
  });

  it('nothing is written without a seal', async () => {
    await using opened = await server.open('CREATE TABLE a (id integer PRIMARY KEY)', 'target', {
      seal: null,
    });
    const relation = await opened.relation('a');
    await expect(writeOne(opened.system, relation, { fields: ['id'], rows: [['1']] })).rejects.toMatchObject({
      code: 'postgres.no-seal',
    });
  });

  it('stops at once when it is told to, and keeps nothing', async () => {
    const stop = new AbortController();
    await using opened = await server.open('CREATE TABLE a (id integer PRIMARY KEY)', 'target', {
      signal: stop.signal,
    });
    const relation = await opened.relation('a');
    const batches = async function* (): AsyncGenerator<readonly WriteRecord[]> {
      yield [{ sourceKey: 'a', row: ['1'] }];
      stop.abort(new Error('a stop rule'));
      yield [{ sourceKey: 'b', row: ['2'] }];
    };
    const failure = writeOne(opened.system, relation, { fields: ['id'], rows: [], batches: batches() });
    await expect(failure).rejects.toMatchObject({ code: 'postgres.stopped', fate: 'later' });
    await expect(opened.system.fingerprint()).rejects.toMatchObject({ code: 'postgres.stopped' });
    expect(await opened.ask('SELECT * FROM a')).toEqual([]);
  });
});
