import { systemNotary } from '../host/index.ts';
import {
  canonicalJson,
  type DecisionKind,
  type Decisions,
  decisionKindOf,
  type Envelope,
  parseEnvelope,
  parseStrictJson,
} from '../ledger/index.ts';
import { GodwitError, isGodwitError } from '../model/index.ts';
import { decisionsOf, mayAttest, readDecisions, roleInWords } from '../runbook/index.ts';
import { deciding, settlePolicy } from './agreed-policy.ts';
import type { AnswerFile } from './answer-request.ts';
import { settleReviews } from './break-glass.ts';
import { readCarriedFile } from './carried-file.ts';
import { policyOf, readLog, takeIn } from './decision-files.ts';
import type { Project } from './project.ts';
import { shownFaults } from './shown-elsewhere.ts';

export interface ImportedDecision {
  readonly file: string;
  readonly kind: DecisionKind;
  readonly person: string;
  /** It says no. */
  readonly rejects: boolean;
}

/**
 * `godwit approve import`: takes in what was signed on another machine, one decision or an answer with several, so that the
 * ledger speaks of it. All of them or none.
 */
export async function importDecision(project: Project, path: string): Promise<readonly ImportedDecision[]> {
  const envelopes = readEnvelopes(path);
  // Those before decide whether other people come after them.
  const aboutPeople = envelopes.some((envelope) => decisionKindOf(envelope) === 'policy');
  const policy = aboutPeople ? deciding(project) : policyOf(project);
  const { decisions, unusable } = readDecisions(envelopes, policy, systemNotary.verify, readLog(project));
  const [wrong] = unusable;
  if (wrong || decisions.length === 0) throw notADecision(path, wrong?.what ?? 'it holds no decision');
  const other = decisions.find(({ body }) => body.project !== project.settings.project);
  if (other) throw notADecision(path, `it was decided for the project ${other.body.project}`);
  const powerless = decisionsOf('attestation', decisions).find(
    ({ person, body }) => !mayAttest(person, body.role),
  );
  if (powerless) throw notADecision(path, roleInWords(powerless.person, powerless.body.role));
  const [fault] = shownFaults(project, decisions);
  if (fault !== undefined) throw notADecision(path, fault);
  const imported: ImportedDecision[] = [];
  for (const envelope of envelopes) {
    const [decision] = readDecisions([envelope], policy, systemNotary.verify, readLog(project)).decisions;
    if (!decision) continue;
    const { kind, body, person } = decision;
    const file = await takeIn(project, envelope, kind, aboutOf(body), person.name);
    const rejects = 'decision' in body && body.decision === 'reject';
    imported.push({ file, kind, person: person.name, rejects });
    if (kind === 'policy') await settlePolicy(project, person.name);
    if (kind === 'break-glass-review') await settleReviews(project, person.name);
  }
  return imported;
}

function readEnvelopes(path: string): readonly Envelope[] {
  const bytes = readCarriedFile(path, (detail) => notADecision(path, detail));
  try {
    const content = parseStrictJson(bytes) as Partial<AnswerFile> | null;
    if (content?.format !== 'godwit-answer/1') return [parseEnvelope(bytes)];
    return (content.envelopes ?? []).map((envelope) => parseEnvelope(canonicalJson(envelope)));
  } catch (error) {
    throw isGodwitError(error) ? notADecision(path, error.detail) : error;
  }
}

/** What a decision is about: the name under which the ledger files it. */
function aboutOf(body: Decisions[DecisionKind]): string {
  if ('finding' in body) return body.finding;
  if ('runbook' in body) return body.runbook;
  return 'mapping' in body ? body.mapping : body.policy;
}

function notADecision(path: string, detail: string): GodwitError {
  return new GodwitError({
    code: 'approval.not-a-decision',
    title: 'This file is no decision that counts here',
    detail: `${path}: ${detail}`,
    nextStep:
      'Take the file from approvals/ of the folder it was signed in, or the one `godwit approve answer` wrote, and make sure the signer is in godwit.yaml.',
    fate: 'never',
  });
}
