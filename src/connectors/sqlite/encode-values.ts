import type { SqliteValue } from '../../host/index.ts';
import { type Field, floatText, plainNumberText, type Value } from '../../model/index.ts';
import { type Affinity, affinityOf } from './sql.ts';

/** Why a value cannot be stored without being altered; becomes a refused record. */
export class Unstorable extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** What to hand to SQLite so that it keeps exactly this value under the column's affinity. Throws `Unstorable`. */
export type Encode = (value: Value) => SqliteValue;

export function encoderFor(field: Field): Encode {
  const refuse = (message: string): never => {
    throw new Unstorable(field.name, message);
  };
  const affinity = affinityOf(field.native);
  const encode = encoderOf(field, affinity, refuse);
  return (value) => (value === null ? null : encode(value));
}

type Refuse = (message: string) => never;
type EncodePresent = (value: Exclude<Value, null>) => SqliteValue;

function encoderOf(field: Field, affinity: Affinity, refuse: Refuse): EncodePresent {
  switch (field.type.kind) {
    case 'integer':
      return (value) => wholeNumber(value, refuse);
    case 'decimal':
      return affinity === 'text'
        ? (value) => wellFormedText(value, refuse)
        : (value) => decimalAsNumber(value, refuse);
    case 'float':
      return (value) => float(value, refuse);
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? BigInt(value) : refuse('not a boolean'));
    case 'bytes':
      return (value) => (value instanceof Uint8Array ? value : refuse('not bytes'));
    case 'any':
      return (value) => {
        if (value instanceof Uint8Array) return value;
        return typeof value === 'boolean' ? BigInt(value) : textUnder(affinity, value, refuse);
      };
    default:
      return (value) => textUnder(affinity, value, refuse);
  }
}

const [smallest, largest] = [-(2n ** 63n), 2n ** 63n - 1n];

function wholeNumber(value: Value, refuse: Refuse): bigint {
  if (typeof value !== 'string' || !/^-?\d+$/.test(value)) return refuse('not a whole number');
  const number = BigInt(value);
  if (number < smallest || number > largest) return refuse('SQLite keeps whole numbers of 64 bits');
  return number;
}

function wellFormedText(value: Value, refuse: Refuse): string {
  if (typeof value !== 'string') return refuse('not a text');
  return value.isWellFormed() ? value : refuse('the text has half a surrogate pair, which UTF-8 cannot hold');
}

/** A column with NUMERIC affinity keeps a whole number or a binary64: only a decimal that comes back equal may go in. */
function decimalAsNumber(value: Value, refuse: Refuse): SqliteValue {
  if (typeof value !== 'string') return refuse('not a decimal');
  const plain = /^(-?)(\d+)(?:\.(\d*?)0*)?$/.exec(value);
  if (!plain) return refuse('this column keeps numbers, and it is none');
  const [, sign = '', whole = '', fraction = ''] = plain;
  if (fraction === '') {
    const number = BigInt(sign + whole);
    if (number >= smallest && number <= largest) return number;
  }
  const stored = Number(value);
  const exact = `${sign}${whole.replace(/^0+(?=\d)/, '')}${fraction === '' ? '' : `.${fraction}`}`;
  return plainNumberText(stored) === exact
    ? stored
    : refuse(
        `SQLite would keep it as a binary number and change its digits; a column of type DECIMAL TEXT keeps them`,
      );
}

function float(value: Value, refuse: Refuse): number {
  if (typeof value !== 'string' || value.trim() === '') return refuse('not a number');
  if (value === 'NaN') return refuse('SQLite has no NaN; it would become NULL');
  const number = Number(value);
  if (Number.isNaN(number)) return refuse('not a number');
  if (Object.is(number, -0)) return refuse('SQLite has no negative zero; it would become 0');
  return number;
}

/** Under an affinity for numbers SQLite turns a text that looks like one into it: it may only if the same text comes back. */
function textUnder(affinity: Affinity, value: Value, refuse: Refuse): SqliteValue {
  const text = wellFormedText(value, refuse);
  if (affinity === 'text' || affinity === 'blob' || !looksLikeNumber(text)) return text;
  if (/^-?\d+$/.test(text)) {
    const number = BigInt(text);
    if (number.toString() === text && number >= smallest && number <= largest) return number;
  } else {
    const number = Number(text);
    if (floatText(number) === text && !Number.isInteger(number)) return number;
  }
  return refuse('SQLite would turn this text into a number and change it; a column of type TEXT keeps it');
}

/** What SQLite converts: a whole or decimal number with an exponent or without, and white space around it. */
function looksLikeNumber(text: string): boolean {
  return /^[ \t-\r]*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[ \t-\r]*$/.test(text);
}
