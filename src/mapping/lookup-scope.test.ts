import { beforeAll, expect, test } from 'vitest';
import { objectMapping, relation, schema, text, whole } from '../../tests/examples/schemas.ts';
import { loadGrammar } from '../expressions/index.ts';
import type { SystemKind } from '../model/index.ts';
import { lookupScope } from './lookup-scope.ts';

beforeAll(loadGrammar);

const source = schema([relation('people', { 'id!': whole })]);
const contacts = relation('contacts', { 'own_id!': whole, legacy: text }, { key: ['own_id'] });

/** Of what kind the id is that links to people get, where a text names them in the mapping. */
function kindOfId(kind: SystemKind, key: string): string | undefined {
  const given = { name: 'people', source: 'people', target: 'contacts', key: [key] };
  const people = objectMapping({ legacy: 'id::text' }, given);
  const mapping = { formatVersion: 1, objects: [people], leftBehind: [] } as const;
  return lookupScope(mapping, source, schema([contacts], { kind })).lookups.get('people')?.id.kind;
}

test.each([
  ['postgres', 'legacy', 'text'],
  ['sqlite', 'legacy', 'text'],
  ['salesforce', 'legacy', 'integer'],
  ['hubspot', 'legacy', 'integer'],
  ['hubspot', 'own_id', 'integer'],
] as const)('in %s, links to records that %s names are a value of kind %s', (kind, key, id) => {
  expect(kindOfId(kind, key)).toBe(id);
});
