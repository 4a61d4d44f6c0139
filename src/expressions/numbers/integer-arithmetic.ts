import { shapeOf, valueFault } from '../faults.ts';

export type IntegerName = 'int2' | 'int4' | 'int8';

const limits = {
  int2: [-32_768n, 32_767n],
  int4: [-2_147_483_648n, 2_147_483_647n],
  int8: [-9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n],
} as const;

const safeLimits = { int2: 32_767, int4: 2_147_483_647, int8: Number.MAX_SAFE_INTEGER } as const;

/** The text of a whole number of that type; throws 22003 outside its range. */
export function integerText(value: bigint, type: IntegerName): string {
  const [least, most] = limits[type];
  if (value < least || value > most) throw outOfRange(value.toString(), type);
  return value.toString();
}

export function outOfRange(text: string, type: string): Error {
  return valueFault('22003', `${shapeOf(text)} does not fit ${describe(type)}`);
}

function describe(type: string): string {
  const bits = { int2: 'a 16-bit integer', int4: 'a 32-bit integer', int8: 'a 64-bit integer' };
  return bits[type as IntegerName] ?? type;
}

const plain = /^[+-]?\d+$/;

/** PostgreSQL's `int4in` and its sisters: decimal digits with a sign and white space around; no other bases, no underscores. */
export function readInteger(text: string, type: IntegerName): string {
  const trimmed = /^[ \t\n\v\f\r]|[ \t\n\v\f\r]$/.test(text)
    ? text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '')
    : text;
  if (!plain.test(trimmed)) throw notWhole(text, trimmed, type);
  return integerText(BigInt(trimmed), type);
}

/** Digits that are too many are found before what stands behind them: `99999999999.5` is out of range for int4. */
function notWhole(text: string, trimmed: string, type: IntegerName): Error {
  const [digits = '0'] = /^[+-]?\d+/.exec(trimmed) ?? [];
  const [least, most] = limits[type];
  const beginning = BigInt(digits);
  if (beginning < least || beginning > most) return outOfRange(digits, type);
  return valueFault('22P02', `${shapeOf(text)} is not a whole number`);
}

type Operation = (a: string, b: string) => string;

/** Builds `+`, `-` or `*`: on numbers while the result is safe, exactly otherwise. */
function exactOperation(
  type: IntegerName,
  quick: (a: number, b: number) => number,
  exact: (a: bigint, b: bigint) => bigint,
): Operation {
  const most = safeLimits[type];
  return (a, b) => {
    if (a.length < 16 && b.length < 16) {
      const result = quick(Number(a), Number(b));
      // Adding 0 turns -0 into 0.
      if (result <= most && result >= -most) return `${result + 0}`;
    }
    return integerText(exact(BigInt(a), BigInt(b)), type);
  };
}

export function addIntegers(type: IntegerName): Operation {
  return exactOperation(
    type,
    (a, b) => a + b,
    (a, b) => a + b,
  );
}

export function subtractIntegers(type: IntegerName): Operation {
  return exactOperation(
    type,
    (a, b) => a - b,
    (a, b) => a - b,
  );
}

export function multiplyIntegers(type: IntegerName): Operation {
  return exactOperation(
    type,
    (a, b) => a * b,
    (a, b) => a * b,
  );
}

/** Towards zero; the least integer divided by -1 is out of range. */
export function divideIntegers(type: IntegerName): Operation {
  return (a, b) => {
    if (b === '0') throw valueFault('22012', 'a number is divided by zero');
    if (a.length < 16 && b.length < 16) {
      const result = Math.trunc(Number(a) / Number(b));
      if (result <= safeLimits[type]) return `${result + 0}`;
    }
    return integerText(BigInt(a) / BigInt(b), type);
  };
}

/** The sign is that of the dividend. */
export function remainderOfIntegers(): Operation {
  return (a, b) => {
    if (b === '0') throw valueFault('22012', 'a number is divided by zero');
    return (BigInt(a) % BigInt(b)).toString();
  };
}

export function negateInteger(type: IntegerName): (a: string) => string {
  return (a) => integerText(-BigInt(a), type);
}

export function compareIntegers(a: string, b: string): number {
  if (a === b) return 0;
  if (a.length < 16 && b.length < 16) return Number(a) - Number(b);
  const [x, y] = [BigInt(a), BigInt(b)];
  return x < y ? -1 : Number(x > y);
}
