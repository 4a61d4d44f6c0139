import type { SeededChoice } from '../../demo/seeded-choice.ts';
import type { FieldType } from '../../src/model/index.ts';
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

/** What has to be there before the types are. */
export const postgresSetUp = `
  CREATE EXTENSION IF NOT EXISTS citext; CREATE EXTENSION IF NOT EXISTS hstore;
  CREATE TYPE mood AS ENUM ('sad', 'so "so"', 'happy', 'a,b', 'é');
  CREATE DOMAIN percent AS numeric(5,2) CHECK (value BETWEEN 0 AND 100);
  CREATE TYPE pair AS (number integer, word text);`;

type Draw = (choice: SeededChoice) => string;

/** Traps and drawn values are texts that the server reads as the type. */
function type(
  native: string,
  model: FieldType,
  sense: Sense,
  traps: readonly string[],
  draw: Draw,
): TestedType {
  const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  return {
    system: 'postgres',
    native,
    model,
    sense,
    traps: traps.map(literal),
    draw: (choice) => literal(draw(choice)),
  };
}

function whole(native: string, bits: 16 | 32 | 64): TestedType {
  const [least, most] = [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n];
  return type(native, { kind: 'integer', bits, signed: true }, 'number', wholeTraps(least, most), (choice) =>
    drawWhole(choice, least, most),
  );
}

function decimal(precision: number, scale: number): TestedType {
  const before = precision - scale;
  const most = `${'9'.repeat(before)}.${'9'.repeat(scale)}`;
  const traps = ['0', '-0.00', '12.30', 'NaN', most, `-${most}`, `0.${'0'.repeat(scale - 1)}1`, '0.5', '100'];
  return type(
    `numeric(${precision},${scale})`,
    { kind: 'decimal', precision, scale },
    'number',
    traps,
    (choice) => drawDecimal(choice, before, scale),
  );
}

function text(native: string, charactersMax: number | null, padded = false): TestedType {
  const most = charactersMax ?? 1_000;
  return type(native, { kind: 'text', charactersMax, padded }, 'text', textsUpTo(most), (choice) =>
    drawText(choice, Math.min(most, 300)),
  );
}

function list(of: string, model: FieldType, traps: readonly string[], draw: Draw): TestedType {
  const drawn: Draw = (choice) =>
    `{${Array.from({ length: choice.below(4) }, () => (choice.chance(0.1) ? 'NULL' : draw(choice))).join(',')}}`;
  return type(`${of}[]`, { kind: 'list', of: model }, 'list', ['{}', '{NULL}', ...traps], drawn);
}

const native = (name: string): FieldType => ({ kind: 'native', engine: 'postgres', name });
const words = (name: string, traps: readonly string[], draw: Draw): TestedType =>
  type(name, native(name), 'words', traps, draw);

const numbers: readonly TestedType[] = [
  whole('smallint', 16),
  whole('integer', 32),
  whole('bigint', 64),
  type(
    'oid',
    { kind: 'integer', bits: 32, signed: false },
    'number',
    ['0', '16384', '4294967295'],
    (choice) => drawWhole(choice, 0n, 2n ** 32n - 1n).replace('-', ''),
  ),
  type(
    'numeric',
    { kind: 'decimal', precision: null, scale: null },
    'number',
    [
      'NaN',
      'Infinity',
      '-Infinity',
      '0',
      '-0.00',
      '123.4500',
      '1e50',
      '1e-50',
      '0.1',
      '9007199254740993',
      `1${'0'.repeat(140)}.5`,
    ],
    (choice) => drawDecimal(choice, 40, 35),
  ),
  decimal(12, 2),
  decimal(65, 30),
  type(
    'numeric(20,0)',
    { kind: 'decimal', precision: 20, scale: 0 },
    'number',
    ['0', '-1', '18446744073709551615', 'NaN'],
    (choice) => drawWhole(choice, -(10n ** 19n), 10n ** 19n),
  ),
  type(
    'numeric(3,-2)',
    { kind: 'decimal', precision: 3, scale: -2 },
    'number',
    ['0', '12300', '-99900', 'NaN'],
    (choice) => String((choice.below(1_999) - 999) * 100),
  ),
  type(
    'real',
    { kind: 'float', bits: 32 },
    'float',
    floatTraps(['1e-45', '3.4028235e+38', '16777217']),
    (choice) => drawFloat(choice, true),
  ),
  type(
    'double precision',
    { kind: 'float', bits: 64 },
    'float',
    floatTraps(['5e-324', '1.7976931348623157e+308', '9007199254740993', '1e22', '1e21']),
    (choice) => drawFloat(choice, false),
  ),
  type('boolean', { kind: 'boolean' }, 'boolean', ['true', 'false'], (choice) => String(choice.chance(0.5))),
];

