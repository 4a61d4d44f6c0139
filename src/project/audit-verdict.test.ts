import { expect, test } from 'vitest';
import type { Schema } from '../model/index.ts';
import type { AuditReport } from '../reports/index.ts';
import { differencesByKind } from './audit-verdict.ts';

const field = (name: string, kind: string): unknown => ({ name, type: { kind } });
const target = {
  relations: [
    { name: 'item', fields: [field('note', 'text'), field('at', 'instant'), field('day', 'date')] },
  ],
} as unknown as Schema;

function seen(...differences: readonly unknown[]): ReturnType<typeof differencesByKind> {
  const relations = [{ relation: 'item', differences, unexplainedCount: 0 }];
  return differencesByKind({ relations, references: [] } as unknown as AuditReport, target);
}

const changed = (...fields: readonly string[]): unknown => ({
  kind: 'changed',
  fields: fields.map((name) => ({ field: name })),
});

test('a difference is one of identity, of time, or of neither', () => {
  expect(seen()).toEqual({ auditDifferences: 0, idsDiffer: 0, timestampsDiffer: 0 });
  expect(seen(changed('note'))).toEqual({ auditDifferences: 1, idsDiffer: 0, timestampsDiffer: 0 });
  expect(seen(changed('at', 'day'), changed('note', 'day'))).toEqual({
    auditDifferences: 2,
    idsDiffer: 0,
    timestampsDiffer: 2,
  });
  const identity = ['missing', 'extra', 'duplicated', 'moved'].map((kind) => ({ kind }));
  expect(seen(...identity)).toEqual({ auditDifferences: 4, idsDiffer: 4, timestampsDiffer: 0 });
});

test('a reference that leads to nobody is one of identity', () => {
  const report = {
    relations: [],
    references: [{ unresolved: 2 }, { unresolved: 1 }],
  } as unknown as AuditReport;
  expect(differencesByKind(report, target)).toEqual({
    auditDifferences: 3,
    idsDiffer: 3,
    timestampsDiffer: 0,
  });
});
