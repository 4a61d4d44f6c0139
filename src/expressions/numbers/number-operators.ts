import type { Apply, OperatorDeclaration, ScalarName } from '../registry.ts';
import {
  addDecimals,
  divideDecimals,
  multiplyDecimals,
  negateDecimal,
  remainderOfDecimals,
  subtractDecimals,
} from './decimal-arithmetic.ts';
import { type FloatName, floatOperation, floatReader, floatText } from './float.ts';
import {
  addIntegers,
  divideIntegers,
  type IntegerName,
  multiplyIntegers,
  negateInteger,
  remainderOfIntegers,
  subtractIntegers,
} from './integer-arithmetic.ts';

function binary(name: string, type: ScalarName, apply: Apply): OperatorDeclaration {
  return { name, left: type, right: type, result: type, strict: true, apply };
}

function unary(name: string, type: ScalarName, apply: Apply): OperatorDeclaration {
  return { name, left: null, right: type, result: type, strict: true, apply };
}

const same = (value: string): string => value;

function ofIntegers(type: IntegerName): readonly OperatorDeclaration[] {
  const negate = negateInteger(type);
  return [
    binary('+', type, addIntegers(type)),
    binary('-', type, subtractIntegers(type)),
    binary('*', type, multiplyIntegers(type)),
    binary('/', type, divideIntegers(type)),
    binary('%', type, remainderOfIntegers()),
    unary('-', type, negate),
    unary('+', type, same),
    unary('@', type, (value: string) => (value.startsWith('-') ? negate(value) : value)),
  ];
}

function ofFloats(type: FloatName): readonly OperatorDeclaration[] {
  const read = floatReader(type);
  const print = floatText(type);
  return [
    binary('+', type, floatOperation(type, '+')),
    binary('-', type, floatOperation(type, '-')),
    binary('*', type, floatOperation(type, '*')),
    binary('/', type, floatOperation(type, '/')),
    unary('-', type, (value: string) => print(-read(value))),
    unary('+', type, same),
    unary('@', type, (value: string) => print(Math.abs(read(value)))),
  ];
}

const ofDecimals: readonly OperatorDeclaration[] = [
  binary('+', 'numeric', addDecimals),
  binary('-', 'numeric', subtractDecimals),
  binary('*', 'numeric', multiplyDecimals),
  binary('/', 'numeric', divideDecimals),
  binary('%', 'numeric', remainderOfDecimals),
  unary('-', 'numeric', negateDecimal),
  unary('+', 'numeric', same),
  unary('@', 'numeric', absoluteText),
];

/** The absolute value of a canonical decimal or infinity. */
export function absoluteText(text: string): string {
  return text.startsWith('-') ? text.slice(1) : text;
}

export const numberOperators: readonly OperatorDeclaration[] = [
  ...(['int2', 'int4', 'int8'] as const).flatMap(ofIntegers),
  ...ofDecimals,
  ...(['float4', 'float8'] as const).flatMap(ofFloats),
];