function floatTraps(more: readonly string[]): readonly string[] {
  return ['0', '-0', '0.1', '-1.5', '100', '1e10', '1e-7', 'NaN', 'Infinity', '-Infinity', ...more];
}

const texts: readonly TestedType[] = [
  text('text', null),
  text('character varying(20)', 20),
  text('character varying(255)', 255),
  text('character varying(300)', 300),
  text('character(10)', 10, true),
  text('citext', null),
  type(
    'bytea',
    { kind: 'bytes', bytesMax: null },
    'bytes',
    [...awkwardBytes, 'ab'.repeat(300)].map((hex) => `\\x${hex}`),
    (choice) => `\\x${Buffer.from(drawBytes(choice)).toString('hex')}`,
  ),
  type(
    'uuid',
    { kind: 'uuid' },
    'words',
    ['00000000-0000-0000-0000-000000000000', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'],
    drawUuid,
  ),
  type(
    'mood',
    { kind: 'enum', name: 'mood', labels: ['sad', 'so "so"', 'happy', 'a,b', 'é'] },
    'text',
    ['sad', 'so "so"', 'a,b', 'é'],
    (choice) => choice.of(['sad', 'so "so"', 'happy', 'a,b', 'é']),
  ),
  type('json', { kind: 'json', binary: false }, 'json', awkwardJson, drawJson),
  type(
    'jsonb',
    { kind: 'json', binary: true },
    'json',
    awkwardJson.filter((text) => text !== '"\\u0000"'),
    drawJson,
  ),
];

const days = [
  '2026-11-21',
  '1970-01-01',
  '2000-02-29',
  '0001-01-01',
  '9999-12-31',
  '10000-01-01',
  '0044-03-15 BC',
  '4713-11-24 BC',
  '1582-10-10',
  '1000-01-01',
  '0099-01-01',
  'infinity',
  '-infinity',
];
const moments = [
  ...days
    .filter((day) => day !== '4713-11-24 BC')
    .map((day) => (/inf/.test(day) ? day : day.replace(/( BC)?$/, ' 12:34:56$1'))),
  '2026-11-21 00:00:00',
  '2026-03-29 02:30:00',
  '2038-01-19 03:14:07',
  '2038-01-19 03:14:08',
  '1969-12-31 23:59:59',
  '1970-01-01 00:00:00',
  '1970-01-01 00:00:01',
  '294276-12-31 23:59:59',
];
const drawMoment: Draw = (choice) => `${drawDay(choice, 1900, 2100)} ${drawClock(choice, 6)}`;

const times: readonly TestedType[] = [
  type('date', { kind: 'date' }, 'moment', [...days, '5874897-12-31'], (choice) => drawDay(choice, 1, 9999)),
  type(
    'time without time zone',
    { kind: 'time', zoned: false, fractionDigits: 6 },
    'moment',
    ['00:00:00', '24:00:00', '23:59:59.999999', '13:45:00.000001', '01:02:03.100'],
    (choice) => drawClock(choice, 6),
  ),
  type(
    'time(0) without time zone',
    { kind: 'time', zoned: false, fractionDigits: 0 },
    'moment',
    ['00:00:00', '24:00:00'],
    (choice) => drawClock(choice, 0),
  ),
  type(
    'time with time zone',
    { kind: 'time', zoned: true, fractionDigits: 6 },
    'moment',
    ['00:00:00+00', '13:45:00.000001+05:30', '23:59:59-15:59', '24:00:00+00'],
    (choice) => `${drawClock(choice, 6)}+0${choice.below(10)}`,
  ),
  type(
    'timestamp without time zone',
    { kind: 'timestamp', fractionDigits: 6 },
    'moment',
    [...moments, '2026-11-21 12:00:00.000001'],
    drawMoment,
  ),
  type(
    'timestamp(3) without time zone',
    { kind: 'timestamp', fractionDigits: 3 },
    'moment',
    moments,
    drawMoment,
  ),
  type(
    'timestamp with time zone',
    { kind: 'instant', fractionDigits: 6 },
    'moment',
    moments.map((text) => (/inf/.test(text) ? text : text.replace(/( BC)?$/, '+00$1'))),
    (choice) => `${drawMoment(choice)}+0${choice.below(10)}`,
  ),
  type(
    'timestamp(0) with time zone',
    { kind: 'instant', fractionDigits: 0 },
    'moment',
    ['2026-11-21 12:00:00+00', 'infinity'],
    (choice) => `${drawMoment(choice)}-03:30`,
  ),
  type(
    'interval',
    { kind: 'interval' },
    'words',
    [
      '0',
      '1 year 2 mons -3 days +04:05:06.5',
      '-178000000 years',
      '999 hours',
      '-1 second',
      '1 microsecond',
      '1 mon -1 day',
    ],
    (choice) => `${choice.below(99) - 50} mons ${choice.below(99) - 50} days ${drawClock(choice, 6)}`,
  ),
];

const lists: readonly TestedType[] = [
  list(
    'integer',
    { kind: 'integer', bits: 32, signed: true },
    ['{1,NULL,-3}', '{{1,2},{3,4}}', '[0:1]={1,2}', '[2:2][1:1]={{1}}'],
    (choice) => drawWhole(choice, -(2n ** 31n), 2n ** 31n - 1n),
  ),
  list(
    'text',
    { kind: 'text', charactersMax: null, padded: false },
    ['{"","NULL",NULL,"a,b","{x}","q\\"u\\\\o"}', '{{{a},{b}}}', '{"é 👍","tab\there"}'],
    (choice) => JSON.stringify(drawText(choice, 12).replace(/[\\"\n\t]/g, '')),
  ),
  list(
    'numeric',
    { kind: 'decimal', precision: null, scale: null },
    ['{1.50,NaN}', '{Infinity}', '{12345678901234567890.123456789}'],
    (choice) => drawDecimal(choice, 20, 10),
  ),
  list('boolean', { kind: 'boolean' }, ['{t,f,NULL}'], (choice) => choice.of(['t', 'f'])),
  list(
    'timestamp with time zone',
    { kind: 'instant', fractionDigits: 6 },
    ['{"2026-11-20 12:45:00+00",infinity}'],
    (choice) => `"${drawMoment(choice)}+00"`,
  ),
];

const own: readonly TestedType[] = [
  words(
    'inet',
    ['10.1.2.3/24', '10.0.0.1', '::1', 'fe80::1/64'],
    (choice) => `10.${choice.below(256)}.${choice.below(256)}.1/${choice.below(33)}`,
  ),
  words('cidr', ['10.0.0.0/8', '::/0'], (choice) => `10.${choice.below(256)}.0.0/16`),
  words(
    'macaddr',
    ['08:00:2b:01:02:03'],
    (choice) => `08:00:2b:01:02:${(16 + choice.below(240)).toString(16)}`,
  ),
  words('bit(8)', ['00000000', '10101010'], (choice) => choice.below(256).toString(2).padStart(8, '0')),
  words('bit varying(12)', ['', '1', '101'], (choice) => choice.below(4096).toString(2)),
  words('money', ['0', '-12.34', '92233720368547758.07', '-0.01'], (choice) => drawDecimal(choice, 9, 2)),
  words('xml', ['<a b="c">d</a>', 'text', '<x/>'], (choice) => `<a>${choice.below(99)}</a>`),
  words('tsvector', ["'cat':3 'it''s':1A", ''], (choice) => `'w${choice.below(99)}':${1 + choice.below(9)}`),
  words(
    'int4range',
    ['[1,5)', 'empty', '(,3)', '(,)'],
    (choice) => `[${choice.below(99)},${100 + choice.below(99)}]`,
  ),
  words(
    'tstzrange',
    ['["2020-01-01 00:00:00+00",)', 'empty'],
    (choice) => `["${drawDay(choice, 1990, 2000)}","${drawDay(choice, 2001, 2030)}")`,
  ),
  words('int4multirange', ['{[1,3),[5,7)}', '{}'], (choice) => `{[1,${2 + choice.below(9)})}`),
  words(
    'hstore',
    ['a=>1, b=>NULL', '', '"q\\"u"=>"x,y"'],
    (choice) => `k${choice.below(9)}=>v${choice.below(99)}`,
  ),
  words('pair', ['(1,"a b")', '(,)', '(,"")'], (choice) => `(${choice.below(999)},w${choice.below(99)})`),
  words(
    'point',
    ['(1.5,-2)', '(Infinity,NaN)'],
    (choice) => `(${choice.below(99)},${drawDecimal(choice, 3, 3)})`,
  ),
  type(
    'percent',
    { kind: 'decimal', precision: 5, scale: 2 },
    'number',
    ['0', '100', '99.99'],
    (choice) => `${choice.below(100)}.${choice.below(100)}`,
  ),
];

/** In groups whose types go into about as many others. */
export const postgresTypes: readonly (readonly TestedType[])[] = [numbers, texts, times, lists, own];
