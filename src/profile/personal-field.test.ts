import { expect, test } from 'vitest';
import type { FieldProfile } from '../model/index.ts';
import { isPersonalField, isPersonalName, isPersonalValue } from './personal-field.ts';

function profileOf(field: string, pattern: string, distinct: number): FieldProfile {
  return {
    field,
    nulls: '0',
    empty: '0',
    blank: '0',
    distinct: { count: String(distinct), exact: true },
    min: null,
    max: null,
    charactersMin: 1,
    charactersMax: pattern.length,
    patterns: [{ pattern, count: '9' }],
    values: [],
    dateStyles: [],
    traits: [],
  };
}

test('a personal value is told apart also where its field as a whole is not personal', () => {
  for (const value of [
    'zoe@example.org',
    'at: zoe@example.org',
    '+49 171 5512345',
    '987-65-4321',
    '4111 1111 1111 1111',
    '{"a":1}',
    ' [4711, 4712]',
    '3rd of May, 1980',
    'May 3 (Anna) 1980',
    'ca. March 1980, at sea',
  ])
    expect(isPersonalValue(value)).toBe(true);
  expect(isPersonalValue('DE89 3704 0044 0532 0130 00')).toBe(true);
  for (const value of [
    'A-1',
    '2024-01-31',
    '2024-01-31 10:00:00+02',
    '12 Mar 2020',
    '12-Mar-2020 10:00',
    'may be',
    'decimal 3',
    '-12.50',
    'open',
    'HQ12',
    '1234567890123456',
  ])
    expect(isPersonalValue(value)).toBe(false);
});

test('a long text without an address is judged as fast as it is read', () => {
  const base64 = 'QUJD'.repeat(500_000);
  const before = process.threadCpuUsage();
  for (const value of [base64, `${base64}@${base64}`, `${base64}@`, ' @'.repeat(500_000)])
    expect(isPersonalValue(value)).toBe(false);
  expect(isPersonalValue(`${base64}@${base64}.org`)).toBe(true);
  const { user, system } = process.threadCpuUsage(before);
  // In milliseconds of this thread's own; quadratic, it took hours.
  expect((user + system) / 1_000).toBeLessThan(10_000);
});

test('a field of many different words may be one of names, a field of few is a list of options', () => {
  expect(isPersonalField('orders', profileOf('field7', 'Aaaa Aaaaaa', 60))).toBe(true);
  expect(isPersonalField('orders', profileOf('field7', 'Aaaa Aaaaaa', 12))).toBe(false);
  expect(isPersonalField('orders', profileOf('sku', 'AA-9999', 6000))).toBe(false);
});

test('numbers of people are told from other ids by their names', () => {
  for (const name of [
    'soc_sec_id',
    'SocialSecurityNumber',
    'ssn',
    'suburb',
    'born',
    'Geburtsdatum',
    'died_on',
  ])
    expect(isPersonalName(name), name).toBe(true);
  for (const name of ['society', 'rec_id', 'section_id', 'status'])
    expect(isPersonalName(name), name).toBe(false);
});
