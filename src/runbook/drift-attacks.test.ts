import { expect, test } from 'vitest';
import { systemNotary } from '../host/index.ts';
import type { Policy } from '../model/index.ts';
import {
  approved,
  fingerprint,
  keys,
  later,
  mapping,
  planned,
  policy,
  refusal,
  warrantRequest,
} from './crm-move.contract.ts';
import { decisionWithdrawn } from './decision-log.ts';
import type { WarrantRequest } from './issue-warrant.ts';
import { mappingDigest } from './mapping-digest.ts';
import { parseRunbook, renderRunbook } from './render-runbook.ts';

/** What somebody may change after the approvals of Bea and Dana; each is refused and named. */
const attacks: readonly [string, string, RegExp, () => WarrantRequest][] = [
  [
    'SQL edited after approval',
    'runbook.approval-missing',
    /decided on another runbook/,
    () => {
      const { desk, runbook } = approved();
      const text = renderRunbook(runbook).replace('id bigint PRIMARY KEY', 'id bigint PRIMARY KEY DEFAULT 1');
      return warrantRequest(parseRunbook(text), desk);
    },
  ],
  [
    'a stop rule switched off after approval',
    'runbook.approval-missing',
    /decided on another runbook/,
    () => {
      const { desk, runbook } = approved();
      const lax = { ...runbook, stopRules: { ...runbook.stopRules, quarantinedPer10000: 10_000 } };
      return warrantRequest(lax, desk);
    },
  ],
  [
    'the mapping changed after sign-off',
    'runbook.mapping-changed',
    /approved is sha256:\w+, the files now say/,
    () => {
      const { desk, runbook } = approved();
      const request = warrantRequest(runbook, desk);
      const edited = { ...mapping, objects: mapping.objects.slice(1) };
      const digest = mappingDigest(edited, systemNotary.digest);
      return { ...request, observed: { ...request.observed, mappingDigest: digest } };
    },
  ],
  [
    'another target',
    'runbook.system-differs',
    /the target new has another server .*, has another namespace/,
    () => {
      const { desk, runbook } = approved();
      const request = warrantRequest(runbook, desk);
      return { ...request, observed: { ...request.observed, target: fingerprint('3', 'other') } };
    },
  ],
  [
    'a target whose structure drifted',
    'runbook.structure-changed',
    /mapped relations of the target new/,
    () => {
      const { desk, runbook } = approved();
      const request = warrantRequest(runbook, desk);
      return { ...request, observed: { ...request.observed, targetStructure: 'sha256:other' } };
    },
  ],
  [
    'a source whose structure drifted',
    'runbook.structure-changed',
    /mapped relations of the source old/,
    () => {
      const { desk, runbook } = approved();
      const request = warrantRequest(runbook, desk);
      return { ...request, observed: { ...request.observed, sourceStructure: 'sha256:other' } };
    },
  ],
  [
    'a person added to the policy after approval',
    'runbook.policy-changed',
    /was sha256/,
    () => {
      const { desk, runbook } = approved();
      const more = {
        people: [...policy.people, { name: 'Eve', roles: ['approver' as const], keys: [keys.eve.publicKey] }],
      };
      return warrantRequest(runbook, desk, { policy: more });
    },
  ],
  [
    'a runbook that asks for fewer people than was agreed',
    'runbook.policy-changed',
    /asks for other approvals than was agreed: 1 with the role approver; agreed: 2 with the role approver/,
    () => {
      const strict: Policy = {
        ...policy,
        approvals: { role: 'approver', people: 2, authorMayBeOnlyApprover: false },
      };
      const { desk, runbook } = planned({
        policy: strict,
        approvals: { role: 'approver', people: 1, authorMayBeOnlyApprover: false },
      });
      desk.approve(runbook, 'bea');
      return warrantRequest(runbook, desk, { policy: strict });
    },
  ],
  [
    'a policy the ledger has not agreed to',
    'runbook.policy-not-agreed',
    /agreed was sha256:old/,
    () => {
      const { desk, runbook } = approved();
      return warrantRequest(runbook, desk, { log: { ...desk.log(), agreedPolicy: 'sha256:old' } });
    },
  ],
  [
    'somebody who may not run it',
    'runbook.operator-unknown',
    /Bea does not have the role operator/,
    () => {
      const { desk, runbook } = approved();
      return warrantRequest(runbook, desk, { operator: 'Bea' });
    },
  ],
  [
    'an expired runbook',
    'runbook.expired',
    /valid until 2026-11-27/,
    () => {
      const { desk, runbook } = approved();
      return warrantRequest(runbook, desk, { now: later });
    },
  ],
  [
    'a ledger that does not verify',
    'runbook.ledger-broken',
    /entry 3 has a body/,
    () => {
      const { desk, runbook } = approved();
      const ledger = { intact: false, problems: [{ what: 'entry 3 has a body that does not fit' }] };
      return warrantRequest(runbook, desk, { ledger });
    },
  ],
  [
    'the author’s signature withdrawn',
    'runbook.mapping-unsigned',
    /of Ada is not there or no longer holds/,
    () => {
      const { desk, runbook } = approved();
      desk.events.push(decisionWithdrawn('Ada', runbook.mappingSignature, 'a mistake'));
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'an envelope of another type with an approval’s content',
    'runbook.approval-missing',
    /which is no decision/,
    () => {
      const { desk, runbook } = planned();
      desk.approve(runbook, 'bea');
      const approval = desk.approve(runbook, 'dana');
      desk.events.pop();
      const disguised = { ...approval, payloadType: 'application/json' };
      return warrantRequest(runbook, desk, { envelopes: [...desk.envelopes.slice(0, 2), disguised] });
    },
  ],
];

test.each(attacks)('no longer what was approved: %s', (_name, code, detail, attack) => {
  const error = refusal(attack());
  expect([error.code, error.fate]).toEqual([code, 'pause']);
  expect(error.detail).toMatch(detail);
});
