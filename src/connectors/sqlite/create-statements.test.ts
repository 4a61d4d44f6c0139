import { afterEach, beforeEach, expect, test } from 'vitest';
import { SqliteFile } from '../../host/index.ts';
import {
  describeFieldType,
  type FieldType,
  findRelation,
  integer64,
  type Schema,
  textUnlimited,
} from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import { keyOf, reference, table } from '../contract/neutral-relations.contract.ts';
import { createStatements } from './create-statements.ts';
import { sqlite } from './open.ts';
import { PlainSqlite } from './plain-sqlite.contract.ts';

let plain: PlainSqlite;
beforeEach(() => {
  plain = new PlainSqlite();
});
afterEach(async () => plain[Symbol.asyncDispose]());

function schemaOf(...relations: Schema['relations']): Schema {
  return { formatVersion: 1, kind: 'postgres', version: '18', namespace: 'public', relations, objects: [] };
}

const every: Readonly<Record<string, readonly [FieldType, string]>> = {
  a_boolean: [{ kind: 'boolean' }, 'boolean'],
  a_small: [{ kind: 'integer', bits: 16, signed: true }, 'integer 64'],
  a_huge: [{ kind: 'integer', bits: 64, signed: false }, 'decimal(20,0)'],
  a_decimal: [{ kind: 'decimal', precision: 38, scale: 10 }, 'decimal(38,10)'],
  any_decimal: [{ kind: 'decimal', precision: null, scale: null }, 'decimal'],
  a_float: [{ kind: 'float', bits: 32 }, 'float 64'],
  a_text: [{ kind: 'text', charactersMax: 40, padded: false }, 'text(40)'],
  bytes: [{ kind: 'bytes', bytesMax: null }, 'bytes'],
  a_date: [{ kind: 'date' }, 'text'],
  a_time: [{ kind: 'time', zoned: true, fractionDigits: 6 }, 'text'],
  a_timestamp: [{ kind: 'timestamp', fractionDigits: 6 }, 'text'],
  an_instant: [{ kind: 'instant', fractionDigits: 6 }, 'text'],
  an_interval: [{ kind: 'interval' }, 'text'],
  a_uuid: [{ kind: 'uuid' }, 'text'],
  a_json: [{ kind: 'json', binary: true }, 'json'],
  an_enum: [{ kind: 'enum', name: 'mood', labels: ['sad', 'ok'] }, 'text'],
  a_list: [{ kind: 'list', of: { kind: 'integer', bits: 32, signed: true } }, 'json'],
  a_native: [{ kind: 'native', engine: 'postgres', name: 'tsvector' }, 'text'],
  anything: [{ kind: 'any' }, 'any'],
};

test('every type of another system has its place here', async () => {
  const fields = Object.fromEntries(Object.entries(every).map(([name, [type]]) => [name, type]));
  for (const statement of createStatements(schemaOf(table('every', fields)), ['every'])) plain.run(statement);
  await using system = await sqlite.open(plain.address, contextFor('source'));
  const relation = findRelation(await system.inspects.inspect(), 'every');
  const described = relation?.fields
    .filter(({ synthetic }) => !synthetic)
    .map((field) => [field.name, describeFieldType(field.type)]);
  expect(described).toEqual(Object.entries(every).map(([name, [, here]]) => [name, here]));
});

test('rules whose meaning is certain come along, others are left out and said', () => {
  const people = table(
    'people',
    { id: integer64, name: textUnlimited, age: integer64, company: integer64, owner: integer64 },
    {
      primaryKey: keyOf('id'),
      required: ['name'],
      checks: [
        { name: 'age_known', definition: "CHECK (((age >= 0) AND (name <> 'it''s')))" },
        { name: 'name_short', definition: 'CHECK ((length(name) < 10))' },
        { name: 'cast', definition: "CHECK (((age)::text <> ''::text))" },
      ],
      foreignKeys: [reference('company', 'companies', true), reference('owner', 'elsewhere')],
    },
  );
  const withDefaults = {
    ...people,
    fields: people.fields.map((field) => ({
      ...field,
      default:
        { name: "'it''s'::character varying", age: '(-1)::bigint', company: "nextval('s'::regclass)" }[
          field.name
        ] ?? null,
    })),
  };
  const companies = table('companies', { id: integer64 }, { primaryKey: keyOf('id') });
  expect(createStatements(schemaOf(withDefaults, companies), ['people'])).toEqual([
    `-- left out: company DEFAULT nextval('s'::regclass)
-- left out: name_short CHECK ((length(name) < 10))
-- left out: cast CHECK (((age)::text <> ''::text))
-- left out: owner_refers: elsewhere is not among the relations
CREATE TABLE "people" (
  "id" INTEGER PRIMARY KEY,
  "name" TEXT NOT NULL DEFAULT 'it''s',
  "age" INTEGER DEFAULT -1,
  "company" INTEGER,
  "owner" INTEGER,
  CONSTRAINT "age_known" CHECK ( ( ( "age" >= 0 ) AND ( "name" <> 'it''s' ) ) ),
  CONSTRAINT "company_refers" FOREIGN KEY ("company") REFERENCES "companies" ("id") DEFERRABLE INITIALLY DEFERRED
)`,
  ]);
});

test('a sandbox brings the parents and the triggers along, and of another file its own texts', async () => {
  plain.run(`CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, x TEXT COLLATE NOCASE CHECK (x <> '')) STRICT;
    CREATE TABLE c (id TEXT PRIMARY KEY, p INTEGER REFERENCES p, twice AS (p * 2)) WITHOUT ROWID;
    CREATE UNIQUE INDEX i ON c (lower(id)) WHERE p > 0;
    CREATE TRIGGER g AFTER INSERT ON c BEGIN UPDATE p SET x = 'seen' WHERE id = new.p; END;
    CREATE TABLE other (a); INSERT INTO p VALUES (3, 'three');`);
  await using system = await sqlite.open(plain.address, contextFor('target'));
  await system.creates?.createSandbox('godwit_try', ['c']);
  const address = sqlite.sandboxAddress(plain.address, 'godwit_try');
  await using inside = await sqlite.open(address, contextFor('sandbox'));
  const [here, there] = [await system.inspects.inspect(), await inside.inspects.inspect()];
  expect(there.relations.map(({ name }) => name)).toEqual(['c', 'p']);
  expect(there.relations.map(({ definition }) => definition)).toEqual(
    here.relations.filter(({ name }) => name !== 'other').map(({ definition }) => definition),
  );
  expect(there.objects.map(({ name }) => name)).toEqual(['g']);
  using file = new SqliteFile(address.path, { readOnly: true });
  expect(file.statement('SELECT id, x FROM p').all()).toEqual([[3n, 'three']]);
  await system.creates?.dropSandbox('godwit_try');
});
