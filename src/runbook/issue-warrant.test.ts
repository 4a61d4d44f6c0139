import { describe, expect, test } from 'vitest';
import { systemNotary } from '../host/index.ts';
import { envelopeId } from '../ledger/index.ts';
import { findingId, type Runbook } from '../model/index.ts';
import { buildRunbook } from './build-runbook.ts';
import {
  approved,
  Desk,
  fingerprint,
  input,
  later,
  loss,
  now,
  planned,
  refusal,
  warrantRequest,
} from './crm-move.contract.ts';
import { decisionWithdrawn } from './decision-log.ts';
import { issueWarrant, judgeWarrant } from './issue-warrant.ts';
import { runbookBytes, runbookId } from './runbook-bytes.ts';

describe('a warrant', () => {
  test('is issued when enough people have approved, and is for this target, these steps, this time', () => {
    const { desk, runbook } = approved();
    const warrant = issueWarrant(warrantRequest(runbook, desk));
    expect(warrant.content).toMatchObject({
      runbookId: runbookId(runbook, systemNotary.digest),
      world: 'live',
      target: runbook.systems[1]?.fingerprint,
      steps: runbook.steps.map(({ id }) => id),
      expiresAt: later,
    });
    expect(warrant.content.approvals).toEqual(desk.envelopes.slice(1).map(envelopeId));
    warrant.permit('03-copy-company', fingerprint('2', 'public'), now);
    expect(() => warrant.permit('03-copy-company', fingerprint('2', 'sandbox'), now)).toThrow(/namespace/);
    expect(() => warrant.permit('99-more', fingerprint('2', 'public'), now)).toThrow(/not in the approved/);
    expect(() => warrant.permit('03-copy-company', fingerprint('2', 'public'), later)).toThrow(/expired/);
  });

  test('ends with the first approval that ends', () => {
    const { desk, runbook } = planned();
    desk.approve(runbook, 'bea', { expiresAt: '2026-11-21T10:00:00.000Z' });
    desk.approve(runbook, 'dana');
    expect(issueWarrant(warrantRequest(runbook, desk)).content.expiresAt).toBe('2026-11-21T10:00:00.000Z');
  });

  test('does not rest on the approvals of the author and of who runs it, which are in nobody’s way either', () => {
    const { desk, runbook } = approved();
    desk.approve(runbook, 'ada');
    desk.approve(runbook, 'cem');
    expect(issueWarrant(warrantRequest(runbook, desk)).content.approvals).toHaveLength(2);
  });
});

describe('refused and named:', () => {
  test('a runbook in another spelling of the same content', () => {
    const { desk, runbook } = approved();
    const spaced = new TextEncoder().encode(JSON.stringify(runbook, null, 1));
    expect(refusal(warrantRequest(runbook, desk, { runbookBytes: spaced })).code).toBe('runbook.unreadable');
    const doubled = new TextDecoder().decode(runbookBytes(runbook)).replace('{', '{"project":"x",');
    const bytes = new TextEncoder().encode(doubled);
    expect(refusal(warrantRequest(runbook, desk, { runbookBytes: bytes })).code).toBe(
      'ledger.not-strict-json',
    );
  });

  test('with every reason at once', () => {
    const { desk, runbook } = planned();
    desk.approve(runbook, 'dana', { decision: 'reject' });
    const request = warrantRequest(runbook, desk, { operator: 'Nobody', now: later });
    expect(judgeWarrant(request).refusals.map(({ code }) => code)).toEqual([
      'runbook.expired',
      'runbook.operator-unknown',
      'runbook.rejected',
      'runbook.approval-missing',
    ]);
  });
});

test('who rejected can approve after all', () => {
  const { desk, runbook } = planned();
  desk.approve(runbook, 'bea', { decision: 'reject' });
  desk.approve(runbook, 'dana');
  expect(refusal(warrantRequest(runbook, desk)).code).toBe('runbook.rejected');
  desk.approve(runbook, 'bea');
  expect(issueWarrant(warrantRequest(runbook, desk)).content.approvals).toHaveLength(2);
});

describe('a decision on a finding', () => {
  const plannedWithLoss = (): { desk: Desk; runbook: Runbook } => {
    const desk = new Desk();
    desk.signMapping();
    desk.accept();
    const runbook = buildRunbook(input(desk, { findings: [loss] }));
    desk.approve(runbook, 'bea');
    desk.approve(runbook, 'dana');
    return { desk, runbook };
  };

  test('lets the finding through, and the warrant ends with it', () => {
    const desk = new Desk();
    desk.signMapping();
    desk.accept(loss, { expiresAt: '2026-11-22T00:00:00.000Z' });
    const runbook = buildRunbook(input(desk, { findings: [loss] }));
    desk.approve(runbook, 'bea');
    desk.approve(runbook, 'dana');
    expect(runbook.findings[0]).toMatchObject({
      id: findingId(loss),
      decision: envelopeId(desk.envelopes[1]!),
    });
    expect(issueWarrant(warrantRequest(runbook, desk)).content.expiresAt).toBe('2026-11-22T00:00:00.000Z');
  });

  test('that expired, was withdrawn or is gone when the run starts stops it', () => {
    const { desk, runbook } = plannedWithLoss();
    expect(issueWarrant(warrantRequest(runbook, desk)).content.world).toBe('live');
    const gone = warrantRequest(runbook, desk, { envelopes: desk.envelopes.toSpliced(1, 1) });
    expect(refusal(gone).code).toBe('runbook.finding-undecided');
    desk.events.push(decisionWithdrawn('Ola', envelopeId(desk.envelopes[1]!), 'no'));
    expect(refusal(warrantRequest(runbook, desk)).code).toBe('runbook.approval-withdrawn');
    // Another decision is not the one the approvers have seen in this runbook.
    desk.accept();
    expect(refusal(warrantRequest(runbook, desk)).code).toBe('runbook.approval-withdrawn');
  });

  test('taken out of the runbook by hand stops it', () => {
    const { desk, runbook } = plannedWithLoss();
    const bare = { ...runbook, findings: runbook.findings.map((one) => ({ ...one, decision: null })) };
    desk.approve(bare, 'bea');
    desk.approve(bare, 'dana');
    expect(refusal(warrantRequest(bare, desk)).code).toBe('runbook.finding-undecided');
  });
});
