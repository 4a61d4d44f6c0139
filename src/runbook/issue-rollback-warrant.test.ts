import { expect, test } from 'vitest';
import { digestOf } from '../host/index.ts';
import { approved, fingerprint, later, now, planned, policy, warrantRequest } from './crm-move.contract.ts';
import { policyAgreed } from './decision-log.ts';
import { issueRollbackWarrant, type RollbackWarrantRequest } from './issue-rollback-warrant.ts';
import { issueWarrant } from './issue-warrant.ts';
import { policyDigest } from './policy.ts';

const muchLater = '2027-06-01T10:00:00.000Z';
const end = '2027-06-02T10:00:00.000Z';

function request({ desk, runbook }: ReturnType<typeof approved>): RollbackWarrantRequest {
  const { observed, ...rest } = warrantRequest(runbook, desk, { now: muchLater });
  return {
    ...rest,
    observed: { target: observed.target, changes: [] },
    today: policy,
    agreedThen: null,
    changedAt: null,
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

test('people who followed lawfully change nothing of what was agreed before them, and say who takes it back', () => {
  const move = approved();
  const then = policyDigest(policy, digestOf);
  // Everybody who decided has left; of those before, only the operator is still there.
  const today = {
    ...policy,
    people: policy.people.flatMap((person) =>
      person.name === 'Cem'
        ? [person]
        : person.name === 'Eve'
          ? [{ ...person, roles: ['approver'] as const }]
          : [],
    ),
  };
  const changedAt = move.desk.events.length + 1;
  move.desk.events.push(policyAgreed('Bea', policyDigest(today, digestOf), []));
  const back = { ...request(move), log: move.desk.log(), today, agreedThen: then, changedAt };
  expect(issueRollbackWarrant(back).content.world).toBe('live');
  expect(() => issueRollbackWarrant({ ...back, operator: 'Ola' })).toThrow(/Ola does not have the role/);

  // Neither people nobody agreed to then, nor people nobody agreed to since.
  const other = digestOf('other people');
  expect(() => issueRollbackWarrant({ ...back, agreedThen: other })).toThrow(
    new RegExp(`agreed was ${other} when the run was started`),
  );
  expect(() => issueRollbackWarrant({ ...back, policy: today })).toThrow(/it was made under/);
  const own = { ...today, people: [...today.people, ...policy.people.filter(({ name }) => name === 'Ada')] };
  expect(() => issueRollbackWarrant({ ...back, today: own })).toThrow(/godwit.yaml says/);

  // Who left decides nothing any more; who is there does.
  const presented = move.desk.envelopes.length;
  move.desk.approve(move.runbook, 'dana', { decision: 'reject', reason: 'out of spite' });
  const spite = { ...back, log: move.desk.log(), envelopes: move.desk.envelopes };
  expect(() => issueRollbackWarrant(spite)).toThrow(/is not there or does not verify/);
  expect(() => issueRollbackWarrant(spite)).not.toThrow(/out of spite/);
  expect(presented).toBeLessThan(move.desk.envelopes.length);
});
