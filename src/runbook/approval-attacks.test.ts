import { expect, test } from 'vitest';
import { systemNotary } from '../host/index.ts';
import { envelopeId } from '../ledger/index.ts';
import type { KeyWindow, Policy } from '../model/index.ts';
import { buildRunbook } from './build-runbook.ts';
import {
  approved,
  Desk,
  input,
  keys,
  later,
  loss,
  mapping,
  now,
  planned,
  policy,
  refusal,
  warrantRequest,
} from './crm-move.contract.ts';
import { decisionWithdrawn, runbookClosed } from './decision-log.ts';
import { judgeWarrant, type WarrantRequest } from './issue-warrant.ts';
import { renderRunbook } from './render-runbook.ts';
import { runbookId } from './runbook-bytes.ts';

const rule = { role: 'approver', people: 2, authorMayBeOnlyApprover: false } as const;

/** What somebody may do with approvals and rejections; each is refused and named. */
const attacks: readonly [string, string, RegExp, () => WarrantRequest][] = [
  [
    'nobody has approved',
    'runbook.approval-missing',
    /2 people .* approved so far: nobody; still to be asked: /,
    () => {
      const { desk, runbook } = planned();
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'one of two has approved',
    'runbook.approval-missing',
    /approved so far: Bea; still to be asked: Dana/,
    () => {
      const { desk, runbook } = planned();
      desk.approve(runbook, 'bea');
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'approve for A, run on B',
    'runbook.approval-missing',
    /Bea decided on another runbook, sha256:\w+ of project crm/,
    () => {
      const { desk } = approved();
      const other = buildRunbook(input(desk, { nonce: 'another-nonce-0123456789' }));
      return warrantRequest(other, desk);
    },
  ],
  [
    'an approval of another project',
    'runbook.approval-missing',
    /Bea decided on another runbook, sha256:\w+ of project erp/,
    () => {
      const { desk, runbook } = planned();
      desk.approve(runbook, 'bea', { project: 'erp' });
      desk.approve(runbook, 'dana');
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'an old approval replayed after it was withdrawn',
    'runbook.approval-withdrawn',
    /Dana withdrew/,
    () => {
      const { desk, runbook } = approved();
      desk.events.push(decisionWithdrawn('Dana', envelopeId(desk.envelopes[2]!), 'changed my mind'));
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'a runbook that was carried out run again',
    'runbook.closed',
    /is over/,
    () => {
      const { desk, runbook } = approved();
      desk.events.push(runbookClosed('engine', runbookId(runbook, systemNotary.digest), 'done'));
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'an expired approval',
    'runbook.approval-expired',
    /Dana expired at 2026-11-19/,
    () => {
      const { desk, runbook } = planned();
      desk.approve(runbook, 'bea');
      desk.approve(runbook, 'dana', { expiresAt: '2026-11-19T10:00:00.000Z' });
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'an approval that expires this very moment',
    'runbook.approval-expired',
    /Dana/,
    () => {
      const { desk, runbook } = planned();
      desk.approve(runbook, 'bea');
      desk.approve(runbook, 'dana', { expiresAt: now });
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'an approval from the future',
    'runbook.approval-early',
    /Dana is dated 2026-12-01/,
    () => {
      const { desk, runbook } = planned();
      desk.approve(runbook, 'bea');
      desk.approve(runbook, 'dana', {
        time: '2026-12-01T10:00:00.000Z',
        expiresAt: '2027-01-01T00:00:00.000Z',
      });
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'the author and the operator alone',
    'runbook.author-alone',
    /Ada approved and wrote the mapping, .*Cem approved and runs it, so/s,
    () => {
      const { desk, runbook } = planned();
      desk.approve(runbook, 'ada');
      desk.approve(runbook, 'cem');
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'the author beside one other',
    'runbook.author-alone',
    /Ada approved and wrote the mapping, .*needed: 2 people .*approved so far: Bea; still to be asked: Dana/s,
    () => {
      const { desk, runbook } = planned();
      desk.approve(runbook, 'ada');
      desk.approve(runbook, 'bea');
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'who runs it beside one other',
    'runbook.author-alone',
    /Cem approved and runs it/,
    () => {
      const { desk, runbook } = planned();
      desk.approve(runbook, 'bea');
      desk.approve(runbook, 'cem');
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'a loss that only approvers looked at, where an owner has to',
    'runbook.approval-missing',
    /1 person with the role owner because it leaves records behind, .*so far: nobody; still to be asked: Ola/,
    () => {
      const desk = new Desk();
      desk.signMapping();
      desk.accept();
      const approvals = { ...rule, forRisk: [{ risk: 'losing', role: 'owner', people: 1 }] } as const;
      const runbook = buildRunbook(input(desk, { findings: [loss], approvals }));
      desk.approve(runbook, 'bea');
      desk.approve(runbook, 'dana');
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'two who both signed the mapping',
    'runbook.author-alone',
    /Ada approved and wrote the mapping, .*Dana approved and wrote the mapping/s,
    () => {
      const both: Policy = {
        people: policy.people.map((one) =>
          one.name === 'Dana' ? { ...one, roles: ['author', 'approver'] } : one,
        ),
      };
      const desk = new Desk();
      desk.signMapping();
      desk.signMapping(mapping, 'dana', 'Dana');
      const runbook = buildRunbook(input(desk, { policy: both }));
      desk.approve(runbook, 'ada');
      desk.approve(runbook, 'dana');
      return warrantRequest(runbook, desk, { policy: both });
    },
  ],
  [
    'two keys of one person',
    'runbook.person-twice',
    /Bea approved 2 times and counts once/,
    () => {
      const { desk, runbook } = planned();
      desk.approve(runbook, 'bea');
      desk.approve(runbook, 'beaOther');
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'the same envelope handed in twice',
    'runbook.approval-missing',
    /approved so far: Bea/,
    () => {
      const { desk, runbook } = planned();
      const envelope = desk.approve(runbook, 'bea');
      return warrantRequest(runbook, desk, { envelopes: [...desk.envelopes, envelope, envelope] });
    },
  ],
  [
    'a revoked key',
    'runbook.key-revoked',
    /Bea signed with the revoked key/,
    () => {
      const { desk, runbook } = planned();
      desk.approve(runbook, 'beaLost');
      desk.approve(runbook, 'dana');
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'a key that had ended when it was used',
    'runbook.key-revoked',
    /Bea signed with the key ed25519:\S+, which counted until 2026-11-20T09:59/,
    () => timed({ notBefore: null, notAfter: '2026-11-20T09:59:00.000Z' }),
  ],
  [
    'a key that did not count yet',
    'runbook.key-revoked',
    /Bea signed with the key ed25519:\S+, which counts from 2026-11-20T10:01/,
    () => timed({ notBefore: '2026-11-20T10:01:00.000Z', notAfter: null }),
  ],
  [
    'a stolen key, its clock set back to when it still counted',
    'runbook.key-revoked',
    /Bea signed with the key ed25519:\S+, which counted until 2026-11-20T09:59/,
    () => timed({ notBefore: null, notAfter: '2026-11-20T09:59:00.000Z' }, '2026-11-20T09:58:00.000Z'),
  ],
  [
    'an approval dated before there was a runbook',
    'runbook.approval-misdated',
    /Dana is dated 2026-11-20T09:54:59.000Z, and the runbook was made at 2026-11-20T10:00/,
    () => {
      const { desk, runbook } = planned();
      desk.approve(runbook, 'bea');
      desk.approve(runbook, 'dana', { time: '2026-11-20T09:54:59.000Z' });
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'a stranger’s key in a known name',
    'runbook.approval-removed',
    /no signature on it was made by a known key/,
    () => {
      const { desk, runbook } = planned();
      desk.approve(runbook, 'dana');
      desk.approve(runbook, 'eve', { approver: 'Bea' });
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'one’s own key in another’s name',
    'runbook.signer-differs',
    /in the name of Bea was signed by Ada/,
    () => {
      const { desk, runbook } = planned();
      desk.approve(runbook, 'dana');
      desk.approve(runbook, 'ada', { approver: 'Bea' });
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'a role the approver does not have',
    'runbook.role-missing',
    /Ola approved as approver; needed is approver, and they are owner, operator/,
    () => {
      const { desk, runbook } = planned();
      desk.approve(runbook, 'bea');
      desk.approve(runbook, 'ola');
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'sign one thing, be shown another',
    'runbook.shown-differs',
    /Dana was shown sha256:/,
    () => {
      const { desk, runbook } = planned();
      desk.approve(runbook, 'bea');
      const harmless = { ...runbook, steps: runbook.steps.slice(0, 1) };
      desk.approve(runbook, 'dana', { shown: systemNotary.digest(renderRunbook(harmless)) });
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'an approval slipped in beside the ledger',
    'runbook.approval-not-recorded',
    /does not speak of the decision of Dana/,
    () => {
      const { desk, runbook } = approved();
      desk.events.pop();
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'a rejection',
    'runbook.rejected',
    /Cem rejected it at .*: totals look wrong/,
    () => {
      const { desk, runbook } = approved();
      desk.approve(runbook, 'cem', { decision: 'reject', reason: 'totals look wrong' });
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'a rejection by somebody who could not approve',
    'runbook.rejected',
    /Ola rejected it/,
    () => {
      const { desk, runbook } = approved();
      desk.approve(runbook, 'ola', { decision: 'reject', role: 'owner' });
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'a rejection after one’s own approval',
    'runbook.rejected',
    /Dana rejected it/,
    () => {
      const { desk, runbook } = approved();
      // Dated before the approval: the order of the ledger counts, not that of the clocks.
      desk.approve(runbook, 'dana', { decision: 'reject', time: '2026-11-01T00:00:00.000Z' });
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'a rejection whose file was deleted',
    'runbook.approval-removed',
    /entry 4 of the ledger speaks of decision/,
    () => {
      const { desk, runbook } = approved();
      desk.approve(runbook, 'cem', { decision: 'reject' });
      desk.envelopes.pop();
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'a rejection whose signature was spoiled',
    'runbook.approval-removed',
    /does not verify/,
    () => {
      const { desk, runbook } = approved();
      desk.approve(runbook, 'cem', { decision: 'reject' });
      const last = desk.envelopes.pop()!;
      const spoiled = { ...last, signatures: [{ keyid: '', sig: `${'A'.repeat(86)}==` }] };
      return warrantRequest(runbook, desk, { envelopes: [...desk.envelopes, spoiled] });
    },
  ],
];

/** Dana approves, and Bea with a key that counts only at times. */
function timed(window: Omit<KeyWindow, 'key'>, time: string = now): WarrantRequest {
  const limited: Policy = {
    people: policy.people.map((one) =>
      one.name === 'Bea' ? { ...one, windows: [{ key: keys.bea.publicKey, ...window }] } : one,
    ),
  };
  const { desk, runbook } = planned({ policy: limited });
  desk.approve(runbook, 'bea', { time });
  desk.approve(runbook, 'dana');
  return warrantRequest(runbook, desk, { policy: limited });
}

test('a key counts from its first instant up to its last', () => {
  const request = timed({ notBefore: now, notAfter: later }, now);
  expect(judgeWarrant(request).refusals).toEqual([]);
});

test('a clock five minutes behind is not taken for an attack', () => {
  const { desk, runbook } = planned();
  desk.approve(runbook, 'bea');
  desk.approve(runbook, 'dana', { time: '2026-11-20T09:55:00.000Z' });
  expect(judgeWarrant(warrantRequest(runbook, desk)).refusals).toEqual([]);
});

test.each(attacks)('not approved: %s', (_name, code, detail, attack) => {
  const error = refusal(attack());
  expect([error.code, error.fate]).toEqual([code, 'pause']);
  expect(error.detail).toMatch(detail);
});
