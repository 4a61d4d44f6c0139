import { describe, expect, test } from 'vitest';
import { systemNotary } from '../host/index.ts';
import type { Person, Policy } from '../model/index.ts';
import { Desk, keys, now, policy } from './crm-move.contract.ts';
import { policyAgreed } from './decision-log.ts';
import { explainPolicyChange } from './explain-policy-change.ts';
import { judgePolicyChange } from './judge-policy-change.ts';
import { checkPolicy, policyDigest } from './policy.ts';

const { digest } = systemNotary;
const person = (name: string, ...own: string[]): Person => ({ name, roles: ['approver'], keys: own });

describe('a people section', () => {
  test('that is clear passes', () => {
    expect(() => checkPolicy(policy, systemNotary)).not.toThrow();
  });

  test.each<[string, readonly Person[], RegExp]>([
    ['one name twice', [person('Ada'), person('Ada')], /one name/],
    ['one name in other capitals', [person('Ada'), person('ADA')], /one name/],
    ['one name composed and decomposed', [person('Jos\u00e9'), person('Jose\u0301')], /one name/],
    ['one name in wide letters', [person('Ada'), person('Ａｄａ')], /one name/],
    ['an empty name', [person(' ')], /empty or padded/],
    ['a padded name', [person('Ada ')], /empty or padded/],
    [
      'one key of two people',
      [person('Ada', keys.ada.publicKey), person('Bea', keys.ada.publicKey)],
      /same key/,
    ],
    [
      'a key revoked here and valid there',
      [{ ...person('Ada'), revoked: [keys.ada.publicKey] }, person('Bea', keys.ada.publicKey)],
      /same key/,
    ],
    ['a key that is none', [person('Ada', 'ssh-ed25519 AAAA')], /a key of Ada/],
    ['one key in another spelling', [person('Ada', keys.ada.publicKey.replace(/=$/, ''))], /a key of Ada/],
    [
      'a time for a key that is nobody’s',
      [
        {
          ...person('Ada', keys.ada.publicKey),
          windows: [{ key: keys.bea.publicKey, notBefore: null, notAfter: now }],
        },
      ],
      /no key of theirs/,
    ],
    [
      'a time that ends before it begins',
      [
        {
          ...person('Ada', keys.ada.publicKey),
          windows: [{ key: keys.ada.publicKey, notBefore: now, notAfter: now }],
        },
      ],
      /ends before it begins/,
    ],
    [
      'a key under which anybody can sign',
      [person('Ada', `ed25519:AQ${'A'.repeat(41)}=`)],
      /anybody can sign/,
    ],
  ])('with %s is refused', (_name, people, what) => {
    expect(() => checkPolicy({ people }, systemNotary)).toThrow(
      expect.objectContaining({
        code: 'runbook.policy-invalid',
        detail: expect.stringMatching(what) as string,
      }),
    );
  });

  test('is the same in another order, another with a role, key or name more', () => {
    const same: Policy = {
      people: [...policy.people]
        .reverse()
        .map((one) => ({ ...one, roles: [...one.roles].reverse(), keys: [...one.keys].reverse() })),
    };
    expect(policyDigest(same, digest)).toBe(policyDigest(policy, digest));
    const [first, ...rest] = policy.people;
    const other: readonly Policy[] = [
      { people: rest },
      { people: [...policy.people, person('Zoe')] },
      { people: [{ ...first!, roles: [...first!.roles, 'owner'] }, ...rest] },
      { people: [{ ...first!, keys: [keys.eve.publicKey] }, ...rest] },
      { people: [{ ...first!, revoked: [keys.eve.publicKey] }, ...rest] },
      {
        people: [
          { ...first!, windows: [{ key: keys.ada.publicKey, notBefore: null, notAfter: now }] },
          ...rest,
        ],
      },
      { ...policy, approvals: { role: 'approver', people: 1, authorMayBeOnlyApprover: false } },
      { ...policy, breakGlass: { role: 'owner', reviewHours: 72 } },
    ];
    const digests = other.map((one) => policyDigest(one, digest));
    expect(new Set([policyDigest(policy, digest), ...digests]).size).toBe(9);
  });
});

