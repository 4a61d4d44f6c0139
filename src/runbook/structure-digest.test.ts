import { describe, expect, test } from 'vitest';
import { systemNotary } from '../host/index.ts';
import type { Relation, Schema } from '../model/index.ts';
import { Desk, input } from './crm-move.contract.ts';
import { structureChanges } from './structure-changes.ts';
import { structureDigest } from './structure-digest.ts';

const relations = input(new Desk()).relations;
const schema: Schema = {
  formatVersion: 1,
  kind: 'postgres',
  version: '18',
  namespace: 'public',
  relations,
  objects: [],
};
const of = (one: Schema, names: readonly string[] = ['person', 'company']): string =>
  structureDigest(one, names, systemNotary.digest);
const withPerson = (change: (relation: Relation) => Relation): Schema => ({
  ...schema,
  relations: relations.map((one) => (one.name === 'person' ? change(one) : one)),
});
const trigger = { kind: 'trigger', name: 't', relation: 'person', definition: 'AFTER INSERT ...' } as const;

describe('the digest of a structure', () => {
  test.each<[string, Schema]>([
    ['estimates and sizes', withPerson((one) => ({ ...one, rowsEstimate: 999, bytes: 1 }))],
    [
      'a comment',
      withPerson((one) => ({
        ...one,
        comment: 'x',
        fields: one.fields.map((field) => ({ ...field, comment: 'y' })),
      })),
    ],
    ['the order of relations', { ...schema, relations: [...relations].reverse() }],
    ['a relation beside them', { ...schema, relations: [...relations, { ...relations[0]!, name: 'other' }] }],
    ['a trigger elsewhere', { ...schema, objects: [{ ...trigger, relation: 'other' }] }],
    ['the server’s version', { ...schema, version: '18.1' }],
  ])('is not changed by %s', (_name, changed) => {
    expect(of(changed)).toBe(of(schema));
    expect(structureChanges(schema, changed, ['person', 'company'])).toEqual([]);
  });

  test.each<[string, Schema]>([
    [
      'a type',
      withPerson((one) => ({ ...one, fields: one.fields.map((field) => ({ ...field, native: 'integer' })) })),
    ],
    [
      'a field that may be empty now',
      withPerson((one) => ({ ...one, fields: one.fields.map((field) => ({ ...field, nullable: true })) })),
    ],
    [
      'a default',
      withPerson((one) => ({ ...one, fields: one.fields.map((field) => ({ ...field, default: '0' })) })),
    ],
    ['the order of fields', withPerson((one) => ({ ...one, fields: [...one.fields].reverse() }))],
    ['a foreign key less', withPerson((one) => ({ ...one, foreignKeys: one.foreignKeys.slice(1) }))],
    ['a check', withPerson((one) => ({ ...one, checks: [{ name: 'c', definition: 'id > 0' }] }))],
    ['an index', withPerson((one) => ({ ...one, indexes: [{ name: 'i', unique: true, definition: 'x' }] }))],
    ['a trigger', { ...schema, objects: [trigger] }],
    ['a relation less', { ...schema, relations: relations.slice(1) }],
  ])('is changed by %s', (_name, changed) => {
    expect(of(changed)).not.toBe(of(schema));
    expect(structureChanges(schema, changed, ['person', 'company'])).not.toEqual([]);
  });

  test('is explained in words', () => {
    const changed = withPerson((one) => ({
      ...one,
      fields: one.fields.flatMap((field, at) => {
        if (at === 1) return [];
        return [at === 2 ? { ...field, native: 'varchar(20)', nullable: false } : field];
      }),
      checks: [{ name: 'c', definition: 'id > 0' }],
    }));
    const [, gone, altered] = relations.find(({ name }) => name === 'person')?.fields ?? [];
    expect(structureChanges(schema, { ...changed, objects: [trigger] }, ['company', 'person'])).toEqual([
      `person.${gone?.name} is gone`,
      `person.${altered?.name} was ${altered?.native}, null allowed, is varchar(20), not null`,
      'the check c of person is new',
      'the trigger t of person is new',
    ]);
  });

  test('names what is required since, and which options went and came', () => {
    const [first, second, third] = relations.find(({ name }) => name === 'person')?.fields ?? [];
    const options = (...labels: string[]): Relation['fields'][number] => ({
      ...third!,
      native: 'enumeration',
      type: { kind: 'enum', name: 'tier', labels },
    });
    const of = (open: boolean, ...labels: string[]): Schema =>
      withPerson((one) => ({ ...one, fields: [first!, { ...second!, nullable: open }, options(...labels)] }));
    expect(structureChanges(of(true, 'gold', 'bronze'), of(false, 'gold', 'silver'), ['person'])).toEqual([
      `person.${second?.name} is required since: null was allowed`,
      `person.${third?.name}: bronze cannot be chosen any more; silver can be chosen since`,
    ]);
    const reordered = structureChanges(of(true, 'gold', 'bronze'), of(true, 'bronze', 'gold'), ['person']);
    expect(reordered).toEqual([
      `person.${third?.name} is still called enumeration, which now holds other values`,
    ]);
    const right = {
      kind: 'property',
      name: 'person',
      relation: 'person',
      definition: 'not createable',
    } as const;
    expect(structureChanges(schema, { ...schema, objects: [right] }, ['person'])).toEqual([
      'the property person of person is new: not createable',
    ]);
  });

  test('leaves out what is not asked for', () => {
    expect(
      of({ ...schema, relations: relations.filter(({ name }) => name === 'company') }, ['company']),
    ).toBe(of(schema, ['company']));
  });
});
