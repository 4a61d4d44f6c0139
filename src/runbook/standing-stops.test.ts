import { expect, test } from 'vitest';
import type { Entry } from '../ledger/index.ts';
import type { Runbook } from '../model/index.ts';
import type { DecisionLog } from './decision-log.ts';
import type { SignedDecision } from './read-decisions.ts';
import { type StopsRequest, standingStops } from './standing-stops.ts';

const runbookId = 'sha256:1';
const entry = (seq: number, type: string, body: unknown): Entry =>
  ({ seq, type, body, time: '2026-01-01T00:00:00.000Z', actor: 'Cleo' }) as Entry;
const held = (rule: string): Entry =>
  entry(2, 'run-held', { runbook: runbookId, run: 'r', step: '02', rule, observed: '120', reason: 'x' });

type Override = SignedDecision<'stop-override'>;
const signed = (body: Partial<Override['body']> = {}, id = 'a'): Override =>
  ({
    kind: 'stop-override',
    id,
    person: { name: 'Ben', roles: ['approver'], keys: [] },
    body: {
      project: 'p',
      runbook: runbookId,
      step: '02',
      rule: 'runbook.stop-quarantine',
      observed: '120',
      decidedBy: 'Ben',
      role: 'approver',
      time: '2026-01-02T00:00:00.000Z',
      expiresAt: '2026-02-01T00:00:00.000Z',
      ...body,
    },
  }) as unknown as Override;

function standing(given: Partial<StopsRequest>): readonly string[] {
  const log = { recorded: new Map([['a', {}]]), withdrawn: new Set(['b']) } as unknown as DecisionLog;
  const steps = [{ id: '02', approver: 'Ben' }];
  const verdict = standingStops({
    runbook: { project: 'p', steps } as unknown as Runbook,
    runbookId,
    entries: [held('runbook.stop-quarantine')],
    overrides: [],
    log,
    now: '2026-01-03T00:00:00.000Z',
    ...given,
  });
  return verdict.standing.map(({ rule, decides }) => `${rule} ${decides}`);
}

const stands = ['runbook.stop-quarantine Ben'];

test('a stop stands until the person the runbook names has signed for what was seen', () => {
  expect(standing({})).toEqual(stands);
  expect(standing({ overrides: [signed()] })).toEqual([]);
});

test.each<[string, Override]>([
  ['of another person, made elsewhere', signed({ decidedBy: 'Ada' })],
  ['for another runbook', signed({ runbook: 'sha256:2' })],
  ['of another project', signed({ project: 'q' })],
  ['that the ledger does not speak of', signed({}, 'c')],
  ['that expired', signed({ expiresAt: '2026-01-03T00:00:00.000Z' })],
  ['from the future', signed({ time: '2026-01-04T00:00:00.000Z' })],
  ['in a role the person lacks', signed({ role: 'owner' })],
  ['for a smaller value', signed({ observed: '119' })],
])('a signature %s ends no stop', (_what, override) => {
  expect(standing({ overrides: [override] })).toEqual(stands);
});

test('who broke the glass for this runbook may sign in place of the person named, and only they', () => {
  const overrides = [signed({ decidedBy: 'Ola' })];
  expect(standing({ overrides, brokenBy: new Set(['Cleo']) })).toEqual(stands);
  expect(standing({ overrides, brokenBy: new Set(['Ola']) })).toEqual([]);
});

test('an audit that finds nothing ends a stop by an audit, and no other', () => {
  const audit = entry(3, 'audit-ended', { run: 'r', differences: '0' });
  const started = entry(1, 'run-started', { runbook: runbookId, run: 'r' });
  const entries = (rule: string): Entry[] => [started, held(rule), audit];
  expect(standing({ entries: entries('runbook.stop-ids') })).toEqual([]);
  expect(standing({ entries: entries('runbook.stop-quarantine') })).toEqual(stands);
});
