import { beforeAll, expect, test } from 'vitest';
import { objectMapping, relation, schema, text, whole } from '../../tests/examples/schemas.ts';
import { loadGrammar } from '../expressions/index.ts';
import { checkMapping } from '../mapping/index.ts';
import { feedsOf } from './feeds-of.ts';

beforeAll(loadGrammar);

test('a target is told what a mapping gives by itself, and whose new ids it asks for', () => {
  const source = schema([relation('people', { 'id!': whole, boss: whole, name: text })]);
  const target = schema([relation('contacts', { 'id!': whole, owner: text, rank: text, above: whole })]);
  const people = objectMapping(
    { id: 'id', owner: "case when name = 'Ada' then name end", rank: "'o''clock'::text" },
    { name: 'people', source: 'people', target: 'contacts', key: ['id'] },
  );
  const others = objectMapping(
    { id: 'id', owner: 'name', above: "coalesce(lookup_or_null('people', boss), 1)" },
    { name: 'others', source: 'people', target: 'contacts', key: ['id'], mode: 'upsert' },
  );
  const mapped = {
    ...others,
    fields: others.fields.map((field) =>
      field.field === 'owner'
        ? {
            ...field,
            values: new Map([
              ['Ada', '005'],
              ['Joan', null],
            ]),
          }
        : field,
    ),
  };
  const mapping = { formatVersion: 1, objects: [people, mapped], leftBehind: [] } as const;
  const feeds = feedsOf(mapping, checkMapping(mapping, source, target));
  const plain = { constants: [], lookedUp: [] };
  expect(feeds).toEqual([
    {
      object: 'people',
      relation: 'contacts',
      mode: people.mode,
      fields: [
        { field: 'id', ...plain },
        { field: 'owner', ...plain },
        { field: 'rank', ...plain, constants: ["o'clock"] },
      ],
    },
    {
      object: 'others',
      relation: 'contacts',
      mode: 'upsert',
      fields: [
        { field: 'id', ...plain },
        { field: 'owner', ...plain, constants: ['005'] },
        { field: 'above', ...plain, lookedUp: ['people'] },
      ],
    },
  ]);
});
