import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { isGodwitError, type Value } from '../../model/index.ts';
import { compileExpression } from '../compile-expression.ts';
import { loadGrammar } from '../grammar.ts';
import { timeOverloads } from './overloads.ts';

const page = readFileSync(
  new URL('../../../docs/reference/mapping-language-time.md', import.meta.url),
  'utf8',
);

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
  if (typeof value === 'boolean') return value ? 't' : 'f';
  const text = String(value);
  return /^[ -]/.test(text) && !/^-[\d.]+$/.test(text) ? `'${text}'` : text;
}

beforeAll(loadGrammar);

describe('the reference of dates and times', () => {
  it.each(examples)('%s => %s', (expression, result) => {
    expect(evaluated(expression)).toBe(result);
  });

  it('shows every function of the room', () => {
    const names = new Set((timeOverloads.functions ?? []).map(({ name }) => name));
    expect([...names].filter((name) => !page.includes(name))).toEqual([]);
    expect(examples.length).toBeGreaterThan(90);
  });
});
