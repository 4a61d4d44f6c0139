import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DecisionKind,
  type Envelope,
  envelopeId,
  envelopeText,
  parseEnvelope,
} from '../ledger/index.ts';
import { GodwitError, isGodwitError, type Policy } from '../model/index.ts';
import { type DecisionLog, decisionRecorded, readDecisionLog } from '../runbook/index.ts';
import { agreedRule } from './agreed-rule.ts';
import type { Project } from './project.ts';
import { type Signer, type Statement, signStatement } from './statement.ts';
import { writeWholeFile } from './write-whole-file.ts';

/** The people and the rules of `godwit.yaml`, as what signatures are judged by. */
export function policyOf({ settings }: Project): Policy {
  const { people, approvals } = settings;
  const glass = approvals.break_glass;
  return {
    people,
    approvals: agreedRule(settings),
    ...(glass ? { breakGlass: { role: glass.role, reviewHours: glass.review_hours } } : {}),
  };
}

/** Every envelope in `approvals/`. Nothing is believed of them before their signatures are checked. */
export function readEnvelopes(project: Project): readonly Envelope[] {
  const { approvals } = project.folder;
  if (!existsSync(approvals)) return [];
  const names = readdirSync(approvals).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => readEnvelope(approvals, name));
}

/** Throws what is wrong with it, and says in which file. */
function readEnvelope(folder: string, name: string): Envelope {
  try {
    return parseEnvelope(readFileSync(join(folder, name), 'utf8'));
  } catch (error) {
    if (!isGodwitError(error)) throw error;
    const { code, fate } = error;
    throw new GodwitError({
      code,
      fate,
      title: `approvals/${name} is not a decision that godwit can read`,
      detail: error.detail,
      nextStep:
        'Restore this file, for example from version control, or move it elsewhere if it is no decision.',
      where: { file: `approvals/${name}` },
      cause: error,
    });
  }
}

export function readLog(project: Project): DecisionLog {
  return readDecisionLog(project.ledger().entries());
}

/** Signs a decision, keeps its envelope in `approvals/`, and lets the ledger speak of it. Answers with the file. */
export async function keepDecision(project: Project, statement: Statement, signer: Signer): Promise<string> {
  const envelope = await signStatement(statement, signer);
  const path = await takeIn(project, envelope, statement.kind, statement.about, signer.person.name);
  await coverByCheckpoint(project);
  return path;
}

/** Keeps an envelope whose signature holds, and lets the ledger speak of it. Answers with the file. */
export async function takeIn(
  project: Project,
  envelope: Envelope,
  kind: DecisionKind,
  about: string,
  person: string,
): Promise<string> {
  const id = envelopeId(envelope);
  const path = join(project.folder.approvals, `${kind}-${id.slice(7, 23)}.json`);
  writeWholeFile(path, envelopeText(envelope));
  const ledger = project.ledger();
  ledger.append([decisionRecorded(person, id, kind, about)]);
  await ledger.flush();
  return path;
}

/** Where the project's passphrase is at hand; who only signs may not have it, and the next plan or run covers their entry. */
export async function coverByCheckpoint(project: Project): Promise<void> {
  if (project.environment.secret(project.settings.protection.passphrase_env) === null) return;
  await project.checkpoint();
}
