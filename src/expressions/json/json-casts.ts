import { valueFault } from '../faults.ts';
import { roundedWhole } from '../numbers/decimal-arithmetic.ts';
import { readFloat } from '../numbers/float.ts';
import { type IntegerName, integerText } from '../numbers/integer-arithmetic.ts';
import { type CastDeclaration, unchanged } from '../registry.ts';
import { normalizedJson } from './normalize-json.ts';
import { kindOfJson } from './reach-into-json.ts';

/** The number a jsonb document is. JSON's null is refused: PostgreSQL 15 refuses it and 18 makes it NULL. */
function numberOf(text: string): string {
  if (kindOfJson(text) !== 'number') throw valueFault('22023', 'the JSON is no number');
  return text;
}

function integerCast(to: IntegerName): CastDeclaration {
  const apply = (text: string): string => integerText(roundedWhole(numberOf(text)), to);
  return { from: 'jsonb', to, context: 'explicit', apply };
}

export const jsonCasts: readonly CastDeclaration[] = [
  { from: 'json', to: 'jsonb', context: 'assignment', apply: normalizedJson },
  { from: 'jsonb', to: 'json', context: 'assignment', apply: unchanged },
  { from: 'jsonb', to: 'numeric', context: 'explicit', apply: numberOf },
  integerCast('int2'),
  integerCast('int4'),
  integerCast('int8'),
  {
    from: 'jsonb',
    to: 'float8',
    context: 'explicit',
    apply: (text: string) => readFloat(numberOf(text), 'float8'),
  },
  {
    from: 'jsonb',
    to: 'float4',
    context: 'explicit',
    apply: (text: string) => readFloat(numberOf(text), 'float4'),
  },
  {
    from: 'jsonb',
    to: 'bool',
    context: 'explicit',
    apply: (text: string) => {
      if (kindOfJson(text) !== 'boolean') throw valueFault('22023', 'the JSON is neither true nor false');
      return text === 'true';
    },
  },
];
