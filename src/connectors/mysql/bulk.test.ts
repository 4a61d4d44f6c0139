import { expect, it } from 'vitest';
import type { Field, Row } from '../../model/index.ts';
import { load, planned } from './load-lines.contract.ts';
import { onEachServer } from './on-each-server.contract.ts';
import { openDatabase, undoOne, whole } from './opened-database.contract.ts';

const everyType = `CREATE TABLE a (id bigint PRIMARY KEY, b tinyint(1) CHECK (b in (0,1)), bits bit(1), s smallint, u bigint unsigned,
  n decimal(20,6), r float, d double, t longtext COLLATE utf8mb4_nopad_bin, v varchar(40) CHARACTER SET latin1, y longblob,
  da date, ti time(3), ts datetime(6), tt timestamp(6) NULL, e enum('good','so, so','1') COLLATE utf8mb4_bin,
  j longtext COLLATE utf8mb4_bin CHECK (json_valid(j)), g bigint AS (s * 2) STORED)`;

const awkward: readonly Row[] = [
  [
    '1',
    true,
    false,
    '-32768',
    '18446744073709551615',
    '-0.100000',
    '1.1754944e-38',
    '5e-324',
    'tab\t nl\n cr\r \\N \\ \b \f \v "q" ünï 🐦 \\t',
    'é ÿ',
    Uint8Array.of(0, 255, 9, 10, 92),
    '0044-03-15',
    '24:00:00',
    '9999-12-31 23:59:59.999999',
    '1970-01-01 00:00:01+00',
    'so, so',
    '{"a": 1.10,  "a":"\\\\ü"}',
  ],
  [
    '2',
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    '',
    '',
    new Uint8Array(),
    null,
    null,
    null,
    null,
    null,
    null,
  ],
  [
    '3',
    false,
    true,
    '0',
    '0',
    '0.000000',
    '-1.5',
    '-1.7976931348623157e+308',
    'NULL',
    ' lead and trail ',
    null,
    '9999-12-31',
    '00:00:00.001',
    '1000-01-01 00:00:00.5',
    '2038-01-19 03:14:07.999999+00',
    '1',
    '[]',
  ],
  [
    '-9223372036854775808',
    false,
    true,
    '7',
    '1',
    '99999999999999.999999',
    '1.6777216e+07',
    '0.1',
    '\\N',
    'x',
    null,
    '0001-01-01',
    '00:00:00',
    '2026-11-21 10:00:00',
    '2026-11-21 10:00:00.1+00',
    'good',
    'null',
  ],
];

