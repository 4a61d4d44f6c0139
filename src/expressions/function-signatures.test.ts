import { beforeAll, describe, expect, it } from 'vitest';
import { hex, type Value } from '../model/index.ts';
import { arrayOutput } from './arrays/array-text.ts';
import { compileExpression } from './compile-expression.ts';
import { functionSignatures } from './function-signatures.ts';
import { loadGrammar } from './grammar.ts';
import type { Environment, Scope } from './program.ts';

const integer = { kind: 'integer', bits: 64, signed: true } as const;
const scope: Scope = { fields: [], lookups: new Map([['company', { key: [integer], id: integer }]]) };
const environment: Environment = {
  lookup: (_, key) => (key === '["7"]' ? '1007' : undefined),
  mask: () => '0123456789abcdef'.repeat(4),
};

function printed(value: Value): string | null {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (value instanceof Uint8Array) return `\\x${hex(value)}`;
  return arrayOutput((element) => printed(element) ?? '')(value);
}

beforeAll(loadGrammar);

describe('functionSignatures', () => {
  it.each(functionSignatures().map(({ text, example }) => [text, ...example] as const))(
    '%s: %s is %s',
    (_, expression, result) => {
      const value = compileExpression(expression, scope).evaluate([], environment);
      expect(printed(value)).toBe(result);
    },
  );
});
