import { quoted } from '../../../tests/agreement/ask-postgres.ts';
import type { Draw } from '../../../tests/agreement/draw.ts';
import {
  drawDateFormat,
  drawDecimal,
  drawNumberFormat,
  drawNumberText,
  drawTextAndFormat,
} from '../../../tests/agreement/formats.ts';
import {
  drawClockText,
  drawDateText,
  drawMomentText,
  drawSpanText,
} from '../../../tests/agreement/time-texts.ts';
import {
  clockChanges,
  drawDate,
  drawInstant,
  drawSpan,
  drawTime,
  drawTimestamp,
  zoneNames,
} from '../../../tests/agreement/time-values.ts';
import type { Value } from '../../model/index.ts';
import type {
  Apply,
  CastDeclaration,
  FunctionDeclaration,
  OperatorDeclaration,
  TypeDeclaration,
} from '../registry.ts';
import { timeOverloads } from './overloads.ts';

/** One question to both: the SQL whose text result is compared, and the same through the declarations of this room. */
export interface Case {
  readonly about: string;
  readonly sql: string;
  readonly apply: () => Value;
  /** The versions differ in what they print elsewhere; a refusal is right whatever these two answer. */
  readonly mayDiffer: boolean;
  readonly zoned: boolean;
}

export function timeCases(draw: Draw, perFunction: number): readonly Case[] {
  const sets = [
    ...(timeOverloads.types ?? []).flatMap((type) => typeCases(draw, type)),
    ...(timeOverloads.casts ?? []).map((cast) => () => castCase(draw, cast)),
    ...(timeOverloads.operators ?? []).map((operator) => () => operatorCase(draw, operator)),
    ...(timeOverloads.functions ?? []).map((declared) => () => functionCase(draw, declared)),
  ];
  return sets.flatMap((make) => draw.many(perFunction, make));
}

const drawValue: Readonly<Record<string, (draw: Draw) => string>> = {
  date: drawDate,
  time: drawTime,
  timetz: (draw) => drawTime(draw) + draw.of(['+00', '+02', '-05:30', '+15:59:59', '-08']),
  timestamp: drawTimestamp,
  timestamptz: drawInstant,
  interval: drawSpan,
  int4: (draw) =>
    `${draw.of([draw.between(-5, 40), draw.between(-5000, 5000), 2_147_483_647, -2_147_483_648, 0])}`,
  int8: (draw) => `${draw.of([draw.between(-5000, 5000), draw.between(-1e12, 1e12)])}`,
  numeric: drawDecimal,
  float4: (draw) =>
    draw.of([
      '0',
      '-0',
      '0.5',
      '1.5',
      '-2.25',
      '3.1415927',
      '123456.79',
      '1e+20',
      '1e-05',
      'NaN',
      'Infinity',
      `${draw.between(-9999, 9999)}`,
    ]),
  float8: (draw) =>
    draw.of([...floats, `${draw.between(-400, 4000) / 8}`, `${(draw.fraction() - 0.3) * 100}`]),
};

const floats = [
  '0',
  '-0',
  '1',
  '2',
  '0.5',
  '1.5',
  '2.5',
  '-1',
  '-0.1',
  '59.999999',
  '59.9999999',
  '60',
  '1e-05',
  '1e+20',
  '1e+300',
  'NaN',
  'Infinity',
  '-Infinity',
  '0.3333333333333333',
  '123456789.98765433',
];

const readText: Readonly<Record<string, (draw: Draw) => string>> = {
  date: drawDateText,
  time: drawClockText,
  timetz: drawClockText,
  timestamp: drawMomentText,
  timestamptz: drawMomentText,
  interval: drawSpanText,
};

function run(apply: Apply | undefined, values: readonly string[]): Value {
  return (apply as (...values: readonly string[]) => Value)(...values);
}

function call(about: string, sql: string, apply: () => Value, more: Partial<Case> = {}): Case {
  return { about, sql, apply, mayDiffer: false, zoned: false, ...more };
}

const modifierText: Readonly<Record<string, string>> = {
  '2048': ' minute',
  '4': ' year',
  '2': ' month',
  '8': ' day',
  '1024': ' hour',
  '7168': ' hour to second',
};

function typeCases(draw: Draw, type: TypeDeclaration): (() => Case)[] {
  const { name } = type;
  const read = readText[name] as (draw: Draw) => string;
  const input = (): Case => {
    const text = read(draw);
    return call(`${name} input`, `(${quoted(text)}::${name})::text`, () => type.input(text, []), {
      zoned: true,
    });
  };
  const compare = (): Case => {
    const [a, b] = [drawValue[name]?.(draw) ?? '', drawValue[name]?.(draw) ?? ''];
    return call(
      `${name} order`,
      `(${quoted(a)}::${name} < ${quoted(b)}::${name})::text`,
      () => (type.compare?.(a as never, b as never) ?? 0) < 0,
    );
  };
  return name === 'date' ? [input, compare] : [input, compare, () => modifierCase(draw, type)];
}

function modifierCase(draw: Draw, type: TypeDeclaration): Case {
  const value = drawValue[type.name]?.(draw) ?? '';
  const byField = type.name === 'interval' && draw.chance(0.5);
  const mask = Number(draw.of(Object.keys(modifierText)));
  const digits = draw.between(0, 6);
  const modifiers = byField ? [mask] : type.name === 'interval' ? [0x7fff, digits] : [digits];
  const written: Readonly<Record<string, string>> = {
    time: `time(${digits})`,
    timetz: `time(${digits}) with time zone`,
    timestamp: `timestamp(${digits})`,
    timestamptz: `timestamp(${digits}) with time zone`,
    interval: byField ? `interval${modifierText[`${mask}`]}` : `interval(${digits})`,
  };
  return call(
    `${type.name} modifiers`,
    `(${quoted(value)}::${type.name}::${written[type.name]})::text`,
    () => type.modify?.(value as never, modifiers) ?? null,
  );
}

