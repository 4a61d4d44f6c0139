import type { FieldType } from '../../model/index.ts';
import { elementOf } from '../array-types.ts';
import type { ScalarName, TypeName } from '../registry.ts';

/** Names people write -> PostgreSQL's own. The grammar has turned `integer`, `varchar(5)`, `timestamp with time zone` already. */
const spellings: Readonly<Record<string, ScalarName>> = {
  bool: 'bool',
  int2: 'int2',
  int4: 'int4',
  int8: 'int8',
  numeric: 'numeric',
  float4: 'float4',
  float8: 'float8',
  text: 'text',
  varchar: 'varchar',
  bpchar: 'bpchar',
  bytea: 'bytea',
  date: 'date',
  time: 'time',
  timetz: 'timetz',
  timestamp: 'timestamp',
  timestamptz: 'timestamptz',
  interval: 'interval',
  uuid: 'uuid',
  json: 'json',
  jsonb: 'jsonb',
};

export const typeSpellings: readonly string[] = Object.keys(spellings);

export function scalarNamed(name: string): ScalarName | undefined {
  return Object.hasOwn(spellings, name) ? spellings[name] : undefined;
}

/** A type as messages name it. */
export function describeType(type: string): string {
  const element = elementOf(type);
  if (element !== undefined) return `a list of ${element}`;
  if (type === 'unknown') return 'a literal';
  return type.startsWith('enum:') ? `the enum ${type.slice('enum:'.length)}` : type;
}

/** The type under which the language sees a field. What no PostgreSQL type covers exactly goes into the next wider one. */
export function typeOfField(type: FieldType): TypeName {
  switch (type.kind) {
    case 'boolean':
      return 'bool';
    case 'integer':
      return typeOfInteger(type.bits, type.signed);
    case 'decimal':
      return 'numeric';
    case 'float':
      return type.bits === 32 ? 'float4' : 'float8';
    case 'text':
      if (type.padded) return 'bpchar';
      return type.charactersMax === null ? 'text' : 'varchar';
    case 'bytes':
      return 'bytea';
    case 'time':
      return type.zoned ? 'timetz' : 'time';
    case 'instant':
      return 'timestamptz';
    case 'json':
      return type.binary ? 'jsonb' : 'json';
    case 'enum':
      return `enum:${type.name}`;
    case 'list':
      return typeOfList(type.of);
    case 'native':
      return `native:${type.engine} ${type.name}`;
    case 'any':
      return 'text';
    case 'date':
    case 'timestamp':
    case 'interval':
    case 'uuid':
      return type.kind;
  }
}

function typeOfInteger(bits: number, signed: boolean): TypeName {
  if (bits <= 8 || (bits === 16 && signed)) return 'int2';
  if (bits <= 24 || (bits === 32 && signed)) return 'int4';
  return signed || bits === 32 ? 'int8' : 'numeric';
}

function typeOfList(of: FieldType): TypeName {
  const inner = typeOfField(of);
  return elementOf(inner) === undefined ? (`${inner}[]` as TypeName) : inner;
}

/** `10,2` of `numeric(10,2)`, `5` of `varchar(5)`, where a field announces such limits. */
export function modifiersOfField(type: FieldType): readonly number[] | null {
  switch (type.kind) {
    case 'decimal':
      return type.precision === null ? null : [type.precision, type.scale ?? 0];
    case 'text':
      return type.charactersMax === null ? null : [type.charactersMax];
    case 'time':
    case 'timestamp':
    case 'instant':
      return type.fractionDigits >= 6 ? null : [type.fractionDigits];
    default:
      return null;
  }
}

/** The field type of a value of the language. `labels` finds the labels of an enum. */
export function fieldTypeOf(
  type: TypeName,
  modifiers: readonly number[] | null,
  labels: (name: string) => readonly string[],
): FieldType {
  const element = elementOf(type);
  if (element !== undefined) return { kind: 'list', of: fieldTypeOf(element, modifiers, labels) };
  if (type.startsWith('enum:')) return { kind: 'enum', name: type.slice(5), labels: labels(type.slice(5)) };
  if (type.startsWith('native:')) {
    const [engine = '', ...name] = type.slice('native:'.length).split(' ');
    return { kind: 'native', engine, name: name.join(' ') };
  }
  return plainFieldType(type, modifiers);
}

function plainFieldType(type: string, modifiers: readonly number[] | null): FieldType {
  const [first = null, second = null] = modifiers ?? [];
  const fractionDigits = first ?? 6;
  switch (type) {
    case 'bool':
      return { kind: 'boolean' };
    case 'int2':
      return { kind: 'integer', bits: 16, signed: true };
    case 'int4':
      return { kind: 'integer', bits: 32, signed: true };
    case 'int8':
      return { kind: 'integer', bits: 64, signed: true };
    case 'numeric':
      return { kind: 'decimal', precision: first, scale: first === null ? null : (second ?? 0) };
    case 'float4':
      return { kind: 'float', bits: 32 };
    case 'float8':
      return { kind: 'float', bits: 64 };
    case 'varchar':
      return { kind: 'text', charactersMax: first, padded: false };
    case 'bpchar':
      return { kind: 'text', charactersMax: first, padded: true };
    case 'bytea':
      return { kind: 'bytes', bytesMax: null };
    case 'time':
    case 'timetz':
      return { kind: 'time', zoned: type === 'timetz', fractionDigits };
    case 'timestamp':
      return { kind: 'timestamp', fractionDigits };
    case 'timestamptz':
      return { kind: 'instant', fractionDigits };
    case 'json':
    case 'jsonb':
      return { kind: 'json', binary: type === 'jsonb' };
    case 'date':
    case 'interval':
    case 'uuid':
      return { kind: type };
    default:
      return { kind: 'text', charactersMax: null, padded: false };
  }
}
