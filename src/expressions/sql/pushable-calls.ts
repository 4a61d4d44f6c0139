import type { TypeName } from '../registry.ts';
import { castsThere } from './write-cast.ts';

/**
 * What may be computed by a PostgreSQL in place of the closure: only what is listed. `agrees-there.test.ts` proves each entry
 * against real servers, in a database of another locale, with awkward values.
 *
 * Of floats only what IEEE 754 fixes to the last bit. Left out on purpose: what depends on the locale (initcap, regular
 * expressions, ilike), on rules of zones (each side has its own), on the spelling of intervals, what may grow without bounds
 * (repeat, lpad, rpad), what versions answer otherwise (a JSON null as a number), and reading a text as JSON, which one side
 * does to another depth than the other.
 */
const functions: ReadonlySet<string> = new Set([
  ...['btrim', 'ltrim', 'rtrim'].flatMap((name) => [`${name}(text)`, `${name}(text, text)`]),
  'substring(text, int4)',
  'substring(text, int4, int4)',
  'substr(text, int4)',
  'substr(text, int4, int4)',
  'left(text, int4)',
  'right(text, int4)',
  'split_part(text, text, int4)',
  'overlay(text, text, int4)',
  'overlay(text, text, int4, int4)',
  'reverse(text)',
  'strpos(text, text)',
  'position(text, text)',
  'starts_with(text, text)',
  'replace(text, text, text)',
  'translate(text, text, text)',
  'length(text)',
  'char_length(text)',
  'character_length(text)',
  'octet_length(text)',
  'md5(text)',
  'ascii(text)',
  'chr(int4)',
  ...['int2', 'int4', 'int8', 'numeric'].map((type) => `abs(${type})`),
  ...['int2', 'int4', 'int8', 'numeric'].map((type) => `mod(${type}, ${type})`),
  'sign(numeric)',
  'ceil(numeric)',
  'ceiling(numeric)',
  'floor(numeric)',
  'round(numeric)',
  'round(numeric, int4)',
  'trunc(numeric)',
  'trunc(numeric, int4)',
  'div(numeric, numeric)',
  'scale(numeric)',
  'trim_scale(numeric)',
  ...['abs', 'ceil', 'ceiling', 'floor', 'round', 'sign', 'trunc'].map((name) => `${name}(float8)`),
  'make_date(int4, int4, int4)',
  'make_timestamp(int4, int4, int4, int4, int4, float8)',
  ...['date', 'timestamp', 'timestamptz'].flatMap((type) => [
    `extract(text, ${type})`,
    `date_part(text, ${type})`,
    `isfinite(${type})`,
  ]),
  'date_trunc(text, timestamp)',
  'date_trunc(text, timestamptz)',
  'jsonb_typeof(jsonb)',
  'jsonb_array_length(jsonb)',
  'md5(bytea)',
  'sha256(bytea)',
  'encode(bytea, text)',
  'decode(text, text)',
  'length(bytea)',
  'octet_length(bytea)',
]);

/** Functions of any number of arguments of any of these types, which they print. */
const printing: ReadonlySet<string> = new Set(['concat', 'concat_ws']);

const printable: ReadonlySet<string> = new Set(
  'bool int2 int4 int8 numeric float4 float8 text varchar date timestamp timestamptz uuid'.split(' '),
);

const comparable: ReadonlySet<string> = new Set(
  'bool int2 int4 int8 numeric float4 float8 text bytea date timestamp timestamptz uuid'.split(' '),
);

/** These are also compared with each other: each session of godwit has one zone, UTC, which has no rules. */
const moments: ReadonlySet<string> = new Set(['date', 'timestamp', 'timestamptz']);

const comparisons: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);

const operators: ReadonlySet<string> = new Set([
  ...['int2', 'int4', 'int8', 'numeric'].flatMap((type) => [
    ...['+', '-', '*', '/', '%'].map((name) => `${type} ${name} ${type}`),
    ...['+', '-', '@'].map((name) => `${name} ${type}`),
  ]),
  ...['float4', 'float8'].flatMap((type) => [
    ...['+', '-', '*', '/'].map((name) => `${type} ${name} ${type}`),
    ...['+', '-', '@'].map((name) => `${name} ${type}`),
  ]),
  'jsonb -> text',
  'jsonb -> int4',
  'jsonb ->> text',
  'jsonb ->> int4',
  'bytea || bytea',
  'text ~~ text',
  'text !~~ text',
  'date + int4',
  'int4 + date',
  'date - int4',
  'date - date',
]);

/** Whether this function of these arguments means the same there. */
export function isFunctionThere(name: string, types: readonly TypeName[]): boolean {
  if (printing.has(name)) return types.every((type) => printable.has(type));
  return functions.has(`${name}(${types.join(', ')})`);
}

export function isOperatorThere(name: string, types: readonly TypeName[]): boolean {
  const [left, right] = types;
  if (left === undefined || right === undefined) return operators.has(`${name} ${left}`);
  if (comparisons.has(name)) return areComparable(left, right);
  if (name === '||' && types.includes('text')) return types.every((type) => printable.has(type));
  return operators.has(`${left} ${name} ${right}`);
}

function areComparable(left: TypeName, right: TypeName): boolean {
  return left === right ? comparable.has(left) : moments.has(left) && moments.has(right);
}

/** Whether two values of this type are equal, or the smaller, under the same condition there. */
export function isComparableThere(type: TypeName): boolean {
  return comparable.has(type);
}

/** What may be computed by a server, by its names, for the documentation. */
export interface PushedDown {
  readonly functions: readonly string[];
  readonly operators: readonly string[];
  readonly casts: readonly string[];
}

export function pushedDown(): PushedDown {
  const types = [...comparable].join(', ');
  return {
    functions: [
      ...functions,
      'lower(text)',
      'upper(text)',
      ...[...printing].map((name) => `${name}(any ...)`),
    ].sort(),
    operators: [
      ...operators,
      'text || any',
      'any || text',
      `${[...comparisons].join(' ')} of ${types}`,
      `${[...comparisons].join(' ')} among ${[...moments].join(', ')}`,
    ],
    casts: castsThere(),
  };
}
