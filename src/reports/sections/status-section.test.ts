import { expect, test } from 'vitest';
import type { StepStatus } from '../../engine/index.ts';
import type { Runbook } from '../../model/index.ts';
import { type StatusReport, statusSection } from './status-section.ts';

const step = (slicesApplied: number): StepStatus =>
  ({
    step: { step: '02-copy', state: 'done', code: null },
    slicesPlanned: 3,
    slicesApplied,
    counts: { rowsRead: 0, rowsWritten: 0, rowsQuarantined: 0, rowsPurged: 0 },
  }) as StepStatus;

function report(given: Partial<StatusReport>): StatusReport {
  return {
    runbook: { project: 'p', steps: [] } as unknown as Runbook,
    runbookId: 'sha256:0',
    run: 'run_0',
    verdict: { refusals: [] },
    unjudged: null,
    undecided: [],
    running: null,
    unknown: [],
    stops: [],
    glasses: [],
    took: {},
    undoing: false,
    undone: false,
    steps: [],
    preChecks: [],
    audited: null,
    signedBy: [],
    numbers: [],
    next: '',
    wayOut: '',
    whoDecides: '',
    ...given,
  };
}

function verdict(given: Partial<StatusReport>): string {
  const { verdict: found } = statusSection(report(given));
  return `${found?.tone}: ${found?.text}`;
}

test('says where a run is, and that a rollback of it is only half done', () => {
  expect(verdict({})).toBe('good: ready to run; nothing was written yet');
  expect(verdict({ verdict: null, unjudged: { code: 'x', what: 'y', nextStep: 'z' } })).toBe(
    'warn: whether it may run cannot be said',
  );
  expect(verdict({ verdict: { refusals: [{ code: 'x', what: 'y' }] } })).toBe('warn: it may not run yet');
  expect(verdict({ steps: [step(3)] })).toBe('good: every step that writes is done');
  expect(verdict({ steps: [step(1), step(1)], undoing: true })).toBe(
    'bad: a rollback was begun; records of 2 slices are still in the target',
  );
  expect(
    verdict({ steps: [step(0)], undone: true, verdict: { refusals: [{ code: 'x', what: 'over' }] } }),
  ).toBe('plain: taken back: nothing of this run is in the target');
});

test('says what became of the audit and of the signature, which no journal of a run knows', () => {
  const steps = ['audit', 'sign-off'].map((kind) => ({ id: kind, action: { kind }, rehearsedMs: null }));
  const states = (given: Partial<StatusReport>): readonly unknown[] => {
    const section = statusSection(
      report({ runbook: { project: 'p', steps } as unknown as Runbook, ...given }),
    );
    const table = section.blocks.find((block) => block.kind === 'table');
    return table?.kind === 'table' ? table.rows.map(([, state]) => state) : [];
  };
  const audited = { at: '2026-01-01T00:00:00Z', differences: 0 };
  expect(states({})).toEqual(['to come', 'to come']);
  expect(states({ audited })).toEqual(['done, 0 differences', 'waiting']);
  expect(states({ audited: { ...audited, differences: 1 } })).toEqual(['done, 1 difference', 'waiting']);
  expect(states({ audited, signedBy: ['Ben'] })).toEqual(['done, 0 differences', 'signed by Ben']);
});

test('says who is at work, who stopped it, and which step is unknown after a power cut', () => {
  const started = { ...step(1), step: { step: '02-copy', state: 'started', code: null } } as StepStatus;
  const running = { pid: 7, host: 'h', startedAt: '2026-01-01T00:00:00Z', purpose: 'godwit live run' };
  const stop = { step: '02-copy', by: 'Cleo', rule: 'runbook.stop-person', reason: 'the shop is down' };
  const point = {
    ...stop,
    by: 'godwit',
    rule: 'runbook.stop-point (sha256:1)',
    reason: 'before 02-copy: so',
  };
  expect(verdict({ steps: [started], stops: [point] })).toBe('bad: held at a stop point before 02-copy: so');
  expect(verdict({ steps: [started], running })).toBe('good: a process is at it: godwit live run');
  expect(verdict({ steps: [started], stops: [stop] })).toBe(
    'bad: stopped by Cleo in 02-copy: the shop is down',
  );
  expect(verdict({ steps: [started] })).toContain('warn: cut off in 02-copy');
  const runbook = {
    project: 'p',
    steps: [
      { id: '01-check', title: 'Check', action: { kind: 'check-target' }, rehearsedMs: 100 },
      { id: '02-copy', title: 'Copy', action: { kind: 'copy' }, rehearsedMs: 4_000 },
    ],
  } as unknown as Runbook;
  const [facts, , table] = statusSection(
    report({ runbook, steps: [started], took: { '02-copy': 2_000 } }),
  ).blocks;
  expect(facts).toMatchObject({
    facts: expect.arrayContaining([
      ['where', 'step 1 of 2: Check'],
      ['at work', 'nobody: no process is at it'],
      ['time', 'so far 2.0 s; in the rehearsal the steps that are done took 0.0 s, those to come 4.1 s'],
    ]),
  });
  expect(table?.kind === 'table' && table.rows[1]).toEqual([
    '02-copy',
    'unknown: cut off',
    '1 of 3',
    '0',
    '0',
    '0',
    '0',
    '4.0 s',
    '2.0 s',
  ]);
});

test('says what came into the source since it was agreed, as long as the run is not taken back', () => {
  const factsOf = (given: Partial<StatusReport>): readonly (readonly [string, unknown])[] => {
    const [facts] = statusSection(report(given)).blocks;
    return facts?.kind === 'facts' ? facts.facts : [];
  };
  const undecided = ['invoices', 'invoices_to_companies'];
  const told = factsOf({ undecided }).filter(([name]) => name === 'UNDECIDED');
  expect(told).toEqual([['UNDECIDED', expect.stringContaining('invoices, invoices_to_companies: in the')]]);
  for (const given of [{}, { undecided, undone: true }])
    expect(factsOf(given).map(([name]) => name)).not.toContain('UNDECIDED');
});
