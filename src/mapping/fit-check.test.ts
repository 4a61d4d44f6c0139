import { beforeAll, describe, expect, it } from 'vitest';
import { objectMapping, relation, short, text, whole } from '../../tests/examples/schemas.ts';
import { compileTransform, loadGrammar, type Scope } from '../expressions/index.ts';
import type { Finding, ObjectMapping, RecordBatch, Relation, Row, Value } from '../model/index.ts';
import { startFit } from './fit-check.ts';
import type { FitOptions } from './fit-options.ts';
import type { FitResult } from './fit-result.ts';
import { createKeyCounter } from './key-counter.ts';

beforeAll(loadGrammar);

const source = relation('people', { 'id!': whole, name: text, mail: text, status: text, company: whole });
const target = relation(
  'contacts',
  { 'id!': whole, 'name!': short(10), mail: text, status: text, company: whole },
  { uniques: [{ name: 'contacts_mail', fields: ['mail'], deferrable: false }] },
);
const lookups: Scope['lookups'] = new Map([['companies', { key: [whole], id: whole }]]);
const mapped = objectMapping(
  {
    id: 'id',
    name: 'name',
    mail: 'mail',
    status: {
      from: 'status',
      values: new Map([
        ['a', 'A'],
        ['b', null],
      ]),
    },
    company: "lookup('companies', company)",
  },
  {
    name: 'people',
    source: 'people',
    target: 'contacts',
    key: ['id'],
    purge: [{ when: "status = 'gone'", reason: 'left us' }],
  },
);

function batch(rows: readonly Row[], bad: RecordBatch['bad'] = []): RecordBatch {
  return { relation: 'people', fields: source.fields.map(({ name }) => name), rows, bad };
}

function fit(
  object: ObjectMapping,
  batches: readonly RecordBatch[],
  more: Partial<FitOptions> = {},
  to: Relation = target,
): FitResult {
  const transform = compileTransform(object, source, to, lookups);
  const check = startFit({
    object,
    source,
    target: to,
    transform,
    lookups,
    known: (_, key) => key === '["7"]',
    ...more,
  });
  for (const one of batches) check.observe(one);
  return check.result();
}

function told(findings: readonly Finding[]): readonly string[] {
  return findings.map(
    ({ code, records, where, waivable }) =>
      `${code} ${where.field ?? '-'} ${records}${waivable ? '' : ' not waivable'}`,
  );
}

