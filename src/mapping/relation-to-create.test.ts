import { beforeAll, describe, expect, it } from 'vitest';
import { objectMapping, reference, relation, schema, text, whole } from '../../tests/examples/schemas.ts';
import { loadGrammar } from '../expressions/index.ts';
import type { FieldType } from '../model/index.ts';
import { checkMapping } from './check-mapping.ts';

beforeAll(loadGrammar);

const list = (of: FieldType): FieldType => ({ kind: 'list', of });

describe('a relation to be created in a system of another kind', () => {
  it('holds values against the types that the target has for the fields it creates', () => {
    const lists = schema([
      relation('days', { 'id!': whole, words: list(text), feasts: list({ kind: 'date' }) }),
    ]);
    const days = {
      ...objectMapping(
        { id: 'id', words: 'words', feasts: 'feasts' },
        { name: 'days', source: 'days', target: 'days', key: ['id'] },
      ),
      create: true,
    };
    const json: FieldType = { kind: 'json', binary: false };
    const checked = checkMapping(
      { formatVersion: 1, objects: [days], leftBehind: [] },
      lists,
      { ...schema([]), kind: 'sqlite' },
      (type) => (type.kind === 'list' ? json : type),
    );
    expect(checked.findings.map(({ code, where }) => [code, where.field])).toEqual([
      ['mapping.no-assignment', 'feasts'],
    ]);
    expect(checked.fields.map(({ field, to }) => [field, to])).toEqual([
      ['id', whole],
      ['words', json],
    ]);
    // What is created is told in the types of the source: the target chooses its own.
    expect(checked.targets.get('days')?.fields[1]?.type).toEqual(list(text));
  });
});

describe('what a system of another kind does not take over', () => {
  const source = schema([
    relation('companies', { 'id!': whole }),
    relation(
      'people',
      { 'id!': whole, company_id: whole, word: text },
      {
        foreignKeys: [{ ...reference('company_id', 'companies'), name: '' }],
        uniques: [{ name: 'by_word', fields: ['word'], deferrable: false }],
        checks: [{ name: 'some', definition: `CHECK (word <> '')` }],
      },
    ),
  ]);
  const people = {
    ...objectMapping(
      { id: 'id', company_id: 'company_id', word: 'word' },
      { name: 'people', source: 'people', target: 'people', key: ['id'] },
    ),
    create: true,
  };
  const told = (kind: 'sqlite' | 'csv'): readonly (readonly [string, string | undefined])[] =>
    checkMapping(
      { formatVersion: 1, objects: [people], leftBehind: [{ relation: 'companies', reason: 'none' }] },
      source,
      { ...schema([]), kind },
    ).findings.map(({ code, where }) => [code, where.field]);

  it('is told piece by piece, but not of files, which hold records alone', () => {
    expect(told('sqlite')).toEqual(
      ['by_word', 'company_id', 'some'].map((name) => ['mapping.structure-left', name]),
    );
    expect(told('csv')).toEqual([]);
  });
});
