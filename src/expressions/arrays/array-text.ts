import type { Value } from '../../model/index.ts';
import { valueFault } from '../faults.ts';

/** PostgreSQL's `array_out`: `{a,"b c",NULL}`, nested braces for more dimensions. */
export function arrayOutput(print: (value: Value) => string): (value: Value) => string {
  const printed = (value: Value): string => {
    if (value === null) return 'NULL';
    if (isList(value)) return `{${value.map(printed).join(',')}}`;
    return quoted(print(value));
  };
  return printed;
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function quoted(text: string): string {
  const plain = text !== '' && !/[{}",\\ \t\n\v\f\r]/.test(text) && !/^null$/i.test(text);
  return plain ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/**
 * PostgreSQL's `array_in` without explicit bounds (`[2:3]={...}`), which no value of the language can carry.
 * Unquoted elements lose white space around them; an unquoted `NULL` is null.
 */
export function readArray(text: string, read: (text: string) => Value): Value {
  const scanner = { text, at: 0 };
  skipSpace(scanner);
  if (text[scanner.at] !== '{') throw malformed();
  const value = readLevel(scanner);
  skipSpace(scanner);
  if (scanner.at < text.length) throw malformed();
  // The braces are checked before any element is read.
  const readPart = (part: Value): Value => {
    if (isList(part)) return part.map(readPart);
    return part === null ? null : read(part as string);
  };
  return readPart(squared(value));
}

interface Scanner {
  readonly text: string;
  at: number;
}

const dimensionsMax = 6;

function readLevel(scanner: Scanner, depth = 1): readonly Value[] {
  if (depth > dimensionsMax) throw valueFault('54000', `an array has more than ${dimensionsMax} dimensions`);
  scanner.at += 1;
  skipSpace(scanner);
  const values: Value[] = [];
  if (scanner.text[scanner.at] === '}') {
    scanner.at += 1;
    return values;
  }
  for (;;) {
    skipSpace(scanner);
    values.push(scanner.text[scanner.at] === '{' ? readLevel(scanner, depth + 1) : readElement(scanner));
    skipSpace(scanner);
    const sign = scanner.text[scanner.at];
    scanner.at += 1;
    if (sign === '}') return values;
    if (sign !== ',') throw malformed();
  }
}

function readElement(scanner: Scanner): Value {
  if (scanner.text[scanner.at] === '"') return readQuoted(scanner);
  let element = '';
  let kept = 0;
  let escaped = false;
  for (; scanner.at < scanner.text.length; scanner.at += 1) {
    const sign = scanner.text[scanner.at] ?? '';
    if (sign === ',' || sign === '}') break;
    if (sign === '{' || sign === '"') throw malformed();
    if (sign === '\\') {
      scanner.at += 1;
      if (scanner.at >= scanner.text.length) throw malformed();
      element += scanner.text[scanner.at];
      kept = element.length;
      escaped = true;
      continue;
    }
    element += sign;
    if (!isSpace(sign)) kept = element.length;
  }
  const word = element.slice(0, kept);
  if (word === '') throw malformed();
  return !escaped && /^null$/i.test(word) ? null : word;
}

function readQuoted(scanner: Scanner): string {
  let element = '';
  for (scanner.at += 1; scanner.at < scanner.text.length; scanner.at += 1) {
    const sign = scanner.text[scanner.at] ?? '';
    if (sign === '"') {
      scanner.at += 1;
      return element;
    }
    if (sign === '\\') scanner.at += 1;
    element += scanner.text[scanner.at] ?? '';
  }
  throw malformed();
}

function skipSpace(scanner: Scanner): void {
  while (isSpace(scanner.text[scanner.at] ?? '')) scanner.at += 1;
}

function isSpace(sign: string): boolean {
  return sign !== '' && ' \t\n\v\f\r'.includes(sign);
}

/** Throws unless all parts have the same shape; `{{},{}}` is the empty array. */
function squared(value: readonly Value[]): Value {
  if (shapeOf(value) === undefined) throw malformed();
  return isEmpty(value) ? [] : value;
}

function isEmpty(value: readonly Value[]): boolean {
  return value.every((part) => isList(part) && isEmpty(part));
}

/** Lengths from the outside in, or undefined when the parts differ. */
export function shapeOf(value: readonly Value[]): readonly number[] | undefined {
  const [first] = value;
  if (first === undefined || !isList(first)) return value.some(isList) ? undefined : [value.length];
  const shape = shapeOf(first);
  const same = value.every((part) => isList(part) && shapeOf(part)?.join() === shape?.join());
  return same && shape !== undefined ? [value.length, ...shape] : undefined;
}

function malformed(): Error {
  return valueFault('22P02', 'a text is no array');
}

/** All elements of all dimensions in order. */
export function flattened(value: Value): readonly Value[] {
  if (!isList(value)) return [];
  return value.some(isList) ? value.flatMap((part) => (isList(part) ? flattened(part) : [part])) : value;
}

/** `array_cmp`: elements first (null above everything), then number of elements, then dimensions. */
export function compareArrays(a: Value, b: Value, compare: (a: Value, b: Value) => number): number {
  const [left, right] = [flattened(a), flattened(b)];
  const shorter = Math.min(left.length, right.length);
  for (let at = 0; at < shorter; at += 1) {
    const order = compareElements(left[at] ?? null, right[at] ?? null, compare);
    if (order !== 0) return order;
  }
  if (left.length !== right.length) return left.length - right.length;
  return compareShapes(a, b);
}

function compareElements(a: Value, b: Value, compare: (a: Value, b: Value) => number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return compare(a, b);
}

function compareShapes(a: Value, b: Value): number {
  const left = isList(a) ? (shapeOf(a) ?? []) : [];
  const right = isList(b) ? (shapeOf(b) ?? []) : [];
  if (left.length !== right.length) return left.length - right.length;
  for (const [at, length] of left.entries()) if (length !== right[at]) return length - (right[at] ?? 0);
  return 0;
}
