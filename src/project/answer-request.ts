import { type Clock, type Random, systemClock, systemRandom } from '../host/index.ts';
import { canonicalJson, type DecisionKey, type Envelope } from '../ledger/index.ts';
import { GodwitError, type Person, type Policy } from '../model/index.ts';
import { type Asked, readRequest } from './decision-request.ts';
import {
  findingStatement,
  frameOf,
  personOfKey,
  policyStatement,
  runbookStatement,
  type Signer,
  type Statement,
  signStatement,
} from './statement.ts';
import { writeWholeFile } from './write-whole-file.ts';

/** What the person says to everything that is asked. */
export interface Answer {
  readonly decision: 'approve' | 'reject';
  readonly reason: string | null;
  /** For how long a decision on a finding holds. */
  readonly validDays: number;
}

export interface AnsweredRequest {
  readonly person: string;
  /** What was signed, in order. */
  readonly statements: readonly Statement[];
  readonly file: string;
}

/** The file that is carried back: what `godwit approve import` takes in. */
export interface AnswerFile {
  readonly format: 'godwit-answer/1';
  readonly envelopes: readonly Envelope[];
}

/**
 * `godwit approve answer`: signs what a request asks, on any machine, with no project and no system at hand. What is shown is
 * made here from the content that is signed. Throws `approval.request-unreadable`, `approval.unknown-key`, `approval.role-missing`.
 */
export async function answerRequest(
  path: string,
  key: DecisionKey,
  answer: Answer,
  { out, consent, clock = systemClock, random = systemRandom }: AnswerOptions,
): Promise<AnsweredRequest> {
  const { project, asked, ...policy } = readRequest(path);
  const person = personOfKey(policy.people, key, clock.now());
  const signer: Signer = consent ? { person, key, consent } : { person, key };
  const statements = statementsOf(asked, { policy, person }, answer, () => frameOf(project, clock, random));
  const envelopes: Envelope[] = [];
  for (const statement of statements) envelopes.push(await signStatement(statement, signer));
  const file: AnswerFile = { format: 'godwit-answer/1', envelopes };
  writeWholeFile(out, `${canonicalJson(file)}\n`);
  return { person: person.name, statements, file: out };
}

export interface AnswerOptions {
  readonly out: string;
  readonly consent?: Signer['consent'];
  readonly clock?: Clock;
  readonly random?: Random;
}

function statementsOf(
  asked: Asked,
  { policy, person }: { readonly policy: Policy; readonly person: Person },
  { decision, reason, validDays }: Answer,
  frame: () => ReturnType<typeof frameOf>,
): readonly Statement[] {
  if (asked.kind === 'runbook')
    return [runbookStatement(asked.runbook, person, { decision, reason }, frame())];
  if (decision === 'reject')
    throw unfit(`${asked.kind} are agreed to or left alone: nothing happens without an agreement`);
  if (asked.kind === 'people') return [policyStatement(policy, asked.next, person, frame())];
  if (reason === null || reason.trim() === '') throw unfit('a finding is accepted for a reason');
  return asked.findings.map((finding) => findingStatement(finding, person, { reason, validDays }, frame()));
}

function unfit(detail: string): GodwitError {
  return new GodwitError({
    code: 'approval.answer-unfit',
    title: 'This is no answer to what the request asks',
    detail,
    nextStep: 'Give --reason to accept findings; leave --reject to runbooks.',
    fate: 'never',
  });
}
