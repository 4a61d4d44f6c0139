import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemNotary } from '../host/index.ts';
import {
  type Entry,
  type Evidence,
  type EvidenceKind,
  envelopeId,
  envelopeText,
  openEvidence,
  parseEnvelope,
  signEvidence,
} from '../ledger/index.ts';
import { isGodwitError } from '../model/index.ts';
import type { Project } from './project.ts';
import { runnerPublicKey } from './trust-file.ts';
import { writeWholeFile } from './write-whole-file.ts';

/** Evidence that counts: signed by this folder's own key, and the ledger speaks of it. */
export interface KeptEvidence {
  /** `sha256:` of the signed bytes. */
  readonly id: string;
  readonly evidence: Evidence;
}

/** Signs what was seen, keeps it in `evidence/`, and lets the ledger speak of it. Answers with the file. */
export async function keepEvidence(
  project: Project,
  seen: Pick<Evidence, 'kind' | 'passed' | 'content'>,
): Promise<{ readonly file: string; readonly id: string }> {
  const { clock, random, settings } = project;
  const frame = {
    formatVersion: 1,
    project: settings.project,
    time: clock.now(),
    nonce: random.uuid(),
  } as const;
  const envelope = signEvidence({ ...frame, ...seen }, project.runnerKey());
  const id = envelopeId(envelope);
  const file = join(project.folder.root, 'evidence', `${seen.kind}-${id.slice(7, 23)}.json`);
  writeWholeFile(file, envelopeText(envelope));
  const ledger = project.ledger();
  const { kind, passed } = seen;
  ledger.append([{ type: 'evidence-recorded', actor: 'godwit', body: { kind, evidence: id, passed } }]);
  await project.checkpoint();
  return { file, id };
}

/** The evidence of a kind, the newest by the ledger first. What was changed, or what the ledger does not know, is not there. */
export function evidenceOf(project: Project, kind: EvidenceKind): readonly KeptEvidence[] {
  const order = new Map<string, number>();
  for (const { type, seq, body } of project.ledger().entries())
    if (type === 'evidence-recorded') order.set((body as { evidence: string }).evidence, seq);
  return readAll(project, kind)
    .filter(({ id, evidence }) => order.has(id) && evidence.project === project.settings.project)
    .sort((a, b) => (order.get(b.id) ?? 0) - (order.get(a.id) ?? 0));
}

/** What entries of the ledger speak of and `evidence/` does not have as it was signed: `restore-drill (entry 9)`. */
export function missingEvidence(project: Project, entries: Iterable<Entry>): readonly string[] {
  const recorded = [...entries].flatMap(({ type, seq, body }) =>
    type === 'evidence-recorded' ? [{ ...(body as { evidence: string; kind: EvidenceKind }), seq }] : [],
  );
  const kinds = [...new Set(recorded.map(({ kind }) => kind))];
  const kept = new Set(kinds.flatMap((kind) => readAll(project, kind).map(({ id }) => id)));
  return recorded
    .filter(({ evidence }) => !kept.has(evidence))
    .map(({ kind, seq }) => `${kind} (entry ${seq})`);
}

function readAll(project: Project, kind: EvidenceKind): readonly KeptEvidence[] {
  const folder = join(project.folder.root, 'evidence');
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.startsWith(`${kind}-`) && name.endsWith('.json'));
  if (names.length === 0) return [];
  const trust = { publicKeys: [runnerPublicKey(project)], verify: systemNotary.verify };
  return names.flatMap((name) => {
    try {
      const read = openEvidence(parseEnvelope(readFileSync(join(folder, name), 'utf8')), trust);
      return read.evidence.kind === kind ? [read] : [];
    } catch (error) {
      // Whoever asks says that there is none that counts, and how to get one.
      if (isGodwitError(error)) return [];
      throw error;
    }
  });
}
