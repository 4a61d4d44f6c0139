import { describe, expect, test } from 'vitest';
import { systemNotary } from '../host/index.ts';
import { type Decisions, envelopeId } from '../ledger/index.ts';
import type { Policy, Runbook } from '../model/index.ts';
import { type BrokenGlass, brokenGlasses, glassInWords } from './broken-glass.ts';
import {
  type Desk,
  type KeyName,
  keys,
  later,
  now,
  planned,
  policy,
  warrantRequest,
} from './crm-move.contract.ts';
import { breakGlassReviewed, decisionWithdrawn } from './decision-log.ts';
import { issueWarrant, judgeWarrant, type WarrantRequest, type WarrantVerdict } from './issue-warrant.ts';
import { readDecisions } from './read-decisions.ts';
import { renderRunbook } from './render-runbook.ts';
import { runbookId } from './runbook-bytes.ts';

const { digest, verify } = systemNotary;
const withGlass: Policy = {
  ...policy,
  approvals: { role: 'approver', people: 2, authorMayBeOnlyApprover: false },
  breakGlass: { role: 'owner', reviewHours: 72 },
};
const overdueAt = '2026-11-23T10:00:00.001Z';

function breakGlass(
  desk: Desk,
  runbook: Runbook,
  change: Partial<Decisions['break-glass']> = {},
  name: KeyName = 'ola',
): string {
  const body = {
    runbook: runbookId(runbook, digest),
    brokenBy: 'Ola',
    role: 'owner',
    reason: 'the shop is down',
    shown: digest(renderRunbook(runbook)),
    expiresAt: '2026-11-21T10:00:00.000Z',
  } as const;
  return envelopeId(desk.take('break-glass', body, keys[name], { time: now, ...change }));
}

function review(
  desk: Desk,
  runbook: Runbook,
  glass: string,
  name: 'ada' | 'bea' | 'beaOther' | 'cem' | 'dana' | 'ola',
  change: Partial<Decisions['break-glass-review']> = {},
): void {
  const reviewedBy = name.startsWith('bea') ? 'Bea' : `${name[0]?.toUpperCase()}${name.slice(1)}`;
  const body = {
    runbook: runbookId(runbook, digest),
    breakGlass: glass,
    verdict: 'justified',
    reason: 'it was down',
    reviewedBy,
    role: 'approver',
    shown: digest('shown'),
  } as const;
  desk.take('break-glass-review', body, keys[name], change);
}

const planWithGlass = (): ReturnType<typeof planned> => planned({ policy: withGlass });

function judged(plan: ReturnType<typeof planned>, change: Partial<WarrantRequest> = {}): WarrantVerdict {
  return judgeWarrant(warrantRequest(plan.runbook, plan.desk, { policy: withGlass, ...change }));
}

const codes = ({ refusals }: WarrantVerdict): readonly string[] => refusals.map(({ code }) => code);

