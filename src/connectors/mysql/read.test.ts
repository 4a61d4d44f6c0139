import { expect, it } from 'vitest';
import { describeFieldType, type Row, recordKey } from '../../model/index.ts';
import { onEachServer } from './on-each-server.contract.ts';
import { allOf, readWhole, whole, writeOne } from './opened-database.contract.ts';

onEachServer('reading', (server) => {
  const odd = [
    `CREATE TABLE a (id int PRIMARY KEY, day date, at datetime(3), moment timestamp NULL, clock time(2))`,
    `SET sql_mode = ''`,
    `INSERT INTO a VALUES (1, '2024-02-29', '2024-01-05 10:00:00.5', '2024-01-05 10:00:00', '10:00:00.25'),
      (2, '0000-00-00', NULL, NULL, NULL), (3, '2024-00-00', NULL, NULL, NULL), (4, '2024-05-00', NULL, NULL, NULL),
      (5, NULL, '0000-00-00 00:00:00', NULL, NULL), (6, NULL, NULL, '0000-00-00 00:00:00', NULL),
      (7, NULL, NULL, NULL, '838:59:59'), (8, NULL, NULL, NULL, '-00:00:00.5'), (9, NULL, NULL, NULL, '24:00:01')`,
  ];

  it('what is no date and no time of a day is a bad record with its original, and nothing else is', async () => {
    await using opened = await server.open(odd);
    const { rows, bad } = await readWhole(opened.system, await opened.relation('a'));
    expect(rows).toEqual([
      ['1', '2024-02-29', '2024-01-05 10:00:00.5', '2024-01-05 10:00:00+00', '10:00:00.25'],
    ]);
    expect(bad.map(({ key, code, field }) => [key?.[0], code, field])).toEqual([
      ['2', 'mysql.zero-date', 'day'],
      ['3', 'mysql.zero-date', 'day'],
      ['4', 'mysql.zero-date', 'day'],
      ['5', 'mysql.zero-date', 'at'],
      ['6', 'mysql.zero-date', 'moment'],
      ['7', 'mysql.outside-day', 'clock'],
      ['8', 'mysql.outside-day', 'clock'],
      ['9', 'mysql.outside-day', 'clock'],
    ]);
    expect(bad[0]?.where).toContain(recordKey(['2']));
    expect(JSON.parse(Buffer.from(bad[5]!.original).toString())).toEqual({
      id: '7',
      day: null,
      at: null,
      moment: null,
      clock: '838:59:59.00',
    });
  });

  it('with dates as texts each of them is a text, exactly as the server spells it', async () => {
    await using opened = await server.open(odd, { address: { dates: 'text' } });
    const relation = await opened.relation('a');
    expect(relation.fields.map(({ type }) => describeFieldType(type))).toEqual([
      'integer 32',
      'text',
      'text',
      'text',
      'text',
    ]);
    const { rows, bad } = await readWhole(opened.system, relation);
    expect(bad).toEqual([]);
    expect(rows.map((row) => row.slice(1).find((value) => value !== null))).toEqual([
      '2024-02-29',
      '0000-00-00',
      '2024-00-00',
      '2024-05-00',
      '0000-00-00 00:00:00.000',
      '0000-00-00 00:00:00',
      '838:59:59.00',
      '-00:00:00.50',
      '24:00:01.00',
    ]);
    await opened.plain.connection.query('CREATE TABLE b LIKE a');
    const fields = relation.fields.map(({ name }) => name);
    const written = await writeOne(opened.system, await opened.relation('b'), { fields, rows });
    expect(written.refused).toEqual([]);
    expect(await opened.plain.ask('SELECT * FROM b ORDER BY id')).toEqual(
      await opened.plain.ask('SELECT * FROM a ORDER BY id'),
    );
  });

  it('bytes that are no text are a bad record: nothing becomes a question mark', async () => {
    await using opened = await server.open([
      `CREATE TABLE a (id int PRIMARY KEY, raw varbinary(20), west varchar(20) CHARACTER SET cp1250)`,
      `INSERT INTO a VALUES (1, 'fine', 'Ž'), (2, X'c328', 'x'), (3, X'ff', 'x'), (4, X'f09f92a5', _cp1250 X'81')`,
    ]);
    // How such a table comes about: the type is changed under the bytes.
    const bytes = await opened.relation('a');
    expect((await readWhole(opened.system, bytes)).bad.map(({ key }) => key)).toEqual([['4']]);
    const fields = bytes.fields.map((field) =>
      field.name === 'raw'
        ? {
            ...field,
            native: 'varchar(20) COLLATE utf8mb4_bin',
            type: { kind: 'text', charactersMax: 20, padded: false } as const,
          }
        : field,
    );
    const { rows, bad } = await readWhole(opened.system, { ...bytes, fields });
    expect(rows).toEqual([['1', 'fine', 'Ž']]);
    expect(bad.map(({ key, code, field }) => [key?.[0], code, field])).toEqual([
      ['2', 'mysql.encoding', 'raw'],
      ['3', 'mysql.encoding', 'raw'],
      ['4', 'mysql.lossy-text', 'west'],
    ]);
    expect(JSON.parse(Buffer.from(bad[0]!.original).toString())).toMatchObject({
      id: '2',
      raw: { x: 'c328' },
    });
  });

  const orders: readonly (readonly [title: string, create: string, insert: string, count: number])[] = [
    [
      'text without regard to case and accents',
      'CREATE TABLE a (k varchar(20) COLLATE utf8mb4_general_ci PRIMARY KEY)',
      `INSERT INTO a VALUES ('b'), ('A'), ('c'), ('BB '), ('D'), ('é'), ('f'), (''), ('_'), ('ß'), ('z'), ('Z1'), ('💥')`,
      13,
    ],
    [
      'text in latin1',
      'CREATE TABLE a (k varchar(20) CHARACTER SET latin1 COLLATE latin1_swedish_ci PRIMARY KEY)',
      `INSERT INTO a VALUES ('b'), ('A'), ('å'), ('ö'), ('€'), ('z'), ('ÿ'), ('1'), ('')`,
      9,
    ],
    [
      'several fields together, one of them a label',
      "CREATE TABLE a (e enum('z','y','x') NOT NULL, n int, d decimal(5,2), PRIMARY KEY (e, n, d))",
      `INSERT INTO a VALUES ('z',1,1), ('z',1,1.5), ('z',-1,0), ('y',3,3), ('y',3,2.99), ('x',0,0), ('x',0,-0.01), ('z',1,-7)`,
      8,
    ],
    [
      'bits',
      'CREATE TABLE a (k bit(10) PRIMARY KEY)',
      "INSERT INTO a VALUES (b'0'), (b'1111111111'), (b'101'), (b'1000000000')",
      4,
    ],
    [
      'floating point',
      'CREATE TABLE a (k float PRIMARY KEY)',
      'INSERT INTO a VALUES (0.1), (1.1), (-3.3), (16777216), (1e-40), (3.4e38), (0)',
      7,
    ],
    [
      'dates, some of them none',
      'CREATE TABLE a (k date, n int, PRIMARY KEY (k, n))',
      `INSERT INTO a VALUES ('2024-01-01',1), ('0000-00-00',1), ('0000-00-00',2), ('2024-00-00',1), ('2024-01-01',2), ('1999-12-31',1)`,
      6,
    ],
    [
      'bytes',
      'CREATE TABLE a (k varbinary(9) PRIMARY KEY)',
      `INSERT INTO a VALUES (X'00'), (X''), (X'0000'), (X'ff'), (X'27'), (X'5c')`,
      6,
    ],
    [
      'no key, doubles among them',
      'CREATE TABLE a (w text, n float)',
      "INSERT INTO a VALUES ('a',1), ('a',1), (NULL,NULL), (NULL,NULL), ('b',0.1)",
      5,
    ],
    [
      'a unique key without empty values',
      'CREATE TABLE a (w varchar(9) NOT NULL UNIQUE, n int UNIQUE)',
      "INSERT INTO a VALUES ('b',1), ('A',NULL), ('c',NULL)",
      3,
    ],
  ];

  it.each(orders)('slices cover every record once, ordered by %s', async (_title, create, insert, count) => {
    await using opened = await server.open([`SET sql_mode = ''`, create, insert]);
    const relation = await opened.relation('a');
    await using snapshot = await opened.system.reads.snapshot();
    expect(await snapshot.count(relation)).toBe(String(count));
    const all = await allOf(snapshot.read(relation, whole));
    expect(all.rows.length + all.bad.length).toBe(count);
    for (const size of [1, 2, 3, 100]) {
      const rows: Row[] = [];
      let bad = 0;
      for await (const slice of snapshot.split(relation, size)) {
        const found = await allOf(snapshot.read(relation, slice, { batchRowsMax: 2 }));
        rows.push(...found.rows);
        bad += found.bad.length;
      }
      expect(rows).toEqual(all.rows);
      expect(bad).toBe(all.bad.length);
    }
  });

  it('a lookup finds exactly the text, also where the column calls others equal', async () => {
    await using opened = await server.open([
      'CREATE TABLE a (id int PRIMARY KEY, w varchar(20) COLLATE utf8mb4_general_ci, l varchar(9) CHARACTER SET latin1, KEY (w))',
      `INSERT INTO a VALUES (1,'ann','é'), (2,'Ann','e'), (3,'ANN ','?'), (4,'änn','É')`,
    ]);
    const relation = await opened.relation('a');
    await using snapshot = await opened.system.reads.snapshot();
    const ids = async (field: string, ...keys: string[]): Promise<string[]> =>
      (
        await allOf(
          snapshot.fetch(
            relation,
            [field],
            keys.map((key) => [key]),
          ),
        )
      ).rows
        .map(([id]) => String(id))
        .sort();
    expect(await ids('w', 'ann')).toEqual(['1']);
    expect(await ids('w', 'ANN', 'Ann')).toEqual(['2']);
    expect(await ids('w', 'ANN ')).toEqual(['3']);
    expect(await ids('l', 'é', '💥')).toEqual(['1']);
    expect(await ids('w', 'half \ud83d')).toEqual([]);
    expect(await ids('id', '2', '9', '99999999999999999999')).toEqual(['2']);
  });

  it('large values take no more memory than a batch, and none is lost', async () => {
    await using opened = await server.open([
      'CREATE TABLE a (id int PRIMARY KEY, w longtext)',
      `INSERT INTO a WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 60)
        SELECT i, repeat('x', IF(i % 7 = 0, 400000, 10)) FROM n`,
    ]);
    const relation = await opened.relation('a');
    await using snapshot = await opened.system.reads.snapshot();
    const ids: string[] = [];
    for await (const { rows } of snapshot.read(relation, whole, { batchBytesMax: 500_000 })) {
      expect(rows.reduce((sum, [, word]) => sum + String(word).length, 0)).toBeLessThan(1_300_000);
      ids.push(...rows.map(([id]) => String(id)));
    }
    expect(ids).toEqual(Array.from({ length: 60 }, (_none, at) => String(at + 1)));
  });
});
