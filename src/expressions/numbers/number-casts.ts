import { valueFault } from '../faults.ts';
import { type CastDeclaration, unchanged } from '../registry.ts';
import { isSpecial } from './decimal.ts';
import { roundedWhole } from './decimal-arithmetic.ts';
import { type FloatName, floatReader, floatText, readFloat } from './float.ts';
import { float4Text, float8Text, nearestExponential } from './float-text.ts';
import { type IntegerName, integerText, outOfRange } from './integer-arithmetic.ts';
import { readDecimal } from './read-decimal.ts';

const integers: readonly IntegerName[] = ['int2', 'int4', 'int8'];
const floats: readonly FloatName[] = ['float4', 'float8'];

function decimalToInteger(to: IntegerName): (text: string) => string {
  return (text) => {
    if (isSpecial(text)) throw valueFault('0A000', `${text} is no integer`);
    return integerText(roundedWhole(text), to);
  };
}

function floatToInteger(from: FloatName, to: IntegerName): (text: string) => string {
  const read = floatReader(from);
  return (text) => {
    const value = read(text);
    if (!Number.isFinite(value)) throw outOfRange(text, to);
    return integerText(BigInt(roundedHalfEven(value)), to);
  };
}

/** The C function `rint`. */
export function roundedHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  const up = rest === 0.5 ? below % 2 !== 0 : rest > 0.5;
  // What rounds to zero keeps its sign.
  return up ? below + 1 || -0 : below || Math.trunc(value);
}

/** Keeps 15 (float8) or 6 (float4) significant digits: PostgreSQL converts through that text, and so loses the rest. */
function floatToDecimal(from: FloatName, digits: number): (text: string) => string {
  const read = floatReader(from);
  return (text) =>
    isSpecial(text)
      ? text
      : readDecimal(nearestExponential(read(text), digits - 1))
          .replace(/(\.\d*?)0+$/, '$1')
          .replace(/\.$/, '');
}

function integerToFloat(to: FloatName): (text: string) => string {
  const print = floatText(to);
  if (to === 'float8') return (text) => print(Number(text));
  return (text) => print(nearestFloat4(BigInt(text)));
}

/** Rounds once: through binary64 a 64-bit integer would be rounded twice. */
function nearestFloat4(value: bigint): number {
  const size = value < 0n ? -value : value;
  const shift = BigInt(Math.max(size.toString(2).length - 40, 0));
  // Bits below the first 40 only matter as "something is there" (a sticky bit).
  const kept = ((size >> shift) << 1n) | ((size >> shift) << shift === size ? 0n : 1n);
  const rounded = Math.fround(Number(kept)) * 2 ** (Number(shift) - 1);
  return value < 0n ? -rounded : rounded;
}

function toFloat4(text: string): string {
  const value = Number(text);
  const result = Math.fround(value);
  if (!Number.isFinite(result) && Number.isFinite(value))
    throw valueFault('22003', 'the number is too large for a float of 32 bits');
  if (result === 0 && value !== 0)
    throw valueFault('22003', 'the number is too small for a float of 32 bits');
  return float4Text(result);
}

const betweenIntegers: readonly CastDeclaration[] = integers.flatMap((from) =>
  integers
    .filter((to) => to !== from)
    .map((to): CastDeclaration => {
      const widens = integers.indexOf(to) > integers.indexOf(from);
      return {
        from,
        to,
        context: widens ? 'implicit' : 'assignment',
        apply: widens ? unchanged : (text: string) => integerText(BigInt(text), to),
      };
    }),
);

const withIntegers: readonly CastDeclaration[] = integers.flatMap((name): readonly CastDeclaration[] => [
  { from: name, to: 'numeric', context: 'implicit', apply: unchanged },
  { from: 'numeric', to: name, context: 'assignment', apply: decimalToInteger(name) },
  ...floats.flatMap((float): readonly CastDeclaration[] => [
    { from: name, to: float, context: 'implicit', apply: integerToFloat(float) },
    { from: float, to: name, context: 'assignment', apply: floatToInteger(float, name) },
  ]),
]);

const withFloats: readonly CastDeclaration[] = [
  { from: 'numeric', to: 'float4', context: 'implicit', apply: (text: string) => readFloat(text, 'float4') },
  { from: 'numeric', to: 'float8', context: 'implicit', apply: (text: string) => readFloat(text, 'float8') },
  { from: 'float4', to: 'numeric', context: 'assignment', apply: floatToDecimal('float4', 6) },
  { from: 'float8', to: 'numeric', context: 'assignment', apply: floatToDecimal('float8', 15) },
  {
    from: 'float4',
    to: 'float8',
    context: 'implicit',
    apply: (text: string) => float8Text(Math.fround(Number(text))),
  },
  { from: 'float8', to: 'float4', context: 'assignment', apply: toFloat4 },
  { from: 'bool', to: 'int4', context: 'explicit', apply: (value: boolean) => (value ? '1' : '0') },
  { from: 'int4', to: 'bool', context: 'explicit', apply: (text: string) => text !== '0' },
];

export const numberCasts: readonly CastDeclaration[] = [...betweenIntegers, ...withIntegers, ...withFloats];