describe('a broken glass', () => {
  test('lets a runbook run that lacks approvals, for a day, and says so in the warrant', () => {
    const plan = planWithGlass();
    plan.desk.approve(plan.runbook, 'bea');
    const id = breakGlass(plan.desk, plan.runbook);
    const request = warrantRequest(plan.runbook, plan.desk, { policy: withGlass });
    expect(issueWarrant(request).content).toMatchObject({
      breakGlass: id,
      approvals: [envelopeId(plan.desk.envelopes[1]!)],
      expiresAt: '2026-11-21T10:00:00.000Z',
    });
  });

  test('is not used where nobody is missing', () => {
    const plan = planWithGlass();
    plan.desk.approve(plan.runbook, 'bea');
    plan.desk.approve(plan.runbook, 'dana');
    breakGlass(plan.desk, plan.runbook);
    expect(judged(plan).approvals.glass).toBeNull();
  });

  test('may be broken by who runs it: there may be nobody else', () => {
    const plan = planWithGlass();
    breakGlass(plan.desk, plan.runbook);
    expect(codes(judged(plan, { operator: 'Ola' }))).toEqual([]);
  });

  test.each<[string, string, (plan: ReturnType<typeof planned>) => Partial<WarrantRequest> | undefined]>([
    [
      'where no rule allows it',
      'runbook.role-missing',
      ({ desk, runbook }) => {
        breakGlass(desk, runbook);
        return { policy };
      },
    ],
    [
      'by somebody without the role',
      'runbook.role-missing',
      ({ desk, runbook }) => {
        breakGlass(desk, runbook, { brokenBy: 'Dana' }, 'dana');
        return {};
      },
    ],
    [
      'in another’s name',
      'runbook.approval-missing',
      ({ desk, runbook }) => {
        breakGlass(desk, runbook, {}, 'dana');
        return {};
      },
    ],
    [
      'for another runbook',
      'runbook.wrong-runbook',
      ({ desk, runbook }) => {
        const shown = digest(renderRunbook(runbook));
        breakGlass(desk, { ...runbook, nonce: 'another-nonce-0123456789' }, { shown });
        return {};
      },
    ],
    [
      'for another project',
      'runbook.approval-missing',
      ({ desk, runbook }) => {
        breakGlass(desk, runbook, { project: 'erp' });
        return {};
      },
    ],
    [
      'a day ago, whatever it says itself',
      'runbook.approval-expired',
      ({ desk, runbook }) => {
        breakGlass(desk, runbook, { expiresAt: later });
        return { now: '2026-11-21T10:00:00.000Z' };
      },
    ],
    [
      'in the future',
      'runbook.approval-early',
      ({ desk, runbook }) => {
        breakGlass(desk, runbook, { time: '2026-11-20T10:00:00.001Z' });
        return {};
      },
    ],
    [
      'after being shown something else',
      'runbook.shown-differs',
      ({ desk, runbook }) => {
        breakGlass(desk, runbook, { shown: digest('harmless') });
        return {};
      },
    ],
    [
      'and taken back',
      'runbook.approval-withdrawn',
      ({ desk, runbook }) => {
        desk.events.push(decisionWithdrawn('Ola', breakGlass(desk, runbook), 'not needed'));
        return {};
      },
    ],
    [
      'beside the ledger',
      'runbook.approval-not-recorded',
      ({ desk, runbook }) => {
        breakGlass(desk, runbook);
        desk.events.pop();
        return {};
      },
    ],
  ])('does not count when broken %s', (_name, code, act) => {
    const plan = planWithGlass();
    const change = act(plan) ?? {};
    const verdict = judged(plan, change);
    expect(codes(verdict)).toContain('runbook.approval-missing');
    expect([...verdict.refusals, ...verdict.approvals.passedOver].map((one) => one.code)).toContain(code);
  });

  test('does not outweigh a rejection', () => {
    const plan = planWithGlass();
    breakGlass(plan.desk, plan.runbook);
    plan.desk.approve(plan.runbook, 'cem', { decision: 'reject', reason: 'totals look wrong' });
    expect(codes(judged(plan))).toEqual(['runbook.rejected']);
  });

  test('cannot be taken away as a file', () => {
    const plan = planWithGlass();
    breakGlass(plan.desk, plan.runbook);
    const envelopes = plan.desk.envelopes.slice(0, -1);
    expect(codes(judged(plan, { envelopes }))).toContain('runbook.approval-removed');
  });
});

