import { describe, expect, it } from 'vitest';
import { relation, text, whole } from '../../tests/examples/schemas.ts';
import type { FieldProfile, RelationProfile } from '../model/index.ts';
import { nameSimilarity } from './name-similarity.ts';
import { suggestFields } from './suggest-fields.ts';

describe('suggestFields', () => {
  it.each([
    ['CustomerID', 'customer_id', 1],
    ['orders', 'Order', 1],
    ['qty', 'quantity', 0.9],
    ['zip', 'postal_code', 0.65],
    ['customer_id', 'order_id', 0.25],
    ['colour', 'phone', 0],
    ['line1', 'line2', 0.8],
    ['address', 'Address 2', 0.8],
    ['?', '"', 0],
    ['?', '?', 1],
  ])('%s and %s are alike to about %d', (a, b, likeness) => {
    expect(Math.abs(nameSimilarity(a, b) - likeness)).toBeLessThanOrEqual(0.1);
    expect(nameSimilarity(a, b)).toBe(nameSimilarity(b, a));
  });

  it('gives each target field one source field, the best pair first, and says why', () => {
    const source = relation('s', {
      'id!': whole,
      mail: text,
      email_old: text,
      amount: { kind: 'decimal', precision: 10, scale: 2 },
    });
    const target = relation('t', { 'id!': whole, email: text, amount: whole });
    expect(suggestFields(source, target).map(({ field, from }) => [field, from])).toEqual([
      ['id', 'id'],
      ['email', 'mail'],
      ['amount', 'amount'],
    ]);
    const amount = suggestFields(source, target)[2];
    expect(amount?.confidence).toBeLessThan(1);
    expect(amount?.evidence).toEqual(['same name', 'decimal(10,2) to integer 64']);
  });

  it('takes exactly the same name first, and a name with another number only for likely', () => {
    const source = relation('s', { LINE: text, Line: text, line1: text, line2: text });
    const target = relation('t', { Line: text, line: text, line2: text, line3: text });
    expect(
      suggestFields(source, target).map(({ field, from, confidence }) => [field, from, confidence]),
    ).toEqual([
      ['Line', '"Line"', 1],
      ['line', '"LINE"', 1],
      ['line2', 'line2', 1],
      ['line3', 'line1', 0.8],
    ]);
  });

  it('lets values speak where names say little', () => {
    const source = relation('s', { feld1: text, feld2: text });
    const target = relation('t', { state: text, color: text });
    const states = ['open', 'closed', 'new'];
    const colors = ['red', 'green'];
    const profiles = {
      source: profiled('s', { feld1: colors, feld2: states }),
      target: profiled('t', { state: states, color: colors }),
    };
    expect(suggestFields(source, target)).toEqual([]);
    expect(suggestFields(source, target, profiles).map(({ field, from }) => [field, from])).toEqual([
      ['state', 'feld2'],
      ['color', 'feld1'],
    ]);
  });

  it('quotes names that SQL would read otherwise', () => {
    const one = relation('s', { 'Order Date': text, order: text });
    expect(suggestFields(one, one).map(({ from }) => from)).toEqual(['"Order Date"', '"order"']);
  });

  it('never suggests what cannot be written', () => {
    const source = relation('s', { total: whole });
    const [field] = relation('t', { total: whole }).fields;
    const target = relation('t', {}, { fields: [{ ...field!, generated: 'computed' }], key: ['total'] });
    expect(suggestFields(source, target)).toEqual([]);
  });
});

function profiled(name: string, fields: Readonly<Record<string, readonly string[]>>): RelationProfile {
  return {
    relation: name,
    rows: '10',
    badRecords: '0',
    duplicates: [],
    orphans: [],
    fields: Object.entries(fields).map(
      ([field, values]): FieldProfile => ({
        field,
        nulls: '0',
        empty: '0',
        blank: '0',
        distinct: { count: String(values.length), exact: true },
        min: null,
        max: null,
        charactersMin: null,
        charactersMax: null,
        patterns: values.map((value) => ({ pattern: 'a'.repeat(value.length), count: '1' })),
        values: values.map((value) => ({ value, count: '1' })),
        dateStyles: [],
        traits: [],
      }),
    ),
  };
}
