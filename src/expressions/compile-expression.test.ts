import { beforeAll, describe, expect, it } from 'vitest';
import { GodwitError, isGodwitError, type Value } from '../model/index.ts';
import { compileExpression } from './compile-expression.ts';
import { loadGrammar } from './grammar.ts';
import type { Environment, Program, Scope } from './program.ts';

const integer = { kind: 'integer', bits: 32, signed: true } as const;
const text = { kind: 'text', charactersMax: null, padded: false } as const;
const scope: Scope = {
  fields: [
    { name: 'first_name', type: text },
    { name: 'n', type: integer },
    { name: 'amount', type: { kind: 'decimal', precision: 10, scale: 2 } },
    { name: 'Active', type: { kind: 'boolean' } },
    { name: 'code', type: { kind: 'text', charactersMax: 5, padded: false } },
    { name: 'state', type: { kind: 'enum', name: 'state', labels: ['open', 'closed'] } },
    { name: 'anything', type: { kind: 'any' } },
    { name: 'é'.repeat(31), type: text },
    { name: `${'é'.repeat(31)} "é" 2`, type: text },
    { name: `${'q'.repeat(63)}é`, type: text },
  ],
  lookups: new Map([['company', { key: [integer], id: { kind: 'integer', bits: 64, signed: true } }]]),
};
const row: readonly Value[] = ['Ada', '42', '12.50', true, 'ab', 'open', 'x', 'short', 'long', 'bare'];
const environment: Environment = {
  lookup: (object, key) => (key === '["42"]' ? `new id of ${object} 42` : undefined),
  mask: (masked) => masked.padEnd(64, '7').replace(/[^0-9a-f]/g, '3'),
};

const compile = (expression: string): Program => compileExpression(expression, scope);
const evaluate = (expression: string): Value => compile(expression).evaluate(row, environment);

function failure(expression: string): GodwitError {
  try {
    evaluate(expression);
  } catch (error) {
    if (isGodwitError(error)) return error;
    throw error;
  }
  throw new Error(`${expression} did not fail`);
}

beforeAll(loadGrammar);

