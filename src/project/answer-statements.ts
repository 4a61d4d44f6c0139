import { GodwitError, type Person, type Policy } from '../model/index.ts';
import type { Asked } from './asked-decision.ts';
import { checkStatement, stepStatements } from './pre-check-statements.ts';
import {
  continueStatement,
  glassStatement,
  resultStatement,
  reviewStatement,
  toReview,
} from './run-statements.ts';
import {
  type DecisionFrame,
  findingStatement,
  mappingStatement,
  policyStatement,
  runbookStatement,
  type Statement,
} from './statement.ts';

/** What the person says to everything that is asked. */
export interface Answer {
  readonly decision: 'approve' | 'reject';
  readonly reason: string | null;
  /** For how long a decision on a finding, or what was seen, holds; null for as long as is usual. */
  readonly validDays: number | null;
  /** Where others find what was looked at. */
  readonly reference: string | null;
  /** The brief that support was given. */
  readonly brief: Uint8Array | null;
}

/** By whom, under which people and rules, and what every decision begins with. */
export interface Answering {
  readonly policy: Policy;
  readonly person: Person;
  readonly frame: () => DecisionFrame;
}

/**
 * What the person is about to sign. Throws `approval.answer-unfit` for an answer that cannot be given to what is asked, and what
 * the decision throws where the project is.
 */
export function statementsOf(asked: Asked, answer: Answer, by: Answering): readonly Statement[] {
  const { policy, person, frame } = by;
  if (answer.decision === 'reject' && asked.kind !== 'runbook' && asked.kind !== 'reviews')
    throw unfit(`${asked.kind} are agreed to or left alone: nothing happens without an agreement`);
  switch (asked.kind) {
    case 'mapping':
      return [mappingStatement(asked.mapping, person, frame())];
    case 'runbook':
      return [runbookStatement(asked.runbook, person, answer, frame())];
    case 'people':
      return [policyStatement(policy, asked.next, person, frame())];
    case 'steps':
      return stepsOf(asked, answer, by);
    case 'result':
      return [resultStatement(asked.result, person, frame())];
    case 'check':
      return [checkStatement(lookedAt(asked, answer), person, frame())];
    default:
      return reasoned(asked, answer, by);
  }
}

/** Those of the steps that are the person's own; all of them where none is. */
function stepsOf(
  { runbook, steps }: Extract<Asked, { readonly kind: 'steps' }>,
  { reason }: Answer,
  { person, frame }: Answering,
): readonly Statement[] {
  const own = stepStatements(runbook, person, { steps: 'all', reason }, frame);
  const asked = own.filter(({ step }) => steps.includes(step));
  return asked.length > 0 ? asked : stepStatements(runbook, person, { steps, reason }, frame);
}

function lookedAt(
  { check, mapping }: Extract<Asked, { readonly kind: 'check' }>,
  { reference, brief, validDays }: Answer,
): Parameters<typeof checkStatement>[0] {
  if (reference === null) throw unfit('what was looked at has a place where others find it');
  return { check, mapping, reference, brief, validDays: validDays ?? 30 };
}

type Reasoned = Extract<Asked, { readonly kind: 'findings' | 'break-glass' | 'continue' | 'reviews' }>;

/** Decisions that are made for a reason. */
function reasoned(asked: Reasoned, answer: Answer, by: Answering): readonly Statement[] {
  const { policy, person, frame } = by;
  const { decision, validDays } = answer;
  const reason = answer.reason?.trim() === '' ? null : answer.reason;
  if (reason === null) throw unfit(`${reasonedAs[asked.kind]} for a reason`);
  switch (asked.kind) {
    case 'findings':
      return asked.findings.map((finding) =>
        findingStatement(finding, person, { reason, validDays: validDays ?? 90 }, frame()),
      );
    case 'break-glass':
      return [glassStatement(asked.runbook, { policy, reason }, person, frame())];
    case 'continue':
      return asked.stops.map((stop) =>
        continueStatement(asked.runbook, { ...stop, policy }, { person, reason }, frame()),
      );
    case 'reviews': {
      const verdict = decision === 'reject' ? ('not-justified' as const) : ('justified' as const);
      return toReview(asked.glasses, person).map((glass) =>
        reviewStatement({ ...glass, policy }, { person, verdict, reason }, frame()),
      );
    }
  }
}

const reasonedAs: Readonly<Record<Reasoned['kind'], string>> = {
  findings: 'a finding is accepted',
  'break-glass': 'the glass is broken',
  continue: 'a stopped run goes on',
  reviews: 'a broken glass is looked at, and judged',
};

function unfit(detail: string): GodwitError {
  return new GodwitError({
    code: 'approval.answer-unfit',
    title: 'This is no answer to what the request asks',
    detail,
    nextStep:
      'Give --reason for findings, a broken glass, its review and a run that goes on; --reference for what you looked at; leave --reject to runbooks and reviews.',
    fate: 'never',
  });
}
