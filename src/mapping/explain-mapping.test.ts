import { beforeAll, describe, expect, it } from 'vitest';
import { relation, schema, text, whole } from '../../tests/examples/schemas.ts';
import { loadGrammar } from '../expressions/index.ts';
import { checkMapping } from './check-mapping.ts';
import { explainMapping } from './explain-mapping.ts';
import { parseMapping } from './parse-mapping.ts';

beforeAll(loadGrammar);

describe('explainMapping', () => {
  it('gives a row for every decision, in the order of the file', () => {
    const { mapping } = parseMapping([
      {
        name: 'contacts.yaml',
        text: `
source: people
target: contacts
key: id
owner: sales
purge: [{ when: id < 0, reason: test data }]
fields:
  id: id
  status: { from: lower(state), values: { a: A, b: null }, note: agreed in May, owner: ada }
left_behind: { fax: unused }
`,
      },
      { name: 'left-behind.yaml', text: 'relations: { log: archived }' },
    ]);
    const source = schema([
      relation('people', { 'id!': whole, state: text, fax: text }),
      relation('log', { 'id!': whole }),
    ]);
    const target = schema([relation('contacts', { 'id!': whole, status: text })]);
    const { transforms, findings } = checkMapping(mapping, source, target);
    expect(findings).toEqual([]);
    const row = {
      object: 'contacts',
      from: 'people',
      transformation: null,
      to: null,
      values: [],
      note: null,
      owner: 'sales',
      compiled: true,
    };
    expect(explainMapping(mapping, transforms)).toEqual([
      { ...row, kind: 'purge', transformation: 'id < 0', note: 'test data' },
      { ...row, kind: 'field', transformation: 'id', to: 'contacts.id' },
      {
        ...row,
        kind: 'field',
        transformation: 'lower(state)',
        to: 'contacts.status',
        values: [
          { old: 'a', now: 'A' },
          { old: 'b', now: null },
        ],
        note: 'agreed in May',
        owner: 'ada',
      },
      { ...row, kind: 'left-behind', from: 'people.fax', note: 'unused' },
      { ...row, object: '', kind: 'left-behind', from: 'log', note: 'archived', owner: null },
    ]);
    expect(explainMapping(mapping, new Map())[0]?.compiled).toBe(false);
  });
});
