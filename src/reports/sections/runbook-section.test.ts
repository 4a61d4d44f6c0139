import { expect, test } from 'vitest';
import type { Runbook } from '../../model/index.ts';
import { renderSectionText } from '../render-text.ts';
import { runbookSection } from './runbook-section.ts';

function told(objects: readonly Partial<Runbook['objects'][number]>[]): string {
  const runbook = {
    steps: [],
    objects,
    stopRules: {},
    approvals: { people: 1, role: 'approver' },
    expiresAt: '',
    pointOfNoReturn: null,
  };
  return renderSectionText(runbookSection(runbook as unknown as Runbook));
}

const people = { object: 'people', rowsSource: '1000', target: 'person', mode: 'append' } as const;

test('says for each object how many records it has, how it is written, and how many are there already', () => {
  const text = told([{ ...people, rowsTargetBefore: '20000' }]);
  expect(text).toMatch(/^object +records +into +mode +there already$/m);
  expect(text).toMatch(/^people +1,000 +person +append +20,000$/m);
  expect(text).not.toContain('NOT OK');
});

test('says before people sign that an empty-only relation holds records', () => {
  const filled = { ...people, mode: 'empty-only', rowsTargetBefore: '2' } as const;
  expect(told([filled])).toContain(
    'NOT OK: person holds 2 records already, and people is agreed as empty-only: the run will refuse it',
  );
  expect(told([{ ...filled, rowsTargetBefore: '0' }])).not.toContain('NOT OK');
});
