import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { verifySignature } from '../host/index.ts';
import {
  copyStore,
  type Entry,
  type LedgerVerdict,
  showLedger,
  type TrustRoot,
  verifyLedger,
} from '../ledger/index.ts';
import { missingEvidence } from './evidence-files.ts';
import type { Project } from './project.ts';
import { runnerPublicKey } from './trust-file.ts';

/**
 * The ledger of this project, checked whole where it is kept: every entry, the chain, every checkpoint; with a trust root by the
 * key it names and with what its witnesses signed, and with notes that somebody else has kept.
 */
export async function verifyOwnLedger(
  project: Project,
  { trust, witnessed = [] }: { readonly trust?: TrustRoot; readonly witnessed?: readonly string[] } = {},
): Promise<LedgerVerdict> {
  const verify = (folder: string): LedgerVerdict =>
    verifyLedger({
      folder,
      origin: trust?.origin ?? project.ledgerOrigin,
      runnerKey: trust?.runnerKey ?? runnerPublicKey(project),
      verify: verifySignature,
      witnesses: trust?.witnesses ?? [],
      witnessed: witnessed.map((path) => readFileSync(resolve(path), 'utf8')),
    });
  const store = project.lineStore();
  if (store === null) return withEvidence(project, verify(project.statePath('ledger')));
  const folder = mkdtempSync(join(project.folder.state, 'ledger-'));
  try {
    await copyStore(store, folder, project.statePath('ledger'));
    return withEvidence(project, verify(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Says of what evidence only the entry is left: its file is gone, or was changed. */
function withEvidence(project: Project, verdict: LedgerVerdict): LedgerVerdict {
  if (!verdict.intact) return verdict;
  const missing = missingEvidence(project, showLedger(project.statePath('ledger')));
  if (missing.length === 0) return verdict;
  const line = `what this evidence showed, which evidence/ does not have as it was signed: ${missing.join(', ')}`;
  return { ...verdict, notProven: [...verdict.notProven, line] };
}

/** The last entries of the ledger, oldest first. */
export function lastEntries(project: Project, count: number): readonly Entry[] {
  const last: Entry[] = [];
  for (const entry of showLedger(project.statePath('ledger'))) {
    last.push(entry);
    if (last.length > count) last.shift();
  }
  return last;
}
