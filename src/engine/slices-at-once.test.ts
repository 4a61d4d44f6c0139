import { expect, test } from 'vitest';
import { reference, relation, short, whole } from '../../tests/examples/schemas.ts';
import type { BulkLoad } from '../connectors/index.ts';
import { findField, type Relation } from '../model/index.ts';
import type { SliceWork } from './slice-work.ts';
import { orderMatters } from './slices-at-once.ts';

const fields = { 'id!': whole, 'mail!': short(40), boss: whole };
const unique = (name: string, ...of: string[]): Relation['uniques'][number] => ({
  name,
  fields: of,
  deferrable: false,
});
const index = (name: string, definition: string): Relation['indexes'][number] => ({
  name,
  unique: true,
  definition,
});

/** Why the order matters between these two relations, when these fields (all, where none are named) are copied as they are. */
function why(
  source: Partial<Relation>,
  target: Partial<Relation>,
  copied: readonly string[] = ['id', 'mail', 'boss'],
  mode: SliceWork['mode'] = 'insert',
): string | null {
  const [from, to] = [relation('people', fields, source), relation('people', fields, target)];
  const load: BulkLoad = {
    format: 'postgres-binary',
    fields: copied.map((name) => {
      const field = findField(from, name)!;
      return { source: { kind: 'field', field }, target: findField(to, name)!, exportAs: null };
    }),
  };
  return orderMatters({ source: from, target: to, mode } as SliceWork, load);
}

test('a plain copy may come in any order', () => {
  expect(why({}, {})).toBeNull();
  const both = { uniques: [unique('mail_key', 'mail')] };
  expect(why(both, both)).toBeNull();
  expect(why(both, { uniques: [unique('wider', 'mail', 'boss')] })).toBeNull();
});

test('records that could be one in the target come in their order', () => {
  expect(why({}, { uniques: [unique('mail_key', 'mail')] })).toContain('may be one by mail_key');
  expect(
    why({ uniques: [unique('wider', 'mail', 'boss')] }, { uniques: [unique('mail_key', 'mail')] }),
  ).toContain('mail_key');
  expect(why({}, { indexes: [index('lower_mail', 'CREATE UNIQUE INDEX ... (lower(mail))')] })).toContain(
    'lower_mail',
  );
  const other = relation('people', fields).fields.map((field) => ({ ...field, native: 'citext' }));
  const both = { uniques: [unique('mail_key', 'mail')] };
  expect(why(both, { ...both, fields: other })).toContain('may be one');
});

test('numbers stay apart whatever a system calls their type, texts do not', () => {
  const key = { primaryKey: unique('people_key', 'id') };
  const renamed = (name: string, native: string): Relation['fields'] =>
    relation('people', fields).fields.map((field) => (field.name === name ? { ...field, native } : field));
  expect(why(key, { ...key, fields: renamed('id', 'bigint(20)') })).toBeNull();
  const both = { uniques: [unique('mail_key', 'mail')] };
  expect(why(both, { ...both, fields: renamed('mail', 'varchar(40) COLLATE utf8mb4_general_ci') })).toContain(
    'mail_key',
  );
});

test('an empty value that is there once only keeps the order', () => {
  const both = { uniques: [unique('boss_key', 'boss')] };
  expect(why(both, both)).toBeNull();
  const definition = 'CREATE UNIQUE INDEX boss_key ON people (boss) NULLS NOT DISTINCT';
  expect(why(both, { ...both, indexes: [index('boss_key', definition)] })).toContain('boss_key');
});

test('records that refer to each other come in their order, unless that field is left for later', () => {
  const own = { foreignKeys: [reference('boss', 'people')] };
  expect(why({}, own)).toContain('boss_fkey refers to records of people itself');
  expect(why({}, own, ['id', 'mail'])).toBeNull();
  expect(why({}, { foreignKeys: [reference('boss', 'chiefs')] })).toBeNull();
});

test('so do records that the target numbers, that exclude each other, or that change others', () => {
  const numbered = relation('people', fields).fields.map((field) =>
    field.name === 'boss' ? { ...field, default: `nextval('n'::regclass)` } : field,
  );
  expect(why({}, { fields: numbered }, ['id', 'mail'])).toContain('numbers its records in boss');
  expect(why({}, { fields: numbered })).toBeNull();
  const checks = [{ name: 'apart', definition: 'EXCLUDE USING gist (boss WITH =)' }];
  expect(why({}, { checks })).toContain('exclude each other by apart');
  expect(why({}, {}, undefined, 'upsert')).toContain('in the order of the source');
});
