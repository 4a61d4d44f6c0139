import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Field, Mapping, ObjectMapping, Relation } from '../model/index.ts';
import type { ObjectDependency } from './object-dependency.ts';
import { type ObjectOrder, orderObjects } from './order-objects.ts';

const runs = process.env['GODWIT_PROVE'] ? 10_000 : 300;

/** `child.field?` refers to a relation; `?` says that the field may be empty, `+` joins the fields of one key. */
function world(names: string, references: readonly string[]): { mapping: Mapping; relations: Relation[] } {
  const parsed = references.map((text) => {
    const [from, to] = text.split(' -> ') as [string, string];
    const [child, fields] = from.split('.') as [string, string];
    return {
      child,
      to,
      fields: fields
        .split('+')
        .map((name) => ({ name: name.replace('?', ''), nullable: name.endsWith('?') })),
    };
  });
  const all = names.split(' ');
  return {
    mapping: {
      formatVersion: 1,
      leftBehind: [],
      objects: all.map((name) =>
        object(
          name,
          parsed.filter(({ child }) => child === name).flatMap(({ fields }) => fields.map((one) => one.name)),
        ),
      ),
    },
    relations: all.map((name) => {
      const own = parsed.filter(({ child }) => child === name);
      return relation(
        name,
        own.flatMap(({ fields }) => fields),
        own.map(({ fields, to }) => ({ fields: fields.map((one) => one.name), to })),
      );
    }),
  };
}

const object = (name: string, fields: readonly string[]): ObjectMapping => ({
  name,
  source: `old_${name}`,
  target: name,
  mode: 'append',
  key: ['id'],
  create: false,
  each: null,
  purge: [],
  fields: ['id', ...fields].map((field) => ({
    field,
    from: field,
    values: null,
    unmatched: 'error',
    owner: null,
    note: null,
    line: null,
  })),
  leftBehind: [],
  owner: null,
  note: null,
  file: null,
});

const field = (name: string, nullable: boolean): Field => ({
  name,
  type: { kind: 'integer', bits: 64, signed: true },
  native: 'bigint',
  nullable,
  default: null,
  generated: 'no',
  synthetic: false,
  comment: null,
});

const relation = (
  name: string,
  fields: readonly { name: string; nullable: boolean }[],
  keys: readonly { fields: readonly string[]; to: string }[],
): Relation => ({
  name,
  kind: 'table',
  fields: [field('id', false), ...fields.map((one) => field(one.name, one.nullable))],
  primaryKey: { name: 'pk', fields: ['id'], deferrable: false },
  uniques: [],
  foreignKeys: keys.map(({ fields: own, to }, at) => ({
    name: `fk${at}`,
    fields: own,
    references: { relation: to, fields: own.map(() => 'id') },
    onDelete: 'NO ACTION',
    onUpdate: 'NO ACTION',
    deferrable: false,
  })),
  indexes: [],
  checks: [],
  comment: null,
  rowsEstimate: null,
  bytes: null,
  identity: ['id'],
});

const ordered = (
  names: string,
  references: readonly string[],
  dependencies: ObjectDependency[] = [],
): ObjectOrder => orderObjects({ ...world(names, references), dependencies });

describe('parents before children', () => {
  test('along foreign keys', () => {
    const { order, deferred, findings } = ordered('notes deals people firms', [
      'notes.deal -> deals',
      'deals.firm? -> firms',
      'deals.person -> people',
      'people.firm? -> firms',
    ]);
    expect(order).toEqual(['firms', 'people', 'deals', 'notes']);
    expect([deferred.size, findings]).toEqual([0, []]);
  });

  test('along lookups, where the target has no keys', () => {
    const lookup = { object: 'people', field: 'firm', on: 'firms', nullable: true, via: 'lookup' as const };
    expect(ordered('people firms', [], [lookup]).order).toEqual(['firms', 'people']);
  });

  test('objects without needs keep the order of the mapping', () => {
    expect(ordered('c a b', []).order).toEqual(['c', 'a', 'b']);
  });

  test('a reference to what is not mapped needs nothing', () => {
    expect(ordered('people', ['people.country -> countries']).order).toEqual(['people']);
  });

  test('two objects that fill one relation both come before its children', () => {
    const given = world('people firms', ['people.firm -> firms']);
    const second = { ...object('firms2', []), target: 'firms' };
    const mapping = { ...given.mapping, objects: [...given.mapping.objects, second] };
    expect(orderObjects({ ...given, mapping, dependencies: [] }).order).toEqual([
      'firms',
      'firms2',
      'people',
    ]);
  });

  test.each([
    ['required', false, ['people', 'links']],
    ['optional', true, ['links', 'people']],
  ] as const)('an upsert that leaves a %s field to another one', (_which, nullable, order) => {
    const given = world('links people', []);
    const relations = given.relations.map((one) => ({
      ...one,
      fields: [...one.fields, field('name', nullable)],
    }));
    const objects = ['links', 'people'].map(
      (name): ObjectMapping => ({
        ...object(name, name === 'people' ? ['name'] : []),
        target: 'people',
        mode: 'upsert',
      }),
    );
    const mapping = { ...given.mapping, objects };
    expect(orderObjects({ mapping, relations, dependencies: [] })).toMatchObject({ order, findings: [] });
  });

  test('what changes the records of others comes behind them, whatever its name', () => {
    const given = world('corrections firms', []);
    const objects = given.mapping.objects.map(
      (one): ObjectMapping =>
        one.name === 'corrections' ? { ...one, target: 'firms', mode: 'upsert' } : one,
    );
    const mapping = { ...given.mapping, objects };
    expect(orderObjects({ ...given, mapping, dependencies: [] }).order).toEqual(['firms', 'corrections']);
  });
});

