import {
  booleanType,
  decimalUnlimited,
  type FieldType,
  textUnlimited,
  type Value,
} from '../../model/index.ts';
import { isList } from '../arrays/array-text.ts';
import { jsonString, textOfJsonString } from '../json/json-text.ts';
import { normalizedJson, repeatsKey } from '../json/normalize-json.ts';
import { type JsonKind, kindOfJson } from '../json/reach-into-json.ts';
import { eachElement, wholeDocument } from '../json/scan-json.ts';
import { isSpecial } from '../numbers/decimal.ts';
import { readDecimal } from '../numbers/read-decimal.ts';
import type { Assignment } from '../program.ts';
import { checked, exact, none } from './assignments.ts';
import { fitFault } from './fit-fault.ts';

/** A document into a field for documents: `jsonb` keeps one of two equal keys, so there must not be two. */
export function assignJson(fromBinary: boolean, toBinary: boolean): Assignment {
  if (fromBinary || !toBinary) return exact();
  return checked('no object holds a key twice', (text: string) => {
    if (repeatsKey(text))
      throw fitFault('value.would-lose', 'an object holds a key twice and jsonb keeps the last one');
    return normalizedJson(text);
  });
}

/** What an element of a list is in JSON, and the type under which it is read there; of other types JSON knows no values. */
function jsonElement(of: FieldType): { readonly kind: JsonKind; readonly type: FieldType } | undefined {
  switch (of.kind) {
    case 'text':
    case 'enum':
      return { kind: 'string', type: textUnlimited };
    case 'boolean':
      return { kind: 'boolean', type: booleanType };
    case 'integer':
    case 'decimal':
    case 'float':
      return { kind: 'number', type: decimalUnlimited };
    case 'list':
      return jsonElement(of.of);
    default:
      return undefined;
  }
}

const otherElements =
  'JSON knows texts, numbers and truth values: write x::text, which a cast to the type of the list reads again, or to_jsonb(x)';

/** A list into JSON, as an array of its elements; `assignFromJson` reads the same list from it. */
export function assignListToJson(of: FieldType): Assignment {
  const element = jsonElement(of);
  if (element === undefined) return none(otherElements);
  const write = (value: Value): string => {
    if (isList(value)) return `[${value.map(write).join(', ')}]`;
    return value === null ? 'null' : elementText(value, element.kind);
  };
  return element.kind === 'number' ? checked('neither NaN nor an infinity', write) : exact(write);
}

function elementText(value: Value, kind: JsonKind): string {
  if (kind === 'boolean') return String(value);
  if (kind === 'string') return jsonString(value as string);
  if (isSpecial(value as string)) throw fitFault('value.would-lose', `JSON has no number ${String(value)}`);
  return readDecimal(value as string);
}

/**
 * A JSON array into a list.
 *
 * @param assign the assignment of an element to the list's type
 */
export function assignJsonToList(
  of: FieldType,
  assign: (from: FieldType, to: FieldType) => Assignment,
): Assignment {
  const element = jsonElement(of);
  if (element === undefined) return none(otherElements);
  const inner = assign(element.type, innermost(of));
  if (inner.kind === 'none') return inner;
  const condition = inner.kind === 'checked' ? `, each ${inner.condition}` : '';
  return checked(`an array of ${element.kind}s${condition}`, (text: string) =>
    elementsOf(text, wholeDocument(text).start, element.kind, inner.apply),
  );
}

function innermost(type: FieldType): FieldType {
  return type.kind === 'list' ? innermost(type.of) : type;
}

function elementsOf(
  text: string,
  start: number,
  kind: JsonKind,
  apply: (value: Value) => Value,
): readonly Value[] {
  if (text[start] !== '[') throw fitFault('value.would-lose', 'it is no JSON array');
  const elements: Value[] = [];
  eachElement(text, start, (from, end) => {
    const nested = text[from] === '[';
    elements.push(
      nested ? elementsOf(text, from, kind, apply) : readElement(text.slice(from, end), kind, apply),
    );
  });
  return elements;
}

function readElement(token: string, kind: JsonKind, apply: (value: Value) => Value): Value {
  const found = kindOfJson(token);
  if (found === 'null') return null;
  if (found !== kind)
    throw fitFault('value.would-lose', `an element of the array is no ${kind} but ${found}`);
  if (kind === 'boolean') return apply(token === 'true');
  return apply(kind === 'string' ? textOfJsonString(token) : readDecimal(token));
}
