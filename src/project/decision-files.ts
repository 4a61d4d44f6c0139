import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SigningKey } from '../host/index.ts';
import {
  type DecisionKind,
  type Decisions,
  type Envelope,
  envelopeId,
  envelopeText,
  parseEnvelope,
  signDecision,
} from '../ledger/index.ts';
import type { Policy } from '../model/index.ts';
import { type DecisionLog, decisionRecorded, readDecisionLog } from '../runbook/index.ts';
import type { Project } from './project.ts';
import { writeWholeFile } from './write-whole-file.ts';

/** The people section of `godwit.yaml`, as what signatures are judged by. */
export function policyOf(project: Project): Policy {
  return { people: project.settings.people };
}

/** Every envelope in `approvals/`. Nothing is believed of them before their signatures are checked. */
export function readEnvelopes(project: Project): readonly Envelope[] {
  const { approvals } = project.folder;
  if (!existsSync(approvals)) return [];
  const names = readdirSync(approvals).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => parseEnvelope(readFileSync(join(approvals, name), 'utf8')));
}

export function readLog(project: Project): DecisionLog {
  return readDecisionLog(project.ledger().entries());
}

/** Signs a decision, keeps its envelope in `approvals/`, and lets the ledger speak of it. Answers with the file. */
export async function keepDecision<Kind extends DecisionKind>(
  project: Project,
  kind: Kind,
  body: Decisions[Kind],
  about: string,
  signer: { readonly name: string; readonly key: SigningKey },
): Promise<string> {
  const envelope = signDecision(kind, body, [signer.key]);
  const id = envelopeId(envelope);
  const path = join(project.folder.approvals, `${kind}-${id.slice(7, 23)}.json`);
  writeWholeFile(path, envelopeText(envelope));
  const ledger = project.ledger();
  ledger.append([decisionRecorded(signer.name, id, kind, about)]);
  await ledger.flush();
  return path;
}

/** What every signed decision begins with. */
export function decisionFrame(project: Project): {
  formatVersion: 1;
  project: string;
  time: string;
  nonce: string;
} {
  return {
    formatVersion: 1,
    project: project.settings.project,
    time: project.clock.now(),
    nonce: project.random.uuid(),
  };
}
