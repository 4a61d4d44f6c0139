import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { relation, schema, text, whole } from '../../tests/examples/schemas.ts';
import type { FieldProfile, Profile, Schema } from '../model/index.ts';
import { describeProblem } from './mapping-problem.ts';
import { type ParsedMapping, parseMapping } from './parse-mapping.ts';
import { skeletonMapping } from './skeleton-mapping.ts';

const source = schema([
  relation('people', {
    'id!': whole,
    first_name: text,
    last_name: text,
    emial: text,
    fax: text,
    created_at: { kind: 'date' },
  }),
  relation('tmp_import', { '#rowid!': whole, line: text }),
]);
const target = schema([
  relation('contacts', {
    'id!': whole,
    full_name: text,
    email: text,
    'birthday!': { kind: 'date' },
    created_at: { kind: 'date' },
  }),
  relation('People', { 'id!': whole, zzz: text }),
]);

function parsed(from: Schema, to: Schema): ParsedMapping {
  const result = parseMapping(skeletonMapping(from, to));
  expect(result.problems.map(describeProblem)).toEqual([]);
  return result;
}

describe('skeletonMapping', () => {
  it('maps what is certain, asks about the rest, and leaves nothing unsaid', () => {
    const contacts = { ...target, relations: target.relations.slice(0, 1) };
    const [people] = skeletonMapping(source, contacts);
    expect(people?.name).toBe('mapping/people.yaml');
    expect(
      people?.text,
    ).toBe(`# Suggested from names, types and values. Go through every line: a comment is a question, an empty reason is open.
format: 1
source: people
target: contacts  # 38 %: names 0 % alike, 4 of 5 fields have a counterpart
mode: empty-only
key: [id]
fields:
  id: id  # 100 %: same name, same kind of type (integer 64)
  created_at: created_at  # 100 %: same name, same kind of type (date)
  # full_name: "concat_ws(' ', nullif(trim(first_name), ''), nullif(trim(last_name), ''))"  # 70 %: first_name and last_name are the parts of a full name
  # email: emial  # 76 %: names 76 % alike, same kind of type (text)
  # nothing suggested for birthday, which is required
left_behind:
  first_name: ""
  last_name: ""
  emial: ""
  fax: ""
`);
    const { mapping } = parsed(source, contacts);
    expect(mapping.objects[0]?.fields.map(({ field }) => field)).toEqual(['id', 'created_at']);
    expect(mapping.leftBehind).toEqual([{ relation: 'tmp_import', reason: '' }]);
  });

  it('drafts a value map where the target lists options and the profile every value', () => {
    const from = schema([relation('deals', { 'id!': whole, stage: text, kind: text })]);
    const options = (name: string, labels: readonly string[]) => ({ kind: 'enum', name, labels }) as const;
    const to = schema([
      relation('deals', {
        'id!': whole,
        stage: options('stage', ['current', 'on_hold']),
        kind: options('kind', ['a', 'b']),
      }),
    ]);
    const field = (name: string, values: readonly string[]): FieldProfile => ({
      field: name,
      nulls: '0',
      empty: '0',
      blank: '0',
      distinct: { count: String(values.length), exact: true },
      min: null,
      max: null,
      charactersMin: null,
      charactersMax: null,
      patterns: [],
      values: values.map((value) => ({ value, count: '1' })),
      dateStyles: [],
      traits: [],
    });
    const profile: Profile = {
      formatVersion: 1,
      relations: [
        {
          relation: 'deals',
          rows: '3',
          badRecords: '0',
          duplicates: [],
          orphans: [],
          fields: [field('stage', ['active', 'suspended', 'zzz']), field('kind', ['a'])],
        },
      ],
    };
    const [file] = skeletonMapping(from, to, { source: profile });
    expect(file?.text).toContain(`  # stage:  # 91 %: same name, text to enum stage
  #   from: stage
  #   values:
  #     "active": "current"  # 85 %: another word for it
  #     "suspended": "on_hold"  # 85 %: another word for it
  #     "zzz":   # nothing like it
`);
    expect(file?.text).toContain('\n  kind: kind  #');
    expect(parseMapping([file!]).problems).toEqual([]);
    // Without the hash signs it is a value map.
    const opened = file!.text
      .replaceAll(/^ {2}# (?= {0,4}(?:stage|from|values|"))/gm, '  ')
      .replace('"zzz": ', '"zzz": null')
      .replace('  stage: ""\n', '');
    const { mapping, problems } = parseMapping([{ name: 'deals.yaml', text: opened }]);
    expect(problems.map(describeProblem)).toEqual([]);
    expect(mapping.objects[0]?.fields.find((one) => one.field === 'stage')?.values?.get('active')).toBe(
      'current',
    );
  });

  it('prefers the relation of the same name', () => {
    expect(parsed(source, target).mapping.objects[0]).toMatchObject({ source: 'people', target: 'People' });
  });

  it('never sends a relation past the one of exactly its name', () => {
    const names = ['CASE', 'Case', 'case', '?', '"', '1', '$1'];
    const tables = schema(names.map((name) => relation(name, { 'id!': whole })));
    expect(parsed(tables, tables).mapping.objects.map(({ source: from, target: to }) => [from, to])).toEqual(
      expect.arrayContaining(names.map((name) => [name, name])),
    );
  });

  it('copies everything when the target holds nothing yet', () => {
    const { mapping } = parsed(source, schema([]));
    expect(mapping.objects.map(({ name, create, key }) => [name, create, key])).toEqual(
      [
        ['people', true, ['id']],
        ['tmp-import', true, []],
      ].map(([name, ...rest]) => [name === 'tmp-import' ? 'tmp_import' : name, ...rest]),
    );
    expect(mapping.objects[0]?.fields.map(({ field, from }) => [field, from])).toContainEqual(['fax', 'fax']);
    expect(mapping.objects[1]?.fields.map(({ field }) => field)).toEqual(['line']);
  });

  it('can be read whatever the names are, accounts for every field, and gives every relation one place', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter((one) => one !== '__proto__' && !one.endsWith('!') && !one.startsWith('#'));
    const relations = fc.uniqueArray(fc.tuple(name, fc.uniqueArray(name, { minLength: 1, maxLength: 5 })), {
      selector: ([table]) => table,
      maxLength: 5,
    });
    const asSchema = (tables: readonly (readonly [string, readonly string[]])[]): Schema =>
      schema(
        tables.map(([table, fields]) =>
          relation(table, Object.fromEntries(fields.map((field) => [field, text])), {
            key: [fields[0] ?? ''],
          }),
        ),
      );
    const property = fc.property(relations, relations, (from, to) => {
      const { mapping } = parsed(asSchema(from), asSchema(to));
      const mentioned = [
        ...mapping.objects.map((object) => object.source),
        ...mapping.leftBehind.map((left) => left.relation),
      ];
      expect(mentioned.sort()).toEqual(from.map(([table]) => table).sort());
      for (const { source: table, fields, leftBehind } of mapping.objects)
        expect(fields.length + leftBehind.length).toBe(from.find(([one]) => one === table)?.[1].length);
    });
    fc.assert(property, { numRuns: process.env['GODWIT_PROVE'] ? 3_000 : 100 });
  });
});
