import { expect, test } from 'vitest';
import type { Finding, Runbook } from '../model/index.ts';
import { unforeseenLosses } from './foreseen-losses.ts';
import type { StepOutcome } from './step-outcome.ts';

const runbook = {
  steps: [
    { id: '01-check', action: { kind: 'check' } },
    { id: '02-copy', action: { kind: 'copy', object: 'people' } },
    { id: '03-link', action: { kind: 'link', object: 'people' } },
    { id: '04-copy', action: { kind: 'copy', object: 'notes' } },
  ],
} as unknown as Runbook;

const broken = { object: 'people', code: 'target.check', field: null, rule: 'fine' };
const entries = [broken, { object: 'people', code: 'target.type', field: 'age', rule: null }, broken, broken];

function steps(counts: Readonly<Record<string, number>>): readonly StepOutcome[] {
  return Object.entries(counts).map(([step, rowsQuarantined]) => ({ step, rowsQuarantined }) as StepOutcome);
}

function finding(object: string, records: string | null, severity: Finding['severity'] = 'block'): Finding {
  return { severity, records, where: { object } } as Finding;
}

test('what was counted beforehand is no surprise, up to its number', () => {
  const known = [finding('people', '2'), finding('people', '1'), finding('notes', null)];
  expect(unforeseenLosses(steps({ '02-copy': 2, '03-link': 1 }), runbook, known, entries)).toEqual([]);
  expect(unforeseenLosses(steps({ '02-copy': 2, '03-link': 2 }), runbook, known, entries)).toEqual([
    {
      object: 'people',
      quarantined: 4,
      foreseen: 3,
      reasons: [
        { code: 'target.check', field: null, rule: 'fine', records: 3 },
        { code: 'target.type', field: 'age', rule: null, records: 1 },
      ],
    },
  ]);
});

test('findings that do not block, or of another object, cover nothing', () => {
  const known = [finding('people', '9'), finding('notes', '9', 'warn')];
  expect(unforeseenLosses(steps({ '04-copy': 1 }), runbook, known, entries)).toEqual([
    { object: 'notes', quarantined: 1, foreseen: 0, reasons: [] },
  ]);
});
