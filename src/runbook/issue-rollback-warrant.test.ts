import { expect, test } from 'vitest';
import { approved, fingerprint, later, now, planned, warrantRequest } from './crm-move.contract.ts';
import { issueRollbackWarrant, type RollbackWarrantRequest } from './issue-rollback-warrant.ts';
import { issueWarrant } from './issue-warrant.ts';

const muchLater = '2027-06-01T10:00:00.000Z';
const end = '2027-06-02T10:00:00.000Z';

function request({ desk, runbook }: ReturnType<typeof approved>): RollbackWarrantRequest {
  return { ...warrantRequest(runbook, desk, { now: muchLater }), startedAt: now, expiresAt: end };
}

test('going back is possible when everything has expired since', () => {
  const move = approved();
  expect(() => issueWarrant(warrantRequest(move.runbook, move.desk, { now: later }))).toThrow(/valid until/);
  const warrant = issueRollbackWarrant(request(move));
  expect(warrant.content).toMatchObject({ world: 'live', expiresAt: end });
  warrant.permit('03-copy-company', fingerprint('2', 'public'), muchLater);
});

test('a mapping or a structure that was changed since does not close the way back', () => {
  const back = request(approved());
  const observed = {
    ...back.observed,
    mappingDigest: `sha256:${'0'.repeat(64)}`,
    targetStructure: `sha256:${'1'.repeat(64)}`,
  };
  expect(issueRollbackWarrant({ ...back, observed }).content.world).toBe('live');
});

test('another target, a broken ledger and a runbook nobody approved are refused as ever', () => {
  const back = request(approved());
  const elsewhere = { ...back.observed, target: fingerprint('9', 'public') };
  expect(() => issueRollbackWarrant({ ...back, observed: elsewhere })).toThrow(/target/);
  const broken = { intact: false, problems: [{ what: 'entry 7 was changed' }] };
  expect(() => issueRollbackWarrant({ ...back, ledger: broken })).toThrow(/entry 7/);
  expect(() => issueRollbackWarrant(request(planned()))).toThrow(/approve/);
});
