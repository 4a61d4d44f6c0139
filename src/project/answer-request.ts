import { type Clock, type Random, systemClock, systemRandom } from '../host/index.ts';
import { canonicalJson, type DecisionKey, type Envelope } from '../ledger/index.ts';
import { type Answer, statementsOf } from './answer-statements.ts';
import { readRequest } from './decision-request.ts';
import { readBrief } from './pre-check-statements.ts';
import { frameOf, personOfKey, type Signer, type Statement, signStatement } from './statement.ts';
import { writeWholeFile } from './write-whole-file.ts';

export interface AnsweredRequest {
  readonly person: string;
  /** What was signed, in order. */
  readonly statements: readonly Statement[];
  readonly file: string;
}

export interface GivenAnswer extends Omit<Answer, 'brief'> {
  /** The file of the brief that support was given. */
  readonly brief: string | null;
}

/** The file that is carried back: what `godwit approve import` takes in. */
export interface AnswerFile {
  readonly format: 'godwit-answer/1';
  readonly envelopes: readonly Envelope[];
}

/**
 * `godwit approve answer`: signs what a request asks, on any machine, with no project and no system at hand. What is shown is
 * made here from the content that is signed. Throws `approval.request-unreadable`, `approval.answer-unfit`, `approval.unknown-key`,
 * `approval.role-missing`.
 */
export async function answerRequest(
  path: string,
  key: DecisionKey,
  { brief, ...answer }: GivenAnswer,
  { out, consent, clock = systemClock, random = systemRandom }: AnswerOptions,
): Promise<AnsweredRequest> {
  const { project, asked, ...policy } = readRequest(path);
  const person = personOfKey(policy.people, key, clock.now());
  const signer: Signer = consent ? { person, key, consent } : { person, key };
  const said = { ...answer, brief: brief === null ? null : readBrief(brief) };
  const frame = (): ReturnType<typeof frameOf> => frameOf(project, clock, random);
  const statements = statementsOf(asked, said, { policy, person, frame });
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