describe('its review', () => {
  const glasses = (
    { desk }: ReturnType<typeof planned>,
    at = now,
    of = withGlass,
  ): readonly BrokenGlass[] => {
    const log = desk.log();
    return brokenGlasses({ ...readDecisions(desk.envelopes, of, verify, log), policy: of, log, now: at });
  };

  test('is made by as many others as an approval takes', () => {
    const plan = planWithGlass();
    const id = breakGlass(plan.desk, plan.runbook);
    review(plan.desk, plan.runbook, id, 'bea');
    expect(glasses(plan)).toMatchObject([{ state: 'due', stillToAsk: ['Ada', 'Cem', 'Dana'] }]);
    review(plan.desk, plan.runbook, id, 'dana', { verdict: 'not-justified', reason: 'it could wait' });
    const [glass] = glasses(plan, later);
    expect(glass?.state).toBe('reviewed');
    expect(glassInWords(glass!)).toBe(
      `Ola broke the glass at ${now}: the shop is down; reviewed; Bea: justified, it was down; Dana: not justified, it could wait`,
    );
  });

  test('is not made by who broke it, though an approver too', () => {
    const both = (one: Policy['people'][number]): typeof one =>
      one.name === 'Ola' ? { ...one, roles: ['owner', 'approver', 'operator'] } : one;
    const of = { ...withGlass, people: withGlass.people.map(both) };
    const plan = planned({ policy: of });
    const id = breakGlass(plan.desk, plan.runbook);
    review(plan.desk, plan.runbook, id, 'bea');
    review(plan.desk, plan.runbook, id, 'ola');
    expect(glasses(plan, now, of)).toMatchObject([{ state: 'due', stillToAsk: ['Ada', 'Cem', 'Dana'] }]);
    review(plan.desk, plan.runbook, id, 'dana');
    expect(glasses(plan, now, of)).toMatchObject([{ state: 'reviewed' }]);
  });

  test('is told in the order of the ledger, whatever the order of its files', () => {
    const plan = planWithGlass();
    const id = breakGlass(plan.desk, plan.runbook);
    for (const name of ['dana', 'bea', 'cem'] as const) review(plan.desk, plan.runbook, id, name);
    plan.desk.envelopes.reverse();
    const [glass] = glasses(plan);
    expect(glass?.reviews.map(({ by }) => by)).toEqual(['Dana', 'Bea', 'Cem']);
  });

  test('is due within the hours the rule says; then nothing new runs, but the way back stays open', () => {
    const first = planWithGlass();
    breakGlass(first.desk, first.runbook);
    first.desk.approve(first.runbook, 'bea');
    first.desk.approve(first.runbook, 'dana');
    expect(codes(judged(first, { now: '2026-11-23T10:00:00.000Z' }))).toEqual([]);
    const verdict = judged(first, { now: overdueAt });
    expect(verdict.refusals).toEqual([
      {
        code: 'runbook.review-overdue',
        what: `Ola broke the glass at ${now}: the shop is down; the review was due until 2026-11-23T10:00:00.000Z by 2 with the role approver; still to be asked: Ada, Bea, Cem, Dana`,
      },
    ]);
    expect(codes(judged(first, { now: overdueAt, goingBack: true }))).toEqual([]);
  });

  test.each<[string, (plan: ReturnType<typeof planned>, id: string) => void]>([
    [
      'by an owner who is no approver',
      ({ desk, runbook }, id) => review(desk, runbook, id, 'ola', { role: 'owner' }),
    ],
    ['by one person with two keys', ({ desk, runbook }, id) => review(desk, runbook, id, 'beaOther')],
    [
      'by who ran under it',
      ({ desk, runbook }, id) => {
        desk.events.push({
          type: 'run-started',
          actor: 'Cem',
          body: { run: 'run_1', runbook: runbookId(runbook, digest), approvals: [] },
        });
        review(desk, runbook, id, 'cem');
      },
    ],
    ['of another glass', ({ desk, runbook }) => review(desk, runbook, digest('another'), 'dana')],
    [
      'beside the ledger',
      ({ desk, runbook }, id) => {
        review(desk, runbook, id, 'dana');
        desk.events.pop();
      },
    ],
  ])('is not made %s', (_name, act) => {
    const plan = planWithGlass();
    const id = breakGlass(plan.desk, plan.runbook);
    review(plan.desk, plan.runbook, id, 'bea');
    act(plan, id);
    expect(glasses(plan, later)).toMatchObject([{ state: 'overdue' }]);
  });

  test('stays owed when who broke the glass has left and the file is gone, and stays made when reviewers leave', () => {
    const plan = planWithGlass();
    const id = breakGlass(plan.desk, plan.runbook);
    const left: Policy = { ...withGlass, people: withGlass.people.filter(({ name }) => name !== 'Ola') };
    plan.desk.envelopes.pop();
    expect(glasses(plan, overdueAt, left)).toMatchObject([{ id, state: 'overdue', reason: null }]);
    plan.desk.events.push(breakGlassReviewed('Dana', id, []));
    expect(glasses(plan, overdueAt, left)).toMatchObject([{ id, state: 'reviewed' }]);
  });
});
