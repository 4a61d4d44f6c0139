import type { SeededChoice } from '../../demo/seeded-choice.ts';
import { fieldTypeOf } from '../../src/connectors/sqlite/field-types.ts';
import {
  awkwardBytes,
  awkwardJson,
  awkwardTexts,
  drawBytes,
  drawClock,
  drawDay,
  drawDecimal,
  drawFloat,
  drawJson,
  drawText,
  drawUuid,
  drawWhole,
  wholeTraps,
} from './drawn-values.ts';
import type { Sense, TestedType } from './tested-type.ts';

type Draw = (choice: SeededChoice) => string;

const hex = (text: string): string => Buffer.from(text).toString('hex');
const text = (value: string): string => `CAST(X'${hex(value)}' AS TEXT)`;
const blob = (value: Uint8Array): string => `X'${Buffer.from(value).toString('hex')}'`;

/** SQLite lets anything into any column: so does every type here, now and then. */
const strays: readonly string[] = [
  '1',
  '-7',
  '0.5',
  '1e300',
  '9e999',
  text('stray'),
  text('12'),
  text(''),
  "X'00ff'",
  "CAST(X'61c3' AS TEXT)",
  "CAST(X'610062' AS TEXT)",
];

function type(native: string, sense: Sense, traps: readonly string[], draw: Draw): TestedType {
  return {
    system: 'sqlite',
    native,
    model: fieldTypeOf(native),
    sense,
    traps: [...traps, ...strays],
    draw: (choice) => (choice.chance(0.03) ? choice.of(strays) : draw(choice)),
  };
}

const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n];
const drawInteger: Draw = (choice) => drawWhole(choice, least, most);
const integers = wholeTraps(least, most);
const drawDecimalText: Draw = (choice) => text(drawDecimal(choice, 20, 10).replace(/^-(0(\.0*)?)$/, '$1'));
const drawReal: Draw = (choice) => `CAST('${drawFloat(choice, false)}' AS REAL)`;
const reals = [
  '0.1',
  '-1.5',
  '100.0',
  '1e10',
  '1e-7',
  '9e999',
  '-9e999',
  '5e-324',
  '16777217.0',
  '9007199254740993.0',
  '0.30000000000000004',
];
const allTexts = [...awkwardTexts.map(text), text('a\0b'), text('\0')];

const all: readonly TestedType[] = [
  type('INTEGER', 'number', integers, drawInteger),
  type('REAL', 'float', reals, drawReal),
  type('NUMERIC', 'number', [...integers, ...reals], (choice) =>
    choice.chance(0.5) ? drawInteger(choice) : drawReal(choice),
  ),
  type('DECIMAL(10,2)', 'number', ['12.3', '12.34', '0', '-99999999.99', '1e12', '0.001'], (choice) =>
    drawDecimal(choice, 8, 2),
  ),
  type(
    'DECIMAL TEXT(30,10)',
    'number',
    ['0', '12.30', '-0.0000000001', `${'9'.repeat(20)}.${'9'.repeat(10)}`, 'NaN', '00.5', '1.', '+1'].map(
      text,
    ),
    drawDecimalText,
  ),
  type(
    'DECIMAL TEXT',
    'number',
    ['0', '12.30', `${'9'.repeat(90)}.${'1'.repeat(60)}`, 'NaN', 'Infinity', '-Infinity'].map(text),
    drawDecimalText,
  ),
  type('BOOLEAN', 'boolean', ['0', '1', '2', '-1', text('true')], (choice) => choice.of(['0', '1'])),
  type('TEXT', 'text', allTexts, (choice) => text(drawText(choice))),
  type('VARCHAR(20)', 'text', allTexts, (choice) => text(drawText(choice, 22))),
  type(
    'BLOB',
    'bytes',
    [...awkwardBytes, 'ab'.repeat(300)].map((digits) => `X'${digits}'`),
    (choice) => blob(drawBytes(choice)),
  ),
  type(
    'DATE',
    'text',
    [text('2026-11-21'), text('21.11.2026'), text('20261121'), '20261121', '2460000.5', text('0000-00-00')],
    (choice) => text(drawDay(choice, 1, 9999)),
  ),
  type(
    'TIMESTAMP',
    'text',
    [text('2026-11-21 10:00:00'), '1700000000', text('1700000000'), text('2026-11-21T10:00:00Z')],
    (choice) => text(`${drawDay(choice, 1900, 2100)} ${drawClock(choice, 6)}`),
  ),
  type(
    'UUID',
    'text',
    [text('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'), text('{A0EEBC999C0B4EF8BB6D6BB9BD380A11}')],
    (choice) => text(drawUuid(choice)),
  ),
  type('JSON TEXT', 'json', [...awkwardJson, '{"a":', "{'a':1}", ''].map(text), (choice) =>
    text(drawJson(choice)),
  ),
  type('', 'anything', ['1', '-1', '0.5', '1.0', '1e20', '9e999', ...allTexts, "X''", "X'c328'"], (choice) =>
    choice.of([
      drawInteger,
      drawReal,
      (one: SeededChoice) => text(drawText(one)),
      (one: SeededChoice) => blob(drawBytes(one)),
    ])(choice),
  ),
];

export const sqliteTypes: readonly (readonly TestedType[])[] = [
  all.filter(({ sense }) => /number|float|boolean/.test(sense)),
  all.filter(({ sense }) => !/number|float|boolean/.test(sense)),
];
