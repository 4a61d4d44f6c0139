import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { relation, schema, text, whole } from '../../tests/examples/schemas.ts';
import { loadGrammar } from '../expressions/index.ts';
import { checkMapping } from './check-mapping.ts';
import { mappingJsonSchema } from './mapping-file.ts';
import { describeProblem } from './mapping-problem.ts';
import { parseMapping } from './parse-mapping.ts';

beforeAll(loadGrammar);

const page = readFileSync(new URL('../../docs/reference/mapping-file.md', import.meta.url), 'utf8');
const files = Array.from(page.matchAll(/```yaml\n([\s\S]*?)```/g), ([, yaml = '']) => ({
  name: /^# (mapping\/\S+)/.exec(yaml)?.[1] ?? 'mapping/companies.yaml',
  text: yaml,
}));

const source = schema([
  relation('people', {
    'id!': whole,
    first_name: text,
    last_name: text,
    birthday: text,
    company_id: whole,
    status: text,
    emails: text,
    fax: text,
  }),
  relation('companies', { 'id!': whole, title: text }),
  relation('tickets', { 'id!': whole, priority: text, subject: text, body: text, spam_score: text }),
  relation('audit_log', { 'id!': whole }),
]);
const target = schema([
  relation('contacts', {
    'id!': whole,
    full_name: text,

    company_id: whole,
    status: text,
  }),
  relation('companies', { 'id!': whole, name: text }),
  relation('tickets', {
    'id!': whole,
    priority: whole,
    origin: text,
    archived_at: { kind: 'date' },
    summary: text,
  }),
  relation(
    'emails',
    { 'person_id!': whole, 'place!': whole, address: text },
    { key: ['person_id', 'place'] },
  ),
]);

describe('docs/reference/mapping-file.md', () => {
  it('shows files that are read without a problem and hold against their systems', () => {
    const { mapping, problems } = parseMapping(files);
    expect(problems.map(describeProblem)).toEqual([]);
    expect(mapping.objects.map(({ name }) => name)).toEqual(['companies', 'contacts', 'emails', 'tickets']);
    const { findings, transforms } = checkMapping(mapping, source, target);
    expect(
      findings
        .filter(({ severity }) => severity === 'block')
        .map(({ title, detail }) => `${title}: ${detail}`),
    ).toEqual([]);
    expect(transforms.size).toBe(4);
  });

  it('describes every key there is', () => {
    const described = new Set(Array.from(page.matchAll(/^\| `(\w+)` \|/gm), ([, key]) => key));
    const keys = new Set<string>();
    JSON.stringify(mappingJsonSchema(), (key, value: unknown) => {
      if (key === 'properties') for (const name of Object.keys(value as object)) keys.add(name);
      return value;
    });
    keys.delete('relations');
    expect([...keys].filter((key) => !described.has(key))).toEqual([]);
  });
});
