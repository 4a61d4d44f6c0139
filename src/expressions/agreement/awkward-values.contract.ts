import type { Draw } from '../../../tests/agreement/draw.ts';
import {
  drawDate,
  drawInstant,
  drawSpan,
  drawTime,
  drawTimestamp,
} from '../../../tests/agreement/time-values.ts';
import { elementOf } from '../array-types.ts';
import type { TypeName } from '../registry.ts';

/** Texts that PostgreSQL reads as values of a type: usual ones, limits, and what people get wrong. */
type Generator = (draw: Draw) => string;

const letters = Array.from(
  'abABzZéÉßİıΣςſǆǅᾳᾼŉµÿĳ日本\u{1F600}\u{1D4B3}\u{10428}\u0301\u0345ªⅷ²½٣ﬁＡ\ue000\u{1F600}',
);
const signs = Array.from(
  ' \t\n\r\v\f.,;:-_/\\|%"\'{}[]()@#$&*+?!^~=<>\u00a0\u2007\u200b\u3000\ufeff\u0085\u001c',
);
const words = [
  'NULL',
  'null',
  'a',
  'ab',
  'aab',
  'Ada',
  "O'Neil",
  'Müller-Lüdenscheidt',
  'a;b;;c',
  'x=1&y=2',
  '  padded  ',
  '12',
  '-1',
  '1.5',
  'true',
  't',
  '{}',
  '{a,b}',
  '\\x41',
  '%',
  '_',
  '\\',
];

export function drawText(draw: Draw): string {
  const kind = draw.between(0, 9);
  if (kind === 0) return draw.of(words);
  if (kind < 5) return draw.many(draw.between(0, 8), () => draw.of(['a', 'b', 'A', ' ', 'ab'])).join('');
  if (kind < 8)
    return draw.many(draw.between(0, 10), () => draw.of(draw.chance(0.7) ? letters : signs)).join('');
  return draw.many(draw.between(0, 6), () => draw.of([...letters, ...signs, '1', '0', '9'])).join('');
}

/** A part of another text, or nearly. */
export function drawPartOf(draw: Draw, text: string | null): string {
  const characters = Array.from(text ?? '');
  if (characters.length === 0 || draw.chance(0.2)) return drawText(draw);
  const start = draw.between(0, characters.length - 1);
  return characters.slice(start, start + draw.between(1, 2)).join('');
}

export function drawDigits(draw: Draw, most: number): string {
  return draw.many(draw.between(1, most), () => String(draw.between(0, 9))).join('');
}

function integers(limit: bigint): Generator {
  return (draw) => {
    const kind = draw.between(0, 9);
    if (kind < 5) return String(draw.between(-12, 12));
    if (kind < 7) return String(BigInt(draw.between(0, 2147483647)) % limit);
    const edge = limit - BigInt(draw.between(0, 1));
    return draw.chance(0.5) ? (edge - 1n).toString() : (-edge).toString();
  };
}

/** For counts and places: nothing between 1,000 and a billion, so that no text becomes huge. */
export function drawCount(draw: Draw): string {
  if (draw.chance(0.85)) return String(draw.between(-6, 14));
  return draw.of(['2147483647', '-2147483648', '-2147483647', '1500000000', '65536', '1000', '-1000']);
}

export function drawDecimal(draw: Draw): string {
  const kind = draw.between(0, 19);
  if (kind === 0) return draw.of(['NaN', 'Infinity', '-Infinity']);
  const sign = draw.chance(0.4) ? '-' : '';
  if (kind < 4)
    return (
      sign +
      draw.of([
        '0',
        '0.0',
        '0.5',
        '1.5',
        '2.5',
        '0.05',
        '0.10',
        '9.995',
        '1e-10',
        '1000000',
        '99999',
        '10000',
        '9999.9999',
        '0.00010000',
      ])
    );
  if (kind < 8) return sign + drawDigits(draw, 4);
  if (kind < 15) return `${sign}${drawDigits(draw, 9)}.${drawDigits(draw, 7)}`;
  if (kind < 19) return `${sign}${drawDigits(draw, 38)}.${drawDigits(draw, 20)}`;
  return `${sign}${drawDigits(draw, 3)}e${draw.between(-40, 40)}`;
}

function drawFloat(draw: Draw): string {
  const kind = draw.between(0, 11);
  if (kind === 0) return draw.of(['NaN', 'Infinity', '-Infinity', '-0', '0']);
  if (kind === 1)
    return draw.of([
      '1e-5',
      '1e-4',
      '0.00012345',
      '1e14',
      '1e15',
      '123456789012345678',
      '1e22',
      '1e23',
      '5e-324',
      '1.7976931348623157e308',
      '2.2250738585072014e-308',
      '9007199254740993',
      '0.1',
      '0.3',
    ]);
  if (kind < 5) return String(draw.between(-40, 40) / 4);
  if (kind < 9) return drawDecimal(draw).replace(/e.*/, '');
  return `${draw.chance(0.3) ? '-' : ''}${drawDigits(draw, 3)}.${drawDigits(draw, 14)}e${draw.between(-30, 30)}`;
}