describe('a changed people section', () => {
  const next: Policy = {
    people: [...policy.people, { name: 'Eve', roles: ['approver'], keys: [keys.eve.publicKey] }],
  };
  const rule = { role: 'approver', people: 2, authorMayBeOnlyApprover: false } as const;
  const judge = (desk: Desk, current: Policy | null = policy) =>
    judgePolicyChange({
      project: 'crm',
      current,
      next,
      envelopes: desk.envelopes,
      rule,
      log: desk.log(),
      now,
      notary: systemNotary,
    });
  const agree = (
    desk: Desk,
    name: 'bea' | 'beaOther' | 'dana' | 'ola' | 'eve',
    agreedBy: string,
    change = {},
  ): void => {
    desk.take(
      'policy',
      {
        policy: policyDigest(next, digest),
        previous: policyDigest(policy, digest),
        agreedBy,
        shown: digest(explainPolicyChange(policy, next)),
      },
      keys[name],
      change,
    );
  };

  test('counts when as many of the old one agree as an approval needs', () => {
    const desk = new Desk();
    agree(desk, 'bea', 'Bea');
    agree(desk, 'dana', 'Dana');
    expect(judge(desk)).toMatchObject({ agreedBy: ['Bea', 'Dana'], refusals: [] });
  });

  test.each<[string, (desk: Desk) => void]>([
    ['nobody', () => undefined],
    ['one', (desk) => agree(desk, 'bea', 'Bea')],
    [
      'one person with two keys',
      (desk) => {
        agree(desk, 'bea', 'Bea');
        agree(desk, 'beaOther', 'Bea');
      },
    ],
    [
      'somebody whom only the new one knows',
      (desk) => {
        agree(desk, 'bea', 'Bea');
        agree(desk, 'eve', 'Eve');
      },
    ],
    [
      'somebody without the role',
      (desk) => {
        agree(desk, 'bea', 'Bea');
        agree(desk, 'ola', 'Ola');
      },
    ],
    [
      'somebody who agreed to it coming after another one',
      (desk) => {
        agree(desk, 'bea', 'Bea');
        agree(desk, 'dana', 'Dana', { previous: digest('older') });
      },
    ],
    [
      'somebody who agreed to another one',
      (desk) => {
        agree(desk, 'bea', 'Bea');
        agree(desk, 'dana', 'Dana', { policy: digest('other') });
      },
    ],
  ])('does not count when agreed to by %s', (_name, sign) => {
    const desk = new Desk();
    sign(desk);
    expect(judge(desk).refusals[0]?.code).toBe('runbook.policy-not-agreed');
  });

  test('takes as many as the old one says, whatever the new one asks for', () => {
    const desk = new Desk();
    const strict: Policy = { ...policy, approvals: { ...rule, people: 2 } };
    const lax: Policy = { ...policy, approvals: { ...rule, people: 1 } };
    const body = {
      policy: policyDigest(lax, digest),
      previous: policyDigest(strict, digest),
      agreedBy: 'Bea',
      shown: digest(explainPolicyChange(strict, lax)),
    };
    desk.take('policy', body, keys.bea);
    const request = {
      project: 'crm',
      current: strict,
      next: lax,
      envelopes: desk.envelopes,
      rule: { ...rule, people: 1 },
      log: desk.log(),
      now,
      notary: systemNotary,
    };
    expect(judgePolicyChange(request).refusals.map(({ what }) => what)).toEqual([
      'needed: 2 people who had the role approver before; agreed so far: Bea; still to be asked: Ada, Cem, Dana',
    ]);
  });

  test('is not agreed to a second time by what was agreed before the one that holds', () => {
    const desk = new Desk();
    agree(desk, 'bea', 'Bea');
    agree(desk, 'dana', 'Dana');
    desk.events.push(policyAgreed('Dana', policyDigest(next, digest), []));
    desk.events.push(policyAgreed('Dana', policyDigest(policy, digest), []));
    expect(judge(desk).refusals[0]?.code).toBe('runbook.policy-not-agreed');
  });

  test('is told in full to who agrees: who comes, who goes, what changes', () => {
    const [ada, bea, cem] = policy.people;
    const told = explainPolicyChange(
      { ...policy, approvals: { ...rule, people: 2 } },
      {
        people: [
          { ...ada!, roles: ['author'] },
          { ...bea!, windows: [{ key: keys.bea.publicKey, notBefore: null, notAfter: now }] },
          cem!,
          { name: 'Eve', roles: ['approver'], keys: [keys.eve.publicKey] },
        ],
        approvals: { ...rule, people: 1 },
        breakGlass: { role: 'owner', reviewHours: 24 },
      },
    );
    for (const line of [
      '- Ada is no approver any more',
      '- the times at which keys of Bea count are others',
      `- Eve is new: approver, with the keys ${keys.eve.publicKey}`,
      '- Dana is gone (was approver)',
      '- no more: a runbook is approved by 2 with the role approver',
      '- from then on: a runbook is approved by 1 with the role approver',
      '- from then on: one with the role owner may run without these approvals, to be reviewed within 24 hours',
      `  key ${keys.bea.publicKey} until ${now}`,
    ])
      expect(told.split('\n')).toContain(line);
  });

  test('the first one is taken as it is', () => {
    expect(judge(new Desk(), null)).toMatchObject({ policy: policyDigest(next, digest), refusals: [] });
  });
});
