import { describe, expect, it } from 'vitest';
import { relation, text, whole } from '../../tests/examples/schemas.ts';
import { type FieldProfile, wordsOfName } from '../model/index.ts';
import { classifyField, findPersonalData } from './personal-data.ts';

function shapes(...patterns: (readonly [pattern: string, count: number])[]): FieldProfile {
  return {
    field: 'x',
    nulls: '0',
    empty: '0',
    blank: '0',
    distinct: { count: '1', exact: true },
    min: null,
    max: null,
    charactersMin: null,
    charactersMax: null,
    patterns: patterns.map(([pattern, count]) => ({ pattern, count: String(count) })),
    values: [],
    dateStyles: [],
    traits: [],
  };
}

describe('classifyField', () => {
  it.each([
    ['users', 'email', 'email'],
    ['users', 'BillingEmailAddress', 'email'],
    ['people', 'FirstName', 'name'],
    ['customers', 'name', 'name'],
    ['t', 'Straße', 'address'],
    ['t', 'zip_code', 'address'],
    ['t', 'mobile2', 'phone'],
    ['t', 'date_of_birth', 'birth'],
    ['t', 'SSN', 'identity-document'],
    ['t', 'soc_sec_id', 'identity-document'],
    ['t', 'iban', 'account'],
    ['t', 'annual_salary', 'income'],
    ['visits', 'icd10_code', 'health'],
    ['t', 'religion', 'belief-or-origin'],
    ['t', 'password_hash', 'secret'],
    ['sessions', 'ip_address', 'online-id'],
    ['tickets', 'body', 'free-text'],
  ])('%s.%s is %s by its name', (table, field, category) => {
    expect(classifyField(table, field)).toMatchObject({ category, evidence: 'name' });
  });

  it.each([
    ['products', 'name'],
    ['products', 'page'],
    ['products', 'stage'],
    ['orders', 'shipping_cost'],
    ['users', 'email_verified'],
    ['mails', 'email_template'],
    ['users', 'login_count'],
    ['t', 'tele'],
    ['t', 'gross'],
  ])('%s.%s is not taken for personal', (table, field) => {
    expect(classifyField(table, field)).toBeNull();
  });

  it.each([
    ['aaa.aaaa@aaaaaaa.aaa', 'email'],
    ['AA99 9999 9999 9999 9999 99', 'account'],
    ['9999 9999 9999 9999', 'account'],
    ['999-99-9999', 'identity-document'],
    ['+99 99 9999 9999', 'phone'],
    ['(999) 999-9999', 'phone'],
    ['999.999.9.99', 'online-id'],
  ])('values like %s are %s whatever the name says', (pattern, category) => {
    expect(classifyField('t', 'code', shapes([pattern, 80], ['a', 20]))).toMatchObject({
      category,
      evidence: 'values',
    });
  });

  it('needs most of the values, and says when name and values agree', () => {
    expect(classifyField('t', 'code', shapes(['aa@aa.aa', 40], ['a', 60]))).toBeNull();
    expect(classifyField('t', 'email', shapes(['aa@aa.aa', 40]))).toMatchObject({
      evidence: 'name and values',
    });
    expect(classifyField('t', 'amount', shapes(['9999.99', 40]))).toBeNull();
    expect(classifyField('t', 'made', shapes(['9999-99-99', 40]))).toBeNull();
  });

  it("takes a person's word over everything", () => {
    const people = relation('people', { 'id!': whole, email: text, note: text, code: text });
    const marks = findPersonalData([people], null, [
      { relation: 'people', field: 'email', category: null },
      { relation: 'people', field: 'code', category: 'health' },
    ]);
    expect(marks).toEqual([
      { relation: 'people', field: 'note', category: 'free-text', special: false, evidence: 'name' },
      { relation: 'people', field: 'code', category: 'health', special: true, evidence: 'confirmed' },
    ]);
  });

  it('splits names into words', () => {
    expect(wordsOfName('customerZIPCode2')).toEqual(['customer', 'zip', 'code']);
    expect(wordsOfName('Geburts-Datum')).toEqual(['geburts', 'datum']);
  });
});
