import { beforeAll, expect, test } from 'vitest';
import { objectMapping, relation, schema } from '../../tests/examples/schemas.ts';
import { loadGrammar } from '../expressions/index.ts';
import { integer64, textUnlimited } from '../model/index.ts';
import { objectPlans } from './object-plans.ts';

beforeAll(async () => loadGrammar());

const both = schema([
  relation('firms', { 'id!': integer64, name: textUnlimited }),
  relation('people', { 'id!': integer64, firm: integer64, boss: integer64 }),
]);
const ids = { key: [integer64], id: integer64 };
const lookups = new Map([
  ['firms', ids],
  ['people', ids],
]);

function captured(
  firm: string,
  firmFields: Readonly<Record<string, string>> = { id: 'id', name: 'name' },
): readonly string[] {
  const people = { id: 'id', firm, boss: 'boss' };
  const objects = [
    { ...objectMapping(firmFields, { key: ['id'] }), name: 'firms', source: 'firms', target: 'firms' },
    { ...objectMapping(people, { key: ['id'] }), name: 'people', source: 'people', target: 'people' },
  ];
  const plans = objectPlans({ formatVersion: 1, objects, leftBehind: [] }, both, both, lookups);
  return [...plans.values()].filter(({ captureIds }) => captureIds).map(({ object }) => object);
}

test('new ids are kept only of objects that somebody looks up', () => {
  expect(captured('firm')).toEqual([]);
  expect(captured("lookup('firms', firm)")).toEqual(['firms']);
});

test('new ids are kept where the target gives the key', () => {
  expect(captured('firm', { name: 'name' })).toEqual(['firms']);
});
