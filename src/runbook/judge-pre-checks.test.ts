import { expect, test } from 'vitest';
import { systemNotary } from '../host/index.ts';
import { attestedChecks, type PreCheck, type Role, type Runbook } from '../model/index.ts';
import { type Desk, type KeyName, keys, later, now, planned, policy } from './crm-move.contract.ts';
import { judgePreChecks, type PreCheckState } from './judge-pre-checks.ts';
import { runbookId } from './runbook-bytes.ts';

const asked: readonly PreCheck[] = [
  { kind: 'pre-check', check: 'monitoring', validHours: 24 },
  { kind: 'pre-check', check: 'support', validHours: 24 },
  { kind: 'pre-check', check: 'automation', validHours: 24 },
];

/** Somebody signs for all of them in a role. */
function attested(key: KeyName, attestedBy: string, role: Role): readonly PreCheckState[] {
  const { desk, runbook } = planned({ preChecks: asked });
  for (const check of attestedChecks)
    desk.take(
      'attestation',
      {
        check,
        mapping: runbook.mappingDigest,
        reference: 'ticket 7',
        file: check === 'support' ? systemNotary.digest('the brief') : null,
        attestedBy,
        role,
        expiresAt: later,
      },
      keys[key],
    );
  return judge(desk, runbook);
}

const judge = (desk: Desk, runbook: Runbook, at = now): readonly PreCheckState[] =>
  judgePreChecks({
    runbook,
    runbookId: runbookId(runbook, systemNotary.digest),
    envelopes: desk.envelopes,
    policy,
    log: desk.log(),
    notary: systemNotary,
    now: at,
    restore: null,
    rehearsal: null,
    monitoring: null,
  });

test.each<[string, KeyName, string, Role]>([
  ['in a role that may not', 'bea', 'Bea', 'approver'],
  ['in a role that may not, by the author', 'ada', 'Ada', 'author'],
  ['in a role that is not theirs', 'bea', 'Bea', 'operator'],
])('what somebody attests does not count %s', (_what, key, name, role) => {
  const states = attested(key, name, role);
  expect(states.map(({ held }) => held)).toEqual([false, false, false]);
  for (const { what } of states)
    expect(what).toContain(`${name} signed it as ${role}; needed is operator or owner`);
});

test.each<[KeyName, string, Role]>([
  ['cem', 'Cem', 'operator'],
  ['ola', 'Ola', 'owner'],
])('what %s attests as %s (%s) counts', (key, name, role) => {
  const states = attested(key, name, role);
  expect(states.map(({ held }) => held)).toEqual([true, true, true]);
  for (const { what } of states) expect(what).toBe(`${name} signed it at 2026-11-20T09:00:00.000Z: ticket 7`);
});

test('what somebody attested is asked for again once it is older than the runbook says, however long they said that it holds', () => {
  const { desk, runbook } = planned({ preChecks: asked });
  const sign = (time: string) =>
    desk.take(
      'attestation',
      {
        check: 'automation',
        mapping: runbook.mappingDigest,
        reference: 'ticket 7',
        file: null,
        attestedBy: 'Ola',
        role: 'owner',
        expiresAt: later,
      },
      keys.ola,
      { time },
    );
  const automation = (at: string): PreCheckState | undefined =>
    judge(desk, runbook, at).find(({ check }) => check === 'automation');
  sign('2026-11-20T09:00:00.000Z');
  expect(automation('2026-11-21T09:00:00.000Z')).toMatchObject({ held: true });
  expect(automation('2026-11-21T09:00:00.001Z')).toMatchObject({
    held: false,
    evidence: [],
    what: 'nobody signed that it was looked at for this mapping',
    verb: '`godwit approve check automation --key <file> --reference <where>`',
  });
  sign('2026-11-21T10:00:00.000Z');
  expect(automation('2026-11-21T10:00:00.000Z')).toMatchObject({ held: true });
});
