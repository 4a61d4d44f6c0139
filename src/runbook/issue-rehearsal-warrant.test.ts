import { describe, expect, test } from 'vitest';
import { fingerprint, later, now } from './crm-move.contract.ts';
import { issueRehearsalWarrant } from './issue-rehearsal-warrant.ts';

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

  test('has a warrant that does not open a physical clone: the same identity at another address', () => {
    const warrant = issueRehearsalWarrant(request);
    const clone = { ...request.sandbox, address: 'clone.example:5432' };
    expect(() => warrant.permit('03-copy-company', clone, now)).toThrow(/differs in address/);
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
          address: 'x.sqlite',
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
