import { expect, test } from 'vitest';
import { answerOf, type RunStanding, type Standing } from './answer.ts';

const before: Standing = {
  next: '`godwit plan`',
  blocking: 0,
  planned: false,
  refusals: 0,
  run: null,
  rowsSource: '5202',
  riskScore: 33,
};
const numbers = [
  { object: 'a', rowsSource: '200', rowsWritten: 200, rowsQuarantined: 0, rowsPurged: 0, unexplained: '0' },
  {
    object: 'b',
    rowsSource: '5002',
    rowsWritten: 4985,
    rowsQuarantined: 15,
    rowsPurged: 2,
    unexplained: '0',
  },
];
const done: RunStanding = {
  state: 'done',
  heldAt: null,
  numbers,
  quarantined: 15,
  differences: 0,
  signedBy: ['Ben'],
};

const sentence = (run: Partial<RunStanding>): string =>
  Object.values(answerOf({ ...before, run: { ...done, ...run } }).verdict).join(': ');

test.each([
  ['plain: Nothing was mapped yet', { blocking: null }],
  ['bad: Not ready: 2 findings must be mended, or decided by a person, first', { blocking: 2 }],
  ['warn: Nothing stands in the way; there is no runbook yet', {}],
  ['warn: Planned; it may not run yet', { planned: true, refusals: 2 }],
  ['good: Agreed, and ready to run', { planned: true }],
] as const)('before a run: %s', (expected, standing) => {
  expect(Object.values(answerOf({ ...before, ...standing }).verdict).join(': ')).toBe(expected);
});

test.each([
  ['good: Moved, proven, and signed by Ben; 15 records in quarantine', {}],
  ['warn: Moved and proven; the owner has not signed; 15 records in quarantine', { signedBy: [] }],
  ['bad: Moved, not proven: the audit found 1 difference', { differences: 1 }],
  ['warn: Moved, not audited; 15 records in quarantine', { differences: null }],
  ['bad: Held at 03-copy-b: a person has to look at it', { state: 'held', heldAt: '03-copy-b' }],
  ['warn: Under way', { state: 'under-way', quarantined: 0 }],
  ['bad: Being taken back: a part of the run is still in the target', { state: 'undoing' }],
  ['plain: Taken back: nothing of the run is in the target', { state: 'undone' }],
] as const)('after a run: %s', (expected, run) => {
  expect(sentence(run)).toBe(expected);
});

test('records that nobody can account for are never called proven, signed or not', () => {
  const open = numbers.map((one) => ({ ...one, unexplained: '3' }));
  expect(sentence({ numbers: open })).toContain('bad: Moved, not proven: 2 objects');
});

test('the shares are those of the source, without empty ones', () => {
  const { shares, figures } = answerOf({ ...before, run: { ...done, numbers } });
  expect(shares.map(({ name, records }) => [name, records])).toEqual([
    ['arrived', 5185],
    ['in quarantine', 15],
    ['left behind on purpose', 2],
  ]);
  expect(figures.map(({ name, value, tone }) => [name, value, tone])).toEqual([
    ['records read for 2 objects', '5,202', 'plain'],
    ['arrived', '5,185', 'plain'],
    ['in quarantine', '15', 'warn'],
    ['left behind on purpose', '2', 'plain'],
    ['differences', '0', 'plain'],
  ]);
});
