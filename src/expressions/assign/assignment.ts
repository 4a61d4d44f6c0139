import { describeFieldType, type FieldType, type Value } from '../../model/index.ts';
import { isList } from '../arrays/array-text.ts';
import type { Assignment } from '../program.ts';
import { assignJson, assignJsonToList, assignListToJson } from './assign-json.ts';
import { assignNumber, isNumberType } from './assign-number.ts';
import { assignAsText, assignLabel, assignText } from './assign-text.ts';
import { assignTime, isTimeType } from './assign-time.ts';
import { checked, exact, none } from './assignments.ts';
import { fitFault } from './fit-fault.ts';

/**
 * How a value gets into a field of another type without being altered: the same value in the spelling the field gives back,
 * or a `value.*` error. Nothing is cut, rounded or replaced here; that takes a cast in the mapping.
 */
export function assignment(from: FieldType, to: FieldType): Assignment {
  if (to.kind === 'any') return exact();
  if (from.kind === 'any') return fromAny(to);
  if (to.kind === 'text') return intoText(from, to);
  if (isNumberType(from) && isNumberType(to)) return assignNumber(from, to);
  if (isTimeType(from) && isTimeType(to)) return assignTime(from, to);
  if (to.kind === 'enum' && (from.kind === 'text' || from.kind === 'enum')) return assignLabel(from, to);
  if (from.kind === 'list' && to.kind === 'list') return assignList(from.of, to.of);
  if (from.kind === 'json' && to.kind === 'json') return assignJson(from.binary, to.binary);
  if (from.kind === 'list' && to.kind === 'json') return assignListToJson(from.of);
  if (from.kind === 'json' && to.kind === 'list') return assignJsonToList(to.of, assignment);
  if (from.kind === 'bytes' && to.kind === 'bytes') return assignBytes(from.bytesMax, to.bytesMax);
  if (isSame(from, to)) return exact();
  if (from.kind === 'text' && to.kind === 'native') return intoNative(from, to);
  return none(
    `${describeFieldType(from)} does not become ${describeFieldType(to)} by itself: convert it in the mapping, for example with a cast`,
  );
}

function isSame(from: FieldType, to: FieldType): boolean {
  if (from.kind === 'native' && to.kind === 'native')
    return from.engine === to.engine && from.name === to.name;
  return from.kind === to.kind && (from.kind === 'boolean' || from.kind === 'uuid');
}

/** What only one engine can read is left to it: its shelf refuses a record whose text it cannot read, or would spell otherwise. */
function intoNative(from: Text, to: Extract<FieldType, { kind: 'native' }>): Assignment {
  const text = assignText(from, { kind: 'text', charactersMax: null, padded: false });
  if (text.kind === 'none') return text;
  return checked(`${to.engine} reads it as ${to.name} and spells it like this`, text.apply);
}

function fromAny(to: FieldType): Assignment {
  if (to.kind !== 'text')
    return none(
      `the source says no type for this field: cast it, for example x::${to.kind === 'integer' ? 'int' : to.kind}`,
    );
  const inner = assignText({ kind: 'text', charactersMax: null, padded: false }, to);
  return checked(`text${inner.kind === 'checked' ? `, ${inner.condition}` : ''}`, (value: Value) => {
    if (value instanceof Uint8Array) throw fitFault('value.unreadable', 'the value is bytes');
    return inner.kind === 'none' ? value : inner.apply(value);
  });
}

type Text = Extract<FieldType, { kind: 'text' }>;

/** What has one text and nothing else: PostgreSQL assigns those to text as well. */
function intoText(from: FieldType, to: Text): Assignment {
  switch (from.kind) {
    case 'text':
      return assignText(from, to);
    case 'boolean':
      return assignAsText(5, to, (value: boolean) => (value ? 'true' : 'false'));
    case 'integer':
      return assignAsText(20, to);
    case 'uuid':
      return assignAsText(36, to);
    case 'enum':
      return assignAsText(Math.max(0, ...from.labels.map((label) => label.length)), to);
    case 'decimal':
    case 'float':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'instant':
    case 'interval':
    case 'json':
    case 'native':
      return assignAsText(null, to);
    case 'bytes':
      return none("bytes are not text by themselves: write convert_from(x, 'UTF8') or encode(x, 'hex')");
    case 'list':
      return none("a list has no text by itself: write array_to_string(x, ',') or to_jsonb(x)");
    case 'any':
      return fromAny(to);
  }
}

function assignBytes(from: number | null, to: number | null): Assignment {
  if (to === null || (from !== null && from <= to)) return exact();
  return checked(`at most ${to} bytes`, (bytes: Uint8Array) => {
    if (bytes.length > to)
      throw fitFault('value.too-long', `it has ${bytes.length} bytes, the field holds ${to}`);
    return bytes;
  });
}

function assignList(from: FieldType, to: FieldType): Assignment {
  const inner = assignment(from, to);
  if (inner.kind === 'none') return inner;
  const each = (value: Value): Value => (isList(value) ? value.map(each) : inner.apply(value));
  return inner.kind === 'exact' ? exact(each) : checked(`every element: ${inner.condition}`, each);
}
