import { valueFault } from '../faults.ts';
import type { Apply, FunctionDeclaration, ScalarName } from '../registry.ts';
import { decimalOf, decimalText, isSpecial, rounded, truncated } from './decimal.ts';
import { divideWhole, remainderOfDecimals } from './decimal-arithmetic.ts';
import { float8Text } from './float-text.ts';
import { type IntegerName, negateInteger, remainderOfIntegers } from './integer-arithmetic.ts';
import { roundedHalfEven } from './number-casts.ts';
import { absoluteText } from './number-operators.ts';
import { signOf } from './special-numbers.ts';

type Documented = Pick<FunctionDeclaration, 'summary' | 'example'>;

function ofType(
  name: string,
  argumentTypes: readonly ScalarName[],
  result: ScalarName,
  apply: Apply,
  documented: Documented,
): FunctionDeclaration {
  return { name, arguments: argumentTypes, result, strict: true, apply, ...documented };
}

const absolute: Documented = { summary: 'The value without its sign.', example: ['abs(-1.50)', '1.50'] };

function absoluteInteger(type: IntegerName): FunctionDeclaration {
  const negate = negateInteger(type);
  const apply = (value: string): string => (value.startsWith('-') ? negate(value) : value);
  return ofType('abs', [type], type, apply, absolute);
}

/** Applies a whole-number function to the finite decimals and leaves NaN and the infinities alone. */
function finiteDecimal(change: (text: string) => string): Apply {
  return (text: string) => (isSpecial(text) ? text : change(text));
}

const ceiling = finiteDecimal((text) => {
  const value = decimalOf(text);
  const whole = truncated(value, 0);
  return decimalText(
    signOf(text) > 0 && isFraction(text) ? { ...whole, unscaled: whole.unscaled + 1n } : whole,
  );
});

const flooring = finiteDecimal((text) => {
  const whole = truncated(decimalOf(text), 0);
  return decimalText(
    signOf(text) < 0 && isFraction(text) ? { ...whole, unscaled: whole.unscaled - 1n } : whole,
  );
});

function isFraction(text: string): boolean {
  return /\..*[1-9]/.test(text);
}

/** PostgreSQL 15 cuts the scale at 2,000 digits and 18 at its storage limits: more is refused. */
function digitsArgument(text: string): number {
  const digits = Number(text);
  if (Math.abs(digits) > 2_000) throw valueFault('22023', 'more than 2000 digits to round to');
  return digits;
}

function toScale(change: typeof rounded): Apply {
  return (text: string, digits: string) =>
    isSpecial(text) ? text : decimalText(change(decimalOf(text), digitsArgument(digits)));
}

function ofFloat(
  name: string,
  change: (value: number) => number,
  documented: Documented,
): FunctionDeclaration {
  return ofType(name, ['float8'], 'float8', (text: string) => float8Text(change(Number(text))), documented);
}

const rounding: Documented = {
  summary:
    'To the nearest whole number or number of digits: decimals halves away from zero, floats halves to even.',
  example: ['round(2.345, 2)', '2.35'],
};
const truncating: Documented = {
  summary: 'Towards zero, to a whole number or a number of digits.',
  example: ['trunc(-2.789, 1)', '-2.7'],
};
const upwards: Documented = {
  summary: 'The least whole number that is not less.',
  example: ['ceil(-2.5)', '-2'],
};
const downwards: Documented = {
  summary: 'The greatest whole number that is not greater.',
  example: ['floor(-2.5)', '-3'],
};
const signs: Documented = { summary: '-1, 0 or 1.', example: ['sign(-8.4)', '-1'] };
const remainder: Documented = {
  summary: 'The remainder, with the sign of the first argument.',
  example: ['mod(-7, 3)', '-1'],
};

const wholeDecimal = finiteDecimal((text) => decimalText(rounded(decimalOf(text), 0)));
const cutDecimal = finiteDecimal((text) => decimalText(truncated(decimalOf(text), 0)));

export const numberFunctions: readonly FunctionDeclaration[] = [
  ...(['int2', 'int4', 'int8'] as const).map(absoluteInteger),
  ofType('abs', ['numeric'], 'numeric', absoluteText, absolute),
  ofFloat('abs', Math.abs, absolute),
  ofType('round', ['numeric'], 'numeric', wholeDecimal, rounding),
  ofType('round', ['numeric', 'int4'], 'numeric', toScale(rounded), rounding),
  ofFloat('round', roundedHalfEven, rounding),
  ofType('trunc', ['numeric'], 'numeric', cutDecimal, truncating),
  ofType('trunc', ['numeric', 'int4'], 'numeric', toScale(truncated), truncating),
  ofFloat('trunc', Math.trunc, truncating),
  ...['ceil', 'ceiling'].flatMap((name) => [
    ofType(name, ['numeric'], 'numeric', ceiling, upwards),
    ofFloat(name, Math.ceil, upwards),
  ]),
  ofType('floor', ['numeric'], 'numeric', flooring, downwards),
  ofFloat('floor', Math.floor, downwards),
  ofType(
    'sign',
    ['numeric'],
    'numeric',
    (text: string) => (text === 'NaN' ? text : String(signOf(text))),
    signs,
  ),
  ofFloat('sign', (value) => (value > 0 ? 1 : value < 0 ? -1 : 0), signs),
  ...(['int2', 'int4', 'int8'] as const).map((type) =>
    ofType('mod', [type, type], type, remainderOfIntegers(), remainder),
  ),
  ofType('mod', ['numeric', 'numeric'], 'numeric', remainderOfDecimals, remainder),
  ofType('div', ['numeric', 'numeric'], 'numeric', divideWhole, {
    summary: 'The whole part of the quotient.',
    example: ['div(-7, 2)', '-3'],
  }),
  ofType(
    'scale',
    ['numeric'],
    'int4',
    (text: string) => (isSpecial(text) ? null : String(decimalOf(text).scale)),
    {
      summary: 'Number of digits behind the point; null for NaN and the infinities.',
      example: ['scale(8.410)', '3'],
    },
  ),
  ofType(
    'trim_scale',
    ['numeric'],
    'numeric',
    finiteDecimal((text) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)),
    {
      summary: 'Without zeros at the end of the fraction.',
      example: ['trim_scale(8.4100)', '8.41'],
    },
  ),
];