function castCase(draw: Draw, cast: CastDeclaration): Case {
  const value = drawValue[cast.from]?.(draw) ?? '';
  return call(`cast ${cast.from} to ${cast.to}`, `(${quoted(value)}::${cast.from}::${cast.to})::text`, () =>
    run(cast.apply, [value]),
  );
}

function operatorCase(draw: Draw, operator: OperatorDeclaration): Case {
  const types = [operator.left, operator.right].filter((type) => type !== null);
  const values = types.map((type) => drawValue[type]?.(draw) ?? '');
  const written = values.map((value, at) => `${quoted(value)}::${types[at]}`);
  const sql = operator.left === null ? `${operator.name} ${written[0]}` : written.join(` ${operator.name} `);
  return call(
    `${types.join(` ${operator.name} `)}${types.length === 1 ? ` ${operator.name}` : ''}`,
    `(${sql})::text`,
    () => run(operator.apply, values),
  );
}

const unitNames =
  'microseconds millisecond second minute hour day week month quarter year decade century millennium epoch dow isodow doy isoyear julian timezone timezone_hour timezone_minute Hours MON foo'.split(
    ' ',
  );

function functionCase(draw: Draw, declared: FunctionDeclaration): Case {
  const types = declared.arguments as readonly string[];
  const about = `${declared.name}(${types.join(', ')})`;
  const values = argumentsFor(draw, declared.name, types);
  const written = values.map((value, at) => `${quoted(value)}::${types[at]}`);
  const zoned = declared.name === 'timezone' || types.length === 7 || types.length === 3;
  const formats =
    declared.name === 'to_char' || declared.name === 'to_number' || declared.name.startsWith('to_');
  return call(about, `(${sqlCall(declared.name, written)})::text`, () => run(declared.apply, values), {
    zoned,
    mayDiffer: formats && /tz|of|rn|v/i.test(values[1] ?? ''),
  });
}

function sqlCall(name: string, written: readonly string[]): string {
  return name === 'extract' ? `pg_catalog.extract(${written.join(', ')})` : `${name}(${written.join(', ')})`;
}

function argumentsFor(draw: Draw, name: string, types: readonly string[]): readonly string[] {
  if (name === 'to_date' || name === 'to_timestamp') return readerArguments(draw, types);
  if (name === 'to_number') return [drawNumberText(draw), drawNumberFormat(draw)];
  if (name === 'to_char') {
    const dates = ['timestamp', 'timestamptz', 'interval'].includes(types[0] ?? '');
    return [drawValue[types[0] ?? '']?.(draw) ?? '', dates ? drawDateFormat(draw) : drawNumberFormat(draw)];
  }
  if (name === 'timezone')
    return [types[0] === 'text' ? draw.of(zoneNames) : drawSpan(draw), nearChange(draw, types[1] ?? '')];
  if (name === 'extract' || name === 'date_part')
    return [draw.of(unitNames), drawValue[types[1] ?? '']?.(draw) ?? ''];
  if (name === 'date_trunc') {
    const zone = types.length === 3 ? [draw.of(zoneNames)] : [];
    return [draw.of(unitNames), nearChange(draw, types[1] ?? ''), ...zone];
  }
  if (name.startsWith('make_')) return makerArguments(draw, name, types);
  return types.map((type) => drawValue[type]?.(draw) ?? '');
}

function nearChange(draw: Draw, type: string): string {
  if (type === 'interval' || draw.chance(0.4)) return drawValue[type]?.(draw) ?? '';
  return draw.of(clockChanges) + (type === 'timestamptz' ? '+00' : '');
}

function readerArguments(draw: Draw, types: readonly string[]): readonly string[] {
  if (types.length === 1)
    return [
      draw.of([
        ...floats,
        `${draw.between(-4e9, 4e9)}.${draw.between(0, 999_999)}`,
        '9223372036854.775807',
        '-210866803200',
        '9224318016000',
        '1e15',
      ]),
    ];
  const toChar = timeOverloads.functions?.find(
    ({ name, arguments: all }) => name === 'to_char' && all[0] === 'timestamp',
  );
  return drawTextAndFormat(draw, (format) => {
    try {
      return String(run(toChar?.apply, [drawTimestamp(draw), format]) ?? '');
    } catch {
      return '2024-01-05';
    }
  });
}

function makerArguments(draw: Draw, name: string, types: readonly string[]): readonly string[] {
  const date = [
    `${draw.of([2024, 2023, 1900, 1, 0, -1, -44, -4714, 9999, 294_276, 294_277, 6_000_000])}`,
    `${draw.between(0, 13)}`,
    `${draw.between(0, 32)}`,
  ];
  const clock = [
    `${draw.between(-1, 25)}`,
    `${draw.between(-1, 60)}`,
    draw.of([...floats, `${draw.between(0, 60)}`, `${draw.fraction() * 60}`]),
  ];
  if (name === 'make_date') return date;
  if (name === 'make_time') return clock;
  const moment = [...date, ...clock];
  return types.length === 7
    ? [...moment, draw.of([...zoneNames, '+02', '-05:30', '+1', '+16', '2'])]
    : moment;
}
