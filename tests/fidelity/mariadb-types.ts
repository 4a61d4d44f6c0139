import type { SeededChoice } from '../../demo/seeded-choice.ts';
import { fieldTypeOf } from '../../src/connectors/mysql/field-types.ts';
import {
  awkwardBytes,
  awkwardJson,
  drawBytes,
  drawClock,
  drawDay,
  drawDecimal,
  drawFloat,
  drawJson,
  drawText,
  drawUuid,
  drawWhole,
  textsUpTo,
  wholeTraps,
} from './drawn-values.ts';
import type { Sense, TestedType } from './tested-type.ts';

type Draw = (choice: SeededChoice) => string;

const text = (value: string): string =>
  value === '' ? "''" : `_utf8mb4 X'${Buffer.from(value).toString('hex')}'`;
const plain = (value: string): string => `'${value}'`;

function type(native: string, sense: Sense, traps: readonly string[], draw: Draw): TestedType {
  const model = fieldTypeOf(
    native.startsWith('enum') ? 'c' : '',
    inspected(native),
    promiseOf(native),
    'checked',
  );
  return { system: 'mariadb', native, model, sense, traps, draw };
}

/** As the server tells it: without what a column says beside its type, and with a collation for texts. */
function inspected(native: string): string {
  if (native === 'json') return 'longtext COLLATE utf8mb4_bin';
  const bare = native.replace(/ (CHARACTER SET|CHECK|NULL).*$/, '');
  return /CHARACTER SET (\w+)/.test(native)
    ? `${bare} COLLATE ${/CHARACTER SET (\w+)/.exec(native)?.[1]}_bin`
    : bare;
}

function promiseOf(native: string): 'flag' | 'json' | null {
  if (native === 'json') return 'json';
  return native.includes('CHECK') ? 'flag' : null;
}

function whole(native: string, bits: number): TestedType {
  const signed = !native.includes('unsigned');
  const least = signed ? -(2n ** BigInt(bits - 1)) : 0n;
  const most = signed ? 2n ** BigInt(bits - 1) - 1n : 2n ** BigInt(bits) - 1n;
  const draw: Draw = (choice) => drawWhole(choice, least, most);
  return type(
    native,
    'number',
    wholeTraps(least, most),
    signed ? draw : (choice) => drawWhole(choice, least, most).replace('-', ''),
  );
}

function decimal(precision: number, scale: number): TestedType {
  const most = `${'9'.repeat(precision - scale)}.${'9'.repeat(scale)}`;
  const traps = ['0', '12.30', most, `-${most}`, `0.${'0'.repeat(scale - 1)}1`];
  return type(`decimal(${precision},${scale})`, 'number', traps, (choice) =>
    drawDecimal(choice, precision - scale, scale),
  );
}

function texts(native: string, charactersMax: number, takes: RegExp = /^/): TestedType {
  const only = (value: string): string => [...value].filter((one) => takes.test(one)).join('');
  return type(native, 'text', textsUpTo(charactersMax).map(only).map(text), (choice) =>
    text(only(drawText(choice, Math.min(charactersMax, 300)))),
  );
}

/** A column of texts into which somebody has put other bytes. */
function withBytes(tested: TestedType): TestedType {
  return { ...tested, traps: [...tested.traps, "X'80819d'", "X'00ff00'", "X'c3a9'", "X'ffd8ffe0'"] };
}

const numbers: readonly TestedType[] = [
  whole('tinyint(4)', 8),
  whole('tinyint(3) unsigned', 8),
  whole('smallint(6)', 16),
  whole('mediumint(8) unsigned', 24),
  whole('int(11)', 32),
  whole('int(10) unsigned', 32),
  whole('bigint(20)', 64),
  whole('bigint(20) unsigned', 64),
  type('year(4)', 'number', ["'0000'", '1901', '2155'], (choice) => String(1901 + choice.below(255))),
  decimal(12, 2),
  decimal(65, 30),
  type('decimal(20,0)', 'number', ['0', '-1', '18446744073709551615'], (choice) =>
    drawWhole(choice, -(10n ** 19n), 10n ** 19n),
  ),
  type('float', 'float', ['0', '0.1', '1e-45', '3.4028234663852886e38', '16777217', '-1.5'], (choice) =>
    drawFloat(choice, true),
  ),
  type(
    'double',
    'float',
    ['0', '0.1', '5e-324', '1.7976931348623157e308', '9007199254740993', '1e22'],
    (choice) => drawFloat(choice, false),
  ),
  type('tinyint(1) CHECK (%s in (0,1))', 'boolean', ['0', '1'], (choice) => choice.of(['0', '1'])),
  type('bit(1)', 'boolean', ["b'0'", "b'1'"], (choice) => choice.of(["b'0'", "b'1'"])),
];

