import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { ObjectMapping } from '../model/index.ts';
import { describeProblem, type MappingProblem } from './mapping-problem.ts';
import { parseMapping } from './parse-mapping.ts';

const whole = `
# people become contacts
format: 1
source: people
target: contacts
mode: upsert
key: [id]
create: true
each: { name: email, in: "string_to_array(emails, ';')", ordinal: n }
purge:
  - when: status = 'deleted'
    reason: The data protection officer wants them gone
fields:
  id: id::bigint
  full_name: concat_ws(' ', first_name, last_name)
  vip: true
  score: 1.10
  status:
    from: status
    values: { active: current, 01: "null", yes: null, '': empty }
    unmatched: quarantine
    note: Agreed with sales
    owner: ada
left_behind:
  fax: Nobody has used it since 2009
owner: ada
note: |
  First line
  second line
`;

function parseOne(name: string, text: string): ObjectMapping {
  const { mapping, problems } = parseMapping([{ name, text }]);
  expect(problems.map(describeProblem)).toEqual([]);
  return mapping.objects[0]!;
}

function problemsOf(name: string, text: string): readonly MappingProblem[] {
  const { mapping, problems } = parseMapping([{ name, text }]);
  expect(mapping.objects).toEqual([]);
  return problems;
}

describe('parseMapping', () => {
  it('reads every key, and keeps scalars as they are written', () => {
    const object = parseOne('mapping/contacts.yaml', whole);
    expect(object).toMatchObject({
      name: 'contacts',
      source: 'people',
      target: 'contacts',
      mode: 'upsert',
      key: ['id'],
      create: true,
      each: { name: 'email', in: "string_to_array(emails, ';')", ordinal: 'n' },
      purge: [{ when: "status = 'deleted'", reason: 'The data protection officer wants them gone' }],
      leftBehind: [{ field: 'fax', reason: 'Nobody has used it since 2009' }],
      owner: 'ada',
      note: 'First line\nsecond line\n',
      file: 'mapping/contacts.yaml',
    });
    expect(object.fields.map(({ field, from, line }) => [field, from, line])).toEqual([
      ['id', 'id::bigint', 14],
      ['full_name', "concat_ws(' ', first_name, last_name)", 15],
      ['vip', 'true', 16],
      ['score', '1.10', 17],
      ['status', 'status', 18],
    ]);
    expect([...(object.fields[4]?.values ?? [])]).toEqual([
      ['active', 'current'],
      ['01', 'null'],
      ['yes', null],
      ['', 'empty'],
    ]);
    expect(object.fields[4]).toMatchObject({
      unmatched: 'quarantine',
      note: 'Agreed with sales',
      owner: 'ada',
    });
  });

  it('fills in what is safe', () => {
    const object = parseOne('a.yml', 'source: s\ntarget: t\nkey: id\nfields:\n  id: id\n');
    expect(object).toMatchObject({
      mode: 'empty-only',
      create: false,
      each: null,
      purge: [],
      leftBehind: [],
    });
    expect(object.fields[0]).toMatchObject({ values: null, unmatched: 'error' });
  });

  it('orders objects by file name and reads whole relations that stay behind', () => {
    const text = 'source: s\ntarget: t\nkey: []\n';
    const { mapping, problems } = parseMapping([
      { name: 'mapping/b.yaml', text },
      { name: 'mapping/left-behind.yaml', text: 'relations:\n  audit_log: Archived\n  old:\n' },
      { name: 'mapping/a.yaml', text },
    ]);
    expect(problems).toEqual([]);
    expect(mapping.objects.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(mapping.leftBehind).toEqual([
      { relation: 'audit_log', reason: 'Archived' },
      { relation: 'old', reason: '' },
    ]);
  });

  const head = 'source: s\ntarget: t\nkey: id\n';
  it.each([
    ['mapping.duplicate-key', 'source: s\nsource: t\n', 2, 'there twice'],
    ['mapping.duplicate-key', `${head}fields:\n  a: x\n  a: y\n`, 6, 'there twice'],
    ['mapping.yaml', `${head}fields:\n\ta: x\n`, 5, 'tab'],
    ['mapping.yaml', `${head}fields:\n  a: &x b\n  c: *x\n`, 5, 'Anchors'],
    ['mapping.yaml', `${head}note: !int 3\n`, 4, 'Tags'],
    ['mapping.yaml', `${head}---\n${head}`, 4, 'several documents'],
    ['mapping.yaml', `${head}fields:\n  a: doc #> '{b}'\n`, 5, 'comment to YAML'],
    ['mapping.yaml', `${head}fields:\n  a: { from: a, values: { ~: x } }\n`, 5, 'as null'],
    ['mapping.yaml', `${head}fields:\n  a: b: c\n`, 5, 'second `: `'],
    ['mapping.unknown-key', `${head}feilds:\n  a: b\n`, 4, 'Did you mean fields?'],
    ['mapping.unknown-key', `${head}fields:\n  a: { form: b }\n`, 5, 'Did you mean from?'],
    ['mapping.missing-key', 'source: s\nkey: id\n', 1, 'a target relation'],
    ['mapping.missing-key', `${head}fields:\n  a: { note: b }\n`, 5, 'fields.a.from'],
    ['mapping.invalid-value', `${head}mode: upsrt\n`, 4, 'Did you mean upsert?'],
    ['mapping.invalid-value', `${head}create: 1\n`, 4, 'true or false'],
    ['mapping.invalid-value', `${head}fields:\n  a:\n`, 5, 'an expression'],
    ['mapping.invalid-value', `${head}fields: [a]\n`, 4, 'target field: expression'],
    [
      'mapping.invalid-value',
      `${head}fields:\n  a: { from: b, unmatched: drop }\n`,
      5,
      'error or quarantine',
    ],
    ['mapping.invalid-value', `${head}purge:\n  - when:\n    reason: x\n`, 5, 'purge[0].when'],
    ['mapping.newer-format', `${head}format: 2\n`, 4, 'version'],
    ['mapping.invalid-value', '- a\n', 1, 'source, target'],
    ['mapping.invalid-value', '', null, 'source, target'],
  ])('refuses with %s: %j', (code, text, line, words) => {
    const problem = problemsOf('mapping/x.yaml', text).find((one) => one.code === code);
    expect(problem).toMatchObject({ code, file: 'mapping/x.yaml', line });
    expect(describeProblem(problem!)).toContain(words);
  });

  it('tells every problem of a file at once', () => {
    const problems = problemsOf('x.yaml', 'source: s\nmode: x\nfields:\n  a: { from: b, nose: c }\n');
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ['mapping.missing-key', 'target'],
      ['mapping.invalid-value', 'mode'],
      ['mapping.missing-key', 'key'],
      ['mapping.unknown-key', 'fields.a.nose'],
    ]);
  });

  it('keeps the order of the file, also of names that are numbers', () => {
    const lines = 'fields:\n  b: x\n  2: x\n  1: x\nleft_behind: { c: y, 9: y, 8: y }\n';
    const { fields, leftBehind } = parseOne('x.yaml', `${head}${lines}`);
    expect(fields.map(({ field }) => field)).toEqual(['b', '2', '1']);
    expect(leftBehind.map(({ field }) => field)).toEqual(['c', '9', '8']);
  });

  it('refuses names that cannot name an object, and two of one name', () => {
    const text = 'source: s\ntarget: t\nkey: []\n';
    const { problems } = parseMapping([
      { name: 'm/a b.yaml', text },
      { name: 'm/People.yaml', text },
      { name: 'm/people.yml', text },
    ]);
    expect(problems.map(({ code, file }) => [code, file])).toEqual([
      ['mapping.file-name', 'm/a b.yaml'],
      ['mapping.file-name', 'm/people.yml'],
    ]);
  });

  it('gives back every expression and value exactly, whatever characters it holds', () => {
    const word = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((name) => name !== '__proto__');
    const property = fc.property(
      fc.dictionary(word, fc.record({ from: word, values: fc.dictionary(word, fc.option(word)) }), {
        maxKeys: 5,
      }),
      (fields) => {
        const text = stringify(
          { source: 's', target: 't', key: [], fields },
          { version: '1.1', defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'QUOTE_DOUBLE' },
        );
        const read = parseOne('x.yaml', text).fields;
        expect(
          read.map(({ field, from, values }) => [field, from, Object.fromEntries(values ?? [])]),
        ).toEqual(Object.entries(fields).map(([field, { from, values }]) => [field, from, values]));
      },
    );
    fc.assert(property, { numRuns: process.env['GODWIT_PROVE'] ? 5_000 : 200 });
  });

  it('never throws, whatever the file holds', () => {
    const piece = fc.constantFrom(
      'source: s',
      'target: t',
      'key: id',
      'fields:',
      '  a: b',
      '\t',
      '- x',
      '? y',
      '{',
      ']',
      '&a',
      '*a',
      '!!x',
      '"',
      '|',
      '#> z',
      ': ',
    );
    const property = fc.property(
      fc.array(fc.oneof(piece, fc.string({ maxLength: 8 })), { maxLength: 12 }),
      (lines) => {
        const { mapping, problems } = parseMapping([{ name: 'x.yaml', text: lines.join('\n') }]);
        expect(mapping.objects.length + Math.min(1, problems.length)).toBe(1);
      },
    );
    fc.assert(property, { numRuns: process.env['GODWIT_PROVE'] ? 20_000 : 500 });
  });

  it.each([
    ['brackets', `fields: ${'['.repeat(3000)}`],
    ['more than the parser can follow', `fields: ${'['.repeat(40_000)}`],
    ['keys', Array.from({ length: 60 }, (_, level) => `${'  '.repeat(level)}fields:`).join('\n')],
  ])('refuses %s nested too deeply, once, with the line', (_what, text) => {
    const problems = problemsOf('mapping/a.yaml', `format: 1\n${text}\n`);
    expect(problems.filter(({ message }) => message.includes('levels in each other'))).toHaveLength(1);
    expect(problems.find(({ message }) => message.includes('levels'))?.line).toBeGreaterThanOrEqual(2);
    expect(problems.map(describeProblem).join()).not.toContain('call stack');
  });
});
