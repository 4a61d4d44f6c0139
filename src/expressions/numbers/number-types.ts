import { valueFault } from '../faults.ts';
import type { TypeDeclaration } from '../registry.ts';
import { decimalOf, decimalText, isSpecial, rounded } from './decimal.ts';
import { compareDecimals } from './decimal-arithmetic.ts';
import { compareFloats, type FloatName, readFloat } from './float.ts';
import { compareIntegers, type IntegerName, readInteger } from './integer-arithmetic.ts';
import { readDecimal } from './read-decimal.ts';

function integerType(name: IntegerName): TypeDeclaration {
  return {
    name,
    category: 'N',
    preferred: false,
    input: (text) => readInteger(text, name),
    compare: compareIntegers,
  };
}

function floatType(name: FloatName): TypeDeclaration {
  return {
    name,
    category: 'N',
    preferred: name === 'float8',
    input: (text) => readFloat(text, name),
    compare: compareFloats,
  };
}

const decimalType: TypeDeclaration = {
  name: 'numeric',
  category: 'N',
  preferred: false,
  input: readDecimal,
  modify: fitDecimal,
  checkModifiers: checkDecimalModifiers,
  compare: compareDecimals,
};

export const numberTypes: readonly TypeDeclaration[] = [
  integerType('int2'),
  integerType('int4'),
  integerType('int8'),
  decimalType,
  floatType('float4'),
  floatType('float8'),
];

/** `x::numeric(precision, scale)`: rounds half away from zero, then throws 22003 when too many digits stay before the point. */
function fitDecimal(text: string, [precision = 0, scale = 0]: readonly number[]): string {
  if (text === 'NaN') return text;
  if (isSpecial(text)) throw valueFault('22003', 'an infinity does not fit a decimal with a precision');
  const fitted = rounded(decimalOf(text), scale);
  const digits = fitted.unscaled.toString().replace('-', '').length;
  // With a negative scale the digits behind it are zeros that count before the point.
  if (fitted.unscaled !== 0n && digits - fitted.scale > precision - scale)
    throw valueFault('22003', `the number has more than ${precision - scale} digits before the point`);
  return decimalText(fitted);
}

function checkDecimalModifiers(modifiers: readonly number[]): void {
  const [precision = 0, scale = 0] = modifiers;
  if (modifiers.length > 2 || precision < 1 || precision > 1_000)
    throw valueFault('22023', `numeric precision ${precision} must be between 1 and 1000`);
  if (scale < -1_000 || scale > 1_000)
    throw valueFault('22023', `numeric scale ${scale} must be between -1000 and 1000`);
}
