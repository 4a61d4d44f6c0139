import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { hex, isGodwitError, type Value } from '../model/index.ts';
import { arrayOutput } from './arrays/array-text.ts';
import { compileExpression } from './compile-expression.ts';
import { functionSignatures } from './function-signatures.ts';
import { loadGrammar } from './grammar.ts';
import { timeCatalog } from './time/index.ts';

const page = readFileSync(new URL('../../docs/reference/mapping-language.md', import.meta.url), 'utf8');

const examples = [...page.matchAll(/^```mapping\n(.*?)^```$/gms)]
  .flatMap(([, block = '']) => block.trim().split('\n'))
  .map((line) => line.split(' => ') as [expression: string, result: string]);

function evaluated(expression: string): string {
  try {
    const program = compileExpression(expression, { fields: [], lookups: new Map() });
    return shown(program.evaluate([], { lookup: () => undefined, mask: () => '' }));
  } catch (error) {
    if (isGodwitError(error)) return `error ${error.code}`;
    throw error;
  }
}

function shown(value: Value): string {
  if (value === null) return 'NULL';
  const text = printed(value);
  return /^$|^\s|\s$/.test(text) ? `'${text}'` : text;
}

function printed(value: Value): string {
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (value instanceof Uint8Array) return `\\x${hex(value)}`;
  return typeof value === 'string' ? value : arrayOutput(printed)(value);
}

beforeAll(loadGrammar);

describe('the reference of the mapping language', () => {
  it.each(examples)('%s => %s', (expression, result) => {
    expect(evaluated(expression)).toBe(result);
  });

  it('shows every function', () => {
    const elsewhere = new Set(timeCatalog.functions?.map(({ name }) => name));
    const names = new Set(functionSignatures().map(({ name }) => name));
    const missing = [...names].filter((name) => !elsewhere.has(name) && !page.includes(`${name}(`));
    expect(missing).toEqual(['like_escape']);
    expect(examples.length).toBeGreaterThan(150);
  });
});