describe('startFit', () => {
  it('counts every record once, and finds nothing where everything fits', () => {
    const result = fit(mapped, [
      batch([
        ['1', 'Ada', 'a@x', 'a', '7'],
        ['2', 'Bob', null, 'b', null],
      ]),
      batch([['3', 'C', 'c@x', 'gone', '9']]),
    ]);
    expect(result).toMatchObject({
      rowsRead: '3',
      rowsFit: '2',
      rowsRejected: '0',
      rowsPurged: '1',
      rowsBad: '0',
      recordsOut: '2',
      findings: [],
    });
    expect(result.purged).toEqual([{ rule: 0, reason: 'left us', records: '1' }]);
  });

  it('counts every field that refuses a record, exactly, and names the records', () => {
    const rows: Row[] = [
      ['1', 'far too long a name', 'a@x', 'a', '7'],
      ['2', null, 'b@x', 'zzz', '8'],
      ['3', 'another long name', 'c@x', 'zzz', '8'],
      ['4', 'fits', 'd@x', 'Zzz', '7'],
    ];
    const result = fit(mapped, [batch(rows)]);
    expect(told(result.findings)).toEqual([
      'fit.too-long name 2',
      'fit.required-null name 1',
      'fit.unmatched-value status 3 not waivable',
      'fit.orphan company 2',
    ]);
    expect(result.rowsRejected).toBe('4');
    expect(result.unmatched).toEqual([
      {
        field: 'status',
        values: [
          { value: 'zzz', count: '2' },
          { value: 'Zzz', count: '1' },
        ],
        complete: true,
      },
    ]);
    expect(result.findings[0]).toMatchObject({
      severity: 'block',
      title: '2 records of people are too long for contacts.name',
      examples: [
        { key: '["1"]', value: 'fxx xxx xxxx x xxxx' },
        { key: '["3"]', value: 'axxxxxx xxxx xxxx' },
      ],
    });
  });

  it('lets a decision through where the mapping says quarantine', () => {
    const quarantining = {
      ...mapped,
      fields: mapped.fields.map((field) => ({ ...field, unmatched: 'quarantine' as const })),
    };
    expect(told(fit(quarantining, [batch([['1', 'x', null, 'q', null]])]).findings)).toEqual([
      'fit.unmatched-value status 1',
    ]);
  });

  it('shows no value of a record but its shape, in no finding', () => {
    const secret = 'Xanthippe Quintessence';
    const rows: Row[] = [
      ['1', secret, secret, 'a', null],
      ['2', 'x', secret, 'a', null],
    ];
    const findings = JSON.stringify(fit(mapped, [batch(rows)]).findings);
    expect(findings).toContain('Xxxxxxxxx Xxxxxxxxxxxx');
    expect(findings.toLowerCase()).not.toContain('quint');
  });

  it('shows keys as the caller wants them', () => {
    const result = fit(mapped, [batch([['1', null, null, null, null]])], {
      showKey: (key) => `key of ${key.length}`,
    });
    expect(result.findings[0]?.examples[0]?.key).toBe('key of 5');
  });

  it('finds keys that repeat, for the key and for unique fields; NULL repeats nothing', () => {
    const key = {
      ...mapped,
      fields: mapped.fields.map((field) => (field.field === 'id' ? { ...field, from: 'abs(id)' } : field)),
    };
    const rows: Row[] = [
      ['1', 'a', 'm@x', null, null],
      ['-1', 'b', 'm@x', null, null],
      ['2', 'c', null, null, null],
      ['3', 'd', null, null, null],
      ['-1', 'e', 'n@x', null, null],
    ];
    const result = fit(key, [batch(rows)]);
    expect(told(result.findings)).toEqual(['fit.duplicate-key id 2', 'fit.duplicate-key mail 1']);
    expect(result.findings[0]?.examples).toEqual([
      { key: '["-1"]', value: '1' },
      { key: '["-1"]', value: '1' },
    ]);
  });

  it('tells records of an upsert that take the place of one another; those of other objects are there to be changed', () => {
    const shared = createKeyCounter(10);
    shared.add('["1"]');
    const upsert = { ...mapped, mode: 'upsert' as const };
    const rows: Row[] = [
      ['1', 'a', null, null, null],
      ['2', 'b', null, null, null],
      ['2', 'c', null, null, null],
    ];
    const { findings, recordsOut } = fit(upsert, [batch(rows)], { counterFor: () => shared });
    expect(told(findings)).toEqual(['fit.overwritten id 1']);
    expect([findings[0]?.waivable, recordsOut]).toEqual([true, '3']);
  });

  it('spends no memory on a key the source already keeps unique', () => {
    const watched: string[] = [];
    fit(mapped, [], { counterFor: (fields) => (watched.push(fields.join()), createKeyCounter(10)) });
    expect(watched).toEqual(['id', 'mail']);
    const rows: Row[] = [
      ['1', 'a', null, null, null],
      ['1', 'a', null, null, null],
    ];
    // With counters of its own the copied primary key is not watched: the source would have refused this.
    expect(told(fit(mapped, [batch(rows)]).findings)).toEqual([]);
  });

  it('takes two spellings of one number for the same key', () => {
    const decimals = relation('contacts', { 'id!': { kind: 'decimal', precision: null, scale: null } });
    const object = objectMapping({ id: 'name::numeric' }, { key: ['id'] });
    const rows: Row[] = [
      ['1', '1.0'],
      ['2', '1.00'],
      ['3', '10'],
      ['4', '1'],
      ['5', '-0'],
      ['6', '0'],
    ];
    const full = rows.map((row) => [...row, null, null, null]);
    expect(told(fit(object, [batch(full)], {}, decimals).findings)).toEqual(['fit.duplicate-key id 3']);
  });

  it('says when keys were too many to remember', () => {
    const object = {
      ...mapped,
      fields: mapped.fields.map((field) => (field.field === 'id' ? { ...field, from: 'id + 0' } : field)),
    };
    const rows = Array.from({ length: 5 }, (_, n): Row => [String(n), 'x', null, null, null]);
    expect(told(fit(object, [batch(rows)], { keysMax: 3 }).findings)).toEqual(['fit.keys-not-counted id 2']);
  });

  it('tells new ids apart by what they are asked for', () => {
    const object = { ...mapped, key: ['company'], purge: [] };
    const rows: Row[] = ['7', '8', '7'].map((company, at) => [String(at), 'Ada', `m${at}`, 'a', company]);
    const { findings } = fit(object, [batch(rows)], { known: () => true });
    expect(told(findings)).toEqual(['fit.duplicate-key company 1']);
  });

  it('tells new ids that the elements of one record ask for apart', () => {
    const object = objectMapping(
      { owner: 'id', company: "lookup('companies', part::bigint)" },
      { key: ['owner', 'company'], each: { name: 'part', in: "string_to_array(name, ';')", ordinal: null } },
    );
    const links = relation('links', { 'owner!': whole, 'company!': whole });
    const elements = (...parts: readonly string[]) => {
      const rows = parts.map((name, at): Row => [String(at), name, null, null, null]);
      return told(fit(object, [batch(rows)], { known: () => true }, links).findings);
    };
    expect(elements('7;8', '7;8;9')).toEqual([]);
    expect(elements('7;8;7', '8')).toEqual(['fit.duplicate-key company, owner 1']);
  });

  it('finds duplicates between two objects that share a counter', () => {
    const counter = createKeyCounter(100);
    const once = (): FitResult =>
      fit(mapped, [batch([['1', 'a', null, null, null]])], {
        counterFor: (fields) => (fields.join() === 'id' ? counter : createKeyCounter(9)),
      });
    expect(told(once().findings)).toEqual([]);
    expect(told(once().findings)).toEqual(['fit.duplicate-key id 1']);
  });

  it('counts links that an optional lookup lets go', () => {
    const optional = {
      ...mapped,
      fields: mapped.fields.map((field) =>
        field.field === 'company' ? { ...field, from: "lookup_or_null('companies', company)" } : field,
      ),
    };
    const rows: Row[] = [
      ['1', 'a', null, null, '7'],
      ['2', 'b', null, null, '8'],
      ['3', 'c', null, null, null],
    ];
    const result = fit(optional, [batch(rows)]);
    expect(result.rowsFit).toBe('3');
    expect(told(result.findings)).toEqual(['fit.link-lost company 1']);
    expect(result.findings[0]?.severity).toBe('warn');
  });

  it('tells of values so large that they decide about memory', () => {
    const large = 'x'.repeat(64 * 1024 ** 2 + 1);
    const rows: Row[] = [
      ['1', 'Ann', 'a@x', 'a', '7'],
      ['2', 'Ben', large, 'a', '7'],
    ];
    const result = fit(mapped, [batch(rows)]);
    expect(told(result.findings)).toEqual(['fit.large-value mail 1']);
    expect(result.findings[0]).toMatchObject({ severity: 'warn', examples: [{ value: '64 MiB' }] });
    expect(result.rowsFit).toBe('2');
  });

  it('counts bad records beside the others', () => {
    const bad = {
      key: null,
      where: 'people.csv line 7',
      original: new Uint8Array(),
      code: 'files.ragged',
      message: 'x',
      field: null,
    };
    const result = fit(mapped, [batch([], [bad, bad])]);
    expect(result).toMatchObject({ rowsRead: '0', rowsBad: '2' });
    expect(told(result.findings)).toEqual(['fit.bad-record - 2']);
    expect(result.findings[0]?.examples[0]).toEqual({ key: 'people.csv line 7', value: 'files.ragged' });
  });

  it('gives one finding for reasons without one of their own, with their counts', () => {
    const object = objectMapping({ id: 'id', name: "'x' || (10 / company)::text || (name::int)::text" });
    const rows: Row[] = [
      ['1', '1', null, null, '0'],
      ['2', 'one', null, null, '1'],
      ['3', 'two', null, null, '1'],
    ];
    const [finding, ...others] = fit(object, [batch(rows)]).findings;
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: 'fit.rejected', records: '3' });
    expect(finding?.detail).toContain('value.unreadable 2');
    expect(finding?.detail).toContain('value.division-by-zero 1');
  });

  it('tells every record that fits, so that those that look it up can be checked', () => {
    const known: string[] = [];
    const rows: Row[] = [
      ['1', 'a', null, null, null],
      ['2', 'far too long a name', null, null, null],
      ['3', 'c', null, 'gone', null],
    ];
    fit(mapped, [batch(rows)], { onFit: (key) => known.push(key) });
    expect(known).toEqual(['["1"]']);
  });

  it('keeps no more distinct values than asked, and says that the list is cut', () => {
    const rows = Array.from({ length: 50 }, (_, n): Row => [String(n), 'x', null, `status ${n}`, null]);
    const result = fit(mapped, [batch(rows)], { distinctMax: 10 });
    expect(result.unmatched[0]).toMatchObject({ complete: false });
    expect(result.unmatched[0]?.values).toHaveLength(10);
    expect(told(result.findings)).toEqual(['fit.unmatched-value status 50 not waivable']);
  });

  it('runs twenty thousand records, every one wrong, in bounded memory', () => {
    const object = {
      ...mapped,
      fields: mapped.fields.map((field) => (field.field === 'id' ? { ...field, from: 'id + 0' } : field)),
    };
    const transform = compileTransform(object, source, target, lookups);
    const check = startFit({ object, source, target, transform, lookups, known: () => false });
    const run = (from: number): void =>
      check.observe(
        batch(
          Array.from(
            { length: 1000 },
            (_, n): Row => [
              String(from + n),
              'far too long a name'.repeat(20),
              `m${from + n}`,
              `odd ${from + n}`,
              '1',
            ],
          ),
        ),
      );
    const memory: number[] = [];
    for (let from = 0; from < 20_000; from += 1000) {
      run(from);
      memory.push(process.memoryUsage().heapUsed);
    }
    const result = check.result();
    expect(told(result.findings)).toEqual([
      'fit.too-long name 20000',
      'fit.unmatched-value status 20000 not waivable',
      'fit.orphan company 20000',
    ]);
    expect(JSON.stringify(result).length).toBeLessThan(100_000);
    expect(Math.min(...memory.slice(-5)) - Math.min(...memory.slice(0, 5))).toBeLessThan(30 * 1024 * 1024);
  });

  it('counts what the target refuses beyond its types, after it was asked about it', async () => {
    const asked: Value[] = [];
    const holds: FitOptions['holds'] = ({ name }) =>
      name === 'name'
        ? {
            ask: async (values) => void asked.push(...values),
            refusal: (value) => (value === 'Bob' ? 'not here' : null),
          }
        : null;
    const transform = compileTransform(mapped, source, target, lookups);
    const check = startFit({ object: mapped, source, target, transform, lookups, known: () => true, holds });
    const records = batch([
      ['1', 'Ada', 'a@x', 'a', '7'],
      ['2', 'Bob', 'b@x', 'b', '7'],
      ['3', 'far too long a name', 'c@x', 'a', '7'],
    ]);
    await check.ask?.(records);
    check.observe(records);
    const result = check.result();
    expect(asked).toEqual(['Ada', 'Bob']);
    expect(told(result.findings)).toEqual(['fit.not-held name 1', 'fit.too-long name 1']);
    expect([result.rowsFit, result.rowsRejected]).toEqual(['1', '2']);
  });
});