const latin = /[\u0000-\u007e\u00a0-\u00ff]/;
const strings: readonly TestedType[] = [
  texts('varchar(20) CHARACTER SET utf8mb4', 20),
  texts('varchar(255) CHARACTER SET utf8mb4', 255),
  withBytes(texts('varchar(300) CHARACTER SET latin1', 300, latin)),
  texts('char(10) CHARACTER SET utf8mb4', 10),
  texts('text CHARACTER SET utf8mb3', 300, /[\u0000-\uffff]/u),
  texts('longtext CHARACTER SET utf8mb4', 300),
  type(
    'varchar(30) CHARACTER SET cp1250',
    'text',
    ['', 'a ', '\\', 'null'].map(text).concat(["X'81'", "X'00ff00'", "X'c5e4'", "X'9d8d'"]),
    (choice) =>
      `X'${Buffer.from(drawBytes(choice, 30).map((byte) => (choice.chance(0.9) ? byte & 0x7f : byte))).toString('hex')}'`,
  ),
  texts('varchar(40) CHARACTER SET ucs2', 40, /[\u0000-\ud7ff]/),
  type(
    "enum('sad','so \"so\"','happy','a,b','é','') CHARACTER SET utf8mb4",
    'text',
    ["'sad'", "'a,b'", "''", text('é')],
    (choice) => choice.of(["'sad'", "'happy'", '\'so "so"\'', "''"]),
  ),
  type("enum('sad','happy','a,b') CHARACTER SET utf8mb4", 'text', ["'sad'", "'a,b'"], (choice) =>
    choice.of(["'sad'", "'happy'", "'a,b'"]),
  ),
  type("set('p','q','r s') CHARACTER SET utf8mb4", 'words', ["''", "'p,q'", "'r s'"], (choice) =>
    choice.of(["'p'", "'q,r s'", "'p,q,r s'"]),
  ),
  type('json', 'json', awkwardJson.map(text), (choice) => text(drawJson(choice))),
  type(
    'uuid',
    'words',
    ["'00000000-0000-0000-0000-000000000000'", "'A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11'"],
    (choice) => plain(drawUuid(choice).replace(/^(.{14}).(.{4})./, '$14$28')),
  ),
  type('inet6', 'words', ["'::1'", "'::ffff:10.0.0.1'", "'fe80::1'"], (choice) =>
    plain(`2001:db8::${(1 + choice.below(65_000)).toString(16)}`),
  ),
];

const bytes: readonly TestedType[] = [
  type(
    'binary(3)',
    'bytes',
    ["X'00ff00'", "X''", "X'61'"],
    (choice) => `X'${Buffer.from(drawBytes(choice, 3)).toString('hex')}'`,
  ),
  type(
    'varbinary(20)',
    'bytes',
    awkwardBytes.map((hex) => `X'${hex}'`),
    (choice) => `X'${Buffer.from(drawBytes(choice, 20)).toString('hex')}'`,
  ),
  type(
    'longblob',
    'bytes',
    [...awkwardBytes, 'ab'.repeat(300)].map((hex) => `X'${hex}'`),
    (choice) => `X'${Buffer.from(drawBytes(choice)).toString('hex')}'`,
  ),
  type('bit(10)', 'words', ["b'0'", "b'1111111111'"], (choice) => `b'${choice.below(1024).toString(2)}'`),
  type(
    'bit(64)',
    'words',
    ["b'1'", `b'${'1'.repeat(64)}'`],
    (choice) => `b'1${choice.below(2 ** 31).toString(2)}'`,
  ),
  type(
    'point',
    'words',
    ["ST_GeomFromText('POINT(1 2)')"],
    (choice) => `ST_GeomFromText('POINT(${choice.below(99)} ${choice.below(99)})')`,
  ),
];

const days = [
  '2026-11-21',
  '0000-00-00',
  '2026-00-00',
  '2026-11-00',
  '0001-01-01',
  '9999-12-31',
  '1000-01-01',
  '0044-03-15',
];
const drawMoment = (choice: SeededChoice, digits: number): string =>
  `${drawDay(choice, 1, 9999)} ${drawClock(choice, digits)}`;
const drawInstant = (choice: SeededChoice, digits: number): string =>
  `${drawDay(choice, 1971, 2037)} ${drawClock(choice, digits)}`;
const times: readonly TestedType[] = [
  type('date', 'moment', days.map(plain), (choice) => plain(drawDay(choice, 1, 9999))),
  type(
    'time',
    'moment',
    ['00:00:00', '24:00:00', '24:00:01', '838:59:59', '-838:59:59', '-00:00:01', '100:00:00'].map(plain),
    (choice) => plain(drawClock(choice, 0)),
  ),
  type(
    'time(6)',
    'moment',
    ['23:59:59.999999', '00:00:00.000001', '-00:00:00.000001', '25:00:00'].map(plain),
    (choice) => plain(drawClock(choice, 6)),
  ),
  type(
    'datetime',
    'moment',
    days.map((day) => plain(`${day} 12:34:56`)),
    (choice) => plain(drawMoment(choice, 0)),
  ),
  type(
    'datetime(6)',
    'moment',
    [...days.map((day) => plain(`${day} 12:34:56.100001`)), plain('2026-11-21 00:00:00')],
    (choice) => plain(drawMoment(choice, 6)),
  ),
  type(
    'timestamp NULL',
    'moment',
    [
      '2026-11-21 12:00:00',
      '1970-01-01 00:00:01',
      '2038-01-19 03:14:07',
      '2026-03-29 02:30:00',
      '0000-00-00 00:00:00',
    ].map(plain),
    (choice) => plain(drawInstant(choice, 0)),
  ),
  type(
    'timestamp(6) NULL',
    'moment',
    ['2026-11-21 12:00:00.000001', '2038-01-19 03:14:07.999999'].map(plain),
    (choice) => plain(drawInstant(choice, 6)),
  ),
];

/** In groups whose types go into about as many others. */
export const mariadbTypes: readonly (readonly TestedType[])[] = [numbers, strings, bytes, times];
