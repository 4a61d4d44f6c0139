import type { Value } from '../../model/index.ts';
import { elementOf } from '../array-types.ts';
import { isList } from '../arrays/array-text.ts';
import { valueFault } from '../faults.ts';
import { isSpecial } from '../numbers/decimal.ts';
import { readDecimal } from '../numbers/read-decimal.ts';
import type { TypeLookup, TypeName } from '../registry.ts';
import { jsonString } from './json-text.ts';
import { normalizedJson, objectText } from './normalize-json.ts';

type Write = (value: Value) => string;

/** What `to_jsonb` makes of a value of that type. */
export function jsonWriter(type: TypeName, catalog: TypeLookup): Write {
  const element = elementOf(type);
  const write =
    element === undefined ? scalarWriter(type, catalog) : listWriter(jsonWriter(element, catalog));
  return (value) => (value === null ? 'null' : write(value));
}

function listWriter(write: Write): Write {
  const written: Write = (value) => (isList(value) ? `[${value.map(written).join(', ')}]` : write(value));
  return written;
}

function scalarWriter(type: TypeName, catalog: TypeLookup): Write {
  switch (type) {
    case 'bool':
      return (value) => (value === true ? 'true' : 'false');
    case 'int2':
    case 'int4':
    case 'int8':
      return (value) => value as string;
    case 'numeric':
    case 'float4':
    case 'float8':
      // Numbers JSON has no spelling for become strings.
      return (value) =>
        isSpecial(value as string) ? jsonString(value as string) : readDecimal(value as string);
    case 'jsonb':
      return (value) => value as string;
    case 'json':
      return (value) => normalizedJson(value as string);
    case 'timestamp':
    case 'timestamptz':
      return (value) => jsonString(isoText(value as string));
    default: {
      const print = catalog.output(type);
      return (value) => jsonString(print(value));
    }
  }
}

/** JSON has the letter T between date and time, and minutes behind the hours of a zone. */
function isoText(text: string): string {
  if (text.endsWith('infinity')) return text;
  return text.replace(' ', 'T').replace(/([+-]\d\d)(?= BC$|$)/, '$1:00');
}

/** `jsonb_build_array(...)`. */
export function builtArray(types: readonly TypeName[], catalog: TypeLookup): (...values: Value[]) => string {
  const writers = types.map((type) => jsonWriter(type, catalog));
  return (...values) => `[${values.map((value, at) => writers[at]?.(value) ?? 'null').join(', ')}]`;
}

/** `jsonb_build_object(key, value, ...)`: keys are texts of any scalar type, the last of equal keys wins. */
export function builtObject(types: readonly TypeName[], catalog: TypeLookup): (...values: Value[]) => string {
  if (types.length % 2 !== 0) throw valueFault('22023', 'keys and values come in pairs');
  const writers = types.map((type, at) =>
    at % 2 === 0 ? keyWriter(type, catalog) : jsonWriter(type, catalog),
  );
  return (...values) => {
    const members = new Map<string, string>();
    for (let at = 0; at < values.length; at += 2) {
      const key = values[at] ?? null;
      if (key === null) throw valueFault('22023', 'a key of an object is null');
      members.set(writers[at]?.(key) ?? '', writers[at + 1]?.(values[at + 1] ?? null) ?? 'null');
    }
    return objectText(members);
  };
}

function keyWriter(type: TypeName, catalog: TypeLookup): Write {
  if (elementOf(type) !== undefined || type === 'json' || type === 'jsonb')
    return () => {
      throw valueFault('22023', 'a key of an object is a scalar, not a list and not JSON');
    };
  if (type === 'bool') return (value) => (value === true ? 'true' : 'false');
  return type === 'timestamp' || type === 'timestamptz'
    ? (value) => isoText(value as string)
    : catalog.output(type);
}
