import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { isGodwitError, type Row, recordKey, type Schema, type Value } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import type { WriteRecord } from '../port.ts';
import { onEachServer } from './on-each-server.contract.ts';
import { mysql } from './open.ts';
import { readWhole, undoOne, writeOne } from './opened-database.contract.ts';

onEachServer('writing', (server) => {
  it('what the server would alter without an error is refused by its field', async () => {
    await using opened = await server.open([
      `CREATE TABLE a (id int PRIMARY KEY, word varchar(5), short char(3), code binary(3), small tinyint unsigned, cost decimal(5,2),
        half float, whole double, at datetime(1), clock time, day date, y year, e enum('a','B,c'), s set('p','q'), bits bit(3),
        moment timestamp NULL, west varchar(9) CHARACTER SET latin1, flag tinyint(1) CHECK (flag in (0,1)), doc json)`,
    ]);
    const relation = await opened.relation('a');
    const bad: readonly (readonly [field: string, value: Value])[] = [
      ['word', 'ab    '],
      ['word', 'abcdef'],
      ['word', 'half \ud83d'],
      ['short', 'abcd'],
      ['code', Uint8Array.of(1, 2)],
      ['code', Uint8Array.of(1, 2, 3, 4)],
      ['small', '256'],
      ['small', '-1'],
      ['cost', '1.005'],
      ['cost', '1000.00'],
      ['cost', 'NaN'],
      ['half', 'Infinity'],
      ['half', '-0'],
      ['half', '3.5e+38'],
      ['whole', 'NaN'],
      ['whole', '1e400'],
      ['at', '2024-01-01 00:00:00.55'],
      ['at', '10000-01-01 00:00:00'],
      ['clock', '10:00:00.5'],
      ['day', '2024-02-30'],
      ['day', '0044-03-15 BC'],
      ['day', 'infinity'],
      ['y', '1'],
      ['y', '2156'],
      ['e', 'b,c'],
      ['e', 'A'],
      ['e', '1'],
      ['e', ''],
      ['s', 'q,p'],
      ['s', 'p,p'],
      ['bits', '11'],
      ['bits', '1111'],
      ['moment', '1969-12-31 23:59:59+00'],
      ['moment', '2039-01-01 00:00:00+00'],
      ['west', 'Ж'],
      ['west', 'e\u0301'],
    ];
    const rows = bad.map(([field, value], at): Row => {
      const row = relation.fields.map(({ name }) => (name === field ? value : null));
      return [String(at), ...row.slice(1)];
    });
    const fields = relation.fields.map(({ name }) => name);
    const written = await writeOne(opened.system, relation, { fields, rows });
    expect(written.refused.map(({ field, code }) => [field, code])).toEqual(
      bad.map(([field]) => [field, 'target.type']),
    );
    expect(await opened.plain.ask('SELECT count(*) FROM a')).toEqual([['0']]);
  });

  it('null in a field that is required stays null and is refused: no number, no present moment in its place', async () => {
    await using opened = await server.open([
      'CREATE TABLE a (id int AUTO_INCREMENT PRIMARY KEY, at timestamp NOT NULL DEFAULT current_timestamp(), n int NOT NULL DEFAULT 5)',
    ]);
    const rows: Row[] = [
      [null, '2024-01-01 00:00:00+00', '1'],
      ['1', null, '1'],
      ['2', '2024-01-01 00:00:00+00', null],
      ['0', '2024-01-01 00:00:00+00', '7'],
    ];
    const written = await writeOne(opened.system, await opened.relation('a'), {
      fields: ['id', 'at', 'n'],
      rows,
    });
    expect(written.refused.map(({ field, code }) => [field, code])).toEqual(
      ['id', 'at', 'n'].map((field) => [field, 'target.not-null']),
    );
    expect(await opened.plain.ask('SELECT id, n FROM a')).toEqual([['0', '7']]);
  });

  it('messages of the target show no value of a record', async () => {
    await using opened = await server.open([
      'CREATE TABLE a (id int PRIMARY KEY, mail varchar(50) UNIQUE, n int, word varchar(9) CHARACTER SET latin1)',
      "INSERT INTO a VALUES (1, 'hidden@example.org', 1, '')",
    ]);
    const rows: Row[] = [
      ['2', 'hidden@example.org', '1', ''],
      ['1', 'mine@example.org', '1', ''],
      ['3', 'x', '99999999999', ''],
      ['4', 'y', '1', 'Жhidden@e'],
    ];
    const { refused } = await writeOne(opened.system, await opened.relation('a'), {
      fields: ['id', 'mail', 'n', 'word'],
      rows,
    });
    expect(refused.map(({ code, constraint, field }) => [code, constraint, field])).toEqual([
      ['target.unique', 'mail', 'mail'],
      ['target.unique', 'PRIMARY', 'id'],
      ['target.type', null, 'n'],
      ['target.type', null, 'word'],
    ]);
    for (const { message } of refused) expect(message).not.toMatch(/hidden|mine|9999/);
  });

  it('two sessions write one slice: one does, the other waits and says it was there', async () => {
    await using opened = await server.open(['CREATE TABLE a (id int, word text)']);
    await using other = await mysql.open(opened.plain.address, contextFor('target'));
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
    expect(await opened.plain.ask('SELECT word FROM a')).toEqual([['first']]);
  });

  it('an upsert goes by what the key calls equal, in any character set, and takes back the very bytes', async () => {
    await using opened = await server.open([
      'CREATE TABLE a (k varchar(20) CHARACTER SET latin1 COLLATE latin1_swedish_ci PRIMARY KEY, at datetime, e enum("x","y"), n float)',
      `SET sql_mode = ''`,
      `INSERT INTO a VALUES ('Ann', '0000-00-00 00:00:00', 'x', 0.1), ('Zoë', '2024-00-10 00:00:00', 'y', 16777216), ('?', NULL, NULL, 1)`,
    ]);
    const relation = await opened.relation('a');
    const before = await opened.plain.ask('SELECT HEX(k), at, e, n + 0e0 FROM a ORDER BY HEX(k)');
    const rows: Row[] = [
      ['ANN', '2024-01-01 00:00:00', 'y', '2.5'],
      ['zoë', '2024-01-01 00:00:00', 'x', '2.5'],
      ['Bob', '2024-01-01 00:00:00', 'x', '2.5'],
      ['Ж', '2024-01-01 00:00:00', 'x', '2.5'],
    ];
    const fields = ['k', 'at', 'e', 'n'];
    const written = await writeOne(opened.system, relation, { fields, rows, mode: 'upsert', key: ['k'] });
    expect(written.refused.map(({ sourceKey, field }) => [sourceKey, field])).toEqual([
      [recordKey(['3']), 'k'],
    ]);
    expect(await opened.plain.ask('SELECT HEX(k) FROM a WHERE n = 2.5 ORDER BY k')).toEqual([
      ['416E6E'],
      ['426F62'],
      ['5A6FEB'],
    ]);
    expect(await undoOne(opened.system, relation)).toMatchObject({
      rowsRemoved: 1,
      rowsRestored: 2,
      refused: [],
    });
    expect(await opened.plain.ask('SELECT HEX(k), at, e, n + 0e0 FROM a ORDER BY HEX(k)')).toEqual(before);
  });

  it.each([
    ['decimal(30,10)', ['1.5000000000', '99999999999999999999.0000000001']],
    ['bigint unsigned', ['18446744073709551615', '0']],
    ['double', ['0.1', '1e+300']],
    ['float', ['0.1', '1.6777216e+07']],
    ['datetime(6)', ['2024-01-01 00:00:00.000001', '9999-12-31 23:59:59.999999']],
    ['timestamp(3)', ['2024-01-01 00:00:00.001+00', '1970-01-01 00:00:01+00']],
    ['time(6)', ['10:00:00.000001', '24:00:00']],
    ['date', ['0001-01-01', '9999-12-31']],
    ['year', ['0', '2155']],
    ['bit(9)', ['000000101', '111111111']],
    ["enum('x','y z')", ['y z', 'x']],
    ['char(5)', ['a', 'bcdef']],
    ['varchar(9) CHARACTER SET utf16', ['ж', '💥']],
    ['varbinary(9)', [Uint8Array.of(0), Uint8Array.of(255, 39)]],
  ] as readonly (readonly [string, readonly Value[]])[])(
    'keys of type %s are found again',
    async (native, keys) => {
      await using opened = await server.open([`CREATE TABLE a (k ${native} NOT NULL PRIMARY KEY, n int)`]);
      const relation = await opened.relation('a');
      const rowsWith = (n: string): Row[] => keys.map((key) => [key, n]);
      const fields = ['k', 'n'];
      expect(
        (await writeOne(opened.system, relation, { fields, rows: rowsWith('1'), captureIds: true })).refused,
      ).toEqual([]);
      const again = { fields, rows: rowsWith('2'), mode: 'upsert', key: ['k'], slice: 1 } as const;
      expect((await writeOne(opened.system, relation, again)).refused).toEqual([]);
      expect(await opened.plain.ask('SELECT n FROM a')).toEqual([['2'], ['2']]);
      const ids = await opened.system.writes!.resolve('run', 'object', [recordKey(['0']), recordKey(['1'])]);
      expect([...ids.values()]).toEqual(keys.map((key) => [key]));
      expect(await undoOne(opened.system, relation, 1)).toMatchObject({ rowsRestored: 2, refused: [] });
      expect(await undoOne(opened.system, relation)).toMatchObject({ rowsRemoved: 2, refused: [] });
    },
  );

  it('a table without transactions is not written, and is named before', async () => {
    await using opened = await server.open(['CREATE TABLE a (id int PRIMARY KEY) ENGINE=MyISAM']);
    const engines = (await opened.system.check()).find(({ name }) => name === 'storage engines');
    expect([engines?.outcome, engines?.detail]).toEqual(['warn', expect.stringContaining('a (MyISAM)')]);
    const relation = await opened.relation('a');
    await expect(writeOne(opened.system, relation, { fields: ['id'], rows: [['1']] })).rejects.toMatchObject({
      code: 'mysql.not-transactional',
      fate: 'never',
    });
    expect(await opened.plain.ask('SELECT * FROM a')).toEqual([]);
  });

  it('what triggers refuse is refused, and what they change is taken back all the same', async () => {
    await using opened = await server.open([
      'CREATE TABLE a (id int PRIMARY KEY, word varchar(20))',
      `CREATE TRIGGER judge BEFORE INSERT ON a FOR EACH ROW BEGIN
        IF NEW.word = 'raise' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not on a Sunday'; END IF;
        SET NEW.word = upper(NEW.word); END`,
    ]);
    const relation = await opened.relation('a');
    const rows: Row[] = ['fine', 'raise', 'good'].map((word, at) => [String(at), word]);
    const written = await writeOne(opened.system, relation, { fields: ['id', 'word'], rows });
    expect(written.refused.map(({ sourceKey, code, message }) => [sourceKey, code, message])).toEqual([
      [recordKey(['1']), 'target.refused', 'not on a Sunday'],
    ]);
    expect(await opened.plain.ask('SELECT word FROM a ORDER BY id')).toEqual([['FINE'], ['GOOD']]);
    expect(await undoOne(opened.system, relation)).toMatchObject({ rowsRemoved: 2, refused: [] });
  });

  it('a record others would go or change with is left, also where the reference says CASCADE', async () => {
    await using opened = await server.open([
      'CREATE TABLE a (id int PRIMARY KEY, up int, FOREIGN KEY (up) REFERENCES a (id) ON DELETE CASCADE)',
      'CREATE TABLE b (id int PRIMARY KEY, a int, FOREIGN KEY (a) REFERENCES a (id) ON DELETE SET NULL)',
    ]);
    const relation = await opened.relation('a');
    const rows: Row[] = [
      ['1', '2'],
      ['2', null],
      ['3', null],
      ['4', '4'],
    ];
    expect((await writeOne(opened.system, relation, { fields: ['id', 'up'], rows })).refused).toEqual([]);
    await opened.plain.connection.query('INSERT INTO b VALUES (1, 3)');
    const undone = await undoOne(opened.system, relation);
    expect([undone.rowsRemoved, undone.refused.map(({ key }) => key)]).toEqual([3, [recordKey(['3'])]]);
    expect(await opened.plain.ask('SELECT a FROM b')).toEqual([['3']]);
    await opened.plain.connection.query('DELETE FROM b');
    expect(await undoOne(opened.system, relation)).toMatchObject({ rowsRemoved: 1, refused: [] });
  });

  it('when one of several statements that create fails, none of the tables stays', async () => {
    await using opened = await server.open(['CREATE TABLE kept (id int PRIMARY KEY)']);
    const creates = opened.system.creates!;
    const failing = [
      'CREATE TABLE `one` (id int PRIMARY KEY, up int)',
      'CREATE TABLE `two` (id int PRIMARY KEY, one int, FOREIGN KEY (one) REFERENCES `one` (id))',
      'ALTER TABLE `one` ADD FOREIGN KEY (up) REFERENCES `two` (id)',
      'CREATE TABLE `three` (id nonsense)',
    ];
    await expect(creates.create(failing)).rejects.toMatchObject({ fate: 'never' });
    expect((await opened.system.inspects.inspect()).relations.map(({ name }) => name)).toEqual(['kept']);
    const schema: Schema = { ...(await opened.system.inspects.inspect()), kind: 'postgres' };
    for (const name of ['notes 💥', 'ends ', 'x'.repeat(65)])
      expect(() =>
        creates.statements({ ...schema, relations: [{ ...schema.relations[0]!, name }] }, [name]),
      ).toThrow(expect.objectContaining({ code: 'mysql.name-unusable' }));
  });

  it('what is kept for undo is sealed', async () => {
    await using opened = await server.open([
      'CREATE TABLE a (id int PRIMARY KEY, word text)',
      "INSERT INTO a VALUES (1, 'a very personal note')",
    ]);
    const rows: Row[] = [['1', 'overwritten']];
    await writeOne(opened.system, await opened.relation('a'), {
      mode: 'upsert',
      fields: ['id', 'word'],
      rows,
    });
    const [[kept]] = (await opened.plain.ask('SELECT HEX(sealed) FROM _godwit_undo')) as [[string]];
    const bytes = Buffer.from(kept, 'hex');
    expect(bytes.length).toBeGreaterThan(50);
    for (const word of ['personal', 'overwritten', 'word']) expect(bytes.includes(word)).toBe(false);
  });

  it('a newer bookkeeping is refused, a missing one too, and nothing is written without a seal', async () => {
    await using opened = await server.open(['CREATE TABLE a (id int PRIMARY KEY)']);
    const relation = await opened.relation('a');
    await opened.plain.connection.query('INSERT INTO _godwit_format VALUES (2)');
    for (const attempt of [
      async () => opened.system.writes!.prepare('run'),
      async () => opened.system.writes!.applied('run'),
      async () => opened.system.writes!.resolve('run', 'object', []),
      async () => writeOne(opened.system, relation, { fields: ['id'], rows: [['1']] }),
      async () => undoOne(opened.system, relation),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'mysql.bookkeeping-newer', fate: 'never' });
    await opened.plain.connection.query('DROP TABLE _godwit_format');
    const one = { fields: ['id'], rows: [['1']] };
    await expect(writeOne(opened.system, relation, one)).rejects.toMatchObject({
      code: 'mysql.not-prepared',
    });
    await using unsealed = await mysql.open(opened.plain.address, { ...contextFor('target'), seal: null });
    await expect(writeOne(unsealed, relation, one)).rejects.toMatchObject({ code: 'mysql.no-seal' });
  });

  it('stops at once when it is told to, and keeps nothing', async () => {
    const stop = new AbortController();
    await using opened = await server.open(['CREATE TABLE a (id int PRIMARY KEY)'], {
      context: { signal: stop.signal },
    });
    const relation = await opened.relation('a');
    const batches = async function* (): AsyncGenerator<readonly WriteRecord[]> {
      yield [{ sourceKey: 'a', row: ['1'] }];
      stop.abort(new Error('a stop rule'));
      yield [{ sourceKey: 'b', row: ['2'] }];
    };
    const failure = writeOne(opened.system, relation, { fields: ['id'], rows: [], batches: batches() });
    await expect(failure).rejects.toMatchObject({ code: 'mysql.stopped', fate: 'later' });
    await expect(opened.system.fingerprint()).rejects.toMatchObject({ code: 'mysql.stopped' });
    expect(await opened.plain.ask('SELECT * FROM a')).toEqual([]);
  });

  it('a user without the privileges is told which, by the check and by the failure', async () => {
    await using opened = await server.open(['CREATE TABLE a (id int PRIMARY KEY)']);
    const { Secret } = await import('../../model/index.ts');
    const user = `weak_${process.pid}`;
    const { database } = opened.plain.address;
    await opened.plain.connection.query(`DROP USER IF EXISTS ${user}`);
    await opened.plain.connection.query(`CREATE USER ${user} IDENTIFIED BY 'weak'`);
    await opened.plain.connection.query(`GRANT SELECT ON \`${database}\`.* TO ${user}`);
    const address = { ...opened.plain.address, user, password: new Secret('weak') };
    await opened.plain.connection.query('DROP TABLE _godwit_format');
    await using system = await mysql.open(address, contextFor('target'));
    const failure = await system.writes!.prepare('run').catch((error: unknown) => error);
    expect(isGodwitError(failure, 'mysql.permission')).toBe(true);
    const privileges = (await system.check()).find(({ name }) => name === 'privileges');
    expect(privileges?.outcome).toBe('fail');
    expect(privileges?.fix).toMatch(/^GRANT .*INSERT, UPDATE, DELETE.* ON `contract \w+`\.\* TO '/);
  });

  it('records of the size the server takes go, larger ones are refused by themselves', async () => {
    await using opened = await server.open(['CREATE TABLE a (id int PRIMARY KEY, w longtext)']);
    const [[packet]] = (await opened.plain.ask('SELECT @@max_allowed_packet')) as [[string]];
    const rows: Row[] = [
      ['1', 'x'],
      ['2', 'x'.repeat(Number(packet))],
      ['3', 'é'.repeat(Number(packet) / 4)],
    ];
    const relation = await opened.relation('a');
    const { refused } = await writeOne(opened.system, relation, { fields: ['id', 'w'], rows });
    expect(refused.map(({ sourceKey, code }) => [sourceKey, code])).toEqual([
      [recordKey(['1']), 'target.type'],
    ]);
    expect(
      (await readWhole(opened.system, relation)).rows.map(([id, word]) => [id, String(word).length]),
    ).toEqual([
      ['1', 1],
      ['3', Number(packet) / 4],
    ]);
  });
});
