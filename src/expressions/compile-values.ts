import {
  decimalUnlimited,
  describeFieldType,
  type FieldType,
  integer64,
  isGodwitError,
  textUnlimited,
  type Value,
} from '../model/index.ts';
import { assignment } from './assign/assignment.ts';
import { compileExpression } from './compile-expression.ts';
import type { Scope } from './program.ts';
import { unmatchedValue, valuesType, valueUnfit } from './transform-faults.ts';

/**
 * A value map: old text -> new value of the target's type, made once.
 *
 * Invariants: 1. only listed values pass; a text is never passed through. 2. NULL stays NULL. 3. of a list, every element is
 * looked up and takes its place. 4. every new value is read and checked as a value of the target field when compiling.
 */
export function compileValues(
  field: string,
  values: ReadonlyMap<string, string | null>,
  from: FieldType,
  to: FieldType,
): (value: Value) => Value {
  const known = knownValues(field, values, from, to);
  const one = (value: Value): Value => {
    if (value === null) return null;
    const found = known.get(String(value));
    if (found === undefined) throw unmatchedValue(field, String(value));
    return found;
  };
  return from.kind === 'list'
    ? (value) => (Array.isArray(value) ? (value as readonly Value[]).map(one) : null)
    : one;
}

/** Every old value's text -> its new value, read as what the target field (or an element of it) holds. */
export function knownValues(
  field: string,
  values: ReadonlyMap<string, string | null>,
  from: FieldType,
  to: FieldType,
): ReadonlyMap<string, Value> {
  const ofList = from.kind === 'list';
  if (!isTextual(ofList ? from.of : from)) throw valuesType(field, describeFieldType(from));
  if (ofList && to.kind !== 'list') throw valuesType(field, describeFieldType(from));
  const read = readerOf(field, ofList && to.kind === 'list' ? to.of : to);
  const known = new Map<string, Value>();
  for (const [old, now] of values) known.set(old, now === null ? null : read(now));
  return known;
}

function isTextual(type: FieldType): boolean {
  return !['bytes', 'json', 'list', 'interval'].includes(type.kind);
}

/** Reads a new value as the target's type: as an untyped literal would be read, then checked against the field's limits. */
function readerOf(field: string, to: FieldType): (text: string) => Value {
  const typed = literalType(to);
  const convert = assignment(typed?.type ?? textUnlimited, to);
  return (text) => {
    if (convert.kind === 'none') throw valueUnfit(field, text, describeFieldType(to), convert.reason);
    try {
      return convert.apply(typed ? literal(text, typed.cast) : text);
    } catch (error) {
      if (!isGodwitError(error)) throw error;
      throw valueUnfit(field, text, describeFieldType(to), error.message);
    }
  };
}

const nothing: Scope = { fields: [], lookups: new Map() };

function literal(text: string, cast: string): Value {
  const program = compileExpression(`CAST('${text.replaceAll("'", "''")}' AS ${cast})`, nothing);
  return program.evaluate([], { lookup: () => undefined, mask: (plain) => plain });
}

/** The widest type a literal for this field is read as: limits are left to the assignment, which never cuts. */
function literalType(to: FieldType): { readonly cast: string; readonly type: FieldType } | null {
  switch (to.kind) {
    case 'boolean':
    case 'date':
    case 'uuid':
    case 'interval':
      return { cast: to.kind, type: to };
    case 'integer':
      if (to.signed || to.bits < 64) return { cast: 'bigint', type: integer64 };
      return { cast: 'numeric', type: decimalUnlimited };
    case 'decimal':
      return { cast: 'numeric', type: decimalUnlimited };
    case 'float':
      return { cast: to.bits === 32 ? 'real' : 'double precision', type: to };
    case 'time':
      return { cast: to.zoned ? 'timetz' : 'time', type: { ...to, fractionDigits: 6 } };
    case 'timestamp':
      return { cast: 'timestamp', type: { ...to, fractionDigits: 6 } };
    case 'instant':
      return { cast: 'timestamptz', type: { ...to, fractionDigits: 6 } };
    case 'bytes':
      return { cast: 'bytea', type: { kind: 'bytes', bytesMax: null } };
    case 'json':
      return { cast: to.binary ? 'jsonb' : 'json', type: to };
    case 'text':
    case 'enum':
    case 'list':
    case 'native':
    case 'any':
      return null;
  }
}
