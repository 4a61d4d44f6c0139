import { beforeAll, describe, expect, it } from 'vitest';
import {
  objectMapping,
  reference,
  relation,
  schema,
  short,
  text,
  whole,
} from '../../tests/examples/schemas.ts';
import { loadGrammar } from '../expressions/index.ts';
import type { ObjectMapping, Relation } from '../model/index.ts';
import { checkMapping, type MappingCheck } from './check-mapping.ts';

beforeAll(loadGrammar);

const index = (name: string, definition: string): Relation['indexes'][number] => ({
  name,
  unique: definition.startsWith('UNIQUE'),
  definition,
});
const key = (name: string, fields: string[]): Relation['uniques'][number] => ({
  name,
  fields,
  deferrable: false,
});
const source = schema(
  [
    relation('firms', { 'id!': whole, code: short(8) }, { primaryKey: key('PRIMARY', ['id']) }),
    relation(
      'people',
      { 'id!': whole, mail: short(80), note: text, long: short(900), firm: whole, code: short(8) },
      {
        primaryKey: key('PRIMARY', ['id']),
        uniques: [key('mail', ['mail']), key('start', ['note'])],
        foreignKeys: [
          { ...reference('firm', 'firms'), name: 'works_at' },
          {
            ...reference('code', 'firms'),
            name: 'by_code',
            references: { relation: 'firms', fields: ['id'] },
          },
        ],
        indexes: [
          index('mail', 'UNIQUE KEY `mail` (`mail`)'),
          index('start', 'UNIQUE KEY `start` (`note`(10))'),
          index('firm', "KEY `firm` (`firm`,`mail` DESC) USING BTREE COMMENT 'a ) b'"),
          index('words', 'FULLTEXT KEY `words` (`note`)'),
          index('long', 'KEY `long` (`long`)'),
          index('part', 'KEY `part` (`note`(4))'),
        ],
        checks: [
          { name: 'mail', definition: 'CHECK (json_valid(`mail`))' },
          { name: 'some', definition: 'CHECK (`firm` > 0)' },
        ],
      },
    ),
  ],
  { kind: 'mysql' },
);

function check(more: Partial<ObjectMapping> = {}): MappingCheck {
  const copy = (name: string, fields: readonly string[]): ObjectMapping => ({
    ...objectMapping(Object.fromEntries(fields.map((field) => [field, field])), {
      name,
      source: name,
      target: name,
      key: ['id'],
    }),
    create: true,
  });
  const people = copy('people', ['id', 'mail', 'note', 'long', 'firm', 'code']);
  return checkMapping(
    { formatVersion: 1, objects: [copy('firms', ['id', 'code']), { ...people, ...more }], leftBehind: [] },
    source,
    schema([]),
  );
}

const told = ({ findings }: MappingCheck): readonly (readonly [string | undefined, string])[] =>
  findings
    .filter(({ code }) => code === 'mapping.structure-left')
    .map(({ where, severity }) => [where.field, severity]);

describe('the structure of a table of MySQL', () => {
  it('comes along into PostgreSQL in its words, under names that are one list there', () => {
    const checked = check();
    const people = checked.targets.get('people');
    expect(people?.primaryKey).toEqual(key('people_pkey', ['id']));
    expect(people?.uniques).toEqual([key('people_mail', ['mail'])]);
    expect(people?.indexes).toEqual([
      {
        name: 'people_firm',
        unique: false,
        definition: 'CREATE INDEX "people_firm" ON "people" USING btree ("firm", "mail" DESC)',
      },
    ]);
    expect(people?.checks).toEqual([{ name: 'some', definition: 'CHECK ("firm" > 0)' }]);
    expect(people?.foreignKeys.map(({ name }) => name)).toEqual(['works_at']);
    expect(told(checked)).toEqual(
      ['start', 'by_code', 'words', 'long', 'part'].map((name) => [name, 'note']),
    );
    expect([...checked.proven].map((line) => line.replace('\n', ' ')).sort()).toEqual([
      'firms firms_pkey',
      'people people_firm',
      'people people_mail',
      'people people_pkey',
      'people works_at',
    ]);
  });

  it('is named after the relation that is made, and as short as the target takes', () => {
    const target = 'p'.repeat(60);
    const people = check({ target }).targets.get('people');
    expect(people?.primaryKey?.name).toBe(`${target}_pk`);
    expect([people?.uniques[0]?.name, people?.indexes[0]?.name]).toEqual([`${target}_ma`, `${target}_fi`]);
    expect(people?.indexes[0]?.definition).toContain(` ON "${target}" USING btree`);
  });

  it('stays behind where one source relation fills two', () => {
    const twice = check({ source: 'firms' });
    expect(twice.carried.size).toBe(0);
  });
});
