import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { objectMapping, relation, short, text, whole } from '../../tests/examples/schemas.ts';
import { type FieldType, isGodwitError, type Row } from '../model/index.ts';
import { loadGrammar } from './grammar.ts';
import type { Environment, Scope } from './program.ts';
import { compileTransform } from './transform.ts';
import type { CompiledTransform } from './transform-outcome.ts';

beforeAll(loadGrammar);

const lookups: Scope['lookups'] = new Map([['companies', { key: [whole], id: whole }]]);
const newIds = new Map([['companies ["7"]', '70']]);
const environment: Environment = {
  lookup: (object, key) => newIds.get(`${object} ${key}`),
  mask: (plain) => plain.padEnd(64, '0'),
};

const source = relation('s', {
  'id!': whole,
  first: text,
  last: text,
  status: text,
  mails: text,
  company: whole,
});
const state: FieldType = { kind: 'enum', name: 'state', labels: ['current', 'pending'] };
const target = relation('t', {
  'id!': whole,
  name: text,
  nick: short(5),
  status: state,
  rank: whole,
  tags: { kind: 'list', of: short(3) },
  'must!': text,
  company: whole,
  mail: text,
  n: whole,
  ok: { kind: 'boolean' },
});

function row(values: Partial<Record<string, Row[number]>>): Row {
  return source.fields.map(({ name }) => values[name] ?? null);
}

type Given = Parameters<typeof objectMapping>;

function applied(object: ReturnType<typeof objectMapping>, values: Partial<Record<string, Row[number]>>) {
  return compileTransform(object, source, target, lookups).apply(row(values), environment);
}

function compiling(...given: Given): string {
  try {
    compileTransform(objectMapping(...given), source, target, lookups);
    return 'compiled';
  } catch (error) {
    return isGodwitError(error) ? error.code : String(error);
  }
}

