import { beforeAll, describe, expect, it } from 'vitest';
import { objectMapping, relation, schema, text, whole } from '../../tests/examples/schemas.ts';
import { loadGrammar } from '../expressions/index.ts';
import type { ObjectMapping, SystemKind } from '../model/index.ts';
import { checkMapping } from './check-mapping.ts';

beforeAll(loadGrammar);

const source = schema([
  relation('People', { 'id!': whole, Ärger: text, ärger: text }),
  relation('people', { 'id!': whole, Name: text, name: text }),
]);
const created = (name: string, target: string, fields: Readonly<Record<string, string>>): ObjectMapping => ({
  ...objectMapping({ id: 'id', ...fields }, { name, source: name, target, key: ['id'] }),
  create: true,
});
const upper = created('People', 'People', { Ärger: '"Ärger"', ärger: '"ärger"' });
const lower = created('people', 'people', { Name: '"Name"', name: 'name' });

function collisions(
  kind: SystemKind,
  objects: readonly ObjectMapping[],
  there: readonly string[] = [],
): string[] {
  const target = schema(
    there.map((name) => relation(name, { 'id!': whole })),
    { kind },
  );
  const { findings } = checkMapping({ formatVersion: 1, objects, leftBehind: [] }, source, target);
  return findings.flatMap(({ code, title }) => (code === 'mapping.names-collide' ? [title] : []));
}

describe('names that differ in capital letters only', () => {
  it('are two names in PostgreSQL', () => {
    expect(collisions('postgres', [upper, lower])).toEqual([]);
  });

  it('are one name in SQLite, but for letters beyond ASCII', () => {
    expect(collisions('sqlite', [upper, lower])).toEqual([
      'The target cannot tell people from People',
      'The target cannot tell people.name from Name',
    ]);
  });

  it('are one name in MySQL for fields', () => {
    expect(collisions('mysql', [upper, lower])).toEqual([
      'The target cannot tell People.ärger from Ärger',
      'The target cannot tell people.name from Name',
    ]);
  });

  it('are one name with a relation that is there', () => {
    const fields = { name: 'name' };
    expect(collisions('sqlite', [created('people', 'PEOPLE', fields)], ['pEople'])).toEqual([
      'The target cannot tell PEOPLE from pEople',
    ]);
    expect(collisions('sqlite', [created('people', 'others', fields)], ['pEople'])).toEqual([]);
  });
});
