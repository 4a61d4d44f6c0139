import { expect, test } from 'vitest';
import { approved, fingerprint, later, now, planned, warrantRequest } from './crm-move.contract.ts';
import { issueRollbackWarrant, type RollbackWarrantRequest } from './issue-rollback-warrant.ts';
import { issueWarrant } from './issue-warrant.ts';

const muchLater = '2027-06-01T10:00:00.000Z';
const end = '2027-06-02T10:00:00.000Z';

function request({ desk, runbook }: ReturnType<typeof approved>): RollbackWarrantRequest {
  const { observed, ...rest } = warrantRequest(runbook, desk, { now: muchLater });
  return {
    ...rest,
    observed: { target: observed.target, changes: [] },
    startedAt: now,
    startedBy: rest.operator,
    expiresAt: end,
  };
}

test('going back is possible when everything has expired since', () => {
  const move = approved();
  expect(() => issueWarrant(warrantRequest(move.runbook, move.desk, { now: later }))).toThrow(/valid until/);
  const warrant = issueRollbackWarrant(request(move));
  expect(warrant.content).toMatchObject({ world: 'live', expiresAt: end });
  warrant.permit('03-copy-company', fingerprint('2', 'public'), muchLater);
});

test('another target, a broken ledger and a runbook nobody approved are refused as ever', () => {
  const back = request(approved());
  const elsewhere = { target: fingerprint('9', 'public'), changes: [] };
  expect(() => issueRollbackWarrant({ ...back, observed: elsewhere })).toThrow(/target/);
  const edited = {
    ...back.observed,
    changes: [{ code: 'runbook.not-planned', what: 'nobody planned it' }] as const,
  };
  expect(() => issueRollbackWarrant({ ...back, observed: edited })).toThrow(/nobody planned it/);
  const broken = { intact: false, problems: [{ what: 'entry 7 was changed' }] };
  expect(() => issueRollbackWarrant({ ...back, ledger: broken })).toThrow(/entry 7/);
  expect(() => issueRollbackWarrant(request(planned()))).toThrow(/approve/);
});

test('who approved can take back what somebody else ran; who is no operator cannot', () => {
  const { desk, runbook } = planned();
  desk.approve(runbook, 'cem');
  desk.approve(runbook, 'dana');
  const back = { ...request({ desk, runbook }), startedBy: 'Ola' };
  expect(issueRollbackWarrant({ ...back, operator: 'Cem' }).content.world).toBe('live');
  expect(() => issueRollbackWarrant({ ...back, operator: 'Dana' })).toThrow(
    /Dana does not have the role operator/,
  );
  expect(() => issueRollbackWarrant({ ...back, operator: 'Cem', startedBy: 'Cem' })).toThrow(
    /Cem approved and runs it/,
  );
});