describe('compileTransform', () => {
  it('gives the fields in the order of the mapping', () => {
    const object = objectMapping({ name: "concat_ws(' ', first, last)", id: 'id', nick: 'first' });
    const transform = compileTransform(object, source, target, lookups);
    expect(transform.targetFields).toEqual(['name', 'id', 'nick']);
    expect(transform.apply(row({ id: '1', first: 'Ada', last: 'L' }), environment)).toEqual({
      kind: 'records',
      rows: [['Ada L', '1', 'Ada']],
    });
  });

  it('leaves out or takes only some fields, for links in two passes', () => {
    const object = objectMapping({ id: 'id', name: 'first', company: "lookup('companies', company)" });
    const first = compileTransform(object, source, target, lookups, { except: ['company'] });
    const second = compileTransform(object, source, target, lookups, { only: ['id', 'company'] });
    expect(first.targetFields).toEqual(['id', 'name']);
    expect(first.lookups).toEqual([]);
    expect(second.targetFields).toEqual(['id', 'company']);
    expect(second.lookups.map(({ object, field }) => [object, field])).toEqual([['companies', 'company']]);
  });

  it('purges by the first rule that holds; a rule that is NULL does not hold', () => {
    const object = objectMapping(
      { id: 'id' },
      {
        purge: [
          { when: "status = 'gone'", reason: 'gone' },
          { when: 'first is null', reason: 'nameless' },
          { when: "status like 'g%'", reason: 'never named' },
        ],
      },
    );
    expect(applied(object, { status: 'gone' })).toEqual({ kind: 'purged', rule: 0, reason: 'gone' });
    expect(applied(object, {})).toEqual({ kind: 'purged', rule: 1, reason: 'nameless' });
    expect(applied(object, { id: '1', first: 'a' })).toEqual({ kind: 'records', rows: [['1']] });
  });

  it('never alters a value to fit: too long is rejected, with the field', () => {
    const object = objectMapping({ id: 'id', nick: 'first' });
    expect(applied(object, { id: '1', first: 'abcde' })).toEqual({ kind: 'records', rows: [['1', 'abcde']] });
    expect(applied(object, { id: '1', first: 'abcdef' })).toMatchObject({
      kind: 'rejected',
      code: 'value.too-long',
      field: 'nick',
    });
  });

  it('rejects NULL in a required field, also one that comes out of a value map', () => {
    expect(applied(objectMapping({ must: 'first' }), {})).toMatchObject({
      kind: 'rejected',
      code: 'mapping.required-null',
      field: 'must',
    });
    const mapped = objectMapping({
      must: {
        from: 'first',
        values: new Map([
          ['a', null],
          ['b', 'x'],
        ]),
      },
    });
    expect(applied(mapped, { first: 'a' })).toMatchObject({ code: 'mapping.required-null' });
    expect(applied(mapped, { first: 'b' })).toMatchObject({ rows: [['x']] });
  });

  it('rejects what an expression cannot compute, with the field', () => {
    expect(
      applied(objectMapping({ id: 'id', rank: '10 / company' }), { id: '1', company: '0' }),
    ).toMatchObject({
      kind: 'rejected',
      code: 'value.division-by-zero',
      field: 'rank',
    });
    expect(
      applied(objectMapping({ id: 'id' }, { purge: [{ when: '10 / company > 1', reason: 'x' }] }), {
        id: '1',
        company: '0',
      }),
    ).toMatchObject({
      kind: 'rejected',
      code: 'value.division-by-zero',
      field: null,
    });
  });

  it('gives NULL to a field of any type', () => {
    expect(applied(objectMapping({ ok: 'NULL', tags: ' null ', rank: 'null' }), {})).toEqual({
      kind: 'records',
      rows: [[null, null, null]],
    });
    expect(applied(objectMapping({ must: 'null' }), {})).toMatchObject({ code: 'mapping.required-null' });
  });

  describe('value maps', () => {
    const statuses = objectMapping({
      status: {
        from: 'status',
        values: new Map([
          ['active', 'current'],
          ['trial', 'pending'],
          ['none', null],
        ]),
      },
    });

    it('passes listed values only', () => {
      expect(applied(statuses, { status: 'active' })).toEqual({ kind: 'records', rows: [['current']] });
      expect(applied(statuses, { status: 'none' })).toEqual({ kind: 'records', rows: [[null]] });
      expect(applied(statuses, {})).toEqual({ kind: 'records', rows: [[null]] });
      for (const status of ['current', 'Active', 'active ', ''])
        expect(applied(statuses, { status })).toMatchObject({
          kind: 'rejected',
          code: 'mapping.unmatched-value',
          field: 'status',
        });
    });

    it('reads new values as the target field would', () => {
      const ranks = objectMapping({
        rank: {
          from: 'status',
          values: new Map([
            ['a', '1'],
            ['b', '-20'],
          ]),
        },
        ok: {
          from: 'id',
          values: new Map([
            ['1', 'true'],
            ['0', 'no'],
          ]),
        },
      });
      expect(applied(ranks, { status: 'b', id: '1' })).toEqual({ kind: 'records', rows: [['-20', true]] });
      expect(applied(ranks, { status: 'a', id: '0' })).toEqual({ kind: 'records', rows: [['1', false]] });
    });

    it('looks up every element of a list', () => {
      const tags = objectMapping({
        tags: {
          from: "string_to_array(status, ',')",
          values: new Map([
            ['a', 'A'],
            ['b', null],
          ]),
        },
      });
      expect(applied(tags, { status: 'a,b,a' })).toEqual({ kind: 'records', rows: [[['A', null, 'A']]] });
      expect(applied(tags, { status: 'a,c' })).toMatchObject({ code: 'mapping.unmatched-value' });
      expect(applied(tags, {})).toEqual({ kind: 'records', rows: [[null]] });
    });

    it.each([
      ['mapping.value-unfit', { status: { values: new Map([['a', 'curent']]) } }],
      ['mapping.value-unfit', { rank: { from: 'status', values: new Map([['a', 'one']]) } }],
      ['mapping.value-unfit', { rank: { from: 'status', values: new Map([['a', '1.5']]) } }],
      ['mapping.value-unfit', { nick: { from: 'status', values: new Map([['a', 'abcdef']]) } }],
      ['mapping.values-type', { name: { from: 'status::bytea', values: new Map([['a', 'b']]) } }],
      [
        'mapping.values-type',
        { name: { from: "string_to_array(status, ',')", values: new Map([['a', 'b']]) } },
      ],
    ] as const)('refuses with %s before any record: %j', (code, fields) => {
      expect(compiling(fields)).toBe(code);
    });
  });

  describe('each', () => {
    const each = { name: 'mail_one', in: "string_to_array(mails, ';')", ordinal: 'place' };
    const mails = objectMapping({ id: 'id', mail: 'trim(mail_one)', n: 'place' }, { each });

    it('makes one record for each element, with its place', () => {
      expect(applied(mails, { id: '1', mails: 'a; b' })).toEqual({
        kind: 'records',
        rows: [
          ['1', 'a', '1'],
          ['1', 'b', '2'],
        ],
      });
    });

    it('makes none of NULL and of an empty list', () => {
      expect(applied(mails, { id: '1' })).toEqual({ kind: 'records', rows: [] });
      expect(applied(mails, { id: '1', mails: '' })).toEqual({ kind: 'records', rows: [] });
    });

    it('rejects the whole record for one bad element', () => {
      const nicks = objectMapping({ id: 'id', nick: 'mail_one' }, { each });
      expect(applied(nicks, { id: '1', mails: 'a;abcdef' })).toMatchObject({
        kind: 'rejected',
        field: 'nick',
      });
    });

    it('asks for the new ids of every element', () => {
      const links = objectMapping({ company: "lookup('companies', mail_one::bigint)" }, { each });
      const transform = compileTransform(links, source, target, lookups);
      expect(transform.lookups[0]?.keys(row({ mails: '7;8' }))).toEqual(['["7"]', '["8"]']);
      expect(transform.lookups[0]?.keys(row({ mails: '7;x' }))).toEqual(['["7"]']);
      expect(transform.lookups[0]?.keys(row({}))).toEqual([]);
      expect(transform.apply(row({ mails: '7;7' }), environment)).toEqual({
        kind: 'records',
        rows: [['70'], ['70']],
      });
    });

    it.each([
      ['mapping.each-not-list', { name: 'x', in: 'mails', ordinal: null }],
      ['mapping.name-taken', { ...each, name: 'first' }],
      ['mapping.name-taken', { ...each, ordinal: 'mail_one' }],
      ['mapping.lookup-in-each', { ...each, in: "array[lookup('companies', company)]" }],
    ])('refuses with %s: %j', (code, wrong) => {
      expect(compiling({ id: 'id' }, { each: wrong })).toBe(code);
    });
  });

  describe('lookups', () => {
    it('gives the new id, rejects a record without one, and lets an optional link go', () => {
      const strict = objectMapping({ company: "lookup('companies', company)" });
      const optional = objectMapping({ company: "lookup_or_null('companies', company)" });
      expect(applied(strict, { company: '7' })).toEqual({ kind: 'records', rows: [['70']] });
      expect(applied(strict, {})).toEqual({ kind: 'records', rows: [[null]] });
      expect(applied(strict, { company: '8' })).toMatchObject({
        kind: 'rejected',
        code: 'value.no-new-id',
        field: 'company',
      });
      expect(applied(optional, { company: '8' })).toEqual({ kind: 'records', rows: [[null]] });
    });
  });

  it.each([
    ['mapping.unknown-target-field', { nome: 'first' }],
    ['mapping.no-assignment', { ok: 'first' }],
    ['expression.unknown-field', { name: 'frist' }],
    ['expression.syntax', { name: 'first ||' }],
  ])('refuses with %s before any record: %j', (code, fields) => {
    expect(compiling(fields)).toBe(code);
  });

  it('refuses a purge rule that is no condition', () => {
    expect(compiling({}, { purge: [{ when: 'first', reason: 'x' }] })).toBe('mapping.purge-not-boolean');
  });

  it('says everything that is wrong with a rejected record, and nothing about one that fits', () => {
    const object = objectMapping(
      { id: 'id', nick: 'first', must: 'last', rank: '1 / company', name: 'first' },
      { purge: [{ when: "status = 'gone'", reason: 'x' }] },
    );
    const transform = compileTransform(object, source, target, lookups);
    const bad = row({ id: '1', first: 'too long', company: '0' });
    expect(
      transform.refusals(bad, environment).map(({ code, field, value }) => [code, field, value]),
    ).toEqual([
      ['value.too-long', 'nick', 'too long'],
      ['mapping.required-null', 'must', null],
      ['value.division-by-zero', 'rank', undefined],
    ]);
    expect(transform.apply(bad, environment)).toMatchObject({ kind: 'rejected', field: 'nick' });
    expect(transform.refusals(row({ id: '1', first: 'a', last: 'b', company: '1' }), environment)).toEqual(
      [],
    );
    expect(transform.refusals(row({ status: 'gone', company: '0' }), environment)).toEqual([]);
  });

  it('rejects a record if and only if it has refusals, and names the first of them', () => {
    const object = objectMapping({
      nick: 'first',
      must: 'last',
      status: { values: new Map([['active', 'current']]) },
      company: "lookup('companies', company)",
    });
    const transform = compileTransform(object, source, target, lookups);
    const value = fc.option(fc.constantFrom('a', 'active', 'abcdef', '7', '8'), { freq: 3 });
    const property = fc.property(
      fc.record({ first: value, last: value, status: value, company: fc.constantFrom(null, '7', '8') }),
      (values) => {
        const outcome = transform.apply(row(values), environment);
        const refusals = transform.refusals(row(values), environment);
        if (outcome.kind === 'rejected')
          expect(outcome).toMatchObject({ code: refusals[0]?.code, field: refusals[0]?.field });
        else expect(refusals).toEqual([]);
      },
    );
    fc.assert(property, { numRuns: process.env['GODWIT_PROVE'] ? 10_000 : 300 });
  });

  it('lets a defect of the environment go on as it is', () => {
    const transform = compileTransform(
      objectMapping({ company: "lookup('companies', company)" }),
      source,
      target,
      lookups,
    );
    const broken: Environment = {
      ...environment,
      lookup: () => {
        throw new TypeError('defect');
      },
    };
    expect(() => transform.apply(row({ company: '7' }), broken)).toThrow(TypeError);
  });

  it('transforms ten simple fields fast enough not to be what limits a move', () => {
    const fields = Array.from({ length: 10 }, (_, n) => `f${n}`);
    const wide = relation('s', Object.fromEntries(fields.map((name) => [name, short(20)])));
    const mapping = objectMapping(
      Object.fromEntries(fields.map((name, n) => [name, n % 5 === 0 ? `trim(${name})` : name])),
    );
    const transform = compileTransform(mapping, wide, wide, lookups);
    const rows = Array.from({ length: 1000 }, (_, n) => fields.map((name) => `${name} ${n} value`));
    // Of the processor's time of this thread alone, so that nobody else's work counts; the best of several, so that what
    // shares its caches does not either.
    const perSecond = Math.max(...Array.from({ length: 5 }, () => recordsPerSecond(transform, rows)));
    // Measured alone: see the reference. Here the processor may be a slow one, so the floor is lower.
    expect(perSecond).toBeGreaterThan(60_000);
    if (process.env['GODWIT_PROVE']) expect(perSecond).toBeGreaterThan(200_000);
  });
});

/** In at least 30 ms of the thread's own time. */
function recordsPerSecond(transform: CompiledTransform, rows: readonly Row[]): number {
  const started = process.threadCpuUsage();
  for (let records = 0; ; records += rows.length) {
    const { user, system } = process.threadCpuUsage(started);
    if (user + system >= 30_000) return (records / (user + system)) * 1_000_000;
    for (const one of rows) expectFit(transform.apply(one, environment).kind);
  }
}

function expectFit(kind: string): void {
  if (kind !== 'records') throw new Error(`a record is ${kind}`);
}
