import { beforeAll, expect, test } from 'vitest';
import { objectMapping, relation, schema, text, whole } from '../../tests/examples/schemas.ts';
import { loadGrammar } from '../expressions/index.ts';
import type { ObjectMapping, SystemKind } from '../model/index.ts';
import { checkMapping } from './check-mapping.ts';

beforeAll(loadGrammar);

const source = schema([
  relation('people', { 'id!': whole, name: text }),
  relation('links', { 'id!': whole, 'company!': whole }),
]);
const contacts = relation('contacts', { 'id!': whole, 'full_name!': text, company: whole });
const people = objectMapping(
  { id: 'id', full_name: "coalesce(name, '?')" },
  { name: 'people', source: 'people', target: 'contacts', key: ['id'] },
);
const links = objectMapping(
  { id: 'id', company: 'company' },
  { name: 'links', source: 'links', target: 'contacts', key: ['id'], mode: 'upsert' },
);

/** Whether a name is asked of the object that only knows the company. */
function asksForName(objects: readonly ObjectMapping[], kind: SystemKind): boolean {
  const target = schema([contacts], { kind });
  const { findings } = checkMapping({ formatVersion: 1, objects, leftBehind: [] }, source, target);
  return findings.some(({ code, where }) => code === 'mapping.required-unfed' && where.object === 'links');
}

test.each(['salesforce', 'hubspot'] as const)(
  'into %s an upsert may leave a required field to another object that fills it in the same records',
  (kind) => {
    expect(asksForName([people, links], kind)).toBe(false);
    expect(asksForName([{ ...people, mode: 'upsert' }, links], kind)).toBe(false);
    expect(asksForName([links], kind)).toBe(true);
    expect(asksForName([{ ...people, key: ['full_name'] }, links], kind)).toBe(true);
    expect(asksForName([people, { ...links, mode: 'append' }], kind)).toBe(true);
  },
);

test('a database holds what would be added against its rules before it sees that a record is there', () => {
  expect(asksForName([people, links], 'postgres')).toBe(true);
});
