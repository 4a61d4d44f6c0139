import { beforeAll, describe, expect, it } from 'vitest';
import { objectMapping, reference, relation, schema, text, whole } from '../../tests/examples/schemas.ts';
import { loadGrammar } from '../expressions/index.ts';
import type { ObjectMapping, Schema } from '../model/index.ts';
import { checkMapping, type MappingCheck } from './check-mapping.ts';

beforeAll(loadGrammar);

const index = (name: string, behind: string): { name: string; unique: boolean; definition: string } => ({
  name,
  unique: false,
  definition: `CREATE INDEX ${name} ON people USING btree ${behind}`,
});
const source = schema([
  relation('companies', { 'id!': whole, title: text }),
  relation(
    'people',
    { 'id!': whole, first: text, last: text, company_id: whole },
    {
      foreignKeys: [reference('company_id', 'companies')],
      uniques: [{ name: 'by_names', fields: ['first', 'last'], deferrable: false }],
      indexes: [index('by_last', '(last)'), index('by_lower', '(lower(first))')],
      checks: [
        { name: 'no_first', definition: `CHECK (first <> '')` },
        { name: 'no_last', definition: `CHECK (last <> '')` },
      ],
    },
  ),
]);

const companies = object('companies', { id: 'id', title: 'title' });
const people = { id: 'id', first: 'first', last: 'last', company_id: 'company_id' };

function object(name: string, fields: Record<string, string>, target = name): ObjectMapping {
  const mapped = objectMapping(fields, { name, source: name, target, key: ['id'] });
  return { ...mapped, create: true };
}

function check(objects: readonly ObjectMapping[], more: { target?: Schema } = {}): MappingCheck {
  return checkMapping({ formatVersion: 1, objects, leftBehind: [] }, source, more.target ?? schema([]));
}

function left({ findings }: MappingCheck): readonly (string | undefined)[] {
  return findings.filter(({ code }) => code === 'mapping.structure-left').map(({ where }) => where.field);
}

describe('the structure of the source', () => {
  it('comes along under new names as far as it is not a text of the system', () => {
    const renamed = object('people', { ...people, surname: 'last' }, 'humans');
    const fields = renamed.fields.filter(({ field }) => field !== 'last');
    const checked = check([
      { ...companies, target: 'firms' },
      { ...renamed, fields },
    ]);
    const humans = checked.targets.get('people');
    expect(humans?.uniques).toEqual([{ name: 'by_names', fields: ['first', 'surname'], deferrable: false }]);
    expect(humans?.foreignKeys.map(({ references }) => references)).toEqual([
      { relation: 'firms', fields: ['id'] },
    ]);
    expect(humans?.indexes.map(({ definition }) => definition)).toEqual([
      'CREATE INDEX by_last ON "humans" USING btree ("surname")',
      'CREATE INDEX by_lower ON "humans" USING btree (lower(first))',
    ]);
    expect(humans?.checks.map(({ name }) => name)).toEqual(['no_first']);
    expect(left(checked)).toEqual(['no_last']);
  });

  it('stays behind, and is told, where a field is computed or a parent is not created', () => {
    const computed = object('people', { ...people, first: 'upper(first)', company_id: 'company_id' });
    expect(left(check([companies, computed]))).toEqual(['by_names', 'by_lower', 'no_first']);
    const there = schema([relation('companies', { 'id!': whole, title: text })]);
    expect(left(check([companies, object('people', people)], { target: there }))).toEqual([
      'company_id_fkey',
    ]);
  });

  it('is not taken over into a system of another kind, nor twice', () => {
    const other: Schema = { ...schema([]), kind: 'sqlite' };
    expect(check([companies, object('people', people)], { target: other }).carried.size).toBe(0);
    const twice = [object('people', people), { ...object('people', people, 'humans'), name: 'again' }];
    expect([...check([companies, ...twice]).carried]).toEqual(['companies']);
  });
});
