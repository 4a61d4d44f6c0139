import { beforeAll, describe, expect, it } from 'vitest';
import { type MysqlAccess, mysqlServers } from '../../../tests/servers/index.ts';
import { describeFieldType, type Value } from '../../model/index.ts';
import { openDatabase, readWhole, writeOne } from './opened-database.contract.ts';

type Pair = readonly [sql: string, value: Value];

/** Column type, what it is to the model, and what stands in it: as SQL spells it, as a value. */
const types: readonly (readonly [native: string, model: string, ...pairs: Pair[]])[] = [
  ['tinyint', 'integer 8', ['-128', '-128'], ['127', '127']],
  ['tinyint(1)', 'integer 8', ['2', '2'], ['0', '0']],
  ['tinyint unsigned', 'unsigned integer 8', ['255', '255']],
  ['smallint', 'integer 16', ['-32768', '-32768']],
  ['mediumint unsigned', 'unsigned integer 24', ['16777215', '16777215']],
  ['int(6) zerofill', 'unsigned integer 32', ['42', '42'], ['0', '0'], ['4294967295', '4294967295']],
  ['bigint', 'integer 64', ['-9223372036854775808', '-9223372036854775808']],
  ['bigint unsigned', 'unsigned integer 64', ['18446744073709551615', '18446744073709551615']],
  [
    'decimal(65,30)',
    'decimal(65,30)',
    [
      '-12345678901234567890123456789012345.123456789012345678901234567891',
      '-12345678901234567890123456789012345.123456789012345678901234567891',
    ],
    ['0.000000000000000000000000000001', '0.000000000000000000000000000001'],
  ],
  ['decimal(8,2) zerofill', 'decimal(8,2)', ['12.3', '12.30'], ['0', '0.00']],
  [
    'float',
    'float 32',
    ['16777217', '1.6777216e+07'],
    ['1.1', '1.1'],
    ['1e-45', '1e-45'],
    ['3.4028234663852886e38', '3.4028235e+38'],
    ['-0.1', '-0.1'],
  ],
  [
    'double',
    'float 64',
    ['0.1', '0.1'],
    ['1e300', '1e+300'],
    ['5e-324', '5e-324'],
    ['123456789012345.67', '123456789012345.67'],
  ],
  ['double(10,2)', 'float 64', ['12345.67', '12345.67']],
  ['bit(1)', 'boolean', ["b'1'", true], ["b'0'", false]],
  ['bit(5)', 'mysql bit(5)', ["b'101'", '00101'], ["b'11111'", '11111'], ["b'0'", '00000']],
  ['bit(64)', 'mysql bit(64)', ["b'1'", '1'.padStart(64, '0')]],
  ['year', 'integer 16', ['2024', '2024'], ["'0000'", '0'], ['2155', '2155'], ['1901', '1901']],
  [
    'date',
    'date',
    ["'2026-11-20'", '2026-11-20'],
    ["'0001-01-01'", '0001-01-01'],
    ["'9999-12-31'", '9999-12-31'],
  ],
  ['time', 'time(0)', ["'13:45:00'", '13:45:00'], ["'24:00:00'", '24:00:00']],
  ['time(6)', 'time(6)', ["'13:45:00.000100'", '13:45:00.0001'], ["'23:59:59.999999'", '23:59:59.999999']],
  [
    'datetime(3)',
    'timestamp(3)',
    ["'2026-11-20 13:45:00.500'", '2026-11-20 13:45:00.5'],
    ["'0044-03-15 00:00:00'", '0044-03-15 00:00:00'],
  ],
  [
    'timestamp(6) NULL',
    'instant(6)',
    ["'2026-11-20 12:45:00.123456'", '2026-11-20 12:45:00.123456+00'],
    ["'2038-01-19 03:14:07'", '2038-01-19 03:14:07+00'],
  ],
  ['varchar(5)', 'text(5)', ["'ab  '", 'ab  '], ["'💥💥💥💥💥'", '💥💥💥💥💥'], ["''", '']],
  [
    'varchar(9) CHARACTER SET latin1',
    'text(9)',
    ["'é€'", 'é€'],
    ["_latin1 X'81'", '\u0081'],
    ["_latin1 X'C3A9'", 'Ã©'],
  ],
  ['varchar(9) CHARACTER SET utf8mb3', 'text(9)', ["'ж中'", 'ж中']],
  ['varchar(9) CHARACTER SET ucs2', 'text(9)', ["'ж中'", 'ж中']],
  ['varchar(9) CHARACTER SET sjis', 'text(9)', ["'日本'", '日本']],
  ['char(3)', 'padded text(3)', ["'a'", 'a'], ["'abc'", 'abc']],
  ['longtext', 'text', ["'a\\0b\\\\\\'\\n'", "a\0b\\'\n"]],
  ['binary(3)', 'bytes(3)', ["X'00ff00'", Uint8Array.of(0, 255, 0)]],
  ['varbinary(9)', 'bytes(9)', ["X'00'", Uint8Array.of(0)], ["''", new Uint8Array()]],
  ['longblob', 'bytes', ["X'c328270a5c'", Uint8Array.of(0xc3, 0x28, 0x27, 10, 92)]],
  [
    "enum('a,b','it''s','x','','é')",
    'enum c',
    ["'a,b'", 'a,b'],
    ["'it''s'", "it's"],
    ["''", ''],
    ["'é'", 'é'],
  ],
  ["set('p','q','r s')", "mysql set('p','q','r s')", ["'q,p'", 'p,q'], ["''", ''], ["'r s'", 'r s']],
  ['json', 'json', ['\'{"a" : 1.0000000000000000001,  "a":2}\'', '{"a" : 1.0000000000000000001,  "a":2}']],
  ['tinyint(1) CHECK (c in (0,1))', 'boolean', ['1', true], ['0', false]],
  ['uuid', 'uuid', ["'A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11'", 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11']],
  ['inet6', 'mysql inet6', ["'::1'", '::1'], ["'::ffff:10.0.0.1'", '::ffff:10.0.0.1']],
  [
    'point',
    'mysql point',
    ["ST_GeomFromText('POINT(1 2)')", '000000000101000000000000000000f03f0000000000000040'],
  ],
];

/** Types and spellings that only one of the two families has. */
const mariadbOnly = /^(uuid|inet6|json|point|double\(|tinyint\(1\) CHECK)/;

describe.each(mysqlServers())('every type, $title', ({ title, skip, access }) => {
  describe.skipIf(skip)('on a real server', () => {
    let server: MysqlAccess;
    beforeAll(async () => {
      server = await access();
    });

    const tested = types.filter(([native]) => title === 'MariaDB' || !mariadbOnly.test(native));
    it.each(tested.map(([native, model, ...pairs]) => ({ native, model, pairs })))(
      '$native is known to the model, is read exactly, and comes back the same through a write and an undo',
      async ({ native, model, pairs }) => {
        await using opened = await openDatabase(server, [
          `CREATE TABLE a (id int PRIMARY KEY, c ${native})`,
          'CREATE TABLE b LIKE a',
          'INSERT INTO a (id) VALUES (0)',
          ...pairs.map(([sql], at) => `INSERT INTO a VALUES (${at + 1}, ${sql})`),
        ]);
        const [from, to] = [await opened.relation('a'), await opened.relation('b')];
        expect(describeFieldType(from.fields[1]!.type)).toBe(model);
        const { rows, bad, fields } = await readWhole(opened.system, from);
        expect(bad).toEqual([]);
        expect(rows.map(([, value]) => value)).toEqual([null, ...pairs.map(([, value]) => value)]);
        const written = await writeOne(opened.system, to, { fields, rows });
        expect(written.refused).toEqual([]);
        const stored = `SELECT id, HEX(c), c + 0 FROM`;
        const binary = /^(point|inet6|uuid|float|double)/.test(native) ? 'SELECT id, HEX(c) FROM' : stored;
        expect(await opened.plain.ask(`${binary} b ORDER BY id`)).toEqual(
          await opened.plain.ask(`${binary} a ORDER BY id`),
        );
        expect((await readWhole(opened.system, to)).rows).toEqual(rows);
        const { rowsRemoved, refused } = await opened.system.undoes!.undoSlice({
          run: 'run',
          step: 'step',
          slice: 0,
          relation: to,
        });
        expect([rowsRemoved, refused]).toEqual([rows.length, []]);
      },
    );
  });
});
