import type { TypeName } from '../registry.ts';
import { byBytes, failure, typeThere, unwritable } from './sql-text.ts';

/** Casts whose result is the closure's as they are. */
const plain: ReadonlySet<string> = new Set([
  ...integerPairs(),
  ...['int2', 'int4', 'int8'].flatMap((type) => [`numeric>${type}`, `${type}>numeric`]),
  ...[
    'bool',
    'int2',
    'int4',
    'int8',
    'numeric',
    'float4',
    'float8',
    'date',
    'timestamp',
    'timestamptz',
    'uuid',
    'jsonb',
    'bpchar',
    'varchar',
  ].map((type) => `${type}>text`),
  ...[
    'bool',
    'int2',
    'int4',
    'int8',
    'numeric',
    'float4',
    'float8',
    'date',
    'timestamp',
    'timestamptz',
    'uuid',
    'jsonb',
    'bpchar',
    'text',
  ].map((type) => `${type}>varchar`),
  ...['float4', 'float8'].flatMap((float) =>
    ['int2', 'int4', 'int8', 'numeric'].flatMap((type) => [`${type}>${float}`, `${float}>${type}`]),
  ),
  'float4>float8',
  'float8>float4',
  'bool>int4',
  'int4>bool',
  'text>bool',
  'text>uuid',
  'varchar>bool',
  'varchar>uuid',
  'date>timestamp',
  'timestamp>date',
  // The zone of every session is UTC, which has no rules.
  'date>timestamptz',
  'timestamp>timestamptz',
  'timestamptz>date',
  'timestamptz>timestamp',
]);

function integerPairs(): readonly string[] {
  const names = ['int2', 'int4', 'int8'];
  return names.flatMap((from) => names.filter((to) => to !== from).map((to) => `${from}>${to}`));
}

const day = '[0-9]{4}-[0-9]{2}-[0-9]{2}';
const clock = '[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?';

/** Texts that every version and every setting reads alike; others fail there and are read here. */
const shapes: Readonly<Record<string, string>> = {
  float4: '^[+-]?[0-9]{1,60}([.][0-9]{1,60})?([eE][+-]?[0-9]{1,3})?$',
  float8: '^[+-]?[0-9]{1,60}([.][0-9]{1,60})?([eE][+-]?[0-9]{1,3})?$',
  date: `^${day}$`,
  timestamp: `^${day}[ T]${clock}$`,
  timestamptz: `^${day}[ T]${clock}(Z|[+-][0-9]{2}(:?[0-9]{2})?)$`,
};

/** For the documentation. */
export function castsThere(): readonly string[] {
  const read = [...numbers, ...Object.keys(shapes)].flatMap((to) => [`text>${to}`, `varchar>${to}`]);
  return [...plain, ...read].map((pair) => pair.replace('>', '::')).sort();
}

/** An explicit cast; `sql` has the type `from`, and is `bare` when it only reads a field. */
export function writeCast(sql: string, from: TypeName, to: TypeName, bare = false): string {
  const name = typeThere(to);
  if (from.startsWith('enum:') && (to === 'text' || to === 'varchar')) return `(${sql})::${name}`;
  if (plain.has(`${from}>${to}`)) return `(${sql})::${name}`;
  if (from !== 'text' && from !== 'varchar')
    return unwritable(`a cast from ${from} to ${to} is computed here`);
  if (numbers.has(to)) return writeNumber(sql, to, bare);
  const shape = shapes[to];
  if (shape === undefined) return unwritable(`reading a text as ${to} is computed here`);
  return `CASE WHEN (${sql}) OPERATOR(pg_catalog.~) '${shape}' THEN (${sql})::${name} ELSE ${failure(sql, to)} END`;
}

const numbers: ReadonlySet<string> = new Set(['int2', 'int4', 'int8', 'numeric']);

/** Digits that come out as they went in need no second look: that is cheaper than translating them, where reading is cheap. */
function writeNumber(sql: string, to: TypeName, bare: boolean): string {
  const name = typeThere(to);
  const looked = `${withoutDigitsOfCode(sql)}::${name}`;
  if (!bare || to === 'numeric') return looked;
  const read = `(${sql})::${name}`;
  return `CASE WHEN ${byBytes(`${read}::pg_catalog.text`)} OPERATOR(pg_catalog.=) ${sql}::pg_catalog.text THEN ${read} ELSE ${looked} END`;
}

/** Since version 16 a server also reads 0x1F, 0o17, 0b11 and 1_000: the characters of those are made unreadable. */
function withoutDigitsOfCode(sql: string): string {
  return `pg_catalog."translate"(${sql}, 'xXoObB_', '???????')`;
}
