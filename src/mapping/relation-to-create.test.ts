import { beforeAll, describe, expect, it } from 'vitest';
import { objectMapping, relation, schema, text, whole } from '../../tests/examples/schemas.ts';
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