describe('a cycle takes two passes', () => {
  test('through a field that may be empty', () => {
    const { order, deferred, findings } = ordered('firms people', [
      'firms.owner? -> people',
      'people.firm -> firms',
    ]);
    expect(order).toEqual(['firms', 'people']);
    expect([...deferred]).toEqual([['firms', ['owner']]]);
    expect(findings).toEqual([]);
  });

  test('through itself', () => {
    expect([...ordered('people', ['people.manager? -> people']).deferred]).toEqual([['people', ['manager']]]);
  });

  test('defers only what the order cannot meet', () => {
    const { order, deferred } = ordered('a b c', ['a.b? -> b', 'b.c? -> c', 'c.a? -> a', 'a.c? -> c']);
    expect(deferred.size).toBe(1);
    for (const [name, fields] of deferred) expect([name, fields.length]).toEqual([order[0], 1]);
  });

  test('a key of several fields waits with one that may be empty', () => {
    const { deferred, findings } = ordered('a b', ['a.tenant+b? -> b', 'b.tenant+a -> a']);
    expect([...deferred]).toEqual([['a', ['b']]]);
    expect(findings).toEqual([]);
  });

  test('as mapping tells it, field by field, it is the same', () => {
    const told = (own: string, name: string, nullable: boolean, on: string): ObjectDependency => ({
      object: own,
      field: name,
      on,
      nullable,
      via: 'foreign-key',
    });
    const dependencies = [
      told('a', 'tenant', false, 'b'),
      told('a', 'b', true, 'b'),
      told('b', 'tenant', false, 'a'),
    ];
    expect(ordered('a b', ['a.tenant+b? -> b', 'b.tenant+a -> a'], dependencies).findings).toEqual([]);
  });

  test('a field that names the record cannot wait, though it may be empty', () => {
    const given = world('a', ['a.parent? -> a']);
    const mapping = {
      ...given.mapping,
      objects: given.mapping.objects.map((one) => ({ ...one, key: ['parent'] })),
    };
    expect(orderObjects({ ...given, mapping, dependencies: [] }).findings[0]?.code).toBe(
      'runbook.cycle-not-null',
    );
  });
});

describe('a cycle without an empty field', () => {
  test('is named', () => {
    const { findings, order } = ordered('x a b c', [
      'a.b -> b',
      'b.c -> c',
      'c.a -> a',
      'a.x -> x',
      'c.b? -> b',
    ]);
    expect(order[0]).toBe('x');
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ code: 'runbook.cycle-not-null', severity: 'block', waivable: false });
    expect(findings[0]?.title).toContain('a -> b -> c -> a');
    expect(findings[0]?.detail).toContain('a.b needs b; b.c needs c; c.a needs a');
  });

  test('also of one object with itself', () => {
    expect(ordered('a', ['a.root -> a']).findings[0]?.title).toContain('a -> a');
  });
});

test('every need is met by the order, deferred, or part of a named cycle; the same input gives the same order', () => {
  const reference = fc.record({ from: fc.nat(7), to: fc.nat(7), nullable: fc.boolean() });
  fc.assert(
    fc.property(
      fc.uniqueArray(reference, { selector: ({ from, to }) => `${from} ${to}`, maxLength: 16 }),
      (list) => {
        const names = 'abcdefgh';
        const references = list.map(
          ({ from, to, nullable }) => `${names[from]}.to_${names[to]}${nullable ? '?' : ''} -> ${names[to]}`,
        );
        const { order, deferred, cycles, findings } = ordered([...names].join(' '), references);
        expect([...order].sort().join('')).toBe(names);
        expect(ordered([...names].join(' '), references)).toEqual({
          order,
          deferred,
          cycles,
          findings,
        });
        if (findings.length > 0) return;
        for (const { from, to, nullable } of list) {
          const [child, parent] = [names[from]!, names[to]!];
          const met = order.indexOf(parent) < order.indexOf(child);
          const waits = deferred.get(child)?.includes(`to_${parent}`) ?? false;
          expect(met !== waits).toBe(true);
          if (waits) expect(nullable).toBe(true);
        }
      },
    ),
    { numRuns: runs },
  );
});
