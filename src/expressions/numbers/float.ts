import { floatText as canonicalText } from '../../model/index.ts';
import { shapeOf, valueFault } from '../faults.ts';
import { trimSpace } from './read-decimal.ts';

export type FloatName = 'float4' | 'float8';

/** The number behind a float's text. */
export function floatOf(text: string): number {
  return Number(text);
}

/** PostgreSQL's shortest text of a binary64 number: the canonical text of the house. */
export function float8Text(value: number): string {
  return canonicalText(value);
}

/** The same for a binary32 number (given as the binary64 of the same value); exponent form from 1e6 on. */
export function float4Text(value: number): string {
  return arrangedDigits(value, shortestFloat4(value), 6);
}

export function floatText(type: FloatName): (value: number) => string {
  return type === 'float8' ? float8Text : float4Text;
}

function arrangedDigits(value: number, exponential: string, exponentMax: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponentText = '0'] = exponential.split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < exponentMax) return fixedText(mantissa, exponent);
  const size = Math.abs(exponent);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${size < 10 ? '0' : ''}${size}`;
}

function fixedText(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, '0');
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

/** The shortest exponential form that reads back as the same binary32; of those the nearest. */
function shortestFloat4(value: number): string {
  for (let digits = 0; digits < 9; digits += 1) {
    const text = value.toExponential(digits);
    if (Math.fround(Number(text)) === value) return text;
  }
  return value.toExponential();
}

const finite = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const special = /^([+-]?)(?:(nan)|inf(?:inity)?)$/i;

/** PostgreSQL's `float8in` / `float4in`; hexadecimal floats, which depend on the C library, are refused. */
export function readFloat(text: string, type: FloatName): string {
  const trimmed = trimSpace(text);
  if (finite.test(trimmed)) return storedFloat(Number(trimmed), trimmed, type);
  const found = special.exec(trimmed);
  if (found === null) throw valueFault('22P02', `${shapeOf(text)} is not a floating point number`);
  if (found[2] !== undefined) return 'NaN';
  return found[1] === '-' ? '-Infinity' : 'Infinity';
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
  return Number(a) === Number(b) ? 0 : Math.sign(Number(a) < Number(b) ? -1 : 1);
}

type FloatOperation = (a: string, b: string) => string;

/** Builds an arithmetic operator that reports overflow and underflow as PostgreSQL does. */
export function floatOperation(type: FloatName, operator: '+' | '-' | '*' | '/'): FloatOperation {
  const print = floatText(type);
  const round = type === 'float4' ? Math.fround : (value: number) => value;
  return (a, b) => {
    const [x, y] = [Number(a), Number(b)];
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

function computed(operator: '+' | '-' | '*' | '/', x: number, y: number): number {
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

function vanishes(operator: '+' | '-' | '*' | '/', x: number, y: number): boolean {
  if (operator === '*') return x !== 0 && y !== 0;
  return operator === '/' && x !== 0 && Number.isFinite(y);
}
