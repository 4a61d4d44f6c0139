import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemNotary } from '../host/index.ts';
import {
  type DecisionKind,
  type Decisions,
  type Envelope,
  envelopeId,
  envelopeText,
  parseEnvelope,
} from '../ledger/index.ts';
import { GodwitError, isGodwitError } from '../model/index.ts';
import { decisionRecorded, readDecisions } from '../runbook/index.ts';
import { policyOf } from './decision-files.ts';
import type { Project } from './project.ts';
import { writeWholeFile } from './write-whole-file.ts';

export interface ImportedDecision {
  readonly file: string;
  readonly kind: DecisionKind;
  readonly person: string;
}

/** `godwit approve import`: takes in a decision that was signed on another machine, so that the ledger speaks of it. */
export async function importDecision(project: Project, path: string): Promise<ImportedDecision> {
  const envelope = readEnvelope(path);
  const { decisions, unusable } = readDecisions([envelope], policyOf(project), systemNotary.verify);
  const [decision] = decisions;
  if (!decision) throw notADecision(path, unusable[0]?.what ?? 'it holds no decision');
  const id = envelopeId(envelope);
  const file = join(project.folder.approvals, `${decision.kind}-${id.slice(7, 23)}.json`);
  writeWholeFile(file, envelopeText(envelope));
  const ledger = project.ledger();
  ledger.append([decisionRecorded(decision.person.name, id, decision.kind, aboutOf(decision.body))]);
  await ledger.flush();
  return { file, kind: decision.kind, person: decision.person.name };
}

function readEnvelope(path: string): Envelope {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw notADecision(path, 'there is no such file');
  if (found.isDirectory()) throw notADecision(path, 'it is a folder');
  try {
    return parseEnvelope(readFileSync(path, 'utf8'));
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
      'Take the file from approvals/ of the folder it was signed in, and make sure the signer is in godwit.yaml.',
    fate: 'never',
  });
}
