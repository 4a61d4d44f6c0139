import { expect, test } from 'vitest';
import type { FieldProfile, Mapping, Profile } from '../model/index.ts';
import { dateReadingFindings } from './date-readings.ts';

const european = 'DD/MM/YYYY';
const american = 'MM/DD/YYYY';

function found(from: string, dateStyles: FieldProfile['dateStyles']): readonly string[] {
  const fields = [{ field: 'day', from, line: 7 }];
  const mapping = {
    objects: [{ name: 'people', source: 'people', file: 'mapping/people.yaml', fields }],
  } as unknown as Mapping;
  const profile = { relations: [{ relation: 'people', fields: [{ field: 'born', dateStyles }] }] };
  return dateReadingFindings(mapping, profile as unknown as Profile).map(({ detail, severity, where }) =>
    [severity, where.line, detail].join(' '),
  );
}

const style = (name: string, count: number, ambiguous: number): FieldProfile['dateStyles'][number] => ({
  style: name,
  count: String(count),
  ambiguous: String(ambiguous),
});

test('warns where no text, or texts of both orders, tell how the others are meant', () => {
  const either = [style(european, 5, 5), style(american, 5, 5)];
  expect(found("to_date(born, 'DD/MM/YYYY')", either)).toEqual([
    'warn 7 5 can be DD/MM/YYYY or MM/DD/YYYY; 0 can only be DD/MM/YYYY, 0 can only be MM/DD/YYYY (as profiled)',
  ]);
  expect(found("TO_TIMESTAMP(born, 'MM/DD/YYYY')", [style(european, 9, 5), style(american, 6, 5)])).toEqual([
    'warn 7 5 can be DD/MM/YYYY or MM/DD/YYYY; 4 can only be DD/MM/YYYY, 1 can only be MM/DD/YYYY (as profiled)',
  ]);
});

test('is quiet where one order is certain, where nothing is ambiguous, and where no date is read', () => {
  expect(found("to_date(born, 'DD/MM/YYYY')", [style(european, 9, 5), style(american, 5, 5)])).toEqual([]);
  expect(
    found("to_date(born, 'DD.MM.YYYY')", [style('DD.MM.YYYY', 9, 0), style('YYYY-MM-DD', 5, 0)]),
  ).toEqual([]);
  expect(found('born', [style(european, 5, 5), style(american, 5, 5)])).toEqual([]);
  expect(found("to_date(died, 'DD/MM/YYYY')", [style(european, 5, 5), style(american, 5, 5)])).toEqual([]);
  expect(dateReadingFindings({ objects: [] } as unknown as Mapping, null)).toEqual([]);
});
