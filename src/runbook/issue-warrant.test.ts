import { describe, expect, test } from 'vitest';
import { systemNotary } from '../host/index.ts';
import { envelopeId } from '../ledger/index.ts';
import { findingId, type GodwitError, type Policy, type Runbook } from '../model/index.ts';
import { buildRunbook } from './build-runbook.ts';
import {
  Desk,
  fingerprint,
  input,
  keys,
  later,
  loss,
  mapping,
  now,
  planned,
  policy,
  warrantRequest,
} from './crm-move.contract.ts';
import { decisionWithdrawn, runbookClosed } from './decision-log.ts';
import { issueRehearsalWarrant } from './issue-rehearsal-warrant.ts';
import { issueWarrant, judgeWarrant, type WarrantRequest } from './issue-warrant.ts';
import { mappingDigest } from './mapping-digest.ts';
import { parseRunbook, renderRunbook } from './render-runbook.ts';
import { runbookBytes, runbookId } from './runbook-bytes.ts';

const approved = (): { desk: Desk; runbook: Runbook } => {
  const plan = planned();
  plan.desk.approve(plan.runbook, 'bea');
  plan.desk.approve(plan.runbook, 'dana');
  return plan;
};

function refusal(request: WarrantRequest): GodwitError {
  try {
    issueWarrant(request);
  } catch (error) {
    return error as GodwitError;
  }
  throw new Error('a warrant was issued');
}

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

  test('may rest on the author’s approval beside another one', () => {
    const { desk, runbook } = planned();
    desk.approve(runbook, 'ada');
    desk.approve(runbook, 'bea');
    expect(issueWarrant(warrantRequest(runbook, desk)).content.approvals).toHaveLength(2);
  });
});

/** Each changes one thing about a move that is approved by Bea and Dana, or starts from one nobody has approved. */
const attacks: readonly [string, string, RegExp, () => WarrantRequest][] = [
  [
    'nobody has approved',
    'runbook.approval-missing',
    /2 people .* approved have: nobody; still could: Ada, Bea, Cem, Dana/,
    () => {
      const { desk, runbook } = planned();
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'one of two has approved',
    'runbook.approval-missing',
    /approved have: Bea; still could: Ada, Cem, Dana/,
    () => {
      const { desk, runbook } = planned();
      desk.approve(runbook, 'bea');
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'approve for A, run on B',
    'runbook.approval-missing',
    /Bea decided on crm sha256:\w+, not on this runbook/,
    () => {
      const { desk } = approved();
      const other = buildRunbook(input(desk, { nonce: 'another-nonce-0123456789' }));
      return warrantRequest(other, desk);
    },
  ],
  [
    'an approval of another project',
    'runbook.approval-missing',
    /Bea decided on erp/,
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
    /approved only by Ada, Cem; Ada wrote the mapping and Cem runs it/,
    () => {
      const { desk, runbook } = planned();
      desk.approve(runbook, 'ada');
      desk.approve(runbook, 'cem');
      return warrantRequest(runbook, desk);
    },
  ],
  [
    'two who both signed the mapping',
    'runbook.author-alone',
    /Ada, Dana wrote the mapping/,
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
    /approved have: Bea/,
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
  [
    'SQL edited after approval',
    'runbook.approval-missing',
    /not on this runbook/,
    () => {
      const { desk, runbook } = approved();
      const text = renderRunbook(runbook).replace('id bigint PRIMARY KEY', 'id bigint PRIMARY KEY DEFAULT 1');
      return warrantRequest(parseRunbook(text), desk);
    },
  ],
  [
    'a stop rule switched off after approval',
    'runbook.approval-missing',
    /not on this runbook/,
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
    /the target new differs in server, namespace/,
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
    /approved was sha256/,
    () => {
      const { desk, runbook } = approved();
      const more = {
        people: [...policy.people, { name: 'Eve', roles: ['approver' as const], keys: [keys.eve.publicKey] }],
      };
      return warrantRequest(runbook, desk, { policy: more });
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

describe('refused and named:', () => {
  test.each(attacks)('%s', (_name, code, detail, attack) => {
    const error = refusal(attack());
    expect([error.code, error.fate]).toEqual([code, 'pause']);
    expect(error.detail).toMatch(detail);
  });

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
  });

  test('taken out of the runbook by hand stops it', () => {
    const { desk, runbook } = plannedWithLoss();
    const bare = { ...runbook, findings: runbook.findings.map((one) => ({ ...one, decision: null })) };
    desk.approve(bare, 'bea');
    desk.approve(bare, 'dana');
    expect(refusal(warrantRequest(bare, desk)).code).toBe('runbook.finding-undecided');
  });
});

describe('a rehearsal', () => {
  const request = {
    runbookId: 'sha256:draft',
    steps: ['03-copy-company'],
    sandbox: fingerprint('2', 'godwit_rehearsal'),
    target: fingerprint('2', 'public'),
    source: fingerprint('1', 'old'),
    expiresAt: later,
  };

  test('has a warrant for its sandbox and nothing beside it', () => {
    const warrant = issueRehearsalWarrant(request);
    expect(warrant.content).toMatchObject({ world: 'rehearsal', approvals: [] });
    warrant.permit('03-copy-company', request.sandbox, now);
    expect(() => warrant.permit('03-copy-company', request.target, now)).toThrow(/namespace/);
    expect(() => warrant.permit('03-copy-company', { ...request.sandbox, server: 'clone' }, now)).toThrow(
      /server/,
    );
  });

  test.each([
    ['the target', { sandbox: request.target }],
    ['the source', { sandbox: request.source }],
    ['the target under another address', { sandbox: { ...request.target, address: '127.0.0.1:5432' } }],
    [
      'the target’s file, whatever its identity says',
      {
        sandbox: {
          kind: 'sqlite',
          server: 'a',
          address: '/data/crm.sqlite',
          database: 'main',
          namespace: '',
        } as const,
        target: {
          kind: 'sqlite',
          server: 'b',
          address: '/data/crm.sqlite',
          database: 'main',
          namespace: '',
        } as const,
      },
    ],
    [
      'a second link to the target’s file',
      {
        sandbox: {
          kind: 'sqlite',
          server: 'a',
          address: '/tmp/x.sqlite',
          database: 'main',
          namespace: '',
        } as const,
        target: {
          kind: 'sqlite',
          server: 'a',
          address: '/data/crm.sqlite',
          database: 'main',
          namespace: '',
        } as const,
      },
    ],
  ])('in %s is refused', (_name, change) => {
    expect(() => issueRehearsalWarrant({ ...request, ...change })).toThrow(
      expect.objectContaining({ code: 'runbook.sandbox-is-live' }),
    );
  });
});
