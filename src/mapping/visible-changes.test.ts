import { beforeAll, describe, expect, it } from 'vitest';
import { relation, schema, text, whole } from '../../tests/examples/schemas.ts';
import { loadGrammar } from '../expressions/index.ts';
import type { FieldType } from '../model/index.ts';
import { checkMapping } from './check-mapping.ts';
import { parseMapping } from './parse-mapping.ts';
import type { VisibleChange } from './visible-change.ts';
import { visibleChanges } from './visible-changes.ts';

beforeAll(loadGrammar);

const instant: FieldType = { kind: 'instant', fractionDigits: 6 };
const timestamp: FieldType = { kind: 'timestamp', fractionDigits: 6 };
const source = schema([
  relation('people', {
    'id!': whole,
    name: text,
    state: text,
    fax: text,
    born: text,
    note: text,
    seen: timestamp,
    boss: whole,
  }),
  relation('log', { 'id!': whole }),
]);
const target = schema([
  relation('contacts', {
    'id!': whole,
    old_id: whole,
    name: text,
    full_name: text,
    status: text,
    note: text,
    summary: text,
    seen: instant,
    boss_id: whole,
    secret: text,
    shout: text,
  }),
]);

function changesOf(fields: string, more = ''): readonly VisibleChange[] {
  const { mapping, problems } = parseMapping([
    {
      name: 'contacts.yaml',
      text: `source: people\ntarget: contacts\nkey: id\nfields:\n${fields}\n${more}`,
    },
    { name: 'left-behind.yaml', text: 'relations: { log: archived }' },
  ]);
  expect(problems).toEqual([]);
  return visibleChanges(mapping, checkMapping(mapping, source, target));
}

const told = (changes: readonly VisibleChange[]): readonly string[] =>
  changes.map(({ kind, before, after }) => `${kind}: ${before} -> ${after ?? 'nothing'}`);

describe('visibleChanges', () => {
  it('says nothing of a field that is handed on under its name', () => {
    expect(told(changesOf('  id: id\n  name: name'))).toEqual([
      'renamed: people -> contacts',
      'records-gone: log -> nothing',
    ]);
  });

  it('tells new numbers where the key is the target’s own', () => {
    expect(told(changesOf('  old_id: id'))).toContain('new-id: people -> id');
  });

  it('puts values that become one beside each other', () => {
    const [, values] = changesOf(
      '  id: id\n  status: { from: lower(state), values: { a: on, b: on, c: null }, note: agreed in May }',
    );
    expect(values).toMatchObject({
      kind: 'values',
      why: 'agreed in May',
      values: [
        { olds: ['a', 'b'], now: 'on' },
        { olds: ['c'], now: null },
      ],
    });
  });

  it.each([
    ['full_name: name', 'renamed: name -> full_name'],
    ['summary: left(note, 20)', 'cut: left(note, 20) -> summary'],
    ['summary: note::varchar(20)', 'cut: note::varchar(20) -> summary'],
    ["seen: seen at time zone 'UTC'", "time: seen at time zone 'UTC' -> seen"],
    ['secret: mask(name)', 'hidden: mask(name) -> secret'],
    ['shout: upper(name)', 'computed: upper(name) -> shout'],
    ["shout: name || 'left(x)'", "computed: name || 'left(x)' -> shout"],
  ])('%s', (field, change) => {
    expect(told(changesOf(`  id: id\n  ${field}`))).toContain(change);
  });

  it('tells what stays behind, with the reason', () => {
    const changes = changesOf(
      '  id: id',
      'purge: [{ when: id < 0, reason: test data }]\nleft_behind: { fax: nobody has one }',
    );
    expect(changes.map(({ before, why }) => [before, why])).toEqual([
      ['people', null],
      ['id < 0', 'test data'],
      ['fax', 'nobody has one'],
      ['log', 'archived'],
    ]);
  });
});
