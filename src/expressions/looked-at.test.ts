import { beforeAll, expect, it } from 'vitest';
import { objectMapping, relation, text, whole } from '../../tests/examples/schemas.ts';
import { loadGrammar } from './grammar.ts';
import { lookedAt } from './looked-at.ts';

beforeAll(loadGrammar);

const source = {
  ...relation('s', {
    'id!': whole,
    first: text,
    last: text,
    status: text,
    mails: text,
    company: whole,
    junk: whole,
  }),
  identity: ['id'],
};
const lookups = new Map([['companies', { key: [whole], id: whole }]]);

it('looks at the key and at what expressions, purge rules and lists read, in the order of the relation', () => {
  const object = objectMapping(
    { name: "coalesce(nullif(last, ''), 'x')", mail: 'mail', company: "lookup('companies', company)" },
    {
      purge: [{ when: "status = 'gone'", reason: 'x' }],
      each: { name: 'mail', in: "string_to_array(mails, ';')", ordinal: null },
    },
  );
  const looked = lookedAt(object, source, lookups);
  expect(looked.fields.map(({ name }) => name)).toEqual(['id', 'last', 'status', 'mails', 'company']);
  expect({ ...looked, fields: source.fields }).toEqual(source);
});

it('looks at all of a line', () => {
  const file = { ...source, kind: 'file' as const };
  expect(lookedAt(objectMapping({ name: 'first' }), file, lookups)).toBe(file);
});
