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
import type { FieldType, Finding, Mapping, ObjectMapping, Relation, Schema } from '../model/index.ts';
import { checkMapping, type MappingCheck } from './check-mapping.ts';

beforeAll(loadGrammar);

const source = schema([
  relation('companies', { 'id!': whole, title: text }),
  relation(
    'people',
    { 'id!': whole, first: text, last: text, company_id: whole, fax: text },
    { foreignKeys: [reference('company_id', 'companies')] },
  ),
  relation('people_view', { 'id!': whole }, { kind: 'view' }),
]);
const target = schema([
  relation('accounts', { 'id!': whole, name: text }),
  relation(
    'contacts',
    { 'id!': whole, 'full_name!': text, nick: short(5), account_id: whole },
    { foreignKeys: [reference('account_id', 'accounts')] },
  ),
]);

const companies = objectMapping(
  { id: 'id', name: 'title' },
  { name: 'companies', source: 'companies', target: 'accounts', key: ['id'] },
);
const people = objectMapping(
  { id: 'id', full_name: "concat_ws(' ', first, last)", account_id: "lookup('companies', company_id)" },
  {
    name: 'people',
    source: 'people',
    target: 'contacts',
    key: ['id'],
    leftBehind: [{ field: 'fax', reason: 'unused' }],
    file: 'mapping/people.yaml',
  },
);
const mapping: Mapping = { formatVersion: 1, objects: [companies, people], leftBehind: [] };

function check(
  objects: readonly ObjectMapping[],
  more: Partial<Mapping> = {},
  systems: { source?: Schema; target?: Schema } = {},
): MappingCheck {
  return checkMapping({ ...mapping, objects, ...more }, systems.source ?? source, systems.target ?? target);
}

function codes(findings: readonly Finding[]): readonly string[] {
  return findings.map(
    ({ code, severity, where }) =>
      `${severity} ${code} ${where.object ?? '-'} ${where.relation ?? '-'}.${where.field ?? ''}`,
  );
}

/** One change to the people object, and the one finding it has to give. */
function changed(change: Partial<ObjectMapping>): readonly string[] {
  return codes(check([companies, { ...people, ...change }]).findings);
}

function withFields(fields: Parameters<typeof objectMapping>[0]): Partial<ObjectMapping> {
  return { fields: [...people.fields, ...objectMapping(fields).fields] };
}

