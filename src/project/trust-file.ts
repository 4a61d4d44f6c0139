import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { digestOf } from '../host/index.ts';
import { readTrustRoot, type TrustRoot, trustText, type WitnessKey } from '../ledger/index.ts';
import { GodwitError } from '../model/index.ts';
import { policyDigest } from '../runbook/index.ts';
import { policyOf } from './decision-files.ts';
import type { Project } from './project.ts';
import { writeWholeFile } from './write-whole-file.ts';

export interface TrustOptions {
  readonly witnesses: readonly WitnessKey[];
  /** Null: as the file says, or one where there are any. */
  readonly witnessesNeeded: number | null;
  /** Where it goes; `trust.json` in the project folder unless told. */
  readonly out: string | null;
}

/**
 * `godwit ledger trust`: what a second party has to believe to check this project's evidence. People sections that an earlier
 * file named stay in it: what was signed under them still counts.
 */
export function writeTrustRoot(
  project: Project,
  { witnesses, witnessesNeeded, out }: TrustOptions,
): { readonly file: string; readonly trust: TrustRoot } {
  const file = out === null ? trustPath(project) : resolve(out);
  const earlier = existsSync(file) ? readTrustFile(file) : null;
  const policy = policyDigest(policyOf(project), digestOf);
  const named = witnesses.length > 0 ? witnesses : (earlier?.witnesses ?? []);
  const trust: TrustRoot = {
    format: 'godwit-trust/1',
    project: project.settings.project,
    origin: project.ledgerOrigin,
    runnerKey: runnerPublicKey(project),
    policies: [...new Set([...(earlier?.policies ?? []), policy])],
    witnesses: named,
    witnessesNeeded: witnessesNeeded ?? earlier?.witnessesNeeded ?? Math.min(1, named.length),
  };
  readTrustRoot(trustText(trust));
  writeWholeFile(file, trustText(trust));
  return { file, trust };
}

/** Throws `ledger.trust-unreadable`, `project.no-trust-root`. */
export function readTrustFile(path: string): TrustRoot {
  const file = resolve(path);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) return readTrustRoot(readFileSync(file));
  throw new GodwitError({
    code: 'project.no-trust-root',
    title: 'There is no trust root',
    detail: file,
    nextStep: 'Name the file with --trust; where the ledger is, `godwit ledger trust` writes it.',
    fate: 'never',
    where: { file },
  });
}

/** That of the project folder unless another one is named. */
export function trustOf(project: Project, named: string | undefined): TrustRoot {
  return readTrustFile(named ?? trustPath(project));
}

export function trustPath(project: Project): string {
  return join(project.folder.root, 'trust.json');
}

/** Without the passphrase where the key was made before. */
export function runnerPublicKey(project: Project): string {
  const keyFile = `${project.statePath('runner.key')}.pub`;
  return existsSync(keyFile) ? readFileSync(keyFile, 'utf8').trim() : project.runnerKey().publicKey;
}
