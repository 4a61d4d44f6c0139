import { existsSync, readFileSync } from 'node:fs';
import { verifySignature } from '../host/index.ts';
import { type Entry, type LedgerVerdict, showLedger, verifyLedger } from '../ledger/index.ts';
import type { Project } from './project.ts';

/** The ledger of this project, checked whole: every entry, the chain, every checkpoint. */
export function verifyOwnLedger(project: Project): LedgerVerdict {
  const keyFile = `${project.statePath('runner.key')}.pub`;
  return verifyLedger({
    folder: project.statePath('ledger'),
    origin: project.ledgerOrigin,
    runnerKey: existsSync(keyFile) ? readFileSync(keyFile, 'utf8').trim() : project.runnerKey().publicKey,
    verify: verifySignature,
  });
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