function drawFloat4(draw: Draw): string {
  if (draw.chance(0.1))
    return draw.of([
      '3.4028235e38',
      '1e-45',
      '1.1754944e-38',
      '16777217',
      '1e6',
      '123456.7',
      '999999.9',
      '1e-5',
      '0.00012',
    ]);
  return draw.chance(0.6)
    ? String(draw.between(-40, 40) / 4)
    : `${drawDigits(draw, 4)}.${drawDigits(draw, 5)}e${draw.between(-20, 20)}`;
}

function drawJson(draw: Draw, depth = 0): string {
  const kind = draw.between(0, depth > 2 ? 6 : 10 - 1);
  const space = draw.chance(0.2) ? draw.of([' ', '\n', '\t', '  ']) : '';
  if (kind === 0) return draw.of(['true', 'false', 'null']);
  if (kind < 3)
    return draw.of([
      '0',
      '-0',
      '1',
      '-1.50',
      '1e3',
      '1E-3',
      '12345678901234567890.10',
      '0.0',
      '1.0',
      '1.00',
      '100',
      '-7',
    ]);
  if (kind < 6) return drawJsonString(draw);
  if (kind < 8)
    return `[${space}${draw.many(draw.between(0, 4), () => drawJson(draw, depth + 1)).join(`${space},`)}${space}]`;
  const member = (): string =>
    `${space}${JSON.stringify(drawKey(draw))}${space}:${space}${drawJson(draw, depth + 1)}`;
  return `{${draw.many(draw.between(0, 4), member).join(',')}${space}}`;
}

export function drawKey(draw: Draw): string {
  return draw.of(['a', 'b', 'aa', 'c', 'é', 'ab', '', '0', '1', '-1', 'z\u{1F600}', 'b"q']);
}

function drawJsonString(draw: Draw): string {
  if (draw.chance(0.25))
    return draw.of([
      '"\\u00e9"',
      '"\\ud83d\\ude00"',
      '"a\\/b"',
      '"\\n\\t"',
      '"\\u001f"',
      '""',
      '"a\\"b"',
      '"\\u0041"',
      '"\u007f"',
    ]);
  return JSON.stringify(drawText(draw));
}

function drawBytes(draw: Draw): string {
  return `\\x${draw.many(draw.between(0, 9), () => draw.between(0, 255).toString(16).padStart(2, '0')).join('')}`;
}

function drawUuid(draw: Draw): string {
  const part = (length: number): string =>
    draw.many(draw.between(length, length), () => draw.between(0, 15).toString(16)).join('');
  const text = [part(8), part(4), part(4), part(4), part(12)].join('-');
  return draw.chance(0.3) ? text.toUpperCase() : text;
}

const generators: Readonly<Record<string, Generator>> = {
  text: drawText,
  varchar: drawText,
  bpchar: (draw) => drawText(draw) + ' '.repeat(draw.between(0, 3)),
  bool: (draw) => draw.of(['true', 'false']),
  int2: integers(32_768n),
  int4: integers(2_147_483_648n),
  int8: integers(9_223_372_036_854_775_808n),
  numeric: drawDecimal,
  float4: drawFloat4,
  float8: drawFloat,
  bytea: drawBytes,
  uuid: drawUuid,
  json: drawJson,
  jsonb: drawJson,
  date: drawDate,
  time: drawTime,
  timetz: (draw) => drawTime(draw) + draw.of(['+00', '+02', '-05:30', '-08']),
  timestamp: drawTimestamp,
  timestamptz: drawInstant,
  interval: drawSpan,
};

/** A value of a type as PostgreSQL reads it, or null. */
export function drawValue(draw: Draw, type: TypeName): string | null {
  if (draw.chance(0.06)) return null;
  const element = elementOf(type);
  if (element !== undefined) return drawArray(draw, element);
  const generator = generators[type];
  if (generator === undefined) throw new Error(`no values of type ${type} can be drawn`);
  return generator(draw);
}

function drawArray(draw: Draw, element: TypeName): string {
  const list = (): string =>
    `{${draw.many(draw.between(0, 4), () => arrayElement(draw, element)).join(',')}}`;
  if (draw.chance(0.85)) return list();
  const length = draw.between(1, 2);
  const row = (): string => `{${Array.from({ length }, () => arrayElement(draw, element)).join(',')}}`;
  return `{${draw.many(draw.between(1, 3), row).join(',')}}`;
}

function arrayElement(draw: Draw, element: TypeName): string {
  const value = drawValue(draw, element);
  return value === null ? 'NULL' : `"${value.replace(/["\\]/g, '\\$&')}"`;
}
