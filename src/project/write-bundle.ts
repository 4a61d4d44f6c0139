import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { digestOf, verifySignature } from '../host/index.ts';
import {
  type BundleVerdict,
  bundleText,
  type Entry,
  type Envelope,
  envelopeId,
  newestNotes,
  type TrustRoot,
  verifyBundle,
} from '../ledger/index.ts';
import { GodwitError, type Runbook } from '../model/index.ts';
import { policyText, runbookBytes, runbookId } from '../runbook/index.ts';
import { policyOf, readEnvelopes } from './decision-files.ts';
import { keptPolicy, keptRunbook, keptRuns } from './kept-runbooks.ts';
import type { Project } from './project.ts';
import { runnerPublicKey } from './trust-file.ts';
import { writeWholeFile } from './write-whole-file.ts';

export interface BundleOptions {
  /** Only what belongs to this run, with the hashes of what lies between; null: the whole ledger. */
  readonly run: string | null;
  /** Null: witnesses are not asked for. */
  readonly trust: TrustRoot | null;
  readonly out: string;
}

export interface WrittenBundle {
  readonly file: string;
  readonly verdict: BundleVerdict;
  /** Entries behind the checkpoint it stands under. */
  readonly entriesAfter: number;
}

/**
 * `godwit ledger bundle`: one file that somebody outside can check with the trust root alone. Stands under the newest
 * checkpoint that enough witnesses have signed, or a fresh one where none is asked for; and is checked before it is written.
 */
export async function writeBundle(project: Project, options: BundleOptions): Promise<WrittenBundle> {
  await project.checkpoint();
  const folder = project.statePath('ledger');
  const { notes, size } = newestNotes(folder, witnessRule(options.trust), verifySignature);
  const entries = [...project.ledger().entries()];
  const shown = entries.slice(0, size);
  const runbooks = runbooksOf(project, options.run, shown);
  const policies = policiesOf(project, runbooks);
  const envelopes = envelopesOf(project, policies, shown, options.run === null ? null : runbooks);
  const text = bundleText({
    project: project.settings.project,
    origin: project.ledgerOrigin,
    folder,
    notes,
    policies,
    runbooks: runbooks.map((runbook) => Buffer.from(runbookBytes(runbook)).toString('utf8')),
    envelopes,
    chosen: options.run === null ? null : belongsTo(options.run, runbooks, envelopes),
  });
  const trust = options.trust ?? ownTrust(project, policies);
  const verdict = verifyBundle(Buffer.from(text), trust, verifySignature);
  if (!verdict.holds) throw unsound(verdict);
  const file = resolve(options.out);
  writeWholeFile(file, text);
  return { file, verdict, entriesAfter: entries.length - size };
}

/** `godwit ledger verify <bundle>`: needs no project. */
export function verifyBundleFile(path: string, trust: TrustRoot): BundleVerdict {
  return verifyBundle(readFileSync(resolve(path)), trust, verifySignature);
}

function witnessRule(trust: TrustRoot | null): Pick<TrustRoot, 'witnesses' | 'witnessesNeeded'> {
  return trust ?? { witnesses: [], witnessesNeeded: 0 };
}

/** What the owner believes of their own ledger: enough to see whether the parts fit together. */
function ownTrust(project: Project, policies: readonly string[]): TrustRoot {
  return {
    format: 'godwit-trust/1',
    project: project.settings.project,
    origin: project.ledgerOrigin,
    runnerKey: runnerPublicKey(project),
    policies: policies.map((text) => digestOf(text)),
    witnesses: [],
    witnessesNeeded: 0,
  };
}

/** Those of the runs that were begun, each once. */
function runbooksOf(project: Project, run: string | null, entries: readonly Entry[]): readonly Runbook[] {
  const begun = new Set(
    entries.flatMap(({ type, body }) => (type === 'run-started' ? [(body as { run: string }).run] : [])),
  );
  const names = run === null ? keptRuns(project).filter((name) => begun.has(name)) : [run];
  return names.map((name) => keptRunbook(project, name));
}

/** The people sections under which these runbooks were agreed; the one of today where there is none. */
function policiesOf(project: Project, runbooks: readonly Runbook[]): readonly string[] {
  const texts = runbooks.map((runbook) => keptPolicy(project, runbook));
  return [...new Set(texts.length > 0 ? texts : [policyText(policyOf(project))])];
}

/** Decisions that the ledger speaks of, in its order, by people who are shown; for one run those of its runbook. */
function envelopesOf(
  project: Project,
  policies: readonly string[],
  entries: readonly Entry[],
  runbooks: readonly Runbook[] | null,
): readonly Envelope[] {
  const about = new Map(
    entries.flatMap(({ seq, type, body }) => {
      const told = body as { envelope: string; about: string };
      return type === 'decision-recorded' ? [[told.envelope, { seq, subject: told.about }] as const] : [];
    }),
  );
  const named = new Set(
    runbooks?.flatMap((runbook) => [
      runbook.mappingSignature,
      ...runbook.findings.flatMap(({ decision }) => decision ?? []),
    ]),
  );
  const ids = new Set(runbooks?.map((runbook) => runbookId(runbook, digestOf)));
  const shown = readEnvelopes(project).flatMap((envelope) => {
    const id = envelopeId(envelope);
    const told = about.get(id);
    const known = envelope.signatures.every(({ keyid }) =>
      policies.some((text) => text.includes(`"${keyid}"`)),
    );
    const belongs = runbooks === null || named.has(id) || (told !== undefined && ids.has(told.subject));
    return told !== undefined && known && belongs ? [{ envelope, seq: told.seq }] : [];
  });
  return shown.sort((left, right) => left.seq - right.seq).map(({ envelope }) => envelope);
}

/** Entries that speak of a run, its runbook, or a decision that is shown. */
function belongsTo(
  run: string,
  runbooks: readonly Runbook[],
  envelopes: readonly Envelope[],
): (entry: Entry) => boolean {
  const ids = new Set<unknown>([
    ...runbooks.map((runbook) => runbookId(runbook, digestOf)),
    ...envelopes.map((envelope) => envelopeId(envelope)),
  ]);
  return ({ body }) => {
    const told = body as Readonly<Record<string, unknown>> | undefined;
    return (
      told?.['run'] === run ||
      [told?.['runbook'], told?.['envelope'], told?.['about']].some((id) => ids.has(id))
    );
  };
}

function unsound({ problems }: BundleVerdict): GodwitError {
  return new GodwitError({
    code: 'project.bundle-unsound',
    title: 'What there is does not prove itself, so no bundle is written',
    detail: problems.map(({ what }) => what).join('; '),
    nextStep:
      'Run `godwit ledger verify`; where witnesses are missing, `godwit ledger offer`; where people changed, `godwit ledger trust`.',
    fate: 'pause',
  });
}