onEachServer('bulk', (server) => {
  it.each([1, 7, 100_000])(
    'loads every type exactly and takes it back, in chunks of %i bytes',
    async (chunkBytes) => {
      await using opened = await server.open([everyType]);
      expect(await load(opened, 'a', { rows: awkward, chunkBytes })).toMatchObject({
        applied: true,
        counts: { rowsWritten: 4 },
      });
      const relation = await opened.relation('a');
      await using snapshot = await opened.system.reads.snapshot();
      const read: Row[] = [];
      for await (const batch of snapshot.read(relation, whole))
        read.push(...batch.rows.map((row) => row.slice(0, -1)));
      expect(read).toEqual([...awkward].sort((a, b) => Number(a[0]) - Number(b[0])));
      expect((await load(opened, 'a', { rows: awkward })).applied).toBe(false);
      await snapshot[Symbol.asyncDispose]();
      expect(await undoOne(opened.system, relation)).toEqual({
        rowsRemoved: 4,
        rowsRestored: 0,
        refused: [],
      });
      expect(await opened.plain.ask('SELECT count(*) FROM a')).toEqual([['0']]);
      expect(await opened.system.writes!.applied('run')).toEqual([]);
    },
  );

  const refusals: readonly (readonly [
    column: string,
    source: Partial<Field>,
    value: Row[number],
    words: RegExp,
  ])[] = [
    ['x int', {}, '2147483648', /1264/],
    ['x int NOT NULL', { nullable: true }, null, /1263/],
    ['x decimal(4,2)', { type: { kind: 'decimal', precision: 4, scale: 2 } }, 'NaN', /1366/],
    ['x double', {}, '-0', /1366/],
    ['x double', {}, 'Infinity', /1366/],
    ['x float', {}, '3.5e+38', /1264/],
    ['x varchar(3)', {}, 'abcd', /1265/],
    ['x varchar(3)', {}, 'abc  ', /1265/],
    ['x varchar(9) CHARACTER SET latin1', {}, 'łódź', /1366/],
    ['x varchar(9) CHARACTER SET utf8mb3', {}, '🐦', /1366/],
    ['x varbinary(2)', {}, Uint8Array.of(1, 2, 3), /1265|1406/],
    ['x blob NOT NULL', { nullable: true }, null, /1048|1263/],
    ['x date', {}, 'infinity', /1265/],
    ['x date', {}, '0044-03-15 BC', /1265/],
    ['x datetime', {}, '10000-01-01 00:00:00', /1265/],
    ['x timestamp NULL', {}, '1970-01-01 00:00:00+00', /1264|1265|1292/],
    ['x timestamp NULL', {}, '2106-02-08 00:00:00+00', /1264/],
    ['x int CHECK (x <> 7)', {}, '7', /4025/],
    ['x int UNIQUE', {}, '1', /1 records were not added/],
    ['x int, FOREIGN KEY (x) REFERENCES a (id)', {}, '99', /records were not added/],
    ['x longtext CHECK (json_valid(x))', {}, '{', /4025|4037|4038/],
  ];
  it.each(refusals)('%s: nothing of a slice stays that holds %s %j', async (column, source, value, words) => {
    await using opened = await server.open([`CREATE TABLE a (id int PRIMARY KEY, ${column})`]);
    const relation = await opened.relation('a');
    const fields = relation.fields.map((field) => (field.name === 'x' ? { ...field, ...source } : field));
    await opened.plain.connection.query(column.includes('UNIQUE') ? 'INSERT INTO a VALUES (50, 1)' : 'DO 1');
    const rows: Row[] = [
      ['1', null],
      ['2', value],
      ['3', null],
    ];
    const usable = column.includes('NOT NULL') ? [rows[1]!] : rows;
    await expect(load(opened, 'a', { rows: usable, source: { ...relation, fields } })).rejects.toMatchObject({
      code: 'mysql.not-loaded',
      fate: 'never',
      detail: expect.stringMatching(words),
    });
    expect(await opened.plain.ask('SELECT id FROM a WHERE id <> 50')).toEqual([]);
    expect(await opened.system.writes!.applied('run')).toEqual([]);
  });

  it('leaves to others what the server would alter without a word', async () => {
    const text = { kind: 'text', charactersMax: null, padded: false } as const;
    const cases: readonly (readonly [column: string, source: Partial<Field>, reason: RegExp])[] = [
      ['x timestamp NOT NULL', { nullable: true }, /value by value$/],
      ['x int AUTO_INCREMENT UNIQUE', { nullable: true }, /value by value$/],
      ['x year', {}, /value by value$/],
      ['x binary(4)', {}, /value by value$/],
      ['x char(4)', {}, /value by value$/],
      ['x float(7,3)', {}, /value by value$/],
      ["x enum('a','b') COLLATE utf8mb4_general_ci", {}, /value by value$/],
      [
        "x enum('a','b') COLLATE utf8mb4_bin",
        { type: { kind: 'enum', name: 'x', labels: ['a', 'c'] } },
        /value by value$/,
      ],
      ["x set('a','b')", {}, /value by value$/],
      ['x bit(5)', {}, /value by value$/],
      ['x datetime(3)', { type: { kind: 'timestamp', fractionDigits: 6 } }, /value by value$/],
      ['x decimal(6,2)', { type: { kind: 'decimal', precision: 6, scale: 3 } }, /value by value$/],
      ['x decimal(6,2)', { type: { kind: 'decimal', precision: null, scale: null } }, /value by value$/],
      ['x int', { type: text }, /value by value$/],
      ['x longtext', { type: { kind: 'integer', bits: 32, signed: true } }, /value by value$/],
    ];
    for (const [column, source, reason] of cases) {
      await using opened = await server.open([`CREATE TABLE a (id int PRIMARY KEY, ${column})`]);
      const relation = await opened.relation('a');
      const fields = relation.fields.map((field) => (field.name === 'x' ? { ...field, ...source } : field));
      expect(await planned(opened, relation, { ...relation, fields }), column).toMatchObject({
        kind: 'impossible',
        reason: expect.stringMatching(reason),
      });
    }
  });

  it('leaves relations to others in which records would not be what was loaded', async () => {
    for (const [statements, reason] of [
      [['CREATE TABLE b (id int PRIMARY KEY)', 'CREATE VIEW a AS SELECT * FROM b'], 'not a table'],
      [
        [
          'CREATE TABLE a (id int PRIMARY KEY)',
          'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.id = NEW.id + 1',
        ],
        'triggers',
      ],
      [['CREATE TABLE a (id int PRIMARY KEY, x timestamp DEFAULT current_timestamp)'], 'a value of its own'],
      [['CREATE TABLE a (id int PRIMARY KEY, x int AUTO_INCREMENT UNIQUE)'], 'a value of its own'],
    ] as const) {
      await using opened = await server.open(statements);
      const relation = await opened.relation('a');
      const source = { ...relation, fields: relation.fields.filter(({ name }) => name === 'id') };
      const plan = await planned(opened, relation, source);
      expect(plan).toMatchObject({ kind: 'impossible', reason: expect.stringContaining(reason) });
    }
  });

  it('says so where the server does not permit it', async () => {
    const access = await server.alone();
    const opened = await openDatabase(access, ['CREATE TABLE a (id int PRIMARY KEY)']);
    await opened.plain.connection.query('SET GLOBAL local_infile = 0');
    const relation = await opened.relation('a');
    expect(await planned(opened, relation, relation)).toEqual({
      kind: 'impossible',
      reason: 'the server does not permit LOAD DATA LOCAL (local_infile is off)',
    });
    await opened.plain.connection.query('SET GLOBAL local_infile = 1');
    await opened[Symbol.asyncDispose]();
    await access[Symbol.asyncDispose]?.();
  });

  it('a source that breaks off leaves nothing, and its error leaves as it came', async () => {
    await using opened = await server.open(['CREATE TABLE a (id int PRIMARY KEY)']);
    const broken = new RangeError('the wire is cut');
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('1\n2\n');
      throw broken;
    };
    await expect(load(opened, 'a', { rows: [], chunks: chunks() })).rejects.toBe(broken);
    expect(await opened.plain.ask('SELECT * FROM a')).toEqual([]);
  });
});