describe('checkMapping', () => {
  it('finds nothing wrong with a whole mapping, and compiles every object', () => {
    const checked = check([companies, people]);
    expect(codes(checked.findings)).toEqual([]);
    expect([...checked.transforms.keys()]).toEqual(['companies', 'people']);
    expect([...checked.lookups.keys()]).toEqual(['companies', 'people']);
    expect(checked.targets.get('people')?.name).toBe('contacts');
    expect(checked.fields.map(({ object, field, fit }) => `${object}.${field} ${fit}`)).toContain(
      'people.id exact',
    );
  });

  it('says who needs whom first, by lookup and by reference, and whether it can wait', () => {
    const copied = {
      ...people,
      fields: objectMapping({ id: 'id', full_name: 'last', account_id: 'company_id' }).fields,
    };
    const optional = {
      ...people,
      fields: objectMapping({ id: 'id', full_name: "lookup_or_null('people', company_id)::text" }).fields,
    };
    const base = { object: 'people', field: 'account_id', on: 'companies', nullable: true, optional: false };
    expect(check([companies, people]).dependencies).toEqual([{ ...base, via: 'lookup' }]);
    expect(check([companies, copied]).dependencies).toEqual([{ ...base, via: 'foreign-key' }]);
    expect(check([companies, optional]).dependencies).toEqual([
      { object: 'people', field: 'full_name', on: 'people', via: 'lookup', nullable: false, optional: true },
    ]);
  });

  it('needs an object that a purge rule or the key looks up, and cannot let it wait', () => {
    const purging = {
      ...people,
      purge: [{ when: "lookup_or_null('companies', company_id) is null", reason: 'x' }],
    };
    expect(check([companies, purging]).dependencies).toContainEqual({
      object: 'people',
      field: '',
      on: 'companies',
      via: 'lookup',
      nullable: false,
      optional: true,
    });
    const keyed = { ...people, key: ['account_id'] };
    expect(check([companies, keyed]).dependencies.map(({ nullable }) => nullable)).toEqual([false]);
  });

  it.each([
    ['block mapping.unknown-source-relation people peple.', { source: 'peple' }],
    ['block mapping.unknown-target-relation people contact.', { target: 'contact' }],
    ['block mapping.unknown-target-field people contacts.nik', withFields({ nik: 'first' })],
    ['block expression.unknown-field people contacts.nick', withFields({ nick: 'frist' })],
    ['block expression.syntax people contacts.nick', withFields({ nick: "'" })],
    ['block mapping.no-assignment people contacts.nick', withFields({ nick: "'a'::bytea" })],
    ['note mapping.checked-assignment people contacts.nick', withFields({ nick: 'first' })],
    [
      'block mapping.value-unfit people contacts.nick',
      withFields({ nick: { from: 'first', values: new Map([['a', 'too long']]) } }),
    ],
    [
      'block mapping.values-empty people contacts.nick',
      withFields({ nick: { from: 'first', values: new Map() } }),
    ],
    ['block mapping.duplicate-field people contacts.id', withFields({ id: 'id' })],
    ['block mapping.unknown-key-field people contacts.ident', { key: ['ident'] }],
    ['warn mapping.key-not-unique people contacts.full_name', { key: ['full_name'] }],
    ['block mapping.key-not-unique people contacts.full_name', { key: ['full_name'], mode: 'upsert' }],
    ['block mapping.key-not-mapped people contacts.', { key: [], mode: 'upsert' }],
    [
      'block mapping.required-unfed people contacts.full_name',
      { fields: people.fields.filter(({ field }) => field !== 'full_name') },
    ],
    ['block mapping.unaccounted-field people people.fax', { leftBehind: [] }],
    [
      'block mapping.unknown-source-field people people.faks',
      { leftBehind: [...people.leftBehind, { field: 'faks', reason: 'x' }] },
    ],
    ['block mapping.empty-reason people people.fax', { leftBehind: [{ field: 'fax', reason: ' ' }] }],
    [
      'warn mapping.left-and-mapped people people.last',
      { leftBehind: [...people.leftBehind, { field: 'last', reason: 'x' }] },
    ],
    ['block mapping.empty-reason people -.purge 1', { purge: [{ when: 'last is null', reason: '' }] }],
    ['block mapping.purge-not-boolean people -.', { purge: [{ when: 'last', reason: 'x' }] }],
    [
      'block expression.unknown-object people contacts.nick',
      withFields({ nick: "lookup('firms', id)::text" }),
    ],
  ] satisfies readonly (readonly [string, Partial<ObjectMapping>])[])('%s', (finding, change) => {
    expect(changed(change)).toContain(finding);
  });

  it('asks for a value that names each record where the target has no transactions', () => {
    const account = (uniques: Relation['uniques']): Schema => ({
      ...schema([relation('contacts', { 'id!': whole, legacy: text, full_name: text }, { uniques })]),
      kind: 'hubspot',
    });
    const named = [{ name: 'legacy', fields: ['legacy'], deferrable: false }];
    const found = (object: Partial<ObjectMapping>, uniques: Relation['uniques']): readonly string[] =>
      codes(check([{ ...people, key: ['id'], ...object }], {}, { target: account(uniques) }).findings);
    const finding = 'block mapping.nothing-names-record people contacts.';
    const plain = objectMapping({ full_name: 'first' }).fields;
    const withKey = objectMapping({ full_name: 'first', legacy: 'id::text' }).fields;
    expect(found({ fields: plain }, [])).toContain(finding);
    expect(found({ fields: plain }, named)).toContain(finding);
    expect(found({ fields: withKey }, named)).not.toContain(finding);
    expect(found({ fields: withKey, key: ['legacy'], mode: 'upsert' }, named)).not.toContain(finding);
    expect(changed({ fields: plain })).not.toContain(finding);
  });

  it('compiles an object only when nothing in it fails', () => {
    expect(check([companies, { ...people, ...withFields({ nick: 'frist' }) }]).transforms.has('people')).toBe(
      false,
    );
    expect(check([companies, { ...people, leftBehind: [] }]).transforms.has('people')).toBe(true);
  });

  it('names file, line and the nearest name', () => {
    const fields = people.fields.map((field) => ({ ...field, line: 7 }));
    const finding = check([
      companies,
      { ...people, fields: [...fields, { ...fields[0]!, field: 'ful_name' }] },
    ]).findings[0];
    expect(finding?.where).toMatchObject({ file: 'mapping/people.yaml', line: 7 });
    expect(finding?.detail).toContain('Did you mean full_name?');
    expect(check([companies, { ...people, source: 'peopel' }]).findings[0]?.detail).toContain(
      'Did you mean people?',
    );
  });

  it('tells every failing field at once', () => {
    const findings = changed({
      fields: objectMapping({ id: 'idd', full_name: 'nome', account_id: 'x' }).fields,
    });
    expect(findings.filter((finding) => finding.includes('expression.unknown-field'))).toHaveLength(3);
  });

  it('does not call a field unaccounted that a broken expression names', () => {
    const findings = changed(withFields({ nick: 'fax ||' }));
    expect(findings.filter((finding) => finding.includes('unaccounted'))).toEqual([]);
  });

  it('counts a field as carried over only where it reaches the target: a purge rule is not enough', () => {
    const findings = changed({ leftBehind: [], purge: [{ when: 'fax is null', reason: 'x' }] });
    expect(findings).toContain('block mapping.unaccounted-field people people.fax');
  });

  it('accepts what another object of the same relation carries over', () => {
    const faxes = objectMapping(
      { id: 'id', name: 'fax' },
      { name: 'faxes', source: 'people', target: 'accounts', key: ['id'] },
    );
    expect(codes(check([companies, { ...people, leftBehind: [] }, faxes]).findings)).toEqual([]);
  });

  describe('relations nobody maps', () => {
    it('block until somebody decides; views do not', () => {
      expect(codes(check([people]).findings)).toContain('block mapping.unmapped-relation - companies.');
      expect(codes(check([companies, people]).findings).join()).not.toContain('people_view');
    });

    it('are settled by a reason, not by silence', () => {
      const left = (reason: string): readonly string[] =>
        codes(check([companies], { leftBehind: [{ relation: 'people', reason }] }).findings);
      expect(left('archived')).toEqual([]);
      expect(left(' ')).toEqual(['block mapping.empty-reason - people.']);
    });

    it('are refused where they do not exist or are mapped all the same', () => {
      const findings = check([companies, people], {
        leftBehind: [
          { relation: 'peple', reason: 'x' },
          { relation: 'people', reason: 'x' },
        ],
      }).findings;
      expect(codes(findings)).toEqual([
        'block mapping.unknown-source-relation - peple.',
        'warn mapping.left-and-mapped - people.',
      ]);
    });

    it('are not asked for a reason once they are mapped', () => {
      const { findings } = check([companies, people], { leftBehind: [{ relation: 'people', reason: '' }] });
      expect(codes(findings)).toEqual(['warn mapping.left-and-mapped - people.']);
      expect(findings[0]?.where.file).toBe('mapping/left-behind.yaml');
    });
  });

  it('refuses a second object of the same name, and warns of an upsert into a shared relation', () => {
    const again = { ...people, mode: 'upsert' as const };
    expect(codes(check([companies, people, again]).findings)).toEqual([
      'block mapping.duplicate-object people -.',
    ]);
    const other = { ...again, name: 'more' };
    expect(codes(check([companies, people, other]).findings)).toEqual([
      'warn mapping.shared-target more contacts.',
    ]);
  });

  it('refuses lookups of an object that has no single new id, and says why', () => {
    const each = { name: 'word', in: "regexp_split_to_array(title, ' ')", ordinal: null };
    const split = { ...companies, each };
    const finding = check([split, people]).findings.find(({ code }) => code === 'mapping.lookup-impossible');
    expect(finding?.detail).toContain('several new ones');
  });

  it('refuses to keep an old id where the target gives new ones', () => {
    const generated: Relation = {
      ...target.relations[0]!,
      fields: target.relations[0]!.fields.map((field) =>
        field.name === 'id' ? { ...field, generated: 'identity-default' } : field,
      ),
    };
    const systems = { target: schema([generated, target.relations[1]!]) };
    const assigned = {
      ...companies,
      fields: companies.fields.slice(1),
      leftBehind: [{ field: 'id', reason: 'the target assigns new ones' }],
    };
    const copied = {
      ...people,
      fields: people.fields.map((field) =>
        field.field === 'account_id' ? { ...field, from: 'company_id' } : field,
      ),
    };
    expect(codes(check([assigned, people], {}, systems).findings)).toEqual([]);
    expect(codes(check([assigned, copied], {}, systems).findings)).toEqual([
      'block mapping.old-id people contacts.account_id',
    ]);
    expect(codes(check([companies, copied], {}, systems).findings)).toEqual([]);
  });

  it('plans the relation that is to be created', () => {
    const created = {
      ...people,
      target: 'humans',
      create: true,
      fields: objectMapping({
        id: 'id',
        full_name: "concat_ws(' ', first, last)",
        account_id: "lookup('companies', company_id)",
        state: { from: 'first', values: new Map([['a', 'b']]) },
      }).fields,
    };
    const { targets, findings, transforms } = check([companies, created]);
    expect(codes(findings)).toEqual(['warn mapping.structure-left people people.company_id_fkey']);
    expect(transforms.has('people')).toBe(true);
    expect(targets.get('people')).toMatchObject({
      name: 'humans',
      primaryKey: { fields: ['id'] },
      identity: ['id'],
      fields: [
        { name: 'id', type: whole, nullable: false },
        { name: 'full_name', type: text, nullable: true },
        { name: 'account_id', type: whole, nullable: true },
        { name: 'state', type: text, nullable: true },
      ],
    });
    const broken = { ...created, fields: objectMapping({ id: 'nope' }).fields };
    expect(codes(check([companies, broken]).findings)).toEqual([
      'block expression.unknown-field people humans.id',
    ]);
  });

  it('asks before numbers become texts in a column that has no type', () => {
    const untyped = (name: string, types: Readonly<Record<string, FieldType>>): Relation => {
      const one = relation(name, { 'id!': whole, ...types });
      return {
        ...one,
        fields: one.fields.map((field) => ({ ...field, native: field.type.kind === 'any' ? '' : 'x' })),
      };
    };
    const any = { kind: 'any' } as const;
    const systems = {
      source: schema([untyped('t', { n: whole, v: any, w: text })]),
      target: schema([untyped('t', { n: any, v: any, w: any })]),
    };
    const same = { name: 't', source: 't', target: 't', key: ['id'] };
    const copy = objectMapping({ id: 'id', n: 'n', v: 'v', w: 'w' }, same);
    const { findings, transforms } = check([copy], {}, systems);
    expect(codes(findings)).toEqual([
      'block mapping.untyped-numbers t t.n',
      'block mapping.untyped-numbers t t.v',
    ]);
    expect([findings.every(({ waivable }) => waivable), transforms.has('t')]).toEqual([true, true]);
    const cast = objectMapping({ id: 'id', n: 'n::text', v: 'v::text', w: 'w' }, same);
    expect(codes(check([cast], {}, systems).findings)).toEqual([]);
  });

  it('keeps what is required in a plain copy, however its name is spelt', () => {
    const lines = schema([
      relation('lines', { 'id!': whole, 'Quantity!': whole, 'full name!': text, 'note!': text, order: text }),
    ]);
    const copy = {
      ...objectMapping(
        {
          id: 'id',
          Quantity: '"Quantity"',
          name: '"full name"',
          note: 'note',
          upper: 'upper(note)',
          o: '"order"',
        },
        { name: 'lines', source: 'lines', target: 'copies', key: ['id'] },
      ),
      create: true,
    };
    const { targets } = check([copy], {}, { source: lines });
    expect(targets.get('lines')?.fields.map(({ name, nullable }) => `${name} ${nullable}`)).toEqual([
      'id false',
      'Quantity false',
      'name false',
      'note false',
      'upper true',
      'o true',
    ]);
  });
});
