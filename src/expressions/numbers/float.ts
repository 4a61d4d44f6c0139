import { shapeOf, valueFault } from '../faults.ts';
import { float4Text, float8Text } from './float-text.ts';
import { trimSpace } from './read-decimal.ts';

export type FloatName = 'float4' | 'float8';

/** The number behind a float's text; a binary32 is not always the binary64 its shortest text reads as. */
export function floatReader(type: FloatName): (text: string) => number {
  return type === 'float8' ? Number : (text) => Math.fround(Number(text));
}

export function floatText(type: FloatName): (value: number) => string {
  return type === 'float8' ? float8Text : float4Text;
}

const finite = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const special = /^([+-]?)(?:(nan)|inf(?:inity)?)$/i;

/** PostgreSQL's `float8in` / `float4in`; hexadecimal floats, which depend on the C library, are refused. */
export function readFloat(text: string, type: FloatName): string {
  const trimmed = trimSpace(text);
  if (finite.test(trimmed)) return storedFloat(Number(trimmed), trimmed, type);
  const found = special.exec(trimmed);
  if (found === null) throw notFloat(text, trimmed, type);
  if (found[2] !== undefined) return 'NaN';
  return found[1] === '-' ? '-Infinity' : 'Infinity';
}

/** A number out of range is found before what stands behind it. */
function notFloat(text: string, trimmed: string, type: FloatName): Error {
  const [beginning] = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/i.exec(trimmed) ?? [];
  if (beginning !== undefined) storedFloat(Number(beginning), beginning, type);
  if (/^[+-]?0x[\da-f.]/i.test(trimmed))
    return valueFault('0A000', 'hexadecimal floating point numbers are not read');
  return valueFault('22P02', `${shapeOf(text)} is not a floating point number`);
}

function storedFloat(read: number, text: string, type: FloatName): string {
  const value = type === 'float4' ? Math.fround(read) : read;
  const vanished = value === 0 && /[1-9]/.test(text.replace(/e.*$/i, ''));
  if (!Number.isFinite(value) || vanished)
    throw valueFault('22003', `${shapeOf(text)} is out of range for a floating point number`);
  return floatText(type)(value);
}

/** Order: NaN above everything and equal to itself, -0 equal to 0. */
export function compareFloats(a: string, b: string): number {
  if (a === b) return 0;
  if (a === 'NaN') return 1;
  if (b === 'NaN') return -1;
  const [x, y] = [Number(a), Number(b)];
  return x < y ? -1 : Number(x > y);
}

type FloatOperation = (a: string, b: string) => string;
type FloatOperator = '+' | '-' | '*' | '/';

/** Builds an arithmetic operator that reports overflow and underflow as PostgreSQL does. */
export function floatOperation(type: FloatName, operator: FloatOperator): FloatOperation {
  const read = floatReader(type);
  const print = floatText(type);
  const round = type === 'float4' ? Math.fround : (value: number) => value;
  return (a, b) => {
    const [x, y] = [read(a), read(b)];
    if (operator === '/' && y === 0 && !Number.isNaN(x))
      throw valueFault('22012', 'a number is divided by zero');
    const result = round(computed(operator, x, y));
    if (!Number.isFinite(result) && Number.isFinite(x) && Number.isFinite(y))
      throw valueFault('22003', 'the result is too large for a floating point number');
    if (result === 0 && vanishes(operator, x, y))
      throw valueFault('22003', 'the result is too small for a floating point number');
    return print(result);
  };
}

function computed(operator: FloatOperator, x: number, y: number): number {
  switch (operator) {
    case '+':
      return x + y;
    case '-':
      return x - y;
    case '*':
      return x * y;
    case '/':
      return x / y;
  }
}

function vanishes(operator: FloatOperator, x: number, y: number): boolean {
  if (operator === '*') return x !== 0 && y !== 0;
  return operator === '/' && x !== 0 && Number.isFinite(y);
}