describe('compileExpression', () => {
  it.each<readonly [string, Value]>([
    ["first_name || ' ' || n", 'Ada 42'],
    ["case n when 42 then 'yes' else 'no' end", 'yes'],
    [
      "case n when 1 then 'a' when 42 then case first_name when 'Bob' then 'b' when 'Ada' then 'c' end end",
      'c',
    ],
    ['case when n > 100 then 1/0 else n end', '42'],
    ["coalesce(null, first_name, 'x')", 'Ada'],
    ['nullif(n, 42)', null],
    ['n in (1, 2, 42)', true],
    ['n not in (1, null)', null],
    ['"Active" is not true', false],
    ['null and false', false],
    ['null or false', null],
    ["state = 'open'", true],
    ["state < 'closed'", true],
    ['n between symmetric 50 and 40', true],
    ['(array[n, 7])[2]', '7'],
    ["anything || '!'", 'x!'],
    ["trim(both 'A' from first_name)", 'da'],
    ['lookup(company, n)', 'new id of company 42'],
    ["lookup_or_null('company', n + 1)", null],
    ["case when true then 'a' -- a comment\n end /* and /* nested */ ( */", 'a'],
    [`'🦆' || "${'é'.repeat(31)}"`, '🦆short'],
    [`'🦆' || "${'é'.repeat(31)} ""é"" 2"`, '🦆long'],
    [`'🦆' || ${'Q'.repeat(63)}é`, '🦆bare'],
    ["'it''s' || $q$ $1 ( $q$", "it's $1 ( "],
  ])('%s is %j', (expression, value) => {
    expect(evaluate(expression)).toEqual(value);
  });

  it('says which fields it reads, which new ids it asks for, and which type it gives', () => {
    const program = compile("coalesce(lookup('company', n)::text, first_name)::varchar(20)");
    expect(program.reads.toSorted()).toEqual(['first_name', 'n']);
    expect(program.lookups.map((use) => [use.object, use.optional, use.key(row)])).toEqual([
      ['company', false, '["42"]'],
    ]);
    expect(program.type).toEqual({ kind: 'text', charactersMax: 20, padded: false });
    expect(compile('code').type).toEqual({ kind: 'text', charactersMax: 5, padded: false });
    expect(compile('amount').type).toEqual({ kind: 'decimal', precision: 10, scale: 2 });
    expect(compile('amount + 1').type).toEqual({ kind: 'decimal', precision: null, scale: null });
    expect(compile('state').type).toEqual({ kind: 'enum', name: 'state', labels: ['open', 'closed'] });
    expect(compile('anything').type).toEqual({ kind: 'any' });
  });

  it.each([
    ['', 'expression.syntax', 1, 1],
    ['n +', 'expression.syntax', 1, 4],
    ['select 1', 'expression.not-allowed', 1, 1],
    ['(select 1)', 'expression.not-allowed', 1, 1],
    ['1; 2', 'expression.syntax', 1, 2],
    ['1) + (2', 'expression.syntax', 1, 2],
    ['(1', 'expression.syntax', 1, 3],
    ['n, n', 'expression.not-allowed', 1, 1],
    ['n as x', 'expression.syntax', 1, 3],
    ['n from t', 'expression.syntax', 1, 3],
    ['count(*)', 'expression.not-allowed', 1, 1],
    ['sum(n)', 'expression.not-allowed', 1, 1],
    ['now()', 'expression.not-allowed', 1, 1],
    ['random()', 'expression.not-allowed', 1, 1],
    ['current_date', 'expression.not-allowed', 1, 1],
    ['row_number() over ()', 'expression.not-allowed', 1, 1],
    ['t.n', 'expression.not-allowed', 1, 1],
    ['$1', 'expression.not-allowed', 1, 1],
    ['0x1F', 'expression.not-allowed', 1, 1],
    ['1_000', 'expression.not-allowed', 1, 1],
    [`'é' || "${'é'.repeat(31)} 2"`, 'expression.unknown-field', 1, 8],
    [`u&"${'q'.repeat(63)}!00e9" uescape '!'`, 'expression.not-allowed', 1, 1],
    ["'é' || frist_name", 'expression.unknown-field', 1, 8],
    ["'\u{1F600}é'\n  || acitve", 'expression.unknown-field', 2, 6],
    ['lenght(first_name)', 'expression.unknown-function', 1, 1],
    ['n::itn4', 'expression.unknown-type', 1, 4],
    ["lookup('compny', n)", 'expression.unknown-object', 1, 1],
    ['first_name + 1', 'expression.type-mismatch', 1, 12],
    ['upper(n)', 'expression.type-mismatch', 1, 1],
    ["'abc'::int", 'value.unreadable', 1, 1],
    ["state = 'opne'", 'value.unreadable', 1, 9],
    ["case when n then 'x' end", 'expression.type-mismatch', 1, 6],
  ])('%j is refused as %s at line %s, column %s', (expression, code, line, column) => {
    const error = failure(expression);
    expect([error.code, error.where.line, error.where.column]).toEqual([code, line, column]);
    expect(error.fate).toBe('never');
  });

  it.each(['n +', '-- n', "'é' ||", 'case when n', "'abc", '"abc', '$$abc'])(
    '%s is told without the parenthesis that stands around it for the parser',
    (expression) => {
      expect(failure(expression).detail).not.toMatch(/\)|\n/);
    },
  );

  it('names what was probably meant', () => {
    expect(failure('frist_name').nextStep).toContain('first_name');
    expect(failure('lenght(first_name)').nextStep).toContain('length');
    expect(failure('active').nextStep).toContain('"Active"');
    expect(failure("lookup('compny', n)").nextStep).toContain('company');
  });

  it.each([
    ['n / 0', 'value.division-by-zero'],
    ['(n * 100000000)', 'value.out-of-range'],
    ['lookup(company, n + 1)', 'value.no-new-id'],
  ])('%s fails for this record as %s', (expression, code) => {
    expect(failure(expression).code).toBe(code);
  });

  it.each([
    ['a chain of 20,000 terms', Array.from({ length: 20_000 }, () => '1').join('+')],
    ['deep parentheses', `${'('.repeat(5_000)}1${')'.repeat(5_000)}`],
    ['deep calls', `${'coalesce('.repeat(500)}1${')'.repeat(500)}`],
    ['a chain of nots', `${'not '.repeat(3_000)}true`],
    ['a chain of 1,900 terms', Array.from({ length: 1_900 }, () => 'n').join('||')],
    ['deep cases', `${'case when true then '.repeat(300)}1${' end'.repeat(300)}`],
    ['a megabyte of text', `'${'x'.repeat(1_000_000)}'`],
  ])('%s is refused before it exhausts the parser', (_, expression) => {
    expect(failure(expression).code).toBe('expression.too-large');
  });

  it('takes what is large but within the limits', () => {
    expect(evaluate(Array.from({ length: 900 }, () => '1').join('+'))).toBe('900');
    expect(evaluate(`${'('.repeat(95)}1${')'.repeat(95)}`)).toBe('1');
    expect(evaluate(`n in (${Array.from({ length: 1_500 }, (_, at) => at).join(',')})`)).toBe(true);
  });

  it('asks for no new id beforehand where the key cannot be computed, and says so when that branch is taken', () => {
    const program = compile("case when n = 1 then lookup('company', first_name::int) end");
    expect(program.lookups[0]?.key(row)).toBeNull();
    expect(program.evaluate(row, environment)).toBeNull();
    expect(failure("case when n = 42 then lookup('company', first_name::int) end").code).toBe(
      'value.unreadable',
    );
  });

  it('keeps the same shape when it masks, and the same answer every time', () => {
    const masked = evaluate("mask('Ada-42 Ünal')");
    expect(masked).toMatch(/^[A-Z][a-z]{2}-\d\d [A-Z][a-z]{3}$/);
    expect(evaluate("mask('Ada-42 Ünal')")).toBe(masked);
    expect(evaluate("mask('ada@example.org', 'email')")).toMatch(/^[a-z]{3}@[a-z]{7}\.org$/);
  });
});
